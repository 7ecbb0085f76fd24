"""締めていない健診: sessions that are over while children invited to them still wait for an answer.

Nobody is recorded as 未受診 by the clock: a person closes the day. Until then it stands before those who may close it
and those who lead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.cases.letter import Letter, LetterState
from engine.casework import moves
from engine.casework.invitations import PROCESS
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.checkup_sessions import CheckupSession
from engine.workflow.task import Task, TaskState


@dataclass(frozen=True, slots=True)
class Unclosed:
    """A past session. kind: CL_CHECKUP; children: how many invited to it have neither a result nor an exit."""

    session_id: str
    kind: str
    day: date
    children: int


def of_lanes(session: Session, actor: Actor, *, now: datetime) -> list[Unclosed]:
    """The sessions the actor may close: those of work of their lanes at their centres, the oldest first."""
    free = or_(Task.assignee_id.is_(None), Task.assignee_id == actor.staff_id)
    ways = [
        and_(Task.lane.in_(sorted(post.lanes)), Task.centre_id.in_(sorted(post.centres)), free)
        for post in actor.posts
        if post.partner_id is None and post.lanes and post.centres
    ]
    return _past(session, or_(*ways), jst_day(now)) if ways else []


def of_centres(session: Session, centre_ids: Collection[str], *, now: datetime) -> list[Unclosed]:
    """The sessions that wait at these centres, the oldest first."""
    return _past(session, Task.centre_id.in_(sorted(centre_ids)), jst_day(now)) if centre_ids else []


def _past(session: Session, whose: ColumnElement[bool], today: date) -> list[Unclosed]:
    # The due day of the task is that of the session to which the newest letter invites.
    rows = session.execute(
        select(CheckupSession.id, CheckupSession.kind, CheckupSession.day, func.count(Task.id.distinct()))
        .join(Letter, (Letter.municipality_id == Task.municipality_id) & (Letter.case_id == Task.case_ref))
        .join(
            CheckupSession,
            (CheckupSession.municipality_id == Letter.municipality_id) & (CheckupSession.id == Letter.session_id),
        )
        .where(
            Task.municipality_id == municipality_of(session),
            Task.state == TaskState.OPEN,
            Task.process == PROCESS,
            Task.due_on < today,
            whose,
            Letter.track_id == Task.track_id,
            Letter.state != LetterState.SUPPRESSED,
            CheckupSession.day == Task.due_on,
            CheckupSession.called_off_at.is_(None),
        )
        .group_by(CheckupSession.id, CheckupSession.kind, CheckupSession.day)
        .order_by(CheckupSession.day, CheckupSession.id)
    )
    return [Unclosed(*row) for row in rows]


def keep_due_days(session: Session, case_ids: Collection[str], *, now: datetime, by: str | None) -> None:
    """Sessions of these families' children have changed: the due days of their open check-ups follow."""
    session.flush()
    instances = session.scalars(
        select(Task.instance_id)
        .where(
            Task.municipality_id == municipality_of(session),
            Task.state == TaskState.OPEN,
            Task.process == PROCESS,
            Task.case_ref.in_(sorted(case_ids)),
        )
        .distinct()
        .order_by(Task.instance_id)
    ).all()
    for instance_id in instances:
        with moves.opened(session, instance_id, now=now, actor_id=by):
            pass
