"""Families as people and programs see them: a page of them costs as many statements as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import family
from engine.cases.case import Case
from engine.cases.facts import FactSheet
from engine.cases.family import Address, Person
from engine.cases.tracks import Child, ChildState, Pregnancy, PregnancyState
from engine.casework.task_views import centre_codes
from engine.casework.viewing import staff_names
from engine.casework.views import CaseView, ChildView, PersonView, PregnancyView
from engine.clock import jst_day
from engine.database import municipality_of

Row = TypeVar("Row", Address, Pregnancy, Child, FactSheet)


def of_cases(session: Session, cases: Sequence[Case], *, shows_sealed: bool) -> list[CaseView]:
    """The families in their order. shows_sealed: whether sealed addresses and numbers may be read (S5)."""
    ids = [case.id for case in cases]
    members = family.members_of(session, ids)
    addresses = _by_case(session, Address, ids)
    pregnancies, children = _by_case(session, Pregnancy, ids), _by_case(session, Child, ids)
    sheets = _by_case(session, FactSheet, ids)
    names = staff_names(session, [case.responsible_id for case in cases])
    codes = centre_codes(session)
    views = []
    for case in cases:
        people = sorted(members.get(case.id, ()), key=lambda person: person.relation != "mother")
        mother = next((person for person in people if person.relation == "mother"), None)
        views.append(
            CaseView(
                id=case.id,
                state=str(case.state),
                centre=codes.get(case.centre_id, ""),
                level=case.level,
                persons=_persons(case, people, addresses.get(case.id, []), shows_sealed=shows_sealed),
                pregnancies=[
                    PregnancyView(p.track_id, p.due_on, p.fetus_count, str(p.state))
                    for p in pregnancies.get(case.id, [])
                ],
                children=_children(people, children.get(case.id, [])),
                facts=_facts(
                    sheets.get(case.id, []), _open_tracks(pregnancies.get(case.id, []), children.get(case.id, []))
                ),
                version=case.version_id,
                title=mother.name if mother else case.number,
                responsible=names.get(case.responsible_id or ""),
                opened_on=jst_day(case.opened_at),
                confidential=case.confidential,
                number=case.number,
            )
        )
    return views


def _by_case(session: Session, record: type[Row], ids: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    if ids:
        rows = session.scalars(
            select(record)
            .where(record.municipality_id == municipality_of(session), record.case_id.in_(ids))
            .order_by(record.id)
        )
        for row in rows:
            found.setdefault(row.case_id, []).append(row)
    return found


def for_guests(view: CaseView) -> CaseView:
    """What people of other houses may know: who the family is and its centre (S1), no fact of its file."""
    persons = [replace(person, phone=None, safe_to_call=None, address=None) for person in view.persons]
    return replace(view, level=None, persons=persons, pregnancies=[], facts={}, responsible=None, confidential=False)


def _persons(case: Case, people: Sequence[Person], known: Sequence[Address], *, shows_sealed: bool) -> list[PersonView]:
    in_order = sorted(known, key=lambda address: (address.valid_from, address.id))
    newest = {address.person_id: address for address in in_order if address.kind == "registered"}
    views = []
    for person in people:
        address = newest.get(person.id)
        sealed = case.confidential or bool(address and address.sealed)
        hidden = sealed and not shows_sealed
        views.append(
            PersonView(
                id=person.id,
                relation=person.relation,
                name=person.name,
                kana=person.kana,
                birth_date=person.birth_date,
                sex=person.sex,
                track_id=person.track_id,
                phone=None if hidden else person.phone,
                safe_to_call=None if hidden else person.safe_to_call,
                address=None if hidden or address is None else address.text,
                address_sealed=sealed,
            )
        )
    return views


def _children(people: Sequence[Person], children: Sequence[Child]) -> list[ChildView]:
    names = {person.id: person.name for person in people}
    return [
        ChildView(child.track_id, child.person_id, names.get(child.person_id, ""), child.born_on, str(child.state))
        for child in children
    ]


def _open_tracks(pregnancies: Sequence[Pregnancy], children: Sequence[Child]) -> list[str]:
    return [
        *(pregnancy.track_id for pregnancy in pregnancies if pregnancy.state == PregnancyState.OPEN),
        *(child.track_id for child in children if child.state == ChildState.OPEN),
    ]


def _facts(sheets: Sequence[FactSheet], open_tracks: Sequence[str]) -> Mapping[str, Any]:
    """name -> value for the case, `name@track` for each track; unknown ones are left out.

    A fact that only one open track has stands under its plain name too: with one pregnancy, `due_on` is clear.
    """
    shown: dict[str, Any] = {}
    holders: dict[str, list[Any]] = {}
    for sheet in sorted(sheets, key=lambda each: each.track_id):
        for name, value in sorted(sheet.facts.items()):
            if value is None:
                continue
            shown[f"{name}@{sheet.track_id}" if sheet.track_id else name] = value
            if sheet.track_id in open_tracks:
                holders.setdefault(name, []).append(value)
    return {**{name: values[0] for name, values in holders.items() if len(values) == 1}, **shown}
