"""Forgetting what a run no longer needs: only where the tokens stand is kept, flat under the root of each workflow.

Kept beside the live tasks (READY, WAITING, STARTED): the split above an activity with boundary events together with its
other children, because its join asks for them; tokens that arrived at a join that still waits. Everything else goes:
finished history, children made in advance, processes that ended. Our joins and gateways look at nothing else.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import EventSplit
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.gateways import LIVE, TokenJoin, is_arrival
from engine.workflow.spiff.instance import Instance

MANY_TASKS = 60


def prune(instance: Instance) -> None:
    """Forget everything that no token needs, in every workflow. Ended processes are dropped."""
    for workflow in instance.workflows():
        prune_workflow(workflow)
    standing = {
        task.id for workflow in instance.workflows() for task in workflow.tasks.values() if task.has_state(LIVE)
    }
    for id in [id for id, part in instance.subprocesses.items() if part.completed or id not in standing]:
        del instance.subprocesses[id]


def prune_workflow(workflow: Any) -> None:
    """Hang what is needed under the root, keeping only such parents as are needed themselves."""
    root = workflow.task_tree
    needed = _needed(workflow)
    parents = {id: _nearest(task, needed, root) for id, task in needed.items() if task is not root}
    if root.state == TaskState.COMPLETED:
        root.data = {}  # a waiting event inherits from its parent each time it is looked at
    manager = workflow.top_workflow.event_manager
    for id in [id for id in workflow.tasks if id not in needed and id != root.id]:
        manager.tasks.pop(id, None)
        del workflow.tasks[id]
    for task in workflow.tasks.values():
        task._children = []
    for id, parent in parents.items():
        task = needed[id]
        task._parent = parent.id
        parent._children.append(id)


def _needed(workflow: Any) -> dict[Any, Any]:
    """Task id -> task of all that is kept, in the order in which the tasks came to be."""
    live = [task for task in workflow.tasks.values() if task.has_state(LIVE)]
    needed = {task.id for task in live}
    for task in live:
        parent = task.parent
        if parent is not None and isinstance(parent.task_spec, EventSplit):
            needed.add(parent.id)
            needed.update(parent._children)
    waiting_joins = {id(task.task_spec) for task in live if isinstance(task.task_spec, TokenJoin)}
    for task in workflow.tasks.values():
        if id(task.task_spec) in waiting_joins and is_arrival(task, task.task_spec):
            needed.add(task.id)
    return {id: task for id, task in workflow.tasks.items() if id in needed}


def _nearest(task: Any, needed: dict[Any, Any], root: Any) -> Any:
    """The nearest ancestor that is kept too."""
    parent = task.parent
    while parent is not None and parent.id not in needed:
        parent = parent.parent
    return root if parent is None else parent
