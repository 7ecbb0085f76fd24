"""お知らせ: what a diagram tells the people of a role, without asking them for work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, UtcInstant, municipality_of
from engine.errors import NotFound


class NotificationUnknown(NotFound):
    """No such notification."""

    def __init__(self, notification_id: str) -> None:
        self.notification_id = notification_id
        super().__init__(f"expected a notification, but there is none with id {notification_id[:40]!r}")


class Notification(Base):
    """One thing the people of a role at a centre, or of a partner agency, are told. `kind` is a code.

    Seen by one of them, it is seen by all. outgoing_id: what of the outbox it brings.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_centre", "municipality_id", "centre_id", "role", "seen_at"),
        Index("ix_notification_partner", "municipality_id", "partner_id", "seen_at"),
    )

    case_id: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    centre_id: Mapped[str] = mapped_column(String(26))
    role: Mapped[str] = mapped_column(String(40))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    outgoing_id: Mapped[str | None] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    seen_by: Mapped[str | None] = mapped_column(String(26))


def unseen(
    session: Session, roles: Sequence[str], centres: Sequence[str], partners: Sequence[str] = (), *, limit: int = 50
) -> Sequence[Notification]:
    """What nobody of these roles at these centres, or of these agencies, has seen yet, the newest first."""
    ways = []
    if roles and centres:
        here = and_(Notification.role.in_(roles), Notification.centre_id.in_(centres))
        ways.append(and_(Notification.partner_id.is_(None), here))
    if partners:
        ways.append(Notification.partner_id.in_(partners))
    if not ways:
        return []
    return session.scalars(
        select(Notification)
        .where(Notification.municipality_id == municipality_of(session), or_(*ways), Notification.seen_at.is_(None))
        .order_by(Notification.id.desc())
        .limit(limit)
    ).all()


def load(session: Session, notification_id: str) -> Notification:
    """Raises NotificationUnknown."""
    found = session.get(Notification, (municipality_of(session), notification_id))
    if found is None:
        raise NotificationUnknown(notification_id)
    return found
