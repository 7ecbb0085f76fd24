"""One instance while it is worked on: take one act, run to the next wait, tell what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict
from engine.workflow.spiff import compact, standing
from engine.workflow.spiff.events import Boundary, FirstOf, has_condition
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.nodes import Repeated
from engine.workflow.spiff.parking import FAILED, StepFailed, is_parked, park
from engine.workflow.spiff.parser import ModelRefused, Specs
from engine.workflow.spiff.progress import Catch, Progress, Walk
from engine.workflow.spiff.pruning import MANY_TASKS, prune_workflow
from engine.workflow.spiff.surroundings import OUTCOME, RESERVED, TRACK, Surroundings
from engine.workflow.spiff.timers import CYCLE, passes
from forms.values import Value

MOST_STEPS = 10_000
"""Automatic steps in one call after which a diagram is taken to run in circles."""


class TaskNotReady(Conflict):
    """The task is not open: never was, is finished, or was withdrawn."""

    code = "task_not_ready"


class CatchNotWaiting(Conflict):
    """Nothing waits for a message under this key any more."""

    code = "catch_not_waiting"


class FailureNotFound(Conflict):
    """No failed step stands under this key."""

    code = "failure_not_found"


class EngineStuck(Exception):
    """Tokens are left that nothing will ever move. Nothing may be saved; it is a fault of the adapter."""


def start(specs: Specs, process_id: str, around: Surroundings, *, locals: Mapping[str, Value] = {}) -> Run:
    """Begin an instance of a process and run it to its first wait. Raises ModelRefused for an unknown process."""
    if process_id not in specs.processes:
        raise ModelRefused(f"expected process {process_id} in the bundle, but it is not there")
    instance = Instance(specs, process_id, around)
    instance.plant(locals)
    run = Run(instance)
    run._run_on()
    return run


def restore(specs: Specs, state: bytes, around: Surroundings) -> Run:
    """The instance whose state this is, as it stood. Raises StateTooNew, StateUnreadable."""
    return Run(compact.restore(specs, state, around))


class Run:
    """An instance in memory. Each act begins a new call; `progress` tells of the last one."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._steps = 0

    def complete(self, key: str, outcome: str, told: Mapping[str, Value] = {}) -> None:
        """Finish a human task. told: the facts its answers gave.

        Raises TaskNotReady unless it is open; then nothing is changed.
        """
        task = self._task(key)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise TaskNotReady(f"expected task {key} to be ready, but it is not")
        self._begin()
        task.data[OUTCOME] = outcome
        self._instance.keep_told(task, told)
        self._step(task)
        self._run_on()

    def catches(self, name: str) -> list[Catch]:
        """Where a message of this name may be delivered now."""
        return [catch for catch in standing.catches(self._instance) if catch.name == name]

    def catch(self, key: str, *, track: str | None = None, payload: Mapping[str, Value] = {}) -> None:
        """Deliver a message to exactly this catch.

        track: id of the track that a track_start begins. payload: scalars; declared facts become facts, the rest
        travels on. Raises CatchNotWaiting.
        """
        if key not in {catch.key for catch in standing.catches(self._instance)}:
            raise CatchNotWaiting(f"expected {key} to wait for a message, but it does not")
        self._begin()
        element = standing.track_start(key)
        task, index = self._started_track(element, track) if element else self._addressed(key)
        definition = task.task_spec.event_definition
        definition = definition.event_definitions[index] if isinstance(definition, FirstOf) else definition
        event = BpmnEvent(definition, payload={name: value for name, value in payload.items() if name not in RESERVED})
        if isinstance(task.task_spec.event_definition, FirstOf):
            task.task_spec.event_definition.choose(task, index, event)
        else:
            task.task_spec.catch(task, event)
        task.task_spec._update(task)
        self._run_on()

    def fire_due(self) -> int:
        """Fire every timer that is due, each once (a cycle that was missed several times too), and run on.

        How many fired.
        """
        self._begin()
        fired = 0
        for due, key in sorted(standing.due(self._instance)):
            if due <= self._instance.around.now and self._fire(key):
                fired += 1
                self._run_on()
        self._run_on()
        return fired

    def retry(self, key: str) -> None:
        """Try a parked step again.

        A timer is looked at anew by itself; to retry one does nothing. Raises FailureNotFound.
        """
        task, _ = self._addressed(key)
        if task is None or not (is_parked(task) or standing.has_timer(task)):
            raise FailureNotFound(f"expected a failed step {key}, but there is none")
        self._begin()
        parked = task.internal_data.pop(FAILED, None)
        if parked is None:
            pass
        elif isinstance(task.task_spec, Repeated) and task.state == TaskState.STARTED:
            task.task_spec.go_on(task)
        elif task.state == TaskState.WAITING:
            task.task_spec._update(task)
        self._run_on()

    def stop_tracks(self) -> None:
        """End every open track."""
        self._begin()
        self._instance.stop_tracks()
        self._run_on()

    def cancel(self) -> None:
        """End the whole instance."""
        self._begin()
        self._instance.cancel()
        self._instance.completed = True
        self._run_on()

    def look(self) -> None:
        """Begin a call that does nothing but look at conditions again, after facts have changed."""
        self._begin()
        self._run_on()

    def state(self) -> bytes:
        """The compact state."""
        return compact.dump(self._instance)

    def progress(self) -> Progress:
        """Where the instance stands, and what the last call did."""
        return standing.progress(self._instance)

    def _begin(self) -> None:
        self._steps = 0
        self._instance.begin_call()

    def _task(self, key: str) -> Any:
        return next((task for task in self._instance.live_tasks() if task.internal_data.get("key") == key), None)

    def _addressed(self, key: str) -> tuple[Any, int]:
        """The task under a key, and which of its events the key means (event-based gateways have several)."""
        own, _, index = key.partition(".")
        return self._task(own), int(index or 0)

    def _started_track(self, element: str, track: str | None) -> tuple[Any, int]:
        """Start an event subprocess; the start event that waits in it."""
        instance = self._instance
        spec = instance.spec.task_specs[element]
        begun = instance.task_tree._add_child(spec, TaskState.FUTURE)
        begun.triggered = True
        begun.data = {**instance.start_data, TRACK: track} if track is not None else dict(instance.start_data)
        instance.walked.append(Walk(instance.specs.process_of[instance.spec.name], spec.bpmn_id, None, track))
        spec._update(begun)
        part = instance.subprocesses[begun.id]
        self._step(part.task_tree)
        return next(task for task in part.tasks.values() if task.state == TaskState.WAITING), 0

    def _fire(self, key: str) -> bool:
        task, index = self._addressed(key)
        if task is None or task.state != TaskState.WAITING:
            return False  # the timer before it took this one away
        spec = task.task_spec
        definition = spec.event_definition
        timer = definition.event_definitions[index] if isinstance(definition, FirstOf) else definition
        repeats = timer.kind == "cycle" and isinstance(spec, Boundary) and not spec.cancel_activity
        if repeats and passes(task, timer, self._instance.around.now):
            # The occurrence gets a token of its own beside the waiting event: hung under it, it would die with it.
            task = task.parent._add_child(spec, TaskState.WAITING)
            task.triggered = True
            task._inherit_data()
        elif repeats:
            task.internal_data.pop(CYCLE)
        timer.fire(task)
        spec._update(task)
        return True

    def _run_on(self) -> None:
        """Run every automatic step there is, deepest processes first, until only waits are left."""
        instance = self._instance
        while self._round() or self._conditions_came_true():
            pass
        self._watch()
        instance.get_events()  # thrown, and nobody catches them: they would wait for ever
        standing.give_keys(instance)

    def _round(self) -> bool:
        moved = False
        for workflow in self._instance.workflows():
            while steps := [task for task in workflow.tasks.values() if _is_next(task)]:
                for task in sorted(steps, key=_urgency):
                    if _is_next(task) and task.id in workflow.tasks:
                        self._step(task)
                        moved = True
                if len(workflow.tasks) > MANY_TASKS:
                    prune_workflow(workflow)
            if workflow is not self._instance and workflow.parent_task_id is not None:
                activity = self._instance.get_task_from_id(workflow.parent_task_id)
                if activity is not None and not is_parked(activity):
                    activity.task_spec._update(activity)
        return moved

    def _conditions_came_true(self) -> bool:
        """Look at the conditional events once more: the steps before, or the world, may have changed facts."""
        waiting = [
            task for task in self._instance.live_tasks() if task.state == TaskState.WAITING and has_condition(task)
        ]
        for task in waiting:
            if task.state == TaskState.WAITING:
                task.task_spec._update(task)
        return any(task.state == TaskState.READY for task in waiting)

    def _step(self, task: Any) -> None:
        """Run one task. If it fails, it is parked: the one place where a process step becomes an incident."""
        self._steps += 1
        kind = getattr(task.task_spec, "failure_kind", "step")
        try:
            if self._steps > MOST_STEPS:
                raise StepFailed(
                    "runaway", f"expected a wait within {MOST_STEPS} steps, but the diagram runs in circles"
                )
            task.task_spec._predict_hook(task)
            task.run()
        except Exception as error:
            park(task, error, kind)

    def _watch(self) -> None:
        """Nothing may be left that could run and does not, and an instance must end or wait for something."""
        live = self._instance.live_tasks()
        if any(_is_next(task) for task in live):
            raise EngineStuck("expected every step to be done or parked, but some are ready")
        reachable = {id(workflow) for workflow in self._instance.workflows()}
        if any(id(task.workflow) not in reachable for task in live):
            raise EngineStuck("expected every token in a running process, but some are elsewhere")
        if not self._instance.completed and not live:
            raise EngineStuck("expected the instance to wait or to end, but it does neither")


def _urgency(task: Any) -> bool:
    """An event that has happened goes first: it may end the activity whose own end is just as near."""
    return not isinstance(task.task_spec, Boundary)


def _is_next(task: Any) -> bool:
    return bool(task.state == TaskState.READY and not task.task_spec.manual and not is_parked(task))
