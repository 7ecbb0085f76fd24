"""Events: messages go out and come in through the surroundings, timers fire when told, conditions are looked at.

A message thrown inside an instance is never caught inside it: whoever runs the instance decides whom it reaches.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    EndEventMixin,
    EventBasedGatewayMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    ReceiveTaskMixin,
    SendTaskMixin,
    StartEventMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.nodes import Node
from engine.workflow.spiff.progress import Thrown
from engine.workflow.spiff.surroundings import TRACK, evaluate

PAYLOAD = "payload"


class Message(EventDefinition):  # type: ignore[misc]  # the library is untyped
    """A message by name. Correlation is not ours: the one catch it is for is picked from outside."""

    def throw(self, my_task: Any) -> None:
        payload = {name: evaluate(my_task, source) for name, source in my_task.task_spec.properties.items()}
        my_task.workflow.top_workflow.thrown.append(Thrown(self.name, payload, my_task.data.get(TRACK)))

    def catch(self, my_task: Any, event: Any = None) -> None:
        my_task.internal_data[PAYLOAD] = dict(event.payload)
        super().catch(my_task, event)

    def update_task_data(self, my_task: Any) -> None:
        my_task.workflow.top_workflow.keep_results(my_task, my_task.internal_data.pop(PAYLOAD, {}))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


class Condition(EventDefinition):  # type: ignore[misc]
    """A conditional event: fires when its expression holds."""

    def __init__(self, name: str, expression: str) -> None:
        super().__init__(name)
        self.expression = expression

    def has_fired(self, my_task: Any) -> bool:
        if not super().has_fired(my_task) and evaluate(my_task, self.expression):
            my_task._set_internal_data(event_fired=True)
        return bool(super().has_fired(my_task))

    def catches(self, my_task: Any, event: Any) -> bool:
        return False


class FirstOf(MultipleEventDefinition):  # type: ignore[misc]
    """What an event-based gateway waits for.

    `chosen` in its task's internal data is the index of the event that came.
    """

    CHOSEN = "chosen"

    def has_fired(self, my_task: Any) -> bool:
        for definition in self.event_definitions:
            if not isinstance(definition, Message) and definition.has_fired(my_task):
                my_task.internal_data.setdefault(self.CHOSEN, self.event_definitions.index(definition))
        return self.CHOSEN in my_task.internal_data

    def choose(self, my_task: Any, index: int, event: Any) -> None:
        self.event_definitions[index].catch(my_task, event)
        my_task.internal_data[self.CHOSEN] = index

    def catch(self, my_task: Any, event: Any = None) -> None:
        """A signal thrown inside: the first event that catches it."""
        for index, definition in enumerate(self.event_definitions):
            if definition.catches(my_task, event):
                self.choose(my_task, index, event)
                return

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop(self.CHOSEN, None)


def has_condition(task: Any) -> bool:
    """Whether the task waits for a condition, alone or among other events."""
    definition = getattr(task.task_spec, "event_definition", None)
    return any(isinstance(one, Condition) for one in getattr(definition, "event_definitions", [definition]))


class Start(Node, StartEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A start event."""

    unled = True


class End(Node, EndEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An end event, plain, throwing or terminating."""


class IntermediateCatch(Node, IntermediateCatchEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An intermediate catch event."""


class IntermediateThrow(Node, IntermediateThrowEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An intermediate throw event."""

    failure_kind = "message"


class Send(Node, SendTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A send task."""

    failure_kind = "message"


class Receive(Node, ReceiveTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A receive task."""


class Boundary(Node, BoundaryEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A boundary event, interrupting or not."""

    failure_kind = "condition"
    unled = True


class EventGateway(Node, EventBasedGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An event-based gateway. elements: ids of the events behind it, in the order of its outputs."""

    failure_kind = "condition"

    def connect(self, child: Any) -> None:
        super().connect(child)
        self.elements = [*getattr(self, "elements", []), child.bpmn_id]

    def _run_hook(self, my_task: Any) -> bool:
        index = my_task.internal_data[FirstOf.CHOSEN]
        self.event_definition.event_definitions[index].update_task_data(my_task)
        my_task._sync_children([self.outputs[index]], TaskState.FUTURE)
        self.event_definition.reset(my_task)
        return True

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing is predicted: its one child is the event that came."""
