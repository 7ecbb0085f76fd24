"""What every visible node of a diagram does in our runs, and the kinds of task that are ours.

Differences from the library's own: children are made one level at a time when a task runs (never predicted), the flows
taken are noted as they are taken, an exception parks the token, and business rules and services ask the surroundings.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import (
    CallActivityMixin,
    EventSubprocessMixin,
    ManualTaskMixin,
    ParallelMultiInstanceTaskMixin,
    SequentialMultiInstanceTaskMixin,
    StandardLoopTaskMixin,
    SubWorkflowTaskMixin,
    UserTaskMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.parking import StepFailed, is_parked, park
from engine.workflow.spiff.surroundings import TRACK, ServiceCall, began, evaluate, names
from forms.expressions import parse

STOP_TRACKS = "stop_tracks"


class Node(TaskSpec):  # type: ignore[misc]  # the library is untyped
    """A node of the diagram.

    properties: its spiffworkflow:properties; for call activities and throws, name -> expression.
    flows: target node -> ids of the flows leading there, set by the parser.
    failure_kind: what its failures are called. unled: no flow leads to it, so it is noted when it happens.
    """

    failure_kind = "step"
    unled = False

    def __init__(self, wf_spec: Any, bpmn_id: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, *args, **kwargs)
        self.properties: dict[str, str] = {}
        self.flows: dict[str, list[str]] = {}

    def _update(self, my_task: Any) -> None:
        if is_parked(my_task):
            return
        try:
            super()._update(my_task)
        except Exception as error:  # the one place beside the run loop where a process step becomes an incident
            park(my_task, error, self.failure_kind)

    def _on_complete_hook(self, my_task: Any) -> None:
        my_task.workflow.top_workflow.note_flows(my_task)
        super()._on_complete_hook(my_task)


class HumanTask(Node, UserTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A userTask: a person completes it."""


class PaperTask(Node, ManualTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A manualTask: done away from the system; a person says that it is done."""


class BusinessRule(Node, BpmnSpecMixin):  # type: ignore[misc]
    """A businessRuleTask: asks a decision table; declared facts become facts, other outputs travel with the token."""

    failure_kind = "decision"
    decision: str | None = None

    def _run_hook(self, my_task: Any) -> bool:
        if self.decision is None:
            raise StepFailed("decision", f"expected {self.bpmn_id} to name a decision, but it names none")
        around = my_task.workflow.top_workflow.around
        decided = around.decide(self.decision, names(my_task))
        if isinstance(decided, list):  # COLLECT: every output becomes the list of its values
            decided = {name: [row.get(name) for row in decided] for name in {key for row in decided for key in row}}
        my_task.workflow.top_workflow.keep_results(my_task, decided)
        return True


class Service(Node, BpmnSpecMixin):  # type: ignore[misc]
    """A serviceTask: one operation of the registry. `stop_tracks` is ours to carry out."""

    failure_kind = "service"
    operation: str | None = None
    parameters: dict[str, str]

    def _run_hook(self, my_task: Any) -> bool:
        top = my_task.workflow.top_workflow
        if self.operation == STOP_TRACKS:
            top.stop_tracks(besides=my_task)
            return True
        if not self.operation:
            raise StepFailed("service", f"expected {self.bpmn_id} to name an operation, but it names none")
        parameters = {name: evaluate(my_task, source) for name, source in self.parameters.items()}
        call = ServiceCall(self.operation, parameters, my_task.data.get(TRACK), top.process_of(my_task), self.bpmn_id)
        top.keep_results(my_task, top.around.serve(call) or {})
        return True


class Within(Node):
    """An activity that runs a process of its own: embedded subprocess, call activity, event subprocess."""

    def locals_for(self, my_task: Any) -> dict[str, Any]:
        return {}

    def start_workflow(self, my_task: Any) -> None:
        self.locals_for(my_task)  # what cannot be handed over fails here, not at every node of the called process
        part = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        part.completed_event.connect(self._on_subworkflow_completed, my_task)
        part.task_tree.data = dict(my_task.data)


class Subprocess(Within, SubWorkflowTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An embedded subprocess."""


class TrackSubprocess(Within, EventSubprocessMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An event subprocess of the journey: a track, or something that may arrive at any time."""


class Call(Within, CallActivityMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A call activity. Its properties are locals for the called process; they end with it.

    Facts that belong to one pass (scope `call`) begin unknown inside it; the caller then knows what was said last.

    They are not copied but asked for anew at each call, so that a day computed from a fact moves with the fact. `today`
    and `now` in them are those of the activity's own beginning.
    """

    failure_kind = "call"

    def locals_for(self, my_task: Any) -> dict[str, Any]:
        return {
            name: evaluate(my_task, source, _stand_still(my_task, source)) for name, source in self.properties.items()
        }

    def start_workflow(self, my_task: Any) -> None:
        super().start_workflow(my_task)
        top = my_task.workflow.top_workflow
        for name in top.specs.of_call & my_task.data.keys():
            del top.subprocesses[my_task.id].task_tree.data[name]

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        brought = {name: value for name, value in subworkflow.last_task.data.items() if name not in self.properties}
        kept = {name: my_task.data[name] for name in self.properties if name in my_task.data}
        my_task.data = {**brought, **kept}


def _stand_still(my_task: Any, source: str) -> datetime | None:
    """The activity's beginning where the expression looks at the time; others need not remember it."""
    return began(my_task) if {"today", "now"} & parse(source).names else None


class Repeated(Node):
    """An activity done several times. A condition that fails after one pass parks the whole, not the pass."""

    failure_kind = "condition"

    def _update_hook(self, my_task: Any) -> Any:
        if my_task.state == TaskState.STARTED:  # already under way; the library would begin again
            return None
        return super()._update_hook(my_task)

    def go_on(self, my_task: Any) -> None:
        """After one pass: finish, or begin the next. Retried as a whole when its condition fails."""
        try:
            self._go_on(my_task)
        except Exception as error:
            park(my_task, error, self.failure_kind)

    def _go_on(self, my_task: Any) -> None:
        raise AssertionError("every kind of repetition says how it goes on")


class Loop(Repeated, StandardLoopTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A standard loop: again while its condition holds."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        DeepMerge.merge(my_task.data, child.data)
        my_task.internal_data["merged"].append(str(child.id))
        self.go_on(my_task)

    def _go_on(self, my_task: Any) -> None:
        if self.loop_complete(my_task):
            my_task._set_state(TaskState.READY)
        else:
            self.create_child(my_task)


class OneByOne(Repeated, SequentialMultiInstanceTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """Sequential multi-instance."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        MultiInstanceTask.merge_child(self, workflow, child)
        self.go_on(child.parent)

    def _go_on(self, my_task: Any) -> None:
        if self.children_complete(my_task) or _enough(self, my_task):
            my_task._set_state(TaskState.READY)
        else:
            self.add_next_child(my_task)


class AllAtOnce(Repeated, ParallelMultiInstanceTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """Parallel multi-instance."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        MultiInstanceTask.merge_child(self, workflow, child)
        self.go_on(child.parent)

    def _go_on(self, my_task: Any) -> None:
        if _enough(self, my_task):
            for instance in list(self._instances(my_task)):
                if not instance.has_state(TaskState.FINISHED_MASK):
                    instance.cancel()
            my_task._set_state(TaskState.READY)
        elif self.children_complete(my_task):
            my_task._set_state(TaskState.READY)


def _enough(spec: Any, my_task: Any) -> bool:
    return spec.condition is not None and bool(evaluate(my_task, spec.condition))
