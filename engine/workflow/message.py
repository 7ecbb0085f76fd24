"""Messages: the inbox (deduplicated, buffered until the case waits for them) and the outbox (written with the step)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, municipality_of


class InboxState(StrEnum):
    """delivered: a case took it. buffered: its case does not wait for it yet. needs_person: a person must match it."""

    DELIVERED = "delivered"
    BUFFERED = "buffered"
    NEEDS_PERSON = "needs_person"


class Inbox(Base):
    """One message as it came in. The sender's id makes a repeat harmless."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("municipality_id", "sender", "message_id"),
        Index("ix_inbox_case", "municipality_id", "case_ref", "state"),
    )

    sender: Mapped[str] = mapped_column(String(60))
    message_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(80))
    correlation: Mapped[dict[str, Any]] = mapped_column(JSON)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcInstant)
    settled_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Outbox(Base):
    """Something for the outside (acknowledgement, notice, letter batch), written in the step's transaction."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state", "municipality_id", "state", "id"),)

    kind: Mapped[str] = mapped_column(String(40))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    queued_at: Mapped[datetime] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)


def earlier(session: Session, sender: str, message_id: str) -> Inbox | None:
    """The message this sender has sent under this id before, if any."""
    return session.scalar(
        select(Inbox).where(
            Inbox.municipality_id == municipality_of(session), Inbox.sender == sender, Inbox.message_id == message_id
        )
    )


def buffered(session: Session, case_ref: str) -> Sequence[Inbox]:
    """Messages of the case that nothing has waited for so far, oldest first."""
    return session.scalars(
        select(Inbox)
        .where(
            Inbox.municipality_id == municipality_of(session),
            Inbox.case_ref == case_ref,
            Inbox.state == InboxState.BUFFERED,
        )
        .order_by(Inbox.id)
    ).all()
