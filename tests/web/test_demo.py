"""The demo town's families speak of themselves, never of the family in the forms' examples."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import schema
from engine.cases.consent import Consent
from engine.cases.family import Person
from engine.cases.submission import Submission
from engine.clock import JST
from engine.database import engine_for, enter_municipality, transaction
from engine.organisation import BusinessCalendar
from web import demo
from web.demo_answers import Cast, school_entry, told_of

STRANGE = (
    "ひかり",
    "ヒカリ",
    "みのり",
    "ミノリ",
    "佐藤",
    "サトウ",
    "和光",
    "351-0104",
    "090-0000",
    "H-0000",
    "市north",
)
FAMILIES = 5


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, str]:
    """A few families and what was written of them; the town's id."""
    engine = engine_for(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'town.db'}")
    schema.create_all_for_tests(engine)
    return engine, demo.seed(engine, families=FAMILIES, until=datetime(2026, 4, 10, 9, tzinfo=JST))


def _people(session: Session) -> dict[str, str]:
    """Case id -> everything its members are called."""
    found: dict[str, str] = {}
    for person in session.scalars(select(Person)):
        words = (person.family_name, person.given_name, person.family_name_kana, person.given_name_kana)
        found[person.case_id] = " ".join((found.get(person.case_id, ""), *(word or "" for word in words)))
    return found


def test_no_record_of_the_demo_holds_the_names_and_places_of_an_example(lived: tuple[Engine, str]):
    engine, town = lived
    with transaction(engine, read_only=True) as session:
        enter_municipality(session, town)
        people = _people(session)
        kept = list(session.scalars(select(Submission)))
        # What names whoever wrote it is staff's, and staff may be called anything.
        texts = [
            (
                row.case_id,
                row.form,
                json.dumps({k: v for k, v in row.answers.items() if k != "explained_by"}, ensure_ascii=False),
            )
            for row in kept
        ]

    assert len(people) == FAMILIES
    assert {"pregnancy_notification", "birth_notification", "sharing_consent"} <= {form for _, form, _ in texts}
    strangers = [
        (form, word) for case, form, text in texts for word in STRANGE if word in text and word not in people[case]
    ]
    assert strangers == []


def test_staff_write_on_business_days_in_office_hours(lived: tuple[Engine, str]):
    engine, town = lived
    calendar = BusinessCalendar()
    with transaction(engine, read_only=True) as session:
        enter_municipality(session, town)
        at = [row.submitted_at.astimezone(JST) for row in session.scalars(select(Submission)) if row.author_id]
        texts = [json.dumps(row.answers) for row in session.scalars(select(Submission))]

    assert at
    assert [when for when in at if not calendar.is_business_day(when.date())] == []
    assert [when for when in at if not time(8, 30) <= when.time() <= time(17, 15)] == []
    assert [text for text in texts if "T00:00" in text] == []


def test_consents_last_until_the_youngest_starts_school(lived: tuple[Engine, str]):
    engine, town = lived
    with transaction(engine, read_only=True) as session:
        enter_municipality(session, town)
        ends = [each.valid_until for each in session.scalars(select(Consent))]

    assert ends
    assert {(day.month, day.day) for day in ends if day is not None} == {(4, 1)}


@pytest.mark.parametrize(
    ("born_on", "enters"),
    [(date(2020, 4, 1), date(2026, 4, 1)), (date(2020, 4, 2), date(2027, 4, 1)), (date(2020, 1, 9), date(2026, 4, 1))],
)
def test_a_child_starts_school_in_the_april_after_its_sixth_birthday(born_on: date, enters: date):
    assert school_entry(born_on) == enters


def test_an_example_about_a_child_is_told_of_the_child_of_the_family():
    notified = {
        "family_name": "金子", "family_name_kana": "カネコ", "given_name": "彩", "given_name_kana": "アヤ",
        "address": "みなも市北町1丁目1番", "phone": "000-0000-0001", "postal_code": "000-0000",
        "junior_high_district": "north", "birth_date": "1995-01-01", "resident_id": "90000001",
    }  # fmt: skip
    child = {"child_name": "蓮", "child_kana": "レン", "sex": "1", "born_on": "2026-01-02"}
    example = {
        "family_name": "佐藤",
        "given_name": "ひかり",
        "sex": "2",
        "birth_date": "2020-01-01",
        "address": "埼玉県和光市本町1-1",
    }

    told = told_of(Cast(notified, child, "田中 花子"), example)

    assert told["family_name"] + told["given_name"] == "金子蓮"
    assert (told["sex"], told["birth_date"], told["address"]) == ("1", "2026-01-02", "みなも市北町1丁目1番")
