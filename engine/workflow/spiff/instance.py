"""One running instance as the library sees it, with its shared specs left untouched and nothing predicted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.gateways import LIVE, TAKEN, TokenJoin
from engine.workflow.spiff.nodes import TrackSubprocess
from engine.workflow.spiff.parking import StepFailed
from engine.workflow.spiff.parser import Specs
from engine.workflow.spiff.progress import Thrown, Walk
from engine.workflow.spiff.surroundings import RESERVED, TRACK, Surroundings, evaluate


class NoScripts:
    """In the place of the library's script engine: conditions are our expressions, and nothing is ever executed."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return evaluate(task, expression)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        raise StepFailed("step", f"expected no scripts, but {task.task_spec.name} has one")


class Part(BpmnSubWorkflow):  # type: ignore[misc]  # the library is untyped
    """A subprocess or called process while it runs."""

    def update_waiting_tasks(self) -> None:
        look_again(self)

    def _task_removed_notify(self, task: Any) -> None:
        self.top_workflow.forget(task)


class Instance(BpmnWorkflow):  # type: ignore[misc]
    """The whole instance.

    walked, thrown, new_keys, new_failures: what happened since `begin_call`. newly_failed: ids of tasks, until they
    have keys. next_key: the next key to give out.
    start_data: what the instance was started with, for tracks that start later.
    """

    def __init__(self, specs: Specs, process_id: str, around: Surroundings) -> None:
        super().__init__(specs.processes[process_id], specs.processes, NO_SCRIPTS, deserializing=True)
        self.specs = specs
        self.around = around
        self.next_key = 1
        self._handed: dict[Any, Mapping[str, Any]] = {}
        self.start_data: dict[str, Any] = {}
        self.begin_call()

    def begin_call(self) -> None:
        self.facts_changed()
        self.walked: list[Walk] = []
        self.thrown: list[Thrown] = []
        self.newly_failed: set[Any] = set()
        self.new_failures: set[str] = set()
        self.new_keys: set[str] = set()
        self.tracks_before = {track.data.get(TRACK) for track in self.open_tracks()} if self.tasks else set()

    def plant(self, data: Mapping[str, Any]) -> None:
        """Begin at the start of the process."""
        self.task_tree = Task(self, self.spec.start, state=TaskState.READY)
        self.task_tree.data = dict(data)
        self.start_data = dict(data)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Part:
        if spec_name not in self.subprocess_specs:
            raise StepFailed("call", f"expected process {spec_name} in the bundle, but it is not there")
        part = Part(self.subprocess_specs[spec_name], my_task.id, self, deserializing=True)
        part.task_tree = Task(part, part.spec.start, state=TaskState.READY)
        self.subprocesses[my_task.id] = part
        return part

    def get_task_from_id(self, task_id: Any) -> Any:
        if task_id in self.tasks:
            return self.tasks[task_id]
        return next((part.tasks[task_id] for part in self.subprocesses.values() if task_id in part.tasks), None)

    def update_waiting_tasks(self) -> None:
        look_again(self)

    def _task_removed_notify(self, task: Any) -> None:
        self.forget(task)

    def forget(self, task: Any) -> None:
        """A task was removed from its tree: what it waited for and the process inside it go too."""
        self.event_manager.remove_task(task)
        part = self.subprocesses.pop(task.id, None)
        if part is not None:
            for inner in list(part.tasks.values()):
                self.forget(inner)

    def workflows(self) -> list[Any]:
        """Every workflow that runs, deepest first, the instance itself last."""
        parts = [part for part in self.subprocesses.values() if not part.completed]
        return [*sorted(parts, key=lambda part: part.depth, reverse=True), self]

    def live_tasks(self) -> list[Any]:
        """Where tokens stand, those with a key in the order in which they came to stand there."""
        live = [task for workflow in self.workflows() for task in workflow.tasks.values() if task.has_state(LIVE)]
        return sorted(live, key=lambda task: int(task.internal_data.get("key", self.next_key)))

    def handed_to(self, workflow: Any) -> Mapping[str, Any]:
        """The locals of a called process: what each call activity around it hands over, the inner over the outer."""
        if workflow is self:
            return {}
        known = self._handed.get(workflow.parent_task_id)
        if known is None:
            activity = self.get_task_from_id(workflow.parent_task_id)
            known = {**self.handed_to(activity.workflow), **activity.task_spec.locals_for(activity)}
            self._handed[workflow.parent_task_id] = known
        return known

    def facts_changed(self) -> None:
        """What was computed from facts is computed anew when it is next asked for."""
        self._handed.clear()

    def open_tracks(self) -> list[Any]:
        """The running event subprocesses."""
        return [
            task for task in self.tasks.values() if isinstance(task.task_spec, TrackSubprocess) and task.has_state(LIVE)
        ]

    def stop_tracks(self, besides: Any = None) -> None:
        """End every running event subprocess but the one that `besides` stands in."""
        spared = besides
        while spared is not None and spared.workflow is not self:
            spared = self.get_task_from_id(spared.workflow.parent_task_id)
        for track in self.open_tracks():
            if track is not spared:
                track.cancel()
        self.update_waiting_tasks()

    def process_of(self, task: Any) -> str:
        """Id of the BPMN process the task is drawn in."""
        return self.specs.process_of[task.workflow.spec.name]

    def note_flows(self, task: Any) -> None:
        """Write down where a node that has just completed sends its token."""
        spec, process, track = task.task_spec, self.process_of(task), task.data.get(TRACK)
        if spec.unled:
            self.walked.append(Walk(process, spec.bpmn_id, None, track))
        taken = task.internal_data.pop(TAKEN, None)
        seen: set[str] = set()
        for child in task.children:
            target = child.task_spec.name.removesuffix(".BoundaryEventSplit")
            if child.triggered or target in seen:
                continue
            seen.add(target)
            for flow in spec.flows.get(target, ()):
                if taken is None or flow in taken:
                    self.walked.append(Walk(process, target, flow, track))

    def keep_results(self, task: Any, results: Mapping[str, Any]) -> None:
        """Declared facts become facts, the rest travels with the token."""
        facts = {name: value for name, value in results.items() if name in self.specs.facts}
        if facts:
            self.around.set_facts(task.data.get(TRACK), facts)
        task.data.update({name: value for name, value in results.items() if name not in facts and name not in RESERVED})
        self.keep_told(task, facts)
        self.facts_changed()

    def keep_told(self, task: Any, facts: Mapping[str, Any]) -> None:
        """Facts that belong to one pass through a called process travel with its token."""
        task.data.update({name: facts[name] for name in self.specs.of_call if name in facts})


def look_again(workflow: Any) -> None:
    """After a task completed: joins count again. Other waits are not touched."""
    for task in list(workflow.tasks.values()):
        if task.state == TaskState.WAITING and task.id in workflow.tasks:
            spec = task.task_spec
            if isinstance(spec, (TokenJoin, BoundaryEventJoin)):
                spec._update(task)


NO_SCRIPTS = NoScripts()
