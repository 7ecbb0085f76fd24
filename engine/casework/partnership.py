"""What people of partner agencies may do for a family.

They work what was sent to their own agency, in the lane of their trade, as long as the ground on which its papers went
there holds: a consent in force, or an article of law; and what the centre has given them by name (OWN_DUTY: their own
part). Consent alone lets them see who the family is, and nothing of its file. The day a consent is withdrawn, the
family is gone for them; the work stays on the centre's list.
Source: D-13 rows 2, 6, 11 and 13.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engine.access import Actor, Standing, TaskSubject
from engine.access import load as load_standing
from engine.access.actor import Post
from engine.cases.case import Case
from engine.cases.consent import CONSENT, Consent, Disclosure
from engine.database import municipality_of
from engine.organisation.roles import Scope
from engine.workflow.task import Task, TaskState


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
    """How the actor stands to the family, with the grounds that let people of other houses in.

    as_visitor: it is the family that is looked at, not one task: there a consent counts like a task sent to the agency.
    """
    work = list(tasks)
    posts = [post for post in actor.posts if post.partner_id is not None]
    if case_id is None or not posts:
        return load_standing(session, actor, case_id, on=on, tasks=work)
    linked = informed(session, case_id, on)
    if as_visitor:
        agreed = _agreed(session, case_id, on)
        invited = [post for post in posts if post.partner_kind in agreed]
        linked |= {post.partner_id for post in invited if post.partner_id is not None}
        work += [_invitation(post) for post in invited]
    return load_standing(session, actor, case_id, on=on, linked_partners=linked, tasks=work)


def informed(session: Session, case_id: str, on: date) -> set[str]:
    """Agencies that were given papers of the family on a ground that holds on the day."""
    query = select(Disclosure.partner_id).where(
        Disclosure.municipality_id == municipality_of(session),
        Disclosure.case_id == case_id,
        Disclosure.partner_id.is_not(None),
        _holds(on),
    )
    return {partner_id for partner_id in session.scalars(query) if partner_id is not None}


def _holds(on: date) -> ColumnElement[bool]:
    """Whether a disclosure's ground holds: an article of law, or a consent to that kind of agency in force."""
    agreed = exists().where(
        Consent.municipality_id == Disclosure.municipality_id,
        Consent.case_id == Disclosure.case_id,
        Consent.agency == Disclosure.agency,
        in_force(on),
    )
    return or_(Disclosure.ground != CONSENT, agreed)


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
    return TaskSubject(lane=post.role, centre_id=None, partner_id=post.partner_id)


def shared_work(session: Session, actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """Conditions on tasks: those sent to the actor's agency on a ground that holds on the day."""
    return [
        and_(
            Task.partner_id == post.partner_id,
            Task.lane.in_(sorted(post.lanes)),
            exists().where(
                Disclosure.municipality_id == Task.municipality_id,
                Disclosure.case_id == Task.case_ref,
                Disclosure.partner_id == Task.partner_id,
                _holds(on),
            ),
        )
        for post in actor.posts
        if post.partner_id is not None
    ]


def linked_families(actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """Conditions on cases: families that have to do with the actor's very agencies, and that these may look at.

    Work was sent to the agency or given to the person, or papers went to it on a ground that still holds.
    """
    posts = _seeing(actor)
    return [way for post in posts for way in _links(post, posts, actor.staff_id, on)]


def consenting_families(actor: Actor, on: date) -> list[ColumnElement[bool]]:
    """Conditions on cases: families that consent to the agency's kind. They are found by who names one exactly."""
    posts = _seeing(actor)
    return [_agreed_to(post, on) for post in posts if _is_invited(post, posts)]


def _seeing(actor: Actor) -> list[Post]:
    return [post for post in actor.posts if post.partner_id is not None and post.sees is not Scope.NONE]


def _is_invited(post: Post, posts: list[Post]) -> bool:
    """Whether a consent alone lets the posting look, by the work that `_invitation` makes of it."""
    return any(post.role in other.lanes for other in posts if other.partner_id == post.partner_id)


def _agreed_to(post: Post, on: date) -> ColumnElement[bool]:
    return exists().where(
        Consent.municipality_id == Case.municipality_id,
        Consent.case_id == Case.id,
        Consent.agency == post.partner_kind,
        in_force(on),
    )


def _links(post: Post, posts: list[Post], staff_id: str, on: date) -> list[ColumnElement[bool]]:
    """Papers that went to the agency, work sent to it on a ground that holds, and work given to the person.

    Papers alone show a family only while it consents: an article of law gives what was needed, once.
    """
    agreed = _agreed_to(post, on)
    informed_now = exists().where(
        Disclosure.municipality_id == Case.municipality_id,
        Disclosure.case_id == Case.id,
        Disclosure.partner_id == post.partner_id,
        _holds(on),
    )
    work = exists().where(
        Task.municipality_id == Case.municipality_id,
        Task.case_ref == Case.id,
        Task.state == TaskState.OPEN,
        Task.lane.in_(sorted(post.lanes)),
    )
    return [
        *([and_(agreed, informed_now)] if _is_invited(post, posts) else []),
        and_(work.where(Task.partner_id == post.partner_id), or_(agreed, informed_now)),
        work.where(Task.assignee_id == staff_id),
    ]
