"""The case: one family under support, from the first notice until it is closed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, Day, UtcInstant, municipality_of, take_turns
from engine.errors import NotFound

NUMBERING = "case numbers"


class CaseState(StrEnum):
    """open: work may be under way. closed: the final review ended it; a new notice opens another case."""

    OPEN = "open"
    CLOSED = "closed"


class CaseUnknown(NotFound):
    """No such case in this municipality."""

    code = "not_found"

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"expected a case, but there is none with id {case_id[:40]!r}")


class Case(Base):
    """A family under support. `level` mirrors the fact risk_level so that lists need not read facts.

    `version_id` names the process version of its journey; `confidential` says that an address is sealed.
    consents_change_on: the next day on which a consent begins or ends by itself; the facts on consents hold until then.
    """

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("municipality_id", "number"),
        Index("ix_case_centre_state", "municipality_id", "centre_id", "state"),
        Index("ix_case_consents", "municipality_id", "consents_change_on"),
    )

    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=CaseState.OPEN)
    centre_id: Mapped[str] = mapped_column(String(26))
    responsible_id: Mapped[str | None] = mapped_column(String(26))
    level: Mapped[int | None] = mapped_column(Integer)
    confidential: Mapped[bool] = mapped_column(default=False)
    version_id: Mapped[str] = mapped_column(String(64))
    consents_change_on: Mapped[date | None] = mapped_column(Day)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    close_reason: Mapped[str | None] = mapped_column(String(40))

    def close(self, reason: str, at: datetime) -> None:
        """Close the case; a closed case stays as it is."""
        if self.state != CaseState.CLOSED:
            self.state, self.close_reason, self.closed_at = CaseState.CLOSED, reason, at


def load(session: Session, case_id: str) -> Case:
    """The case with this id. Raises CaseUnknown."""
    found = session.get(Case, (municipality_of(session), case_id))
    if found is None:
        raise CaseUnknown(case_id)
    return found


def load_together(session: Session, case_ids: Collection[str]) -> dict[str, Case]:
    """Those of these cases that exist, by id."""
    found = session.scalars(
        select(Case).where(Case.municipality_id == municipality_of(session), Case.id.in_(list(case_ids)))
    )
    return {case.id: case for case in found}


def next_number(session: Session, fiscal_year: int) -> str:
    """The next case number of the fiscal year, such as `2026-00012`. One transaction at a time counts on."""
    take_turns(session, NUMBERING)
    prefix = f"{fiscal_year}-"
    last = session.scalar(
        select(Case.number)
        .where(Case.municipality_id == municipality_of(session), Case.number.like(f"{prefix}%"))
        .order_by(Case.number.desc())
        .limit(1)
    )
    return f"{prefix}{(int(last.rsplit('-', 1)[1]) if last else 0) + 1:05d}"


_NUMBER = re.compile(r"(\d{4})(?:-(\d{1,6})|(\d{5,6}))", re.ASCII)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─~〜", "-"))


def number_typed(text: str) -> str:
    """A case number as it is kept, from the ways people type it: full-width, with spaces, other hyphens or none.

    `２０２６ー１２`, `2026 - 00012` and `202600012` are `2026-00012`. What is none comes back without its spaces.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_HYPHENS).split())
    found = _NUMBER.fullmatch(plain)
    return f"{found[1]}-{int(found[2] or found[3]):05d}" if found else plain


def with_changed_consents(session: Session, on: date) -> list[str]:
    """Ids of open cases of which a consent has begun or ended by itself since their facts were settled."""
    return list(
        session.scalars(
            select(Case.id)
            .where(
                Case.municipality_id == municipality_of(session),
                Case.state == CaseState.OPEN,
                Case.consents_change_on <= on,
            )
            .order_by(Case.id)
        )
    )


def next_change_of_consents(session: Session, after: date) -> date | None:
    """The next day, later than `after`, on which a consent of an open case begins or ends by itself."""
    return session.scalar(
        select(func.min(Case.consents_change_on)).where(
            Case.municipality_id == municipality_of(session),
            Case.state == CaseState.OPEN,
            Case.consents_change_on > after,
        )
    )
