"""The task rows of one step: opened, moved and taken back as its tokens stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from engine.database import write
from engine.workflow import spiff, window
from engine.workflow.event import Chronicle
from engine.workflow.instance import Instance
from engine.workflow.reasons import Reasons
from engine.workflow.surroundings import Knowledge
from engine.workflow.task import FAR_OFF, Task, TaskState
from engine.workflow.task import load as load_task
from engine.workflow.task import open_of as open_tasks_of
from engine.workflow.versions import Version
from forms.expressions import Value
from processes.model import Node
from processes.vocabulary import role_of

PRIORITIES = {"high": 1, "normal": 5, "low": 9}


@dataclass
class OpenWork:
    """The tasks of an instance during one step. `read`: the open rows, where the transaction has read them already."""

    session: Session
    instance: Instance
    version: Version
    knowledge: Knowledge
    now: datetime
    chronicle: Chronicle
    reasons: Reasons
    read: Sequence[Task] | None = None
    opened: list[Task] = field(default_factory=list)
    _rows: dict[str, Task] = field(default_factory=dict)  # by the token's key
    _are_loaded: bool = False
    _unwritten: list[Task] = field(default_factory=list)  # opened in this step, not yet in the table

    def task(self, task_id: str) -> Task:
        """The open task with this id, locked and fresh. Raises TaskUnknown, TaskAlreadyCompleted."""
        self._load()
        found = next((row for row in self._rows.values() if row.id == task_id), None)
        if found is None:
            found = load_task(self.session, task_id, lock=True)
        found.require_open()
        return found

    def still_open(self) -> list[Task]:
        """The rows that wait for a person, as last settled."""
        return [task for task in self._rows.values() if task.state == TaskState.OPEN]

    def close(self, task: Task, state: TaskState, outcome: str | None, *, by: str | None) -> None:
        """Close the row of a task a person finished or whose last day passed."""
        task.state, task.outcome, task.closed_at, task.closed_by = state, outcome, self.now, by
        self._rows[task.key] = task
        self._note(task, f"task_{state}", {"outcome": outcome})

    def settle(self, standing: Sequence[spiff.OpenTask]) -> None:
        """Bring the rows in line with the tokens that stand: take back, move, open."""
        open_now = {token.key: token for token in standing}
        self._load()
        for key, row in self._rows.items():
            if key not in open_now and row.state == TaskState.OPEN:
                row.state, row.closed_at = TaskState.CANCELLED, self.now
                self._note(row, "task_cancelled")
        for key, token in open_now.items():
            known = self._rows.get(key)
            if known is not None and known.state == TaskState.OPEN:
                self._move(known, token)
            else:
                self._rows[key] = self._open(token)

    def write(self) -> None:
        """Put the rows opened in this step into the table."""
        write(self.session, self._unwritten)
        self._unwritten = []

    def _load(self) -> None:
        if not self._are_loaded:
            rows = open_tasks_of(self.session, self.instance.id) if self.read is None else self.read
            self._rows |= {task.key: task for task in rows if task.key not in self._rows}
            self._are_loaded = True

    def _open(self, token: spiff.OpenTask) -> Task:
        node = self._node(token)
        sent_to = node.properties.get("sent_to")
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
            partner_id=self.knowledge.partner_id(sent_to, token.track) if sent_to else None,
            form=node.form,
            version_id=self.version.id,
            exits=list(node.exits),
            local_values=_plain(token.locals),
            why=self.reasons.of(token.track),
            priority=_priority(node.properties.get("priority")),
            visit=node.properties.get("visit") == "yes",
            receipt=node.properties.get("receipt") == "yes",
            sort_on=FAR_OFF,
            state=TaskState.OPEN,
            opened_at=self.now,
        )
        self._set_window(row, token)
        self._note(row, "task_opened")
        self.opened.append(row)
        self._unwritten.append(row)
        return row

    def _move(self, row: Task, token: spiff.OpenTask) -> None:
        self._set_window(row, token)
        if row.local_values != (handed := _plain(token.locals)):
            row.local_values = handed

    def _set_window(self, row: Task, token: spiff.OpenTask) -> None:
        """Compute the window again: a corrected due date moves the days of work already open."""
        found = window.days(self._node(token).properties, token, self.knowledge, partial(self._failed, row))
        for name, day in found.items():
            if getattr(row, f"{name}_on") != day:
                setattr(row, f"{name}_on", day)
        if row.sort_on != (place := row.place()):
            row.sort_on = place

    def _failed(self, row: Task, name: str, error: str) -> None:
        details = {"window": name, "error": error}
        self.chronicle.note("window_failed", process=row.process, element=row.element, details=details)

    def _node(self, token: spiff.OpenTask) -> Node:
        return self.version.bundle.processes[token.process].nodes[token.element]

    def _note(self, row: Task, kind: str, details: Mapping[str, Any] | None = None) -> None:
        told_apart_by = self.version.told_apart_by(row.local_values) if row.local_values else {}
        self.chronicle.note(
            kind,
            track=row.track_id,
            process=row.process,
            element=row.element,
            name=row.name,
            ref=row.id,
            details={**(details or {}), **({"told_apart_by": told_apart_by} if told_apart_by else {})},
        )


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _priority(text: str | None) -> int:
    if not text:
        return PRIORITIES["normal"]
    return PRIORITIES.get(text) or int(text)
