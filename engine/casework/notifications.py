"""お知らせ for the people of a role or of a partner agency: what came up, and that somebody has seen it.

For an agency it is also what the centre has sent it: seeing it is its receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import audit, clock, organisation
from engine.access import Actor
from engine.cases import family
from engine.cases import notification as rows
from engine.cases.notification import Notification, NotificationUnknown
from engine.casework.partnership import informed
from engine.casework.task_views import centre_codes
from engine.clock import jst_day
from engine.workflow.message import outgoing


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One thing to know. `text` is the step's name in the diagram; `about` the family's name, empty without a case.

    outgoing_id: what was sent with it, or waits to be sent by hand; None for a mere notice.
    """

    id: str
    case_id: str | None
    track_id: str | None
    centre: str
    role: str
    kind: str
    text: str
    about: str
    told_at: datetime
    outgoing_id: str | None = None


def waiting(session: Session, actor: Actor, *, now: datetime | None = None) -> list[NotificationView]:
    """What the actor's roles at their own centres, or their agency, have been told and nobody has seen yet.

    The oldest first. An agency is told of a family as long as the ground holds on which it was told.
    """
    on = jst_day(now or clock.now(session))
    found = [row for row in _unseen(session, actor) if _may_know(session, row, on)]
    members = family.members_of(session, {row.case_id for row in found if row.case_id})
    codes = centre_codes(session)
    views = []
    for row in found:
        mother = next((person for person in members.get(row.case_id or "", ()) if person.relation == "mother"), None)
        views.append(
            NotificationView(
                row.id,
                row.case_id,
                row.track_id,
                codes.get(row.centre_id, ""),
                row.role,
                row.kind,
                row.text,
                mother.name if mother else "",
                row.told_at,
                row.outgoing_id,
            )
        )
    return views


def note_seen(session: Session, actor: Actor, notification_id: str, *, now: datetime) -> None:
    """Take a notification off everyone's list. Raises NotificationUnknown, also for one of another role or centre."""
    row = rows.load(session, notification_id)
    if not _is_for(actor, row):
        raise NotificationUnknown(notification_id)
    if row.seen_at is None:
        row.seen_at, row.seen_by = now, actor.staff_id
        if row.partner_id is not None and row.outgoing_id is not None:
            outgoing(session, row.outgoing_id).received_at = now
        audit.record(
            session,
            "notification.seen",
            by=actor.staff_id,
            about=row.case_id,
            now=now,
            details={"notification": row.id},
        )


def _unseen(session: Session, actor: Actor) -> list[Notification]:
    """By role, since one person may serve the whole town in one role and a single centre in another."""
    partners = [post.partner_id for post in actor.posts if post.partner_id is not None]
    everywhere = {post.role for post in actor.posts if post.is_everywhere}
    found = list(rows.unseen(session, sorted(everywhere), sorted(organisation.centre_lines(session)), partners))
    for post in actor.posts:
        if post.partner_id is None and post.role not in everywhere:
            found += rows.unseen(session, [post.role], sorted(post.centres))
    return sorted({row.id: row for row in found}.values(), key=lambda row: row.id)


def _may_know(session: Session, row: Notification, on: date) -> bool:
    return row.partner_id is None or row.case_id is None or row.partner_id in informed(session, row.case_id, on)


def _is_for(actor: Actor, row: Notification) -> bool:
    if row.partner_id is not None:
        return row.partner_id in {post.partner_id for post in actor.posts}
    return any(post.partner_id is None and post.role == row.role and post.serves(row.centre_id) for post in actor.posts)
