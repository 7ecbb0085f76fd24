"""What somebody is writing about a family outside a task: unchecked, their own, until it is finished or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, municipality_of

NO_CASE = ""


class CaseDraft(Base):
    """One person's unfinished form. case_id: NO_CASE while the case is not open yet. about: which form of the case."""

    __tablename__ = "case_draft"
    __table_args__ = (Index("ix_case_draft", "municipality_id", "staff_id", "case_id", "about", unique=True),)

    staff_id: Mapped[str] = mapped_column(String(26))
    case_id: Mapped[str] = mapped_column(String(26))
    about: Mapped[str] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcInstant)


def of(session: Session, staff_id: str, case_id: str | None, about: str) -> CaseDraft | None:
    """What this person has typed so far, if anything."""
    return session.scalar(
        select(CaseDraft).where(
            CaseDraft.municipality_id == municipality_of(session),
            CaseDraft.staff_id == staff_id,
            CaseDraft.case_id == (case_id or NO_CASE),
            CaseDraft.about == about,
        )
    )


def keep(
    session: Session, staff_id: str, case_id: str | None, about: str, answers: Mapping[str, Any], *, at: datetime
) -> None:
    """Keep the typed text in place of what was kept before."""
    draft = of(session, staff_id, case_id, about)
    if draft is None:
        session.add(
            CaseDraft(staff_id=staff_id, case_id=case_id or NO_CASE, about=about, answers=dict(answers), saved_at=at)
        )
    else:
        draft.answers, draft.saved_at = dict(answers), at
    session.flush()


def drop(session: Session, staff_id: str, case_id: str | None, about: str) -> None:
    """Forget it."""
    session.execute(
        delete(CaseDraft).where(
            CaseDraft.municipality_id == municipality_of(session),
            CaseDraft.staff_id == staff_id,
            CaseDraft.case_id == (case_id or NO_CASE),
            CaseDraft.about == about,
        )
    )


def forget(session: Session, prefix: str, *, before: datetime) -> int:
    """Delete the drafts of this kind that nobody touched since then, of every municipality; how many."""
    gone = session.execute(
        delete(CaseDraft).where(CaseDraft.about.startswith(prefix, autoescape=True), CaseDraft.saved_at < before)
    )
    return int(getattr(gone, "rowcount", 0))
