"""Letters and questionnaires to the family: what was sent, what was held back and why."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, Day, UtcInstant, municipality_of, references


class LetterState(StrEnum):
    """queued: waits for printing. sent: a person has posted it. suppressed: held back (loss, death, sealed address …).

    `reason` of a suppressed one is a code, or what a person said.
    """

    QUEUED = "queued"
    SENT = "sent"
    SUPPRESSED = "suppressed"


class Letter(Base):
    """One letter. `kind` is a code such as infant_visit; the text is made when it is printed.

    An invitation to a check-up has the kind of the check-up, the span of days in which the child may come (opens_on,
    before closes_on), and the session it invites to; None while the centre has none in that span.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_case", "municipality_id", "case_id", "id"),
        Index("ix_letter_state", "municipality_id", "state", "id"),
        Index("ix_letter_session", "municipality_id", "session_id"),
        references("checkup_session", "session_id"),
    )

    case_id: Mapped[str] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12), default=LetterState.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(200))
    queued_at: Mapped[datetime] = mapped_column(UtcInstant)
    settled_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    settled_by: Mapped[str | None] = mapped_column(String(26))
    opens_on: Mapped[date | None] = mapped_column(Day)
    closes_on: Mapped[date | None] = mapped_column(Day)
    session_id: Mapped[str | None] = mapped_column(String(26))

    def settle(self, state: LetterState, at: datetime, *, by: str | None = None, reason: str | None = None) -> None:
        """It was posted, or it is held back for a reason."""
        self.state, self.settled_at, self.settled_by, self.reason = state, at, by, reason


def suppress(session: Session, case_id: str, track_id: str | None, *, reason: str, at: datetime) -> int:
    """Hold back every letter of the track (or the whole case) that has not left yet. How many.

    Source: D-14 (after a loss no invitation may leave, the same day).
    """
    query = update(Letter).where(
        Letter.municipality_id == municipality_of(session),
        Letter.case_id == case_id,
        Letter.state == LetterState.QUEUED,
    )
    if track_id is not None:
        query = query.where(Letter.track_id == track_id)
    result = session.execute(query.values(state=LetterState.SUPPRESSED, reason=reason, settled_at=at))
    return int(result.rowcount)  # type: ignore[attr-defined]
