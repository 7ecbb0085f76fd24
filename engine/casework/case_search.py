"""Finding families: by name, kana or case number, birth date or resident id, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, CentreSubject, policy, reach
from engine.access import load as load_standing
from engine.cases import family
from engine.cases.case import Case, number_typed
from engine.cases.family import Person
from engine.cases.search_key import resident_key
from engine.casework import case_views
from engine.casework.partnership import consenting_families, is_guest, linked_families
from engine.casework.task_views import centre_codes
from engine.casework.views import CaseRow, CaseView, Page
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow.task import Task, TaskState


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
    query = _seen_by(session, actor, centre, state, _named(session, q, born_on, resident_id), now)
    if level is not None and not is_guest(actor):
        query = query.where(Case.level.is_(None) if level == "none" else Case.level == level)
    found = _page(session, actor, _known_as(session, query, q, born_on, resident_id), cursor, limit, now)
    rows = _rows(session, found.items)
    return Page([replace(row, level=None, open_tasks=None) for row in rows] if is_guest(actor) else rows, found.next)


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
    query = _seen_by(session, actor, centre, state, _named(session, q, born_on, resident_id), now)
    found = _page(session, actor, _known_as(session, query, q, born_on, resident_id), cursor, limit, now)
    for case in found.items:
        audit.record(session, "case.listed", by=actor.staff_id, about=case.id, now=now)
    views = case_views.of_cases(session, found.items, shows_sealed=False)
    return Page([case_views.for_guests(view) for view in views] if is_guest(actor) else views, found.next)


def _seen_by(
    session: Session, actor: Actor, centre: str | None, state: str, named: ColumnElement[bool], now: datetime
) -> Select[Case]:
    """A family that may not be seen is as absent as one that does not exist. Raises Forbidden, PlaceNotFound.

    named: a condition on cases one of whose people was named exactly. People of other houses find families linked to
    their agency, and of those that merely consent to agencies of its kind the one they can name (D-13 row 2).
    """
    standing = load_standing(session, actor, on=jst_day(now))
    policy.require(standing, Action.SEARCH_CASES)
    far = reach(actor)
    query = select(Case).where(Case.municipality_id == municipality_of(session), Case.state == state)
    if far.centres is not None:
        on = jst_day(now)
        agreed = and_(named, or_(false(), *consenting_families(actor, on)))
        query = query.where(or_(Case.centre_id.in_(sorted(far.centres)), *linked_families(actor, on), agreed))
    if centre is not None:
        found = organisation.centre_by_code(session, centre)
        policy.require(standing, Action.VIEW_CENTRE_WORKLIST, CentreSubject(found.id))
        query = query.where(Case.centre_id == found.id)
    return query


def _named(session: Session, q: str | None, born_on: date | None, resident_id: str | None) -> ColumnElement[bool]:
    """Those with a person of exactly this name or kana and birth date, or of this resident id."""
    if resident_id:
        exact: ColumnElement[bool] = Person.resident_id == resident_key(resident_id)
    elif q and born_on is not None:
        exact = and_(family.of_the_name(q), Person.birth_date == born_on)
    else:
        return false()
    return Case.id.in_(select(Person.case_id).where(Person.municipality_id == municipality_of(session), exact))


def _known_as(
    session: Session, query: Select[Case], q: str | None, born_on: date | None, resident_id: str | None
) -> Select[Case]:
    """Those with one person to whom all of this applies; a case number stands alone."""
    wanted: list[ColumnElement[bool]] = []
    if q:
        wanted.append(family.called(q))
    if born_on is not None:
        wanted.append(Person.birth_date == born_on)
    if resident_id:
        wanted.append(Person.resident_id == resident_key(resident_id))
    if not wanted:
        return query
    persons = select(Person.case_id).where(Person.municipality_id == municipality_of(session), and_(*wanted))
    has_one = Case.id.in_(persons)
    return query.where(or_(has_one, Case.number == number_typed(q)) if q and len(wanted) == 1 else has_one)


def _page(
    session: Session, actor: Actor, query: Select[Case], cursor: str | None, limit: int, now: datetime
) -> Page[Case]:
    """The newest first. The search is entered in the ledger, with the number of hits and not with what was typed."""
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
