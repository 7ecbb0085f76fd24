"""The day of birth first known stays; another goes before a person; a correction that names the old counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.casework import cases, records
from engine.workflow.task import Task
from tests.office import Office

FIRST, OTHER = "2026-04-05", "2026-04-03"


def _born(office: Office) -> str:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on=FIRST, carrying={"resident_id": "9001"})
    return case_id


def _day(office: Office, case_id: str) -> tuple[Any, ...]:
    view = office.show(case_id)
    (child,) = view.children
    person = next(each for each in view.persons if each.track_id == "c1")
    return office.facts(case_id, "c1")["born_on"], child.born_on.isoformat(), str(person.birth_date)


@pytest.mark.parametrize(
    "about",
    [
        pytest.param({"track_id": "c1"}, id="by track"),
        pytest.param({"carrying": {"resident_id": "9001"}}, id="by number"),
    ],
)
def test_a_later_message_with_another_day_is_for_a_person(office: Office, about: dict[str, Any]) -> None:
    case_id = _born(office)

    receipt = office.send("birth_registered", case_id, by="public_health_nurse.north", born_on=OTHER, **about)

    assert (receipt.status, receipt.case_id) == ("needs_person", case_id)
    assert _day(office, case_id) == (FIRST, FIRST, FIRST)
    task = office.task(None, "match_message")
    assert (task.centre, task.why) == ("north", "すでに登録されている日と違います")


def test_the_same_day_told_again_is_no_contradiction(town: Office) -> None:
    case_id = _born(town)

    receipt = town.send("birth_registered", case_id, track_id="c1", born_on="令和8年4月5日", birth_weight_g=3000)

    assert receipt.status == "delivered"
    assert town.facts(case_id, "c1")["birth_weight_g"] == 3000
    assert town.open_tasks(element="match_message") == []


def test_a_birth_card_with_another_day_leaves_the_first_and_asks(office: Office) -> None:
    case_id = _born(office)
    visit = office.task(case_id, "infant_visit").due_on

    done = office.finish(case_id, "birth_notification", born_on=OTHER, birth_weight_g=2900)

    assert _day(office, case_id) == (FIRST, FIRST, FIRST)
    assert office.facts(case_id, "c1")["birth_weight_g"] == 2900
    assert office.task(case_id, "infant_visit").due_on == visit
    asked = office.task(None, "match_message")
    assert asked.centre == "north"
    assert asked.id in [task.id for task in done.opened]
    assert [said.en.split(".")[0] for said in done.warnings] == ["It differs from the day known already"]


def test_who_may_not_see_what_was_asked_is_only_told_of_it(town: Office) -> None:
    case_id = _born(town)
    card = town.task(case_id, "birth_notification")
    with town.acting("public_health_nurse.south") as (session, guest, _):
        session.get_one(Task, (town.town, card.id)).assignee_id = guest.staff_id

    done = town.finish(case_id, "birth_notification", by="public_health_nurse.south", born_on=OTHER)

    assert "match_message" not in [task.element for task in done.opened]
    assert len(done.warnings) == 1


def test_what_the_person_confirms_counts(office: Office) -> None:
    case_id = _born(office)
    office.finish(case_id, "birth_notification", born_on=OTHER)
    before = office.task(case_id, "infant_visit").due_on

    office.finish(None, "match_message", decision="attach", matched_case_id=office.show(case_id).number)

    assert _day(office, case_id) == (OTHER, OTHER, OTHER)
    assert len(office.show(case_id).children) == 1
    after = office.task(case_id, "infant_visit").due_on
    assert before is not None
    assert after is not None
    assert (after - before).days == (date.fromisoformat(OTHER) - date.fromisoformat(FIRST)).days


def test_what_the_person_sets_aside_changes_nothing(town: Office) -> None:
    case_id = _born(town)
    town.send("birth_registered", case_id, track_id="c1", born_on=OTHER)

    town.finish(None, "match_message", decision="not_applicable")

    assert _day(town, case_id) == (FIRST, FIRST, FIRST)
    assert town.open_tasks(element="match_message") == []


def test_a_correction_that_names_the_card_counts_at_once(office: Office) -> None:
    case_id = _born(office)
    office.finish(case_id, "birth_notification")

    with office.acting("public_health_nurse.north") as (session, actor, now):
        (card,) = [
            each
            for each in cases.submissions(session, actor, case_id, now=now).items
            if each.form == "birth_notification"
        ]
        answers = {**card.answers, "born_on": OTHER}
        records.record_submission(
            session, actor, case_id, form="birth_notification", answers=answers, corrects=card.id, now=now
        )

    assert _day(office, case_id) == (OTHER, OTHER, OTHER)
    assert office.facts(case_id, "p1")["born_on"] == OTHER
    assert office.open_tasks(element="match_message") == []


def test_a_card_recorded_beside_the_work_is_asked_about_too(town: Office) -> None:
    case_id = _born(town)
    example = town.example(town.task(case_id, "birth_notification"), born_on=OTHER)

    with town.acting("public_health_nurse.north") as (session, actor, now):
        records.record_submission(
            session, actor, case_id, form="birth_notification", answers=example, track_id="c1", now=now
        )

    assert _day(town, case_id) == (FIRST, FIRST, FIRST)
    assert len(town.open_tasks(element="match_message")) == 1
