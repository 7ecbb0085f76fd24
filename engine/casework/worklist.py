"""Lists of work: what must I do, for whom, by when. One indexed query a page, filtered as the policy decides."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from engine import organisation
from engine.access import Action, Actor, CentreSubject, Reach, policy, reach
from engine.access import load as load_standing
from engine.cases.family import Address, Person, called
from engine.casework import task_views
from engine.casework.partnership import shared_work
from engine.casework.views import Page, TaskView, WorklistCounts
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import Rejected
from engine.organisation.staff import Staff
from engine.workflow.task import Task, TaskState

MAX_LIMIT = 100


class CursorUnreadable(Rejected):
    """The cursor was not made by this list."""

    code = "malformed"

    def __init__(self) -> None:
        super().__init__("expected a cursor of this list, but it cannot be read")


def worklist(
    session: Session,
    actor: Actor,
    *,
    state: str = "open",
    assignee: str | None = None,
    centre: str | None = None,
    district: str | None = None,
    due_before: date | None = None,
    stands_from: date | None = None,
    stands_before: date | None = None,
    case_id: str | None = None,
    q: str | None = None,
    lanes: Sequence[str] = (),
    process: str | None = None,
    awaiting_receipt: bool = False,
    without_case: bool = False,
    visits_by: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
    now: datetime,
) -> Page[TaskView]:
    """A page of work the actor may see, the most urgent first.

    assignee: `me`, `none`, a login, or an id where no name may stand. centre, district: codes. q: part of a name or
    kana. due_before: due on an earlier day. stands_from, stands_before: under which day it stands, a later one than its
    due day where it was put off; from the first on and before the second. lanes: only these roles' work.
    awaiting_receipt: only papers that have left and of which nobody has said that they arrived.
    without_case: only messages of which nobody has said yet whom they are about.
    visits_by: only work for which one goes to the family and which may begin by this day.
    Raises Forbidden, PlaceNotFound, CursorUnreadable.
    """
    on = jst_day(now)
    standing = load_standing(session, actor, on=on)
    policy.require(standing, Action.VIEW_WORKLIST)
    query = _visible(session, actor, on).where(Task.state == state)
    if centre is not None:
        found = organisation.centre_by_code(session, centre)
        policy.require(standing, Action.VIEW_CENTRE_WORKLIST, CentreSubject(found.id))
        query = query.where(Task.centre_id == found.id)
    if assignee is not None:
        query = query.where(_taken_by(session, actor, assignee))
    if district is not None:
        query = query.where(Task.case_ref.in_(_living_in(session, district, on)))
    if q:
        query = query.where(Task.about_ref.in_(_people_called(session, q)))
    query = query.where(*_about(case_id, without_case), *_of_kind(lanes, process, awaiting_receipt))
    query = query.where(*_between(due_before, stands_from, stands_before))
    if visits_by is not None:
        query = query.where(Task.visit.is_(True), or_(Task.may_start_on.is_(None), Task.may_start_on <= visits_by))
    if cursor is not None:
        query = query.where(tuple_(Task.sort_on, Task.priority, Task.id) > _after(cursor))
    rows = session.scalars(query.order_by(Task.sort_on, Task.priority, Task.id).limit(limit + 1)).all()
    shown = rows[:limit]
    next_cursor = _cursor(shown[-1]) if len(rows) > limit else None
    return Page(task_views.of_tasks(session, actor, shown), next_cursor)


def _about(case_id: str | None, without_case: bool) -> Iterator[ColumnElement[bool]]:
    if case_id is not None:
        yield Task.case_ref == case_id
    if without_case:
        yield Task.case_ref.is_(None)


def _of_kind(lanes: Sequence[str], process: str | None, awaiting_receipt: bool) -> Iterator[ColumnElement[bool]]:
    if lanes:
        yield Task.lane.in_(lanes)
    if process is not None:
        yield Task.process == process
    if awaiting_receipt:
        yield Task.receipt.is_(True)


def _between(
    due_before: date | None, stands_from: date | None, stands_before: date | None
) -> Iterator[ColumnElement[bool]]:
    if due_before is not None:
        yield Task.due_on < due_before
    if stands_from is not None:
        yield Task.sort_on >= stands_from
    if stands_before is not None:
        yield Task.sort_on < stands_before


def counts(session: Session, actor: Actor, *, now: datetime) -> WorklistCounts:
    """Figures over the actor's open work, in one statement: each its own count, so that indexes answer alone."""
    open_work = (
        _visible(session, actor, jst_day(now)).where(Task.state == TaskState.OPEN).with_only_columns(func.count())
    )
    mine = open_work.where(Task.assignee_id == actor.staff_id)
    waiting = open_work.where(Task.case_ref.is_(None))
    row = session.execute(select(mine.scalar_subquery(), open_work.scalar_subquery(), waiting.scalar_subquery())).one()
    return WorklistCounts(*(int(figure) for figure in row))


def _visible(session: Session, actor: Actor, on: date) -> Select[Task]:
    """The tasks the actor may see: those of families of their centres, and work of their lanes."""
    ways = or_(visible(reach(actor), actor.staff_id), *shared_work(session, actor, on))
    return select(Task).where(Task.municipality_id == municipality_of(session), ways)


def visible(far: Reach, staff_id: str) -> ColumnElement[bool]:
    """The policy's reach as a condition on tasks."""
    mine = Task.assignee_id == staff_id
    ways: list[ColumnElement[bool]] = [mine if far.given is None else and_(mine, Task.lane.in_(sorted(far.given)))]
    if far.centres is None:
        ways.append(Task.municipality_id.is_not(None))
    elif far.centres:
        ways.append(Task.centre_id.in_(sorted(far.centres)))
    if far.unmatched:
        ways.append(Task.case_ref.is_(None))
    for work in far.work:
        if work.partner_id is not None:
            continue
        parts: list[ColumnElement[bool]] = []
        if work.lanes is not None:
            parts.append(Task.lane.in_(sorted(work.lanes)))
        if work.centres is not None:
            parts.append(Task.centre_id.in_(sorted(work.centres)))
        if parts:
            ways.append(and_(*parts))
    return or_(*ways)


def _living_in(session: Session, district: str, on: date) -> Select[str]:
    """Cases with an address in the district. A sealed address is in none: finding the family would tell where it is."""
    return select(Address.case_id).where(
        Address.municipality_id == municipality_of(session),
        Address.district_code == district,
        Address.sealed.is_(False),
        Address.valid_from <= on,
        or_(Address.valid_to.is_(None), Address.valid_to >= on),
    )


def _people_called(session: Session, q: str) -> Select[str]:
    return select(Person.id).where(Person.municipality_id == municipality_of(session), called(q))


def _taken_by(session: Session, actor: Actor, assignee: str) -> ColumnElement[bool]:
    if assignee == "none":
        return Task.assignee_id.is_(None)
    if assignee == "me":
        return Task.assignee_id == actor.staff_id
    found = session.scalar(
        select(Staff.id).where(
            Staff.municipality_id == municipality_of(session), or_(Staff.login == assignee, Staff.id == assignee)
        )
    )
    return Task.assignee_id == found if found is not None else false()


def _cursor(task: Task) -> str:
    return (
        base64.urlsafe_b64encode(f"{task.sort_on.isoformat()}|{task.priority}|{task.id}".encode()).decode().rstrip("=")
    )


def _after(cursor: str) -> tuple[Any, ...]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        day, priority, task_id = text.split("|")
        return date.fromisoformat(day), int(priority), task_id
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise CursorUnreadable from error
