"""Families: seeing their case, its history, what comes next, and where the tokens stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.cases import case as cases
from engine.cases import consent as consent_records
from engine.cases import submission as submission_records
from engine.cases.case import Case, CaseState, CaseUnknown
from engine.casework import case_views
from engine.casework.case_search import find_cases, list_cases
from engine.casework.history import diagrams, timeline, upcoming
from engine.casework.intake import CaseAlreadyOpen, open_case
from engine.casework.partnership import is_guest
from engine.casework.viewing import staff_names, viewed, visitor
from engine.casework.views import (
    CaseView,
    ConsentView,
    Page,
    SubmissionView,
)
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.roles import Sensitivity

__all__ = [
    "CaseAlreadyOpen",
    "CaseUnknown",
    "consents",
    "diagrams",
    "find_cases",
    "list_cases",
    "open_case",
    "show_case",
    "submission",
    "submissions",
    "timeline",
    "upcoming",
    "viewed",
]


def show_case(session: Session, actor: Actor, case_id: str, *, now: datetime) -> CaseView:
    """The family as this person may see it. The view is entered in the ledger."""
    standing = visitor(session, actor, case_id, on=jst_day(now))
    policy.require(standing, Action.VIEW_CASE)
    audit.record(session, "case.viewed", by=actor.staff_id, about=case_id, now=now)
    sealed_too = Sensitivity.S5 in policy.levels(standing)
    view = case_views.of_cases(session, [cases.load(session, case_id)], shows_sealed=sealed_too)[0]
    return case_views.for_guests(view) if is_guest(actor) else view


def submissions(
    session: Session, actor: Actor, case_id: str, *, cursor: str | None = None, limit: int = 50, now: datetime
) -> Page[SubmissionView]:
    """What was answered, newest first."""
    viewed(session, actor, case_id, "submissions", now=now)
    rows = submission_records.of_case(session, case_id, before=cursor, limit=limit + 1)
    shown = rows[:limit]
    names = staff_names(session, [row.author_id for row in shown])
    views = [submission_view(row, names) for row in shown if row.form]
    return Page(views, shown[-1].id if len(rows) > limit else None)


def submission(session: Session, actor: Actor, case_id: str, submission_id: str, *, now: datetime) -> SubmissionView:
    """One set of answers. Raises SubmissionUnknown, CaseUnknown, Forbidden, Hidden."""
    viewed(session, actor, case_id, "submissions", now=now)
    row = submission_records.load(session, case_id, submission_id)
    return submission_view(row, staff_names(session, [row.author_id]))


def submission_view(row: submission_records.Submission, names: dict[str, str]) -> SubmissionView:
    """A submission as it is shown. names: staff id -> name."""
    return SubmissionView(
        id=row.id,
        form=row.form or "",
        form_version=row.form_version or "",
        answers=row.answers,
        author=names.get(row.author_id or "", ""),
        at=row.submitted_at,
        corrects=row.corrects_id,
        track_id=row.track_id,
        outcome=row.outcome,
        note=row.note,
    )


def consents(session: Session, actor: Actor, case_id: str, *, now: datetime) -> list[ConsentView]:
    """Every consent of the family, oldest first, withdrawn ones too."""
    viewed(session, actor, case_id, "consents", now=now)
    return [consent_view(consent) for consent in consent_records.of_case(session, case_id)]


def consent_view(consent: consent_records.Consent) -> ConsentView:
    return ConsentView(
        consent.id, consent.agency, tuple(consent.scopes), consent.given_on, consent.valid_until, consent.withdrawn_on
    )


def has_cases(session: Session) -> bool:
    """Whether any family is known at all: then the calendar moves forward only."""
    return session.scalar(select(Case.id).where(Case.municipality_id == municipality_of(session)).limit(1)) is not None


def open_case_count(session: Session) -> int:
    return int(
        session.scalar(
            select(func.count()).where(Case.municipality_id == municipality_of(session), Case.state == CaseState.OPEN)
        )
        or 0
    )
