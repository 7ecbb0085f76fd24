"""Consent of the family that an agency may see part of its case, and every disclosure made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, Day, UtcInstant, municipality_of
from engine.errors import NotFound

CONSENT = "CONSENT"  # the ground of what is shared because the family agreed; all others are articles of law


class ConsentUnknown(NotFound):
    """No such consent in the case."""

    code = "not_found"

    def __init__(self, consent_id: str) -> None:
        self.consent_id = consent_id
        super().__init__(f"expected a consent of the case, but there is none with id {consent_id[:40]!r}")


class Consent(Base):
    """A family's agreement that one agency may see part of its case. Withdrawn, never deleted.

    agency: a code of CL_AGENCY; scopes: codes such as basic, health, plan.
    Source: FM02, 個人情報保護法 第69条第2項第1号.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_case", "municipality_id", "case_id"),)

    case_id: Mapped[str] = mapped_column(String(26))
    submission_id: Mapped[str | None] = mapped_column(String(26))
    agency: Mapped[str] = mapped_column(String(20))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    evidence: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(40))
    given_on: Mapped[date] = mapped_column(Day)
    valid_until: Mapped[date | None] = mapped_column(Day)
    withdrawn_on: Mapped[date | None] = mapped_column(Day)
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)

    def covers(self, agency: str, scope: str, on: date) -> bool:
        """Whether `scope` of the case may be shown to `agency` on the calendar day `on` (JST).

        Withdrawal counts from its own day: a family that says no this afternoon is not shared this afternoon.
        """
        return self.agency == agency and scope in self.scopes and self.stands(on)

    def stands(self, on: date) -> bool:
        """Whether the consent is in force on the day: given, not ended, not withdrawn."""
        ended = self.valid_until is not None and self.valid_until < on
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= on
        return self.given_on <= on and not ended and not withdrawn

    def changes_after(self, on: date) -> date | None:
        """The next day after `on` on which it begins or ends to stand without anybody's doing; None if on no day."""
        days = (self.given_on, self.valid_until + timedelta(days=1) if self.valid_until else None, self.withdrawn_on)
        before = self.stands(on)
        later = sorted(day for day in days if day is not None and day > on)
        return next((day for day in later if self.stands(day) != before), None)


class Disclosure(Base):
    """One passing of information to another party, with its ground: a consent or an article of law (FM25).

    agency: its kind, a code of CL_AGENCY. partner_id: which one, where it is one the municipality works with.
    """

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_case", "municipality_id", "case_id", "id"),)

    case_id: Mapped[str] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    agency: Mapped[str] = mapped_column(String(20))
    partner_id: Mapped[str | None] = mapped_column(String(26))
    ground: Mapped[str] = mapped_column(String(20))
    consent_id: Mapped[str | None] = mapped_column(String(26))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    fields: Mapped[list[str]] = mapped_column(JSON)
    decided_by: Mapped[str | None] = mapped_column(String(26))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    disclosed_at: Mapped[datetime] = mapped_column(UtcInstant)


def receiver(session: Session, case_id: str, agency: str, track: str | None) -> str | None:
    """The agency of this kind that was the last to be given something of the track, if it is known by name."""
    session.flush()
    return session.scalar(
        select(Disclosure.partner_id)
        .where(
            Disclosure.municipality_id == municipality_of(session),
            Disclosure.case_id == case_id,
            Disclosure.agency == agency,
            Disclosure.track_id == track,
        )
        .order_by(Disclosure.id.desc())
        .limit(1)
    )


def of_case(session: Session, case_id: str) -> Sequence[Consent]:
    """Every consent of the case, oldest first, withdrawn ones too."""
    return session.scalars(
        select(Consent)
        .where(Consent.municipality_id == municipality_of(session), Consent.case_id == case_id)
        .order_by(Consent.id)
    ).all()


def standing(consents: Iterable[Consent], on: date) -> list[Consent]:
    """Those in force on the day."""
    return [consent for consent in consents if consent.stands(on)]


def load(session: Session, case_id: str, consent_id: str) -> Consent:
    """One consent of the case. Raises ConsentUnknown."""
    found = session.get(Consent, (municipality_of(session), consent_id))
    if found is None or found.case_id != case_id:
        raise ConsentUnknown(consent_id)
    return found
