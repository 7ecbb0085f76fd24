"""The next pregnancy of a family under support: one handbook and one track more, and never the same one twice."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access import Forbidden, Hidden
from engine.casework import cases, form_catalogue, further_pregnancy
from engine.casework.further_pregnancy import PregnancyUnderWay
from engine.casework.views import Opened
from engine.clock import jst_day
from forms.compiler import AnswersRejected
from tests.office import Office

CLERK = "counter_clerk.north"


def answers_of(town: Office, case_id: str, **changes: Any) -> dict[str, Any]:
    """The form as the clerk finds it, with the new pregnancy's part filled in."""
    with town.acting(CLERK) as (session, clerk, now):
        example = form_catalogue.form(session, clerk, "FM01").example(jst_day(now))
        known = further_pregnancy.known_answers(session, clerk, case_id, now=now)
        return {**example, **known, **changes}


def notify(town: Office, case_id: str, *, by: str = CLERK, **changes: Any) -> Opened:
    answers = answers_of(town, case_id, **changes)
    with town.acting(by) as (session, actor, now):
        return further_pregnancy.notify_further_pregnancy(session, actor, case_id, answers, now=now)


@pytest.fixture
def family(town: Office) -> str:
    """A family whose first child has just been born."""
    case_id = town.open_case(alias_name="")
    town.send("birth_registered", case_id, born_on=town.today.isoformat())
    return case_id


def test_its_handbook_is_handed_over_and_its_own_interview_begins(town: Office, family: str) -> None:
    opened = notify(town, family, fetus_count=2, handbook_numbers=[{"number": "H9-1"}, {"number": "H9-2"}])

    shown = town.show(family)
    assert [(each.track_id, each.state, each.fetus_count) for each in shown.pregnancies] == [
        ("p1", "born", 1),
        ("p2", "open", 2),
    ]
    assert {task.track_id for task in opened.opened} == {"p2"}
    assert "interview" in {task.form for task in opened.opened}
    assert not [task for task in town.open_tasks(family) if task.form == "pregnancy_notification"]
    assert town.facts(family, "p2")["handbook_issued"] is True
    assert town.facts(family, "c1")["born_on"] == town.today.isoformat()


def test_what_is_new_of_the_woman_is_put_right_and_what_is_left_empty_stays(town: Office, family: str) -> None:
    notify(town, family, address="南町2番", family_name="田中", safe_to_call_times="")

    (mother, *_rest) = town.show(family).persons
    assert (mother.name.split()[0], mother.address) == ("田中", "南町2番")
    assert mother.safe_to_call


def test_a_pregnancy_under_way_has_been_notified_already(town: Office) -> None:
    case_id = town.open_case()
    with town.acting(CLERK) as (session, clerk, now):
        example = form_catalogue.form(session, clerk, "FM01").example(jst_day(now))

        with pytest.raises(PregnancyUnderWay):
            further_pregnancy.notify_further_pregnancy(session, clerk, case_id, example, now=now)

    assert len(town.show(case_id).pregnancies) == 1


def test_it_is_not_taken_twice(town: Office, family: str) -> None:
    answers = answers_of(town, family)
    with town.acting(CLERK) as (session, clerk, now):
        further_pregnancy.notify_further_pregnancy(session, clerk, family, answers, now=now)

    with pytest.raises(PregnancyUnderWay), town.acting(CLERK) as (session, clerk, now):
        further_pregnancy.notify_further_pregnancy(session, clerk, family, answers, now=now)

    assert len(town.show(family).pregnancies) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"resident_id": "99999999"}, "resident_id", id="another number"),
        pytest.param({"resident_id": "", "birth_date": "1980-02-03"}, "birth_date", id="no number, another birth date"),
    ],
)
def test_another_woman_is_no_further_pregnancy(town: Office, family: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        notify(town, family, **changes)

    assert list(rejected.value.errors) == [field]
    assert len(town.show(family).pregnancies) == 1


@pytest.mark.parametrize("login", ["counter_clerk.south", "process_designer.north", "nursery_teacher.nursery"])
def test_it_is_for_who_may_know_the_family_and_takes_notifications(town: Office, family: str, login: str) -> None:
    with town.acting(login) as (session, actor, now):
        for try_it in (
            lambda: further_pregnancy.known_answers(session, actor, family, now=now),
            lambda: further_pregnancy.notify_further_pregnancy(session, actor, family, {}, now=now),
        ):
            with pytest.raises((Forbidden, Hidden)):
                try_it()


@pytest.mark.parametrize(("dv_flag", "known"), [(False, "北町3番"), (True, None)])
def test_a_sealed_address_is_not_filled_in_for_who_may_not_read_it(
    town: Office, dv_flag: bool, known: str | None
) -> None:
    case_id = town.open_case(dv_flag=dv_flag, address="北町3番")
    town.send("birth_registered", case_id, born_on=town.today.isoformat())

    with town.acting(CLERK) as (session, clerk, now):
        begun = further_pregnancy.known_answers(session, clerk, case_id, now=now)
        shown = cases.show_case(session, clerk, case_id, now=now).persons[0].address

    assert begun.get("address") == shown == known
    assert begun["family_name"]
