"""Figures for those who lead: what is late, who has not been seen, how the work is spread. No names of families.

Every figure is that of a list the same person can open: the conditions are those of the worklist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from engine import organisation
from engine.access import Action, Actor, CentreSubject, policy
from engine.access import load as load_standing
from engine.cases.case import Case, CaseState
from engine.casework import incidents, publication, task_views, unclosed
from engine.casework.publication import ProposalView
from engine.casework.unclosed import Unclosed
from engine.casework.unseen import UnseenChild, unseen_children
from engine.casework.views import IncidentView, TaskView
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.staff import Staff
from engine.workflow.task import Task, TaskState

DECISIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Overview:
    """open, late, nobodys and handed_over count tasks; unseen: the children still to be seen.

    unseen_days: since when the longest of them is looked for, None where there is none. handed_over: papers sent of
    which nobody has said yet that they arrived. to_decide: work of the head's own lanes; decisions: the first of it,
    the most overdue first. proposals: what others put forward, for whoever may approve it. unclosed: check-up sessions
    that are over and were not closed.
    """

    open: int
    late: int
    nobodys: int
    unseen: Sequence[UnseenChild]
    unseen_days: int | None
    handed_over: int
    to_decide: int
    decisions: Sequence[TaskView]
    stopped: Sequence[IncidentView]
    unclosed: Sequence[Unclosed]
    proposals: Sequence[ProposalView]

    @property
    def judgements(self) -> int:
        """All that waits for the judgement of whoever leads."""
        return self.to_decide + len(self.stopped) + len(self.proposals)


@dataclass(frozen=True, slots=True)
class Load:
    """How much work one person has at a centre; name and staff_id None: work nobody has taken on."""

    centre: str
    staff_id: str | None
    name: str | None
    open: int
    late: int


def overview(session: Session, actor: Actor, *, now: datetime) -> Overview:
    """The first line of the head's page. Raises Forbidden."""
    today = jst_day(now)
    here = _led(session, actor, now)
    lanes = deciding_lanes(actor)
    total, late, nobodys, handed_over, to_decide = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((Task.due_on < today, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Task.assignee_id.is_(None), 1), else_=0)), 0),
            func.coalesce(func.sum(case((Task.receipt.is_(True), 1), else_=0)), 0),
            func.coalesce(func.sum(case((Task.lane.in_(lanes), 1), else_=0)), 0),
        ).where(here)
    ).one()
    unseen = unseen_children(session, _led_centres(session, actor, now))
    longest = min((child.since for child in unseen if child.since is not None), default=None)
    decisions = session.scalars(
        select(Task)
        .where(here, Task.lane.in_(lanes))
        .order_by(Task.sort_on, Task.priority, Task.id)
        .limit(DECISIONS_SHOWN)
    ).all()
    return Overview(
        open=int(total),
        late=int(late),
        nobodys=int(nobodys),
        unseen=unseen,
        unseen_days=(today - longest).days if longest is not None else None,
        handed_over=int(handed_over),
        to_decide=int(to_decide),
        decisions=task_views.of_tasks(session, actor, decisions, with_drafts=False),
        stopped=incidents.open_incidents(session, actor, now=now),
        proposals=_proposals(session, actor, now),
        unclosed=unclosed.of_centres(session, _led_centres(session, actor, now), now=now),
    )


def deciding_lanes(actor: Actor) -> list[str]:
    """Roles of the actor's that lead: their work is what waits for a decision. Empty: leads nowhere."""
    return sorted({post.role for post in actor.posts if Action.SUPERVISE in post.keys})


def unseen(session: Session, actor: Actor, *, now: datetime) -> list[tuple[str, UnseenChild]]:
    """The children behind the figure, each with the code of its centre. Raises Forbidden."""
    found = unseen_children(session, _led_centres(session, actor, now))
    codes = {each.id: each.code for each in organisation.centres(session)}
    return [(codes.get(child.centre_id, ""), child) for child in found]


def _proposals(session: Session, actor: Actor, now: datetime) -> list[ProposalView]:
    """The versions others have put forward, for whoever may approve them."""
    if not any(Action.APPROVE_VERSION in post.keys for post in actor.posts):
        return []
    return [each for each in publication.proposals(session, actor, now=now) if not each.own]


def levels(session: Session, actor: Actor, *, now: datetime) -> list[tuple[int | None, int]]:
    """How many open families of the led centres stand on each level, the heaviest first; None: not decided yet."""
    centres = _led_centres(session, actor, now)
    rows = session.execute(
        select(Case.level, func.count())
        .where(
            Case.municipality_id == municipality_of(session),
            Case.state == CaseState.OPEN,
            Case.centre_id.in_(centres),
        )
        .group_by(Case.level)
    ).all()
    return sorted(((level, int(number)) for level, number in rows), key=lambda row: (row[0] is None, -(row[0] or 0)))


def loads(session: Session, actor: Actor, *, now: datetime) -> list[Load]:
    """Work by centre and person, the most late first within a centre; what nobody has taken on comes first."""
    today = jst_day(now)
    late = func.coalesce(func.sum(case((Task.due_on < today, 1), else_=0)), 0)
    rows = session.execute(
        select(Task.centre_id, Task.assignee_id, func.count(), late)
        .where(_led(session, actor, now))
        .group_by(Task.centre_id, Task.assignee_id)
    ).all()
    centres = {each.id: each.code for each in organisation.centres(session)}
    people = {
        row.id: (row.id, row.name)
        for row in session.execute(
            select(Staff.id, Staff.name).where(
                Staff.municipality_id == municipality_of(session),
                Staff.id.in_([assignee for _centre, assignee, _open, _late in rows if assignee]),
            )
        )
    }
    found = [
        Load(centres.get(centre, ""), *people.get(assignee or "", (None, None)), int(number), int(behind))
        for centre, assignee, number, behind in rows
    ]
    order = list(centres.values())
    return sorted(found, key=lambda row: (order.index(row.centre), row.staff_id is not None, -row.late, -row.open))


def _led(session: Session, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The open work of the centres the actor leads. Raises Forbidden."""
    led = _led_centres(session, actor, now)
    return (Task.municipality_id == municipality_of(session)) & (Task.state == TaskState.OPEN) & Task.centre_id.in_(led)


def _led_centres(session: Session, actor: Actor, now: datetime) -> list[str]:
    """Ids of the centres the actor leads. Raises Forbidden."""
    standing = load_standing(session, actor, on=jst_day(now))
    policy.require(standing, Action.SUPERVISE)
    return [
        centre.id
        for centre in organisation.centres(session)
        if isinstance(policy.decide(standing, Action.SUPERVISE, CentreSubject(centre.id)), policy.Allowed)
    ]
