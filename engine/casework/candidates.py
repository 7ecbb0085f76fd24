"""Which families a message about nobody yet may be about, at whichever centre: for the person who decides it.

They are looked for by resident id, by name or kana with or without the birth date, and by the people of open cases
whose whole name or kana stands in the text. Whoever may do the task sees this much of a family of another centre:
number, name, birth date and centre. A sealed family is proposed only to who may look at it.
Source: D-10, actors.md section 2 (another centre: S, summary), privacy.md section 4 item 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.cases.case import Case, CaseState
from engine.cases.facts import CASE_SHEET, sheets_together
from engine.cases.family import Person
from engine.cases.search_key import resident_key, search_key
from engine.cases.submission import Submission
from engine.casework.partnership import standing_of
from engine.casework.task_views import centre_codes
from engine.casework.tasks import subject_of
from engine.casework.viewing import visitor
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow.message import Inbox
from engine.workflow.task import Task, TaskState
from forms.dates import DateError, parse_day

MOST = 20
_TEXTS = ("summary", "content", "concern", "text", "child_hint", "family_hint", "reason")
_NAMES = ("child_name", "child_kana", "mother_name", "mother_kana", "guardian_name", "name", "kana")
_PAIRS = (("family_name", "given_name"), ("family_name_kana", "given_name_kana"))
_DAYS = ("birth_date", "born_on", "child_birth_date", "mother_birth_date")
_SHORTEST_NAME, _SHORTEST_KANA = 2, 4  # a shorter one stands in any text by chance
_LONGEST_TEXT = 8_000


class Why(StrEnum):
    """Why a family is proposed, the strongest first."""

    RESIDENT = "resident_id"
    NAME_AND_BIRTH = "name_and_birth"
    NAME = "name"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family the message may be about, by the person of it that fits."""

    number: str
    name: str
    kana: str
    relation: str
    birth_date: date | None
    centre: str
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and by what it was looked for: nothing where the message names nobody."""

    by: tuple[Why, ...]
    found: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class _Keys:
    residents: frozenset[str]
    names: frozenset[str]
    days: frozenset[date]
    text: str


def of_task(session: Session, actor: Actor, task_id: str, *, now: datetime) -> Search | None:
    """The families proposed for work about nobody yet; None for who may not decide it, and for other work.

    Who was proposed to whom is entered in the ledger.
    """
    task = session.get(Task, (municipality_of(session), task_id))
    if task is None or task.case_ref is not None or task.state != TaskState.OPEN:
        return None
    standing, subject = standing_of(session, actor, None, on=jst_day(now)), subject_of(task)
    ways = (policy.decide(standing, action, subject) for action in (Action.MATCH_MESSAGE, Action.COMPLETE_TASK))
    if not all(isinstance(each, policy.Allowed) for each in ways):
        return None
    keys = _keys(session, task)
    if keys is None:
        return None
    found = [
        (case, candidate)
        for case, candidate in _found(session, keys)
        if not case.confidential or _may_look(session, actor, case.id, now)
    ][:MOST]
    for case, candidate in found:
        audit.record(
            session,
            "case.proposed",
            by=actor.staff_id,
            about=case.id,
            now=now,
            details={"task": task.id, "why": [str(each) for each in candidate.why]},
        )
    return Search(_asked(keys), [candidate for _case, candidate in found])


def _may_look(session: Session, actor: Actor, case_id: str, now: datetime) -> bool:
    standing = visitor(session, actor, case_id, on=jst_day(now))
    return isinstance(policy.decide(standing, Action.VIEW_CASE), policy.Allowed)


def _keys(session: Session, task: Task) -> _Keys | None:
    """What the message, and the receipt written of it, say of anybody; None where no message opened the work."""
    town = municipality_of(session)
    sheet = sheets_together(session, {task.instance_id}).get(task.instance_id, {}).get(CASE_SHEET)
    row = session.get(Inbox, (town, str(sheet.facts.get("inbox_id") or ""))) if sheet is not None else None
    if row is None:
        return None
    receipts = session.scalars(
        select(Submission.answers)
        .join(Task, and_(Task.municipality_id == Submission.municipality_id, Task.id == Submission.task_id))
        .where(
            Submission.municipality_id == town,
            Submission.case_id.is_(None),
            Task.instance_id == task.instance_id,
        )
    ).all()
    said = [part for each in (row.payload, *receipts) for part in _parts(each)]
    residents = [row.correlation.get("resident_id"), *(part.get("resident_id") for part in said)]
    texts = [part[key] for part in said for key in _TEXTS if isinstance(part.get(key), str)]
    return _Keys(
        residents=frozenset(resident_key(str(each)) for each in residents if each),
        names=frozenset(
            key for part in said for name in _names(part) if len(key := search_key(name)) >= _SHORTEST_NAME
        ),
        days=frozenset(day for part in said for day in _days(part)),
        text=search_key("\n".join(texts)[:_LONGEST_TEXT]),
    )


def _parts(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The message and each person it lists."""
    yield payload
    for value in payload.values():
        inner = value if isinstance(value, list) else [value]
        yield from (each for each in inner if isinstance(each, Mapping))


def _names(part: Mapping[str, Any]) -> Iterator[str]:
    yield from (part[key] for key in _NAMES if isinstance(part.get(key), str))
    for pair in _PAIRS:
        if all(isinstance(part.get(key), str) for key in pair):
            yield "".join(part[key] for key in pair)


def _days(part: Mapping[str, Any]) -> Iterator[date]:
    for key in _DAYS:
        try:
            if part.get(key):
                yield parse_day(str(part[key]))
        except DateError:
            continue


def _asked(keys: _Keys) -> tuple[Why, ...]:
    asked = {
        Why.RESIDENT: keys.residents,
        Why.NAME_AND_BIRTH: keys.names and keys.days,
        Why.NAME: keys.names,
        Why.TEXT: keys.text,
    }
    return tuple(why for why in Why if asked[why])


def _found(session: Session, keys: _Keys) -> list[tuple[Case, Candidate]]:
    """Families in the order of what speaks for them, each once; in a statement for each way of looking."""
    people: dict[str, tuple[Case, Person, list[Why]]] = {}
    for why, fits in _conditions(keys):
        for case, person in _people(session, fits):
            people.setdefault(person.id, (case, person, []))[2].append(why)
    by_case: dict[str, tuple[Case, Candidate]] = {}
    codes = centre_codes(session) if people else {}
    strength = list(Why)
    for case, person, fitting in sorted(people.values(), key=lambda each: strength.index(each[2][0])):
        if case.id not in by_case:
            reasons = tuple(each for each in fitting if not (each is Why.NAME and Why.NAME_AND_BIRTH in fitting))
            centre = codes.get(case.centre_id, "")
            by_case[case.id] = (
                case,
                Candidate(case.number, person.name, person.kana, person.relation, person.birth_date, centre, reasons),
            )
    return list(by_case.values())


def _conditions(keys: _Keys) -> Iterator[tuple[Why, ColumnElement[bool]]]:
    if keys.residents:
        yield Why.RESIDENT, Person.resident_id.in_(sorted(keys.residents))
    called = or_(Person.search_kana.in_(sorted(keys.names)), Person.search_name.in_(sorted(keys.names)))
    if keys.names and keys.days:
        yield Why.NAME_AND_BIRTH, and_(Person.birth_date.in_(sorted(keys.days)), called)
    if keys.names:
        yield Why.NAME, called
    if keys.text:
        yield Why.TEXT, or_(_stands_in(keys.text, Person.search_name, _SHORTEST_NAME), _kana_stands_in(keys.text))


def _kana_stands_in(text: str) -> ColumnElement[bool]:
    return _stands_in(text, Person.search_kana, _SHORTEST_KANA)


def _stands_in(text: str, name: Any, shortest: int) -> ColumnElement[bool]:
    """Whether the name, whole, is part of the text; a name may hold marks that LIKE would read as wildcards."""
    whole = and_(Person.given_name != "", func.length(name) >= shortest)
    return and_(whole, func.replace(literal(text), name, "") != text)


def _people(session: Session, fits: ColumnElement[bool]) -> list[tuple[Case, Person]]:
    rows = session.execute(
        select(Case, Person)
        .join(Person, and_(Person.municipality_id == Case.municipality_id, Person.case_id == Case.id))
        .where(Case.municipality_id == municipality_of(session), Case.state == CaseState.OPEN, fits)
        .order_by(Person.id.desc())
        .limit(MOST * 2)
    )
    return [(case, person) for case, person in rows]
