"""Answers to forms, as they were given: append-only, with form version, author and instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, municipality_of
from engine.errors import NotFound


class SubmissionUnknown(NotFound):
    """No such submission in the case."""

    code = "not_found"

    def __init__(self, submission_id: str) -> None:
        self.submission_id = submission_id
        super().__init__(f"expected a submission of the case, but there is none with id {submission_id[:40]!r}")


class Submission(Base):
    """The answers of one person to one form. A correction is a new submission that names the old in `corrects_id`.

    `outcome` is done, or the exit taken; for an exit `answers` holds what had been typed, unchecked, and `note` why.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_case", "municipality_id", "case_id", "id"),)

    case_id: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    task_id: Mapped[str | None] = mapped_column(String(26))
    form: Mapped[str | None] = mapped_column(String(80))
    form_version: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[str | None] = mapped_column(String(26))
    corrects_id: Mapped[str | None] = mapped_column(String(26))
    submitted_at: Mapped[datetime] = mapped_column(UtcInstant)


def of_case(session: Session, case_id: str, *, before: str | None, limit: int) -> Sequence[Submission]:
    """The newest submissions of a case first; `before` is the id of the last one already shown."""
    query = select(Submission).where(
        Submission.municipality_id == municipality_of(session), Submission.case_id == case_id
    )
    if before:
        query = query.where(Submission.id < before)
    return session.scalars(query.order_by(Submission.id.desc()).limit(limit)).all()


def load(session: Session, case_id: str, submission_id: str) -> Submission:
    """One submission of the case. Raises SubmissionUnknown."""
    found = session.get(Submission, (municipality_of(session), submission_id))
    if found is None or found.case_id != case_id:
        raise SubmissionUnknown(submission_id)
    return found


def last_of_form(session: Session, case_id: str, form: str) -> Submission | None:
    """The newest finished answers to a form, corrections too; None where it was never filled."""
    return session.scalars(
        select(Submission)
        .where(
            Submission.municipality_id == municipality_of(session),
            Submission.case_id == case_id,
            Submission.form == form,
            Submission.outcome == "done",
        )
        .order_by(Submission.id.desc())
        .limit(1)
    ).first()


def notes_of(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Submission id -> its note, of those that exist."""
    if not ids:
        return {}
    rows = session.execute(
        select(Submission.id, Submission.note).where(
            Submission.municipality_id == municipality_of(session), Submission.id.in_(list(ids))
        )
    )
    return {row.id: row.note for row in rows}


def versions_of(session: Session, given: Submission) -> list[Submission]:
    """The answers as first given and every correction of them, whichever it named; the last one counts."""
    known = session.scalars(
        select(Submission)
        .where(
            Submission.municipality_id == municipality_of(session),
            Submission.case_id == given.case_id,
            Submission.form == given.form,
        )
        .order_by(Submission.id)
    ).all()
    by_id = {submission.id: submission for submission in known}
    first = given
    while first.corrects_id in by_id:
        first = by_id[first.corrects_id]
    chain = {first.id: first}
    for each in known:  # in the order of their ids: a correction comes after what it names
        if each.corrects_id in chain:
            chain[each.id] = each
    return list(chain.values())
