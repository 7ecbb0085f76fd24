"""Parameters with valid-from days: what was decided for a day counts from that day, for new waits and running ones."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from engine import clock
from engine.casework import town_parameters
from engine.clock import jst_day
from engine.database import transaction
from engine.organisation.parameters import not_taken_up
from engine.workflow.instance import Instance
from engine.workflow.timer import Timer
from tests.office import Office

FRIDAY = date(2026, 4, 10)
BEFORE_A_HOLIDAY = date(2026, 4, 28)  # the 29th is Showa Day


def decide(office: Office, name: str, value: str, *, since: date) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        town_parameters.set_parameter(session, None, name, value, valid_from=since, now=clock.now(session))


def today(office: Office, name: str) -> object:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = town_parameters.list_parameters(session, now=clock.now(session))
    return next(view.value for view in found if view.name == name)


def a_family_with_an_infant(office: Office) -> str:
    """Its check-up at three to four months is open."""
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-01-05")
    office.finish(case_id, "birth_notification")
    office.advance("PT1M")
    return case_id


def nobody_came(office: Office, case_id: str) -> list[tuple[str, date | None]]:
    """The first work after a check-up nobody came to, with its last day."""
    left = {task.id for task in office.open_tasks(case_id)}
    office.finish(case_id, "checkup", "absent")
    return [(task.element, task.due_on) for task in office.open_tasks(case_id) if task.id not in left]


def due_days(office: Office, element: str) -> list[date | None]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = session.scalars(select(Timer.due_at).where(Timer.element == element).order_by(Timer.due_at)).all()
    return [jst_day(due_at) if due_at else None for due_at in found]


@pytest.mark.parametrize(
    ("counting", "detected_on", "visit_by"),
    [
        pytest.param("business", FRIDAY, date(2026, 4, 13), id="a weekend is not counted"),
        pytest.param("calendar", FRIDAY, date(2026, 4, 11), id="a weekend is counted"),
        pytest.param("business", BEFORE_A_HOLIDAY, date(2026, 4, 30), id="a holiday is not counted"),
        pytest.param("calendar", BEFORE_A_HOLIDAY, date(2026, 4, 29), id="a holiday is counted"),
    ],
)
def test_the_next_day_is_counted_as_the_town_counts(
    town: Office, counting: str, detected_on: date, visit_by: date
) -> None:
    decide(town, "no_show_days", counting, since=date(2026, 4, 6))
    case_id = a_family_with_an_infant(town)
    town.advance(to=detected_on)

    assert nobody_came(town, case_id) == [("no_show_visit", visit_by)]


def test_a_profile_changes_on_its_day_and_not_before(office: Office) -> None:
    first, second = a_family_with_an_infant(office), a_family_with_an_infant(office)
    decide(office, "no_show_profile", "standard", since=date(2026, 5, 1))

    office.advance(to=date(2026, 4, 30))
    on_the_day_before = today(office, "no_show_profile"), nobody_came(office, first)
    office.advance(to=date(2026, 5, 1))
    on_its_day = today(office, "no_show_profile"), nobody_came(office, second)

    assert on_the_day_before == ("wako", [("no_show_visit", date(2026, 5, 1))])
    assert on_its_day == ("standard", [("first_phone", date(2026, 5, 11))])  # three opening days after Golden Week


def test_a_profile_for_a_future_day_takes_the_place_of_no_earlier_decision(town: Office) -> None:
    decide(town, "no_show_days", "calendar", since=date(2026, 4, 6))
    decide(town, "no_show_days", "business", since=date(2026, 4, 20))

    assert today(town, "no_show_days") == "calendar"
    town.advance(to=date(2026, 4, 20))
    assert today(town, "no_show_days") == "business"


def test_work_under_way_keeps_the_way_it_began(town: Office) -> None:
    """Whoever was to be visited the next day is visited: the profile is asked where the ways part, once."""
    case_id = a_family_with_an_infant(town)
    nobody_came(town, case_id)
    decide(town, "no_show_profile", "standard", since=town.today)

    town.finish(case_id, "no_show_visit", "absent")

    assert [task.element for task in town.open_tasks(case_id, element="first_phone")] == []
    assert town.task(case_id, "affiliation_check").case_id == case_id


def test_a_shorter_wait_counts_for_waits_begun_before_its_day(office: Office) -> None:
    """The questionnaire of week 28 was waiting already when the town decided to send it in week 26."""
    office.open_case()
    decide(office, "late_letter_week", "26", since=date(2026, 6, 1))

    days = []
    for day in (date(2026, 5, 31), date(2026, 6, 1)):
        office.advance(to=day)
        days.append(due_days(office, "late_letter_time"))

    assert days == [[date(2026, 8, 17)], [date(2026, 8, 3)]]


def test_a_longer_wait_counts_for_waits_begun_before_its_day(office: Office) -> None:
    case_id = office.open_case()
    decide(office, "late_letter_week", "30", since=date(2026, 8, 17))

    office.advance(to=date(2026, 8, 30))
    waiting = due_days(office, "late_letter_time")
    office.advance(to=date(2026, 8, 31))

    assert waiting == [date(2026, 8, 31)]
    assert due_days(office, "late_letter_time") == []
    assert office.task(case_id, "letter_reply").due_on is not None


def test_a_calendar_moved_over_the_day_in_one_go_comes_to_the_same(town: Office) -> None:
    """Due in week 26, which is past when the decision is taken up: it fires then, not at the end of the leap."""
    case_id = town.open_case()
    decide(town, "late_letter_week", "26", since=date(2026, 8, 10))

    town.advance(to=date(2026, 8, 16))

    assert jst_day(town.task(case_id, "letter_reply").opened_at) == date(2026, 8, 10)


def test_the_last_day_of_open_work_moves_with_the_town(office: Office) -> None:
    case_id = office.open_case()
    decide(office, "consent_days", "7", since=date(2026, 4, 8))

    days = []
    for day in (date(2026, 4, 7), date(2026, 4, 8)):
        office.advance(to=day)
        days.append(office.task(case_id, "sharing_consent").due_on)

    assert days == [date(2026, 4, 20), date(2026, 4, 13)]


def test_a_parameter_is_taken_up_once(town: Office) -> None:
    a_family_with_an_infant(town)
    decide(town, "consent_days", "7", since=town.today)

    with transaction(town.engine, municipality_id=town.town) as session:
        waiting = [row.name for row in not_taken_up(session, town.today)]
    town.advance("PT1M")
    with transaction(town.engine, municipality_id=town.town) as session:
        left = not_taken_up(session, town.today)

    assert waiting == ["consent_days"]
    assert left == []


def test_a_family_that_cannot_be_computed_stops_no_other(town: Office) -> None:
    broken, sound = town.open_case(), town.open_case()
    with transaction(town.engine, municipality_id=town.town) as session:
        session.scalars(select(Instance).where(Instance.case_ref == broken)).one().state_bytes = b"no state at all"
    decide(town, "consent_days", "7", since=town.today)

    town.advance("PT1M")

    assert town.task(broken, "sharing_consent").due_on == date(2026, 4, 20)
    assert town.task(sound, "sharing_consent").due_on == date(2026, 4, 13)


def test_a_value_not_of_the_kind_is_refused_and_nothing_kept(town: Office) -> None:
    with pytest.raises(town_parameters.ParameterRefused):
        decide(town, "consent_days", "soon", since=town.today)
    with pytest.raises(town_parameters.ParameterUnknown):
        decide(town, "no_such_number", "3", since=town.today)

    assert today(town, "consent_days") == 14


def test_the_hour_of_day_does_not_matter(town: Office) -> None:
    """A parameter counts from the Japanese midnight of its day."""
    decide(town, "no_show_days", "calendar", since=date(2026, 4, 7))

    found = []
    for instant in (datetime(2026, 4, 6, 23, 59, tzinfo=clock.JST), datetime(2026, 4, 7, 0, 0, tzinfo=clock.JST)):
        town.set_clock(instant)
        found.append(today(town, "no_show_days"))

    assert found == ["business", "calendar"]
