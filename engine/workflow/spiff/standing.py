"""Where an instance stands, read off its tokens in our words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.events import Boundary, FirstOf, Message
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.parking import FAILED, StepFailed
from engine.workflow.spiff.progress import Catch, CatchKind, DueTimer, Failure, OpenTask, Progress
from engine.workflow.spiff.surroundings import RESERVED, TRACK, began, handed
from engine.workflow.spiff.timers import Timer, due_at
from forms.durations import DateError
from forms.values import ExpressionError

KEY = "key"
TRACK_START = "+"


def progress(instance: Instance) -> Progress:
    """All that stands, and what happened since the call began."""
    instance.facts_changed()
    live = instance.live_tasks()
    timers, failures = [], []
    for task, timer, index in _waiting(live, Timer):
        key = _key(task, index)
        try:
            due = due_at(task, timer)
        except (StepFailed, ExpressionError, DateError, OverflowError) as error:
            due = None
            new = key.partition(".")[0] in instance.new_keys
            failures.append(_failure(instance, task, key, timer.name, "timer", f"{type(error).__name__}: {error}", new))
        interrupting = isinstance(task.task_spec, Boundary) and bool(task.task_spec.cancel_activity)
        process, track = instance.process_of(task), task.data.get(TRACK)
        timers.append(DueTimer(key, process, timer.name, track, due, interrupting, partial(_locals, task)))
    for task in live:
        if FAILED in task.internal_data:
            parked = task.internal_data[FAILED]
            new = _key(task) in instance.new_failures
            failures.append(_failure(instance, task, _key(task), _element(task), parked["kind"], parked["error"], new))
    still_open = {track.data.get(TRACK) for track in instance.open_tracks()}
    return Progress(
        open_tasks=[_open_task(instance, task) for task in live if _is_open(task)],
        timers=timers,
        catches=catches(instance, live),
        walked=list(instance.walked),
        thrown=list(instance.thrown),
        failures=failures,
        ended_tracks=sorted(track for track in instance.tracks_before - still_open if track is not None),
        ended=bool(instance.completed),
    )


def catches(instance: Instance, live: list[Any] | None = None) -> list[Catch]:
    """Every place that waits for a message: event subprocesses first, then tokens in their order."""
    if instance.completed:
        return []
    found = list(_track_starts(instance))
    for task, message, index in _waiting(instance.live_tasks() if live is None else live, Message):
        kind: CatchKind = "boundary" if isinstance(task.task_spec, Boundary) else "catch"
        element = (
            task.task_spec.elements[index] if isinstance(task.task_spec.event_definition, FirstOf) else _element(task)
        )
        process, track = instance.process_of(task), task.data.get(TRACK)
        found.append(Catch(_key(task, index), element, process, track, kind, message.name, _locals(task)))
    return found


def track_start(key: str) -> str | None:
    """The event subprocess a key means, if it means one."""
    return key.removeprefix(TRACK_START) if key.startswith(TRACK_START) else None


def due(instance: Instance) -> Iterator[tuple[datetime, str]]:
    """(due instant, key) of every timer that has one."""
    for task, timer, index in _waiting(instance.live_tasks(), Timer):
        try:
            instant = due_at(task, timer)
        except (StepFailed, ExpressionError, DateError, OverflowError):
            continue  # listed among the failures
        if instant is not None:
            yield instant, _key(task, index)


def has_timer(task: Any) -> bool:
    return any(True for _ in _waiting([task], Timer))


def give_keys(instance: Instance) -> None:
    """Give every token that can be addressed a key of its own, and note when its wait began."""
    for task in instance.live_tasks():
        if KEY not in task.internal_data and (_is_open(task) or FAILED in task.internal_data or _waits(task)):
            key = str(instance.next_key)
            instance.next_key += 1
            task.internal_data[KEY] = key
            instance.new_keys.add(key)
            began(task)
        if task.id in instance.newly_failed and FAILED in task.internal_data:
            instance.new_failures.add(_key(task))


def _is_open(task: Any) -> bool:
    return bool(task.state == TaskState.READY and task.task_spec.manual and FAILED not in task.internal_data)


def _waits(task: Any) -> bool:
    return bool(task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent))


def _waiting(live: list[Any], kind: type) -> Iterator[tuple[Any, Any, int | None]]:
    """(task, event definition, index) of the waits for one kind of event.

    The index only behind an event-based gateway.
    """
    for task in live:
        if _waits(task) and FAILED not in task.internal_data:
            definition = task.task_spec.event_definition
            if isinstance(definition, FirstOf):
                yield from (
                    (task, one, place)
                    for place, one in enumerate(definition.event_definitions)
                    if isinstance(one, kind)
                )
            elif isinstance(definition, kind):
                yield task, definition, None


def _track_starts(instance: Instance) -> Iterator[Catch]:
    process = instance.specs.process_of[instance.spec.name]
    for name in instance.spec.start.trigger_specs:
        for start in instance.subprocess_specs[name].bpmn_start_events:
            if isinstance(start.event_definition, Message):
                yield Catch(
                    TRACK_START + name, start.bpmn_id, process, None, "track_start", start.event_definition.name
                )


def _open_task(instance: Instance, task: Any) -> OpenTask:
    spec, key = task.task_spec, _key(task)
    return OpenTask(
        key=key,
        process=instance.process_of(task),
        element=_element(task),
        name=spec.bpmn_name or "",
        lane=spec.lane,
        track=task.data.get(TRACK),
        locals=_locals(task),
        began=began(task),
        new=key in instance.new_keys,
    )


def _locals(task: Any) -> dict[str, Any]:
    """What the branch was given, not what was said in it (`call` facts): a form's answers are never fixed by those.

    Without what is handed where a changed fact made that impossible: the task must still be seen.
    """
    try:
        given = handed(task)
    except (ExpressionError, DateError, OverflowError):
        given = {}
    said = task.workflow.top_workflow.specs.of_call
    known = {**{name: value for name, value in task.data.items() if name not in said}, **given}
    return {name: value for name, value in known.items() if name not in RESERVED}


def _failure(instance: Instance, task: Any, key: str, element: str, kind: str, error: str, new: bool) -> Failure:
    return Failure(key, instance.process_of(task), element, task.data.get(TRACK), kind, error, new)


def _element(task: Any) -> str:
    return str(task.task_spec.bpmn_id or task.task_spec.name)


def _key(task: Any, index: int | None = None) -> str:
    return str(task.internal_data[KEY]) if index is None else f"{task.internal_data[KEY]}.{index}"
