"""Messages: the inbox (deduplicated, buffered until the case waits for them) and the outbox (written with the step)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, municipality_of
from engine.errors import NotFound
from engine.workflow.incident import RETRY_AFTER


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


class OutboxState(StrEnum):
    """queued: waits to go out. by_hand: a person must send it, on paper or by telephone. sent: it has gone out.

    left: a person said why it does not go out.
    """

    QUEUED = "queued"
    BY_HAND = "by_hand"
    SENT = "sent"
    LEFT = "left"


class OutboxUnknown(NotFound):
    """Nothing of this id waits to go out."""

    def __init__(self, outbox_id: str) -> None:
        self.outbox_id = outbox_id
        super().__init__(f"expected something to send, but there is none with id {outbox_id[:40]!r}")


class Outbox(Base):
    """Something for others (acknowledgement, notice, hand-over), written in the step's transaction, sent after it.

    centre_id: who answers for it; partner_id: the agency it came to be for. The row's id is the key by which a
    receiver knows a repeat.
    next_attempt_at: while queued, when it is tried next; a worker that dies in between leaves it to be tried again.
    received_at: when somebody at the agency has seen it. `error` names no person.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "municipality_id", "state", "next_attempt_at"),
        Index("ix_outbox_centre", "municipality_id", "centre_id", "state"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    centre_id: Mapped[str] = mapped_column(String(26))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default=OutboxState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    settled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    settled_by: Mapped[str | None] = mapped_column(String(26))
    received_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    def is_due(self, at: datetime) -> bool:
        return self.state == OutboxState.QUEUED and self.next_attempt_at is not None and self.next_attempt_at <= at

    def begin_attempt(self, at: datetime) -> None:
        """Count one more attempt, and when the next is due should nothing be heard of this one."""
        self.next_attempt_at = at + RETRY_AFTER[min(self.attempts, len(RETRY_AFTER) - 1)]
        self.attempts += 1

    def failed(self, error: str) -> None:
        """The attempt under way failed; after the last one only a person can send it."""
        self.error = error[:200]
        if self.attempts >= len(RETRY_AFTER):
            self.hand_over()

    def hand_over(self) -> None:
        """Leave it to a person."""
        self.state, self.next_attempt_at = OutboxState.BY_HAND, None

    def settle(self, state: OutboxState, at: datetime, *, by: str | None = None) -> None:
        """It has gone out, or a person said that it does not."""
        self.state, self.next_attempt_at, self.settled_at, self.settled_by = state, None, at, by


def to_send(session: Session, now: datetime, *, limit: int) -> Sequence[str]:
    """Ids of what is due to go out, the longest due first."""
    return session.scalars(
        select(Outbox.id)
        .where(
            Outbox.municipality_id == municipality_of(session),
            Outbox.state == OutboxState.QUEUED,
            Outbox.next_attempt_at <= now,
        )
        .order_by(Outbox.next_attempt_at, Outbox.id)
        .limit(limit)
    ).all()


def next_attempt_at(session: Session, after: datetime) -> datetime | None:
    """When something is tried next, later than `after`."""
    return session.scalar(
        select(func.min(Outbox.next_attempt_at)).where(
            Outbox.municipality_id == municipality_of(session),
            Outbox.state == OutboxState.QUEUED,
            Outbox.next_attempt_at > after,
        )
    )


def outgoing(session: Session, outbox_id: str, *, lock: bool = False) -> Outbox:
    """One thing to send, locked and fresh if asked. Raises OutboxUnknown."""
    key = (municipality_of(session), outbox_id)
    found = session.get(Outbox, key, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise OutboxUnknown(outbox_id)
    return found


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
