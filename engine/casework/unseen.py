"""Children whom nobody has seen: who did not come and was met by nobody since, and who is looked for within 48 hours.

The rule is that of `CaseKnowledge._child_unseen`, read for all families at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from engine.cases import tracks
from engine.cases.case import Case, CaseState
from engine.cases.facts import FactSheet, typed
from engine.cases.family import Person
from engine.cases.tracks import Child, ChildState
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow.task import Task, TaskState

NOT_SEEN = frozenset({"none", "heard_only"})
SAFETY_CHECK = "safety_check"
FOLLOW_UP = "no_show_followup"


@dataclass(frozen=True, slots=True)
class UnseenChild:
    """since: the first day of the search that still goes on, None where no work of it was ever opened."""

    case_id: str
    track_id: str
    name: str
    born_on: date
    centre_id: str
    since: date | None


def is_unseen(facts: Mapping[str, Any]) -> bool:
    """Whether the facts of one child say that it did not come, was not examined since, and was met by nobody."""
    return facts.get("died_on") is None and facts.get("sighting") in NOT_SEEN and facts.get("attendance") != "examined"


def unseen_children(session: Session, centre_ids: Collection[str]) -> list[UnseenChild]:
    """The unseen children of the open families of these centres, the longest unseen first."""
    town = municipality_of(session)
    case_ids = _suspected(session, town)
    if not case_ids:
        return []
    rows = session.execute(
        select(Child, Person, Case.centre_id)
        .join(Case, (Case.municipality_id == Child.municipality_id) & (Case.id == Child.case_id))
        .join(Person, (Person.municipality_id == Child.municipality_id) & (Person.id == Child.person_id))
        .where(
            Child.municipality_id == town,
            Child.state == ChildState.OPEN,
            Child.case_id.in_(case_ids),
            Case.state == CaseState.OPEN,
            Case.centre_id.in_(centre_ids),
        )
    ).all()
    sheets: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for sheet in session.scalars(
        select(FactSheet).where(
            FactSheet.municipality_id == town,
            FactSheet.track_id.startswith("c"),
            FactSheet.case_id.in_(case_ids),
        )
    ):
        sheets.setdefault((sheet.case_id, tracks.root(sheet.track_id) or ""), []).append(sheet.facts)
    searches = _searches(session, town, case_ids)
    found = [
        UnseenChild(child.case_id, child.track_id, person.name, child.born_on, centre, since)
        for child, person, centre in rows
        for known in [sheets.get((child.case_id, child.track_id), [])]
        for works in [_about(child, searches.get(child.case_id, ()))]
        if any(is_unseen(facts) for facts in known) or any(_is_safety_check(work) for work in works)
        for since in [_since(works, known)]
    ]
    return sorted(found, key=lambda one: (one.since is None, one.since, one.case_id, one.track_id))


def _suspected(session: Session, town: str) -> set[str]:
    """The families with an unseen child or a safety check under way: few, whatever the size of the town."""
    unseen = select(Child.case_id).where(Child.municipality_id == town, Child.unseen)
    checked = select(Task.case_ref).where(
        Task.municipality_id == town, Task.state == TaskState.OPEN, Task.process == SAFETY_CHECK
    )
    return {case_id for case_id in session.scalars(union(unseen, checked)) if case_id is not None}


@dataclass(frozen=True, slots=True)
class _Work:
    track_id: str | None
    process: str
    is_open: bool
    opened_at: datetime


def _searches(session: Session, town: str, case_ids: Collection[str]) -> dict[str, list[_Work]]:
    """The work of searches, open or done, by case."""
    found: dict[str, list[_Work]] = {}
    for case_id, track_id, process, state, opened_at in session.execute(
        select(Task.case_ref, Task.track_id, Task.process, Task.state, Task.opened_at).where(
            Task.municipality_id == town,
            Task.process.in_((FOLLOW_UP, SAFETY_CHECK)),
            Task.case_ref.in_(case_ids),
        )
    ):
        found.setdefault(str(case_id), []).append(_Work(track_id, process, state == TaskState.OPEN, opened_at))
    return found


def _about(child: Child, works: Iterable[_Work]) -> list[_Work]:
    """The searches for this child; one that names neither child nor pregnancy is for every child of the family."""
    return [work for work in works if tracks.root(work.track_id) in (child.track_id, None)]


def _is_safety_check(work: _Work) -> bool:
    return work.process == SAFETY_CHECK and work.is_open


def _since(works: Sequence[_Work], known: Iterable[Mapping[str, Any]]) -> date | None:
    """When the search began: with its first work after the child was last seen."""
    seen = [day for facts in known if (day := typed(facts.get("last_sighted_on"), "date"))]
    last = max((day for day in seen if isinstance(day, date)), default=date.min)
    return min((day for work in works if (day := jst_day(work.opened_at)) > last), default=None)
