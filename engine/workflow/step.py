"""One step of one instance: restore, act, run to the next wait, write what follows from it. One lock, one transaction.

The caller (casework) hands in `Knowledge`: what is true of the family, and how its services are carried out.
Everything a step changes is written by `settle`; a crash before the commit leaves the step not done at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.clock import jst_day
from engine.database import municipality_of, new_id, table_of, write
from engine.workflow import instance as instances
from engine.workflow import spiff
from engine.workflow import timer as timers
from engine.workflow.event import Event
from engine.workflow.incident import RETRY_AFTER, Incident
from engine.workflow.instance import Instance, InstanceState
from engine.workflow.task import Task, TaskState
from engine.workflow.task import load as load_task
from engine.workflow.task import open_of as open_tasks_of
from engine.workflow.task import open_together as open_tasks_together
from engine.workflow.timer import Timer, TimerLine
from engine.workflow.versions import Version, window_day
from engine.workflow.versions import load as load_version
from forms.expressions import ExpressionError, Value, parse
from processes.vocabulary import role_of

FAR_OFF = date(9999, 12, 31)
_INSERT_EVENTS = insert(table_of(Event))
PRIORITIES = {"high": 1, "normal": 5, "low": 9}


class Knowledge(Protocol):
    """What casework hands to a step: facts, functions bound to the town's calendar, services, and who is concerned."""

    def names(self, track: str | None) -> Mapping[str, Value]: ...
    def functions(self) -> Mapping[str, Callable[..., Value]]: ...
    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None: ...
    def serve(self, call: spiff.ServiceCall) -> Mapping[str, Value] | None: ...
    def about(self, track: str | None) -> str | None: ...
    def partner_id(self, kind: str, track: str | None) -> str | None: ...
    def centre_id(self) -> str: ...
    def responsible_id(self) -> str | None: ...


@dataclass
class Surroundings:
    """What the engine's adapter may look at during this step."""

    now: datetime
    knowledge: Knowledge
    version: Version

    def names(self, track: str | None) -> Mapping[str, Value]:
        return self.knowledge.names(track)

    def functions(self) -> Mapping[str, Callable[..., Value]]:
        return self.knowledge.functions()

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        self.knowledge.set_facts(track, values)

    def serve(self, call: spiff.ServiceCall) -> Mapping[str, Value] | None:
        return self.knowledge.serve(call)

    def decide(self, decision_id: str, names: Mapping[str, Value]) -> Any:
        return self.version.bundle.decisions[decision_id].decide(names, self.functions())


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
    why: str = ""
    actor_id: str | None = None
    is_new: bool = False
    read: Rows | None = None
    opened: list[Task] = field(default_factory=list)
    ended_tracks: list[str] = field(default_factory=list)
    failed_elements: list[str] = field(default_factory=list)
    fired: int = 0
    _events: list[dict[str, Any]] = field(default_factory=list)
    _causes: dict[str | None, str] = field(default_factory=dict)  # track -> name of the event that moved it
    _walk: list[list[str | None]] = field(default_factory=list)
    _rows: dict[str, Task] = field(default_factory=dict)
    _rows_loaded: bool = False
    _unwritten: list[Task] = field(default_factory=list)  # opened in this step, not yet in the table

    def note(
        self,
        kind: str,
        *,
        track: str | None = None,
        process: str | None = None,
        element: str | None = None,
        name: str | None = None,
        ref: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one event to the history; written by `settle`."""
        self._events.append(
            {
                "municipality_id": municipality_of(self.session),
                "id": new_id(),
                "case_ref": self.instance.case_ref,
                "instance_id": self.instance.id,
                "track_id": track,
                "kind": kind,
                "process": process,
                "element": element,
                "name": name,
                "actor_id": self.actor_id,
                "ref": ref,
                "details": dict(details or {}),
                "at": self.now,
            }
        )

    def complete(self, task: Task, outcome: str) -> None:
        """Finish the task's token with this outcome and close its row."""
        self.run.complete(task.key, outcome)
        state = TaskState.EXPIRED if outcome == "expired" else TaskState.COMPLETED
        task.state, task.outcome, task.closed_at, task.closed_by = state, outcome, self.now, self.actor_id
        self._rows[task.key] = task
        self.why = task.name
        self.note(
            f"task_{state}",
            track=task.track_id,
            process=task.process,
            element=task.element,
            name=task.name,
            ref=task.id,
            details={"outcome": outcome},
        )
        self.collect()

    def fire_due(self) -> int:
        """Fire every timer of the instance that is due."""
        fired = self.run.fire_due()
        self.fired += fired
        self._note_causes()
        self.collect()
        return fired

    def _note_causes(self) -> None:
        """Which timer or message was left by each track; of two, neither is named as the reason for what follows."""
        fired: dict[str | None, set[str]] = {}
        for walk in self.run.progress().walked:
            process = self.version.bundle.processes[walk.process]
            flow = process.flows.get(walk.flow or "")
            node = process.nodes.get(flow.source) if flow is not None else None
            if node is not None and node.event.kind in ("timer", "message") and node.name:
                fired.setdefault(walk.track, set()).add(node.name)
        self._causes |= {track: names.pop() for track, names in fired.items() if len(names) == 1}

    def catch(
        self, key: str, *, name: str, track: str | None = None, payload: Mapping[str, Value] | None = None
    ) -> None:
        """Deliver a message to exactly this waiting catch."""
        self.run.catch(key, track=track, payload=payload or {})
        self._note_causes()
        self.collect()

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

    _thrown: list[spiff.Thrown] = field(default_factory=list)

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
        self._settle_tasks(progress.open_tasks)
        self._settle_timers(progress.timers)
        self._settle_failures(progress.failures)
        if self._walk:
            self.note("step", details={"walk": self._walk})
        if progress.ended:
            self.instance.state, self.instance.ended_at, self.instance.state_bytes = InstanceState.ENDED, self.now, None
            self.note("instance_ended", process=self.instance.process)
        else:
            self.instance.state_bytes = self.run.state()
        self.session.flush()
        write(self.session, self._unwritten)
        self._unwritten = []
        if self._events:
            self.session.execute(_INSERT_EVENTS, self._events)
            self._events = []

    # --- tasks ---

    def peek_open(self) -> list[Task]:
        """The open tasks as they stand now, new ones already made: for an act that opens and finishes in one step."""
        self._settle_tasks(self.run.progress().open_tasks)
        return [task for task in self._rows.values() if task.state == TaskState.OPEN]

    def _settle_tasks(self, standing: list[spiff.OpenTask]) -> None:
        open_now = {task.key: task for task in standing}
        self._load_rows()
        for key, row in self._rows.items():
            if key not in open_now and row.state == TaskState.OPEN:
                row.state, row.closed_at = TaskState.CANCELLED, self.now
                self.note(
                    "task_cancelled",
                    track=row.track_id,
                    process=row.process,
                    element=row.element,
                    name=row.name,
                    ref=row.id,
                )
        for key, token in open_now.items():
            known = self._rows.get(key)
            if known is not None and known.state == TaskState.OPEN:
                self._set_window(known, token)
                if known.local_values != (handed := _plain(token.locals)):
                    known.local_values = handed
            else:
                self._rows[key] = row = self._open(token)
                self.opened.append(row)
                self._unwritten.append(row)

    def open_task(self, task_id: str) -> Task:
        """The open task with this id, locked and fresh. Raises TaskUnknown, TaskAlreadyCompleted."""
        self._load_rows()
        found = next((row for row in self._rows.values() if row.id == task_id), None)
        if found is None:
            found = load_task(self.session, task_id, lock=True)
        found.require_open()
        return found

    def _load_rows(self) -> None:
        if not self._rows_loaded:
            rows: Sequence[Task] = ()
            if self.read is not None:
                rows = self.read.tasks
            elif not self.is_new:
                rows = open_tasks_of(self.session, self.instance.id)
            self._rows |= {task.key: task for task in rows if task.key not in self._rows}
            self._rows_loaded = True

    def _open(self, token: spiff.OpenTask) -> Task:
        node = self.version.bundle.processes[token.process].nodes[token.element]
        row = Task(
            instance_id=self.instance.id,
            case_ref=self.instance.case_ref,
            track_id=token.track,
            key=token.key,
            process=token.process,
            element=token.element,
            name=node.name or token.element,
            lane=node.lane_role or role_of(token.lane) or "",
            centre_id=self.knowledge.centre_id(),
            assignee_id=None,
            about_ref=self.knowledge.about(token.track),
            partner_id=self._partner_id(node.properties.get("sent_to"), token.track),
            form=node.form,
            version_id=self.version.id,
            exits=list(node.exits),
            local_values=_plain(token.locals),
            why=self.why or self._causes.get(token.track, ""),
            priority=_priority(node.properties.get("priority")),
            sort_on=FAR_OFF,
            state=TaskState.OPEN,
            opened_at=self.now,
        )
        self._set_window(row, token)
        self.note(
            "task_opened", track=token.track, process=token.process, element=token.element, name=row.name, ref=row.id
        )
        return row

    def _partner_id(self, kind: str | None, track: str | None) -> str | None:
        return self.knowledge.partner_id(kind, track) if kind else None

    def _set_window(self, row: Task, token: spiff.OpenTask) -> None:
        """Compute the window again: a corrected due date moves the days of work already open."""
        node = self.version.bundle.processes[token.process].nodes[token.element]
        names: Mapping[str, Value] | None = None
        for window in ("may_start", "due", "late", "expires"):
            source = node.properties.get(window)
            day = None
            if source:
                if names is None:
                    began = {"today": jst_day(token.began), "now": token.began}
                    names = {**self.knowledge.names(token.track), **token.locals, **began}
                day = self._window_day(row, window, source, names)
            elif window == "late" and row.due_on is not None:
                day = row.due_on + timedelta(days=1)
            if getattr(row, f"{window}_on") != day:
                setattr(row, f"{window}_on", day)
        sort_on = row.due_on or FAR_OFF
        if row.sort_on != sort_on:
            row.sort_on = sort_on

    def _window_day(self, row: Task, window: str, source: str, names: Mapping[str, Value]) -> date | None:
        """The day, or none when it cannot be computed: work without a day is shown, work that vanished is not."""
        try:
            return window_day(parse(source).evaluate(names, self.knowledge.functions()))
        except ExpressionError as error:
            self.failed_elements.append(row.element)
            self.note(
                "window_failed",
                process=row.process,
                element=row.element,
                details={"window": window, "error": str(error)[:200]},
            )
            return None

    # --- timers ---

    def _settle_timers(self, standing: list[spiff.DueTimer]) -> None:
        rows: Sequence[TimerLine] = ()
        if self.read is not None:
            rows = self.read.timers
        elif not self.is_new:
            rows = timers.of_instance(self.session, self.instance.id)
        known = {row.key: row for row in rows}
        now_waiting = {timer.key: timer for timer in standing}
        timers.drop(self.session, [row.id for key, row in known.items() if key not in now_waiting])
        timers.move(
            self.session,
            {
                known[key].id: timer.due_at
                for key, timer in now_waiting.items()
                if key in known and known[key].due_at != timer.due_at
            },
        )
        write(self.session, [self._timer(timer) for key, timer in now_waiting.items() if key not in known])

    def _timer(self, timer: spiff.DueTimer) -> Timer:
        return Timer(
            instance_id=self.instance.id,
            case_ref=self.instance.case_ref,
            track_id=timer.track,
            key=timer.key,
            process=timer.process,
            element=timer.element,
            due_at=timer.due_at,
        )

    # --- incidents ---

    def _settle_failures(self, standing: list[spiff.Failure]) -> None:
        town = municipality_of(self.session)
        known = (
            {
                row.key: row
                for row in self.session.scalars(
                    select(Incident).where(
                        Incident.municipality_id == town,
                        Incident.instance_id == self.instance.id,
                        Incident.resolved_at.is_(None),
                    )
                )
            }
            if self.instance.has_incidents
            else {}
        )
        failing = {failure.key: failure for failure in standing}
        for key, row in known.items():
            if key not in failing:
                row.resolved_at, row.next_attempt_at = self.now, None
                self.note("incident_resolved", process=row.process, element=row.element, ref=row.id)
            elif failing[key].new:
                row.failed_again(failing[key].error, self.now)
        for key, failure in failing.items():
            if key not in known:
                row = Incident(
                    instance_id=self.instance.id,
                    case_ref=self.instance.case_ref,
                    track_id=failure.track,
                    key=key,
                    process=failure.process,
                    element=failure.element,
                    kind=failure.kind,
                    error=failure.error,
                    attempts=1,
                    opened_at=self.now,
                    next_attempt_at=self.now + RETRY_AFTER[0],
                )
                self.session.add(row)
                self.note("incident", track=failure.track, process=failure.process, element=failure.element, ref=row.id)
                self.failed_elements.append(failure.element)
        if self.instance.has_incidents != bool(failing):
            self.instance.has_incidents = bool(failing)


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


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _priority(text: str | None) -> int:
    if not text:
        return PRIORITIES["normal"]
    return PRIORITIES.get(text) or int(text)
