"""What people of partner agencies may do for a family.

They work a task in the lane of their kind of agency when the family consents to that kind on the day, or when the
centre has given the task to them by name (OWN_DUTY: their own part). Consent alone lets them see who the family is,
and nothing of its file. The day a consent is withdrawn, the family is gone for them.
Source: D-13 rows 2, 11 and 13.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.access import Actor, Standing, TaskSubject
from engine.access import load as load_standing
from engine.access.actor import Post
from engine.cases.consent import Consent
from engine.database import municipality_of
from engine.workflow.task import Task


def is_guest(actor: Actor) -> bool:
    """Whether the person acts for other houses only."""
    return bool(actor.posts) and all(post.partner_id is not None for post in actor.posts)


def standing_of(
    session: Session,
    actor: Actor,
    case_id: str | None,
    *,
    on: date,
    tasks: Iterable[TaskSubject] = (),
    as_visitor: bool = False,
) -> Standing:
    """How the actor stands to the family, with what consents and tasks given by name allow people of other houses.

    as_visitor: it is the family that is looked at, not one task: there a consent counts like a task sent to the agency.
    """
    work = list(tasks)
    posts = [post for post in actor.posts if post.partner_id is not None]
    if case_id is None or not posts:
        return load_standing(session, actor, case_id, on=on, tasks=work)
    agreed = _agreed(session, case_id, on)
    given = {task.lane for task in work if task.assignee_id == actor.staff_id}
    linked = [post for post in posts if post.partner_kind in agreed or post.lanes & given]
    if as_visitor:
        work += [_invitation(post) for post in linked if post.partner_kind in agreed]
    partners = [post.partner_id for post in linked if post.partner_id is not None]
    return load_standing(session, actor, case_id, on=on, linked_partners=partners, tasks=work)


def _agreed(session: Session, case_id: str, on: date) -> set[str]:
    """Kinds of agency the family consents to on the day."""
    query = select(Consent.agency).where(
        Consent.municipality_id == municipality_of(session), Consent.case_id == case_id, in_force(on)
    )
    return set(session.scalars(query))


def in_force(on: date) -> ColumnElement[bool]:
    """`Consent.stands` as a condition."""
    return and_(
        Consent.given_on <= on,
        or_(Consent.valid_until.is_(None), Consent.valid_until >= on),
        or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > on),
    )


def _invitation(post: Post) -> TaskSubject:
    return TaskSubject(lane=post.partner_kind or "", centre_id=None, partner_id=post.partner_id)


def shared_work(session: Session, actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """Conditions on tasks: those in the agency's lane of families that consent to its kind."""
    ways: list[ColumnElement[bool]] = []
    for post in actor.posts:
        if post.partner_id is not None and post.partner_kind is not None:
            families = select(Consent.case_id).where(
                Consent.municipality_id == municipality_of(session), Consent.agency == post.partner_kind, in_force(on)
            )
            ways.append(and_(Task.lane.in_(sorted(post.lanes)), Task.case_ref.in_(families)))
    return ways
