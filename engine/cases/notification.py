"""お知らせ: what a diagram tells the people of a role, without asking them for work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, UtcInstant, municipality_of
from engine.errors import NotFound


class NotificationUnknown(NotFound):
    """No such notification."""

    def __init__(self, notification_id: str) -> None:
        self.notification_id = notification_id
        super().__init__(f"expected a notification, but there is none with id {notification_id[:40]!r}")


class Notification(Base):
    """One thing the people of a role at a centre are told. `kind` is a code; seen by one of them, it is seen by all."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_centre", "municipality_id", "centre_id", "role", "seen_at"),)

    case_id: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    centre_id: Mapped[str] = mapped_column(String(26))
    role: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    seen_by: Mapped[str | None] = mapped_column(String(26))


def unseen(
    session: Session, roles: Sequence[str], centres: Sequence[str], *, limit: int = 50
) -> Sequence[Notification]:
    """What nobody of these roles at these centres has seen yet, oldest first."""
    if not roles or not centres:
        return []
    return session.scalars(
        select(Notification)
        .where(
            Notification.municipality_id == municipality_of(session),
            Notification.role.in_(roles),
            Notification.centre_id.in_(centres),
            Notification.seen_at.is_(None),
        )
        .order_by(Notification.id)
        .limit(limit)
    ).all()


def load(session: Session, notification_id: str) -> Notification:
    """Raises NotificationUnknown."""
    found = session.get(Notification, (municipality_of(session), notification_id))
    if found is None:
        raise NotificationUnknown(notification_id)
    return found
