"""Who belongs to a family and where they live: addresses from day to day, people found by number or by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import family
from engine.cases.case import number_typed
from engine.cases.family import Address, Person
from engine.cases.search_key import search_key
from engine.database import transaction
from tests.office import Office

SINCE = date(2026, 4, 10)


def an_address(**columns: Any) -> Address:
    return Address(**{"case_id": "case", "kind": "registered", "text": "北町1番", "valid_from": SINCE, **columns})


@pytest.mark.parametrize(
    ("columns", "on", "valid"),
    [
        pytest.param({}, date(2026, 4, 9), False, id="the day before"),
        pytest.param({}, SINCE, True, id="its first day"),
        pytest.param({}, date(2040, 1, 1), True, id="no end"),
        pytest.param({"valid_to": date(2026, 5, 1)}, date(2026, 5, 1), True, id="its last day"),
        pytest.param({"valid_to": date(2026, 5, 1)}, date(2026, 5, 2), False, id="the day after its last"),
        pytest.param({"valid_to": date(2026, 4, 9)}, SINCE, False, id="put right on its first day"),
    ],
)
def test_an_address_holds_from_its_first_to_its_last_day(columns: dict[str, Any], on: date, valid: bool) -> None:
    assert an_address(**columns).is_valid(on) is valid


def test_ending_the_addresses_of_a_kind_leaves_the_others_and_those_ended_before(office: Office) -> None:
    case_id = office.open_case()
    with transaction(office.engine, municipality_id=office.town) as session:
        for existing in family.addresses(session, case_id):
            session.delete(existing)
        session.add_all(
            [
                an_address(case_id=case_id, text="はじめ", valid_to=date(2026, 4, 20)),
                an_address(case_id=case_id, text="つぎ", valid_from=date(2026, 4, 21)),
                an_address(case_id=case_id, text="里帰り", kind="satogaeri"),
            ]
        )
        session.flush()

        family.end_addresses(session, case_id, "registered", on=date(2026, 5, 1))

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        ends = {address.text: address.valid_to for address in family.addresses(session, case_id)}
    assert ends == {"はじめ": date(2026, 4, 20), "つぎ": date(2026, 4, 30), "里帰り": None}


def test_the_mother_comes_first_and_the_children_in_their_order(office: Office) -> None:
    case_id = office.open_case(fetus_count=2)
    for name in ("佐藤 一", "佐藤 二"):
        office.send("birth_registered", case_id, born_on="2026-04-05", child_name=name)

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        members = family.members(session, case_id)

    assert [(each.relation, each.track_id) for each in members] == [("mother", None), ("child", "c1"), ("child", "c2")]


@pytest.mark.parametrize(
    ("known", "asked", "found"),
    [
        pytest.param("77", {"resident_id": "77"}, True, id="by number"),
        pytest.param("77", {"resident_id": "78"}, False, id="another number, the same name: another woman"),
        pytest.param("", {"resident_id": "78"}, True, id="no number known: by kana and birth date"),
        pytest.param("", {"resident_id": None, "birth_date": date(1990, 1, 2)}, False, id="born on another day"),
        pytest.param("", {"resident_id": None, "kana": "サトウ　ミノリ"}, True, id="kana written otherwise"),
        pytest.param("", {"resident_id": None, "kana": ""}, False, id="without kana nobody is known"),
    ],
)
def test_a_woman_is_known_by_her_number_or_else_by_kana_and_birth_date(
    town: Office, known: str, asked: dict[str, Any], found: bool
) -> None:
    case_id = town.open_case(
        resident_id=known, family_name_kana="サトウ", given_name_kana="ミノリ", birth_date="1990-01-01"
    )
    question = {"kana": "サトウミノリ", "birth_date": date(1990, 1, 1), **asked}

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert family.known_mother(session, **question) == (case_id if found else None)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("さとう", id="hiragana"),
        pytest.param("ｻﾄｳ ﾐﾉﾘ", id="half width"),
        pytest.param("サドウ　ミノリ", id="voiced, full-width space"),
        pytest.param("みのり さとう", id="given name first"),
        pytest.param("佐藤 ミノリ", id="kanji and kana"),
        pytest.param("サ ト ウ", id="letter by letter"),
    ],
)
def test_a_woman_is_found_however_her_name_is_typed(office: Office, typed: str) -> None:
    case_id = office.open_case(
        family_name="佐藤", given_name="実里", family_name_kana="サトウ", given_name_kana="ミノリ", alias_name=""
    )
    office.open_case(
        family_name="鈴木", given_name="恵", family_name_kana="スズキ", given_name_kana="メグミ", alias_name=""
    )

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = session.scalars(select(Person.case_id).where(family.called(typed))).all()

    assert set(found) == {case_id}


@pytest.mark.parametrize("typed", ["鈴木 ミノリ", "・ー", "  ", ""])
def test_names_of_nobody_find_nobody(office: Office, typed: str) -> None:
    office.open_case(family_name="佐藤", given_name="実里", family_name_kana="サトウ", given_name_kana="ミノリ")

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        assert session.scalars(select(Person.case_id).where(family.called(typed))).all() == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("チヅル", "ちずる"),
        ("ヲリエ", "オリエ"),
        ("ハヂメ", "ハジメ"),
        ("シャロン", "ｼﾔﾛﾝ"),
        ("ヴェラ", "ウエラ"),
    ],
)
def test_kana_that_sound_alike_are_alike(written: str, typed: str) -> None:
    assert search_key(written) == search_key(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("2026-00012", "2026-00012", id="as it is kept"),
        pytest.param("２０２６－０００１２", "2026-00012", id="full width"),
        pytest.param("２０２６ー０００１２", "2026-00012", id="the kana keyboard's long mark"),
        pytest.param(" 2026 00012 ", "2026-00012", id="a space for the hyphen"),
        pytest.param("2026 - 12", "2026-00012", id="without its zeros"),
        pytest.param("202600012", "2026-00012", id="without a hyphen"),
        pytest.param("佐藤 実里", "佐藤実里", id="a name"),
        pytest.param("2026-04-10", "2026-04-10", id="a day"),
    ],
)
def test_a_case_number_is_read_however_it_is_typed(typed: str, number: str) -> None:
    assert number_typed(typed) == number
