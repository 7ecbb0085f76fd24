"""お知らせ for the people of a role: what came up, and that somebody has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Actor
from engine.cases import family
from engine.cases import notification as rows
from engine.cases.notification import Notification, NotificationUnknown
from engine.casework.task_views import centre_codes


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One thing to know. `text` is the step's name in the diagram; `about` the family's name, empty without a case."""

    id: str
    case_id: str | None
    track_id: str | None
    centre: str
    role: str
    kind: str
    text: str
    about: str
    told_at: datetime


def waiting(session: Session, actor: Actor) -> list[NotificationView]:
    """What the actor's roles at their own centres have been told and nobody has seen yet, oldest first."""
    roles, centres = _reach(actor)
    found = rows.unseen(session, sorted(roles), sorted(centres))
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
        audit.record(
            session,
            "notification.seen",
            by=actor.staff_id,
            about=row.case_id,
            now=now,
            details={"notification": row.id},
        )


def _reach(actor: Actor) -> tuple[set[str], set[str]]:
    posts = [post for post in actor.posts if post.partner_id is None]
    return {post.role for post in posts}, {centre for post in posts for centre in post.centres}


def _is_for(actor: Actor, row: Notification) -> bool:
    return any(
        post.partner_id is None and post.role == row.role and row.centre_id in post.centres for post in actor.posts
    )
