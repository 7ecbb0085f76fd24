"""One step of one instance: restore, act, run to the next wait, write what follows from it. One lock, one transaction.

The caller (casework) hands in `Knowledge`: what is true of the family, and how its services are carried out.
Everything a step changes is written by `settle`; a crash before the commit leaves the step not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.orm import Session

from engine.workflow import incident as incidents
from engine.workflow import instance as instances
from engine.workflow import spiff
from engine.workflow import timer as timers
from engine.workflow.event import About, Chronicle
from engine.workflow.instance import Instance, InstanceState
from engine.workflow.open_work import OpenWork
from engine.workflow.reasons import Reasons, events_left
from engine.workflow.surroundings import Knowledge, Surroundings
from engine.workflow.task import Task, TaskState
from engine.workflow.task import open_together as open_tasks_together
from engine.workflow.timer import TimerLine
from engine.workflow.versions import Version
from engine.workflow.versions import load as load_version
from forms.expressions import Value


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one instance, locked and read together with those of others (`rows_of`)."""

    instance: Instance
    tasks: Sequence[Task]
    timers: Sequence[TimerLine]


def rows_of(session: Session, instance_ids: Sequence[str]) -> dict[str, Rows]:
    """What steps of several instances will read, in three statements; instances that are gone are left out."""
    found = instances.locked_together(session, instance_ids)
    ids = [instance.id for instance in found]
    tasks = open_tasks_together(session, ids)
    waiting = timers.of_instances(session, ids)
    return {one.id: Rows(one, [task for task in tasks if task.instance_id == one.id], waiting[one.id]) for one in found}


@dataclass
class Step:
    """A step under way. Act on `run` (complete, catch, fire_due, retry …), then `settle` once."""

    session: Session
    instance: Instance
    version: Version
    knowledge: Knowledge
    run: spiff.Run
    now: datetime
    actor_id: str | None = None
    is_new: bool = False
    read: Rows | None = None
    ended_tracks: list[str] = field(default_factory=list)
    _thrown: list[spiff.Thrown] = field(default_factory=list)
    _walk: list[list[str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reasons = Reasons()
        self._chronicle = Chronicle(self.session, self.instance, self.now, self.actor_id)
        self._work = OpenWork(
            self.session,
            self.instance,
            self.version,
            self.knowledge,
            self.now,
            self._chronicle,
            self._reasons,
            self._known_tasks(),
        )

    @property
    def opened(self) -> list[Task]:
        """The tasks this step has opened so far; some may be closed again by its end."""
        return self._work.opened

    def explain(self, why: str) -> None:
        """Say why what this step opens is to be done, where the diagram's own events are not the reason."""
        self._reasons.acted = why

    def note(self, kind: str, **about: Unpack[About]) -> None:
        """Add one event to the history; written by `settle`."""
        self._chronicle.note(kind, **about)

    def complete(self, task: Task, outcome: str, told: Mapping[str, Value] | None = None) -> None:
        """Finish the task's token with this outcome and close its row. told: the facts its answers gave."""
        self.run.complete(task.key, outcome, told or {})
        state = TaskState.EXPIRED if outcome == "expired" else TaskState.COMPLETED
        self._work.close(task, state, outcome, by=self.actor_id)
        self.explain(task.name)
        self.collect()

    def fire_due(self) -> int:
        """Fire every timer of the instance that is due."""
        fired = self.run.fire_due()
        self._read_reasons()
        if fired:
            self._note_timers()
        self.collect()
        return fired

    def _note_timers(self) -> None:
        """The timers just left, each with its track and which of its kind it was: what the timeline names."""
        progress = self.run.progress()
        left = events_left(progress.walked, self.version.bundle.processes, "timer")
        waiting = {timer.key for timer in progress.timers}
        gone = [row for row in self._known_timers() if row.key not in waiting]
        for track, process, node in left:
            which = [row.told_apart_by for row in gone if (row.track_id, row.element) == (track, node.id)] or [{}]
            for told_apart_by in which:
                self.note(
                    "timer_fired",
                    track=track,
                    process=process,
                    element=node.id,
                    name=node.name or None,
                    details={"told_apart_by": told_apart_by} if told_apart_by else None,
                )
        if not left:
            self.note("timer_fired")

    def catch(
        self, key: str, *, name: str, track: str | None = None, payload: Mapping[str, Value] | None = None
    ) -> None:
        """Deliver a message to exactly this waiting catch."""
        self.run.catch(key, track=track, payload=payload or {})
        self._read_reasons()
        self.collect()

    def _read_reasons(self) -> None:
        self._reasons.read(self.run.progress().walked, self.version.bundle.processes)

    def retry(self, key: str) -> None:
        """Try a parked step again."""
        self.run.retry(key)
        self.collect()

    def collect(self) -> None:
        """Take over what the last call walked, before another call replaces it."""
        progress = self.run.progress()
        self._walk += [[walk.process, walk.node, walk.flow] for walk in progress.walked]
        self.ended_tracks += progress.ended_tracks
        self._thrown += progress.thrown

    def open_tracks(self) -> set[str]:
        """Tracks in which something still stands: the first part of their id."""
        progress = self.run.progress()
        tracks = [
            *(task.track for task in progress.open_tasks),
            *(timer.track for timer in progress.timers),
            *(catch.track for catch in progress.catches),
            *(failure.track for failure in progress.failures),
        ]
        return {track.split("/", 1)[0] for track in tracks if track}

    def thrown(self) -> list[spiff.Thrown]:
        """Messages thrown by diagrams since the last call, for casework to deliver."""
        taken, self._thrown = self._thrown, []
        return taken

    def settle(self) -> None:
        """Write state, tasks, timers, incidents and history. Call once, after the last act of the step."""
        progress = self.run.progress()
        self._work.settle(progress.open_tasks)
        timers.settle(self.session, self.instance, self._known_timers(), progress.timers, self.version)
        incidents.settle(self.session, self.instance, self._chronicle, progress.failures)
        if self._walk:
            self.note("step", details={"walk": self._walk})
        if progress.ended:
            self.instance.state, self.instance.ended_at, self.instance.state_bytes = InstanceState.ENDED, self.now, None
            self.note("instance_ended", process=self.instance.process)
        else:
            self.instance.state_bytes = self.run.state()
        self.session.flush()
        self._work.write()
        self._chronicle.write()

    def peek_open(self) -> list[Task]:
        """The open tasks as they stand now, new ones already made: for an act that opens and finishes in one step."""
        self._work.settle(self.run.progress().open_tasks)
        return self._work.still_open()

    def open_task(self, task_id: str) -> Task:
        """The open task with this id, locked and fresh. Raises TaskUnknown, TaskAlreadyCompleted."""
        return self._work.task(task_id)

    def _known_timers(self) -> Sequence[TimerLine]:
        if self.read is not None:
            return self.read.timers
        return () if self.is_new else timers.of_instance(self.session, self.instance.id)

    def _known_tasks(self) -> Sequence[Task] | None:
        if self.read is not None:
            return self.read.tasks
        return () if self.is_new else None


def begin(
    session: Session,
    version: Version,
    process: str,
    knowledge: Knowledge,
    *,
    case_ref: str | None,
    centre_id: str | None,
    now: datetime,
    actor_id: str | None = None,
    local_values: Mapping[str, Value] | None = None,
    before: Callable[[Instance], None] | None = None,
) -> Step:
    """Start a new instance of a process and run it to its first wait. Settle it afterwards."""
    row = Instance(
        case_ref=case_ref,
        centre_id=centre_id,
        process=process,
        version_id=version.id,
        state=InstanceState.RUNNING,
        started_at=now,
        has_buffered=False,
        has_incidents=False,
    )
    around = Surroundings(now, knowledge, version)
    step = Step(session, row, version, knowledge, _not_yet(), now, actor_id=actor_id, is_new=True)
    session.add(row)
    if before is not None:
        before(row)
    step.run = spiff.start(version.specs, process, around, locals=local_values or {})
    step.collect()
    return step


def resume(
    session: Session,
    instance_id: str,
    knowledge_of: Callable[[Instance, Version], Knowledge],
    *,
    now: datetime,
    actor_id: str | None = None,
    read: Rows | None = None,
) -> Step:
    """Take up an instance under its row lock. Raises InstanceUnknown, InstanceEnded, and the adapter's state errors.

    read: its rows, where the same transaction has read them already and changed none of them since.
    """
    row = read.instance if read is not None else instances.locked(session, instance_id)
    if row.state_bytes is None:
        raise InstanceEnded(instance_id)
    version = load_version(session, row.version_id)
    knowledge = knowledge_of(row, version)
    run = spiff.restore(version.specs, row.state_bytes, Surroundings(now, knowledge, version))
    return Step(session, row, version, knowledge, run, now, actor_id=actor_id, read=read)


class InstanceEnded(instances.InstanceUnknown):
    """The instance has come to its end; nothing can happen in it any more."""


def _not_yet() -> Any:
    return None
