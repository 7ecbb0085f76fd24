"""Families: finding them, seeing their case, its history, what comes next, and where the tokens stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, CentreSubject, policy, reach
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import consent as consent_records
from engine.cases import family
from engine.cases import submission as submission_records
from engine.cases.case import Case, CaseState, CaseUnknown
from engine.cases.family import Person
from engine.cases.search_key import resident_key, search_key
from engine.casework import case_views
from engine.casework.history import diagrams, timeline, upcoming
from engine.casework.intake import CaseAlreadyOpen, open_case
from engine.casework.partnership import is_guest
from engine.casework.task_views import centre_codes
from engine.casework.viewing import staff_names, viewed, visitor
from engine.casework.views import (
    CaseRow,
    CaseView,
    ConsentView,
    Page,
    SubmissionView,
)
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.roles import Sensitivity
from engine.workflow.task import Task, TaskState

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


def find_cases(
    session: Session,
    actor: Actor,
    *,
    q: str | None = None,
    born_on: date | None = None,
    resident_id: str | None = None,
    centre: str | None = None,
    level: int | Literal["none"] | None = None,
    state: str = "open",
    cursor: str | None = None,
    limit: int = 50,
    now: datetime,
) -> Page[CaseRow]:
    """As `list_cases`, each family as one row for a list on screen. level: `none` where it is not decided yet."""
    found = _found(session, actor, q, born_on, resident_id, centre, state, cursor, limit, now, level)
    return Page(_rows(session, found.items), found.next)


def list_cases(
    session: Session,
    actor: Actor,
    *,
    q: str | None = None,
    born_on: date | None = None,
    resident_id: str | None = None,
    centre: str | None = None,
    state: str = "open",
    cursor: str | None = None,
    limit: int = 50,
    now: datetime,
) -> Page[CaseView]:
    """Families the actor may see, by name, kana or case number, birth date or resident id; the newest first.

    Each as `show_case` shows it, but sealed values stay masked: a list is no place to open them.
    """
    found = _found(session, actor, q, born_on, resident_id, centre, state, cursor, limit, now)
    for case in found.items:
        audit.record(session, "case.listed", by=actor.staff_id, about=case.id, now=now)
    return Page(case_views.of_cases(session, found.items, shows_sealed=False), found.next)


def _found(
    session: Session,
    actor: Actor,
    q: str | None,
    born_on: date | None,
    resident_id: str | None,
    centre: str | None,
    state: str,
    cursor: str | None,
    limit: int,
    now: datetime,
    level: int | Literal["none"] | None = None,
) -> Page[Case]:
    """Families the actor may see, by name, kana or case number, birth date or resident id; the newest first.

    A family that may not be seen is as absent as one that does not exist.
    """
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.SEARCH_CASES)
    town, far = municipality_of(session), reach(actor)
    query = select(Case).where(Case.municipality_id == town, Case.state == state)
    if far.centres is not None:
        query = query.where(Case.centre_id.in_(sorted(far.centres)))
    if centre is not None:
        found = organisation.centre_by_code(session, centre)
        policy.require(
            load_standing(session, actor, on=jst_day(now)), Action.VIEW_CENTRE_WORKLIST, CentreSubject(found.id)
        )
        query = query.where(Case.centre_id == found.id)
    if level is not None:
        query = query.where(Case.level.is_(None) if level == "none" else Case.level == level)
    wanted = []
    if q:
        key = search_key(q)
        wanted.append(
            false()  # nothing but marks and spaces: that is nobody's name
            if not key
            else or_(
                Person.search_kana.contains(key, autoescape=True), Person.search_name.contains(key, autoescape=True)
            )
        )
    if born_on is not None:
        wanted.append(Person.birth_date == born_on)
    if resident_id:
        wanted.append(Person.resident_id == resident_key(resident_id))
    if wanted:
        called = Case.id.in_(select(Person.case_id).where(Person.municipality_id == town, and_(*wanted)))
        query = query.where(or_(called, Case.number == q.strip()) if q and len(wanted) == 1 else called)
    if cursor is not None:
        query = query.where(Case.id < cursor)
    rows = session.scalars(query.order_by(Case.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    audit.record(session, "case.searched", by=actor.staff_id, about=None, now=now, details={"hits": len(shown)})
    return Page(shown, shown[-1].id if len(rows) > limit else None)


def _rows(session: Session, found: Sequence[Case]) -> list[CaseRow]:
    members = family.members_of(session, [case.id for case in found])
    open_tasks = _open_task_counts(session, [case.id for case in found])
    codes = centre_codes(session)
    rows = []
    for case in found:
        mother = next((person for person in members[case.id] if person.relation == "mother"), None)
        rows.append(
            CaseRow(
                id=case.id,
                state=str(case.state),
                centre=codes.get(case.centre_id, ""),
                level=case.level,
                title=mother.name if mother else case.number,
                kana=mother.kana if mother else "",
                birth_date=mother.birth_date if mother else None,
                open_tasks=open_tasks.get(case.id, 0),
            )
        )
    return rows


def _open_task_counts(session: Session, case_ids: Sequence[str]) -> dict[str, int]:
    if not case_ids:
        return {}
    rows = session.execute(
        select(Task.case_ref, func.count())
        .where(
            Task.municipality_id == municipality_of(session), Task.case_ref.in_(case_ids), Task.state == TaskState.OPEN
        )
        .group_by(Task.case_ref)
    )
    return {str(case_id): int(count) for case_id, count in rows}


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
