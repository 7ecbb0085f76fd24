"""Gateways and joins.

The library's joins remember earlier passes, look into predicted tasks and may delete what followed an earlier firing
(traps 4 and 16). Ours count tokens: those that arrived and were not yet consumed, and those that can still arrive.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins import ExclusiveGatewayMixin, InclusiveGatewayMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.nodes import Node
from engine.workflow.spiff.parking import StepFailed
from engine.workflow.spiff.surroundings import evaluate

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
TAKEN = "taken"
FROM = "from"
NTH = "nth"


class Choice(Node, MultiChoice):  # type: ignore[misc]
    """A gateway with conditions. flow_order: ids of the outgoing flows, in the order of cond_task_specs."""

    failure_kind = "condition"

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.flow_order: list[str] = []

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing is predicted: the children are those chosen when it runs."""

    def ways(self, my_task: Any, first_only: bool) -> list[tuple[str, Any]]:
        """(flow id, target spec) of the flows whose condition holds, else of the default.

        Raises StepFailed for none.
        """
        chosen: list[tuple[str, str]] = []
        default: list[tuple[str, str]] = []
        for flow, (condition, target) in zip(self.flow_order, self.cond_task_specs, strict=True):
            if condition is None:
                default.append((flow, target))
            elif not (first_only and chosen) and evaluate(my_task, condition.args[0]):
                chosen.append((flow, target))
        if not chosen and not default:
            raise StepFailed("condition", f"expected a condition after {self.bpmn_id} to hold, but none did")
        return [(flow, self._wf_spec.task_specs[target]) for flow, target in chosen or default]

    def go(self, my_task: Any, first_only: bool) -> None:
        ways = self.ways(my_task, first_only)
        my_task.internal_data[TAKEN] = [flow for flow, _ in ways]
        my_task._sync_children([target for _, target in ways], TaskState.FUTURE)


class Exclusive(Choice, ExclusiveGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]
    """The first flow whose condition holds, else the default."""

    def _run_hook(self, my_task: Any) -> bool:
        self.go(my_task, first_only=True)
        return True


class TokenJoin(Join):  # type: ignore[misc]
    """A join that counts tokens.

    An arrived token waits at the newest instance; older ones are CANCELLED but still count.
    """

    def _update_hook(self, my_task: Any) -> bool:
        others = [task for task in my_task.workflow.tasks.values() if task is not my_task and is_arrival(task, self)]
        if FROM not in my_task.internal_data:
            my_task._inherit_data()
            my_task.internal_data[FROM] = my_task.parent.task_spec.name
            my_task.internal_data[NTH] = 1 + max((task.internal_data[NTH] for task in others), default=0)
        if not self.may_fire(my_task, {task.internal_data[FROM] for task in [*others, my_task]}):
            for task in others:
                if task.state == TaskState.WAITING:
                    task._set_state(TaskState.CANCELLED)
            my_task._set_state(TaskState.WAITING)
            return False
        own = dict(my_task.data)
        for task in sorted(others, key=lambda other: other.internal_data[NTH]):
            DeepMerge.merge(my_task.data, task.data)
            my_task.workflow._remove_task(task.id)
        DeepMerge.merge(my_task.data, own)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        raise AssertionError("every kind of join says when it fires")


class Parallel(Node, TokenJoin, BpmnSpecMixin):  # type: ignore[misc]
    """One token from every incoming flow.

    back: inputs that only this gateway itself can lead to (a loop back). They are not waited for on the way in, and
    when a token comes back, the way in is not waited for.
    """

    back: frozenset[str] = frozenset()

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        forward = set(self._inputs) - self.back
        return forward <= arrived or (bool(self.back) and self.back <= arrived)


class Inclusive(Choice, TokenJoin, InclusiveGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]
    """One token from every incoming flow that can still bring one; then every flow whose condition holds.

    upstream: input -> specs from which it can be reached without passing this gateway.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.upstream: dict[str, frozenset[str]] = {}

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        """As in BPMN 2.0, table 13.3: no token may still reach an empty input.

        Unless it could also reach a filled one.
        """
        awaited = frozenset().union(*(self.upstream[name] for name in set(self._inputs) - arrived))
        filled = frozenset().union(*(self.upstream[name] for name in arrived if name in self.upstream))
        coming = awaited - filled
        return not any(task.task_spec.name in coming for task in tokens(my_task.workflow) if task.task_spec is not self)

    def _run_hook(self, my_task: Any) -> bool:
        self.go(my_task, first_only=False)
        return True


class EndJoin(TokenJoin, BpmnTaskSpec):  # type: ignore[misc]
    """The invisible join before the end of a process: it waits for every other token."""

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        return not any(task.task_spec is not self for task in tokens(my_task.workflow))

    def _update_hook(self, my_task: Any) -> bool:
        fires = super()._update_hook(my_task)
        if not fires:
            self._gather(my_task)
        return fires

    def _gather(self, my_task: Any) -> None:
        """Melt the tokens that ended before into one: only their data matters.

        And a journey may end hundreds of branches.
        """
        older = sorted(
            (task for task in my_task.workflow.tasks.values() if task is not my_task and is_arrival(task, self)),
            key=lambda task: task.internal_data[NTH],
        )
        for task in older[1:]:
            DeepMerge.merge(older[0].data, task.data)
            older[0].internal_data[NTH] = task.internal_data[NTH]
            my_task.workflow._remove_task(task.id)

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.data.update(my_task.data)
        return True


def is_arrival(task: Any, join: Any) -> bool:
    """Whether the task is a token that arrived at the join and was not consumed."""
    return (
        task.task_spec is join
        and FROM in task.internal_data
        and task.has_state(TaskState.WAITING | TaskState.CANCELLED)
    )


def tokens(workflow: Any) -> list[Any]:
    """Where the tokens of a workflow stand, those included that a task is just handing to its children."""
    return [
        task
        for task in workflow.tasks.values()
        if (task.has_state(LIVE) and not isinstance(task.task_spec, BoundaryEventJoin))
        or (task.state == TaskState.FUTURE and task.parent is not None and task.parent.state == TaskState.COMPLETED)
    ]
