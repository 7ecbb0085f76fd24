"""Looking at a family: allowed or not, and always entered in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, Standing, TaskSubject, policy
from engine.cases import case as cases
from engine.cases.case import Case
from engine.casework.partnership import is_guest, standing_of
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.roles import Sensitivity
from engine.organisation.staff import Staff
from engine.workflow.task import Task, TaskState


def viewed(session: Session, actor: Actor, case_id: str, what: str, *, now: datetime) -> Case:
    """The case, if the actor may see this part of it; the view is entered in the ledger.

    People of other houses never see a family's file. Raises CaseUnknown, Forbidden, Hidden.
    """
    standing = visitor(session, actor, case_id, on=jst_day(now))
    policy.require(standing, Action.VIEW_CASE)
    policy.require(standing, Action.VIEW_CASE, field=Sensitivity.S2 if is_guest(actor) else None)
    return _entered(session, actor, case_id, what, now)


def work_viewed(session: Session, actor: Actor, case_id: str, *, now: datetime) -> Case:
    """The case, if the actor may look at its work, of which a list shows what is theirs to see. Raises as `viewed`."""
    policy.require(visitor(session, actor, case_id, on=jst_day(now)), Action.VIEW_CASE)
    return _entered(session, actor, case_id, "tasks", now)


def _entered(session: Session, actor: Actor, case_id: str, what: str, now: datetime) -> Case:
    audit.record(session, f"case.viewed.{what}", by=actor.staff_id, about=case_id, now=now)
    return cases.load(session, case_id)


def visitor(session: Session, actor: Actor, case_id: str, *, on: date) -> Standing:
    """How the actor stands to a family they look at."""
    return standing_of(session, actor, case_id, on=on, tasks=open_subjects(session, case_id), as_visitor=True)


def open_subjects(session: Session, case_id: str) -> list[TaskSubject]:
    """The case's open work as the policy sees it: it lets people of other houses in."""
    rows = session.execute(
        select(Task.lane, Task.centre_id, Task.assignee_id, Task.partner_id).where(
            Task.municipality_id == municipality_of(session), Task.case_ref == case_id, Task.state == TaskState.OPEN
        )
    )
    return [TaskSubject(*row) for row in rows]


def staff_names(session: Session, ids: Sequence[str | None]) -> dict[str, str]:
    """Staff id -> name, in one statement."""
    wanted = sorted({staff_id for staff_id in ids if staff_id})
    if not wanted:
        return {}
    rows = session.execute(
        select(Staff.id, Staff.name).where(Staff.municipality_id == municipality_of(session), Staff.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}
