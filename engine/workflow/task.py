"""Tasks: pieces of staff work on worklists, and the drafts people type into them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer, String, Text, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, Day, UtcInstant, direct, municipality_of, table_of
from engine.errors import Conflict, NotFound

FAR_OFF = date(9999, 12, 31)


class TaskState(StrEnum):
    """open: waits for a person. completed: done, or left by an exit. cancelled: the process took it back.

    expired: its last day passed.
    """

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TaskUnknown(NotFound):
    """No such task in this municipality."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        super().__init__(f"expected a task, but there is none with id {task_id[:40]!r}")


class TaskClaimed(Conflict):
    """Another member of staff has taken the task on."""

    code = "task_claimed"

    def __init__(self, task_id: str, assignee_id: str) -> None:
        self.task_id = task_id
        self.assignee_id = assignee_id
        super().__init__(f"expected task {task_id} to be free or one's own, but staff {assignee_id} has claimed it")


class TaskAlreadyCompleted(Conflict):
    """Another member of staff finished the task first, or the process took it back."""

    code = "task_already_completed"

    def __init__(self, task_id: str, completed_by: str | None) -> None:
        self.task_id = task_id
        self.completed_by = completed_by
        super().__init__(f"expected task {task_id} to be open, but it was finished (by staff {completed_by})")


class TaskNotStartable(Conflict):
    """The task may not begin before its first day."""

    code = "task_not_startable"

    def __init__(self, task_id: str, may_start_on: date) -> None:
        self.task_id = task_id
        self.may_start_on = may_start_on
        super().__init__(f"expected task {task_id} to be startable, but it may not start before {may_start_on}")


class Task(Base):
    """One piece of staff work.

    key: the token's id within its instance. lane: role id. about_ref: the person it concerns.
    partner_id: the agency it was sent to, where papers of its track have gone to one.
    visit: whoever does it goes to the family (the diagram says so).
    receipt: papers have left, and it waits until the other side says that it has them (the diagram says so).
    put_off_to: the day until which somebody has put it off; only its place in the lists moves, never its due day.
    Window: may_start_on ≤ due_on; from late_on it is late; on expires_on it closes by itself with outcome `expired`.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_instance", "municipality_id", "instance_id", "state"),
        Index("ix_task_case", "municipality_id", "case_ref", "state"),
        Index("ix_task_centre", "municipality_id", "centre_id", "state", "sort_on", "id"),
        Index("ix_task_assignee", "municipality_id", "assignee_id", "state", "sort_on", "id"),
        Index("ix_task_expiry", "state", "expires_on"),
        Index("ix_task_urgent", "municipality_id", "state", "sort_on", "priority", "id"),  # the order of worklists
    )

    instance_id: Mapped[str] = mapped_column(String(26))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    lane: Mapped[str] = mapped_column(String(40))
    centre_id: Mapped[str] = mapped_column(String(26))
    assignee_id: Mapped[str | None] = mapped_column(String(26))
    about_ref: Mapped[str | None] = mapped_column(String(26))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    form: Mapped[str | None] = mapped_column(String(80))
    version_id: Mapped[str] = mapped_column(String(64))
    exits: Mapped[list[str]] = mapped_column(JSON)
    local_values: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(200), default="")
    priority: Mapped[int] = mapped_column(Integer, default=5)
    visit: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[bool] = mapped_column(default=False)
    may_start_on: Mapped[date | None] = mapped_column(Day)
    due_on: Mapped[date | None] = mapped_column(Day)
    late_on: Mapped[date | None] = mapped_column(Day)
    expires_on: Mapped[date | None] = mapped_column(Day)
    put_off_to: Mapped[date | None] = mapped_column(Day)
    sort_on: Mapped[date] = mapped_column(Day)
    state: Mapped[str] = mapped_column(String(12), default=TaskState.OPEN)
    outcome: Mapped[str | None] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    closed_by: Mapped[str | None] = mapped_column(String(26))

    def is_overdue(self, on: date) -> bool:
        """Whether the task is still open after its due day."""
        return self.state == TaskState.OPEN and self.due_on is not None and self.due_on < on

    def place(self) -> date:
        """The day under which lists show it: when it is due, or later where it was put off."""
        days = [day for day in (self.due_on, self.put_off_to) if day is not None]
        return max(days) if days else FAR_OFF

    def require_open(self) -> None:
        """Raises TaskAlreadyCompleted unless the task waits for a person."""
        if self.state != TaskState.OPEN:
            raise TaskAlreadyCompleted(self.id, self.closed_by)

    def require_free_for(self, staff_id: str) -> None:
        """Raises TaskClaimed when somebody else has taken it on."""
        if self.assignee_id is not None and self.assignee_id != staff_id:
            raise TaskClaimed(self.id, self.assignee_id)

    def require_startable(self, on: date) -> None:
        """Raises TaskNotStartable before its first day."""
        if self.may_start_on is not None and on < self.may_start_on:
            raise TaskNotStartable(self.id, self.may_start_on)


class Draft(Base):
    """What one person has typed into a task so far, unchecked. Kept after someone else finished the task."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_task", "municipality_id", "task_id", "staff_id", unique=True),)

    task_id: Mapped[str] = mapped_column(String(26))
    staff_id: Mapped[str] = mapped_column(String(26))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UtcInstant)


_LOCKED = {"populate_existing": True}
_ONE = select(Task).where(Task.municipality_id == bindparam("town"), Task.id == bindparam("task"))
_ONE_LOCKED = _ONE.with_for_update().execution_options(**_LOCKED)
_OPEN = (
    select(Task)
    .where(
        Task.municipality_id == bindparam("town"),
        Task.instance_id == bindparam("instance"),
        Task.state == TaskState.OPEN,
    )
    .with_for_update()
    .execution_options(**_LOCKED)
)
_DRAFT = table_of(Draft)
_DROP_DRAFT = delete(_DRAFT).where(
    _DRAFT.c.municipality_id == bindparam("town"),
    _DRAFT.c.task_id == bindparam("task"),
    _DRAFT.c.staff_id == bindparam("staff"),
)


def load(session: Session, task_id: str, *, lock: bool = False) -> Task:
    """The task with this id. Raises TaskUnknown."""
    found = session.scalar(_ONE_LOCKED if lock else _ONE, {"town": municipality_of(session), "task": task_id})
    if found is None:
        raise TaskUnknown(task_id)
    return found


def load_together(session: Session, task_ids: Collection[str]) -> list[Task]:
    """These tasks in one statement, in the order asked for. Raises TaskUnknown for one that is not there."""
    query = select(Task).where(Task.municipality_id == municipality_of(session), Task.id.in_(set(task_ids)))
    found = {task.id: task for task in session.scalars(query)}
    missing = next((task_id for task_id in task_ids if task_id not in found), None)
    if missing is not None:
        raise TaskUnknown(missing)
    return [found[task_id] for task_id in task_ids]


def open_of(session: Session, instance_id: str) -> Sequence[Task]:
    """The open tasks of an instance, locked and read afresh."""
    with session.no_autoflush:
        return session.scalars(_OPEN, {"town": municipality_of(session), "instance": instance_id}).all()


_OPEN_TOGETHER = (
    select(Task)
    .where(
        Task.municipality_id == bindparam("town"),
        Task.instance_id.in_(bindparam("instances", expanding=True)),
        Task.state == TaskState.OPEN,
    )
    .with_for_update()
    .execution_options(**_LOCKED)
)


def open_together(session: Session, instance_ids: Sequence[str]) -> Sequence[Task]:
    """The open tasks of several instances, locked and read afresh."""
    return session.scalars(_OPEN_TOGETHER, {"town": municipality_of(session), "instances": list(instance_ids)}).all()


def open_elements(session: Session, case_id: str, root: str | None) -> set[str]:
    """The steps of the open work of a family on one of its tracks, side tracks of it included."""
    rows = session.execute(
        select(Task.element, Task.track_id).where(
            Task.municipality_id == municipality_of(session), Task.case_ref == case_id, Task.state == TaskState.OPEN
        )
    )
    return {element for element, track in rows if (track or "").partition("/")[0] == (root or "")}


def drop_draft(session: Session, task_id: str, staff_id: str) -> None:
    """Forget what this person had typed into the task."""
    direct(session).execute(_DROP_DRAFT, {"town": municipality_of(session), "task": task_id, "staff": staff_id})


def draft_of(session: Session, task_id: str, staff_id: str) -> Draft | None:
    """What this person has typed into the task, if anything."""
    return session.scalar(
        select(Draft).where(
            Draft.municipality_id == municipality_of(session), Draft.task_id == task_id, Draft.staff_id == staff_id
        )
    )


def keep_draft(
    session: Session, task_id: str, staff_id: str, answers: dict[str, Any], *, note: str = "", at: datetime
) -> Draft:
    """Keep the typed text in place of what was kept before."""
    draft = draft_of(session, task_id, staff_id)
    if draft is None:
        draft = Draft(task_id=task_id, staff_id=staff_id, answers=answers, note=note, saved_at=at)
        session.add(draft)
    else:
        draft.answers, draft.note, draft.saved_at = answers, note or draft.note, at
    return draft
