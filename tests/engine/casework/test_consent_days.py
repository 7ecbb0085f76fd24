"""A consent ends by itself: from the day after its last, nothing counts on it, however the calendar was moved there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.casework import due_work, form_catalogue, records
from engine.casework.disclosing import NoGround
from engine.database import transaction
from engine.workflow.event import Event
from tests.engine.casework.serving import served
from tests.office import Office

LAST = date(2026, 5, 10)


def _consented(office: Office) -> str:
    case_id = office.open_case()
    office.finish(case_id, "sharing_consent", agencies=["hospital", "nursery"], valid_until=LAST.isoformat())
    return case_id


def _facts(office: Office, case_id: str) -> tuple[object, ...]:
    facts = office.facts(case_id)
    return tuple(facts[f"consent_{name}"] for name in ("hospital", "nursery", "given"))


def test_day_by_day_it_counts_through_its_last_day_and_no_longer(office: Office) -> None:
    case_id = _consented(office)
    seen = {}
    for number in range(-3, 4):
        day = LAST + timedelta(days=number)
        office.advance(to=day)
        seen[number] = _facts(office, case_id)

    assert seen == {number: (number <= 0,) * 3 for number in range(-3, 4)}


def test_in_one_leap_it_ends_on_its_own_midnight(office: Office) -> None:
    case_id = _consented(office)

    office.advance(to=date(2027, 3, 1))

    assert _facts(office, case_id) == (False, False, False)
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        (changed,) = session.scalars(select(Event).where(Event.kind == "consent_changed"))
    assert changed.at == clock.jst_midnight(LAST + timedelta(days=1))


def test_no_step_goes_by_it_even_where_the_worker_stood_still(town: Office) -> None:
    case_id = _consented(town)
    with transaction(town.engine, municipality_id=town.town) as session:
        clock.set_now(session, clock.jst_midnight(LAST + timedelta(days=2)), allowed=True, has_cases=True)

    with pytest.raises(NoGround):
        served(town, case_id, "disclose", agency="hospital", ground="CONSENT", scope="basic")
    town.send("due_date_corrected", case_id, due_on="2026-11-20")

    assert _facts(town, case_id) == (False, False, False)


def test_it_is_settled_once_a_day_came(town: Office) -> None:
    _consented(town)
    with transaction(town.engine, municipality_id=town.town) as session:
        clock.set_now(session, clock.jst_midnight(LAST + timedelta(days=1)), allowed=True, has_cases=True)

    assert [due_work.run_due(town.engine).consents for _ in range(2)] == [1, 0]


def test_a_consent_that_begins_later_counts_from_its_first_day(town: Office) -> None:
    case_id = town.open_case()
    town.finish(case_id, "sharing_consent", agencies=["hospital"], valid_from="2026-05-01", valid_until="2026-05-10")
    before = town.facts(case_id)["consent_hospital"]

    town.advance(to=date(2026, 5, 1))
    during = town.facts(case_id)["consent_hospital"]
    town.advance(to=date(2026, 5, 11))

    assert (before, during, town.facts(case_id)["consent_hospital"]) == (False, True, False)


def test_one_agencys_consent_ends_and_anothers_stays(town: Office) -> None:
    case_id = _consented(town)
    with town.acting("counter_clerk.north") as (session, actor, now):
        example = form_catalogue.form(session, actor, "sharing_consent").example(clock.jst_day(now))
        answers = {**example, "agencies": ["hub"], "valid_until": "2027-04-01"}
        records.give_consent(session, actor, case_id, answers=answers, now=now)

    town.advance(to=LAST + timedelta(days=1))

    facts = town.facts(case_id)
    assert (facts["consent_hospital"], facts["consent_hub"], facts["consent_given"]) == (False, True, True)


def test_one_withdrawn_before_its_end_changes_nothing_on_that_day(town: Office) -> None:
    case_id = _consented(town)
    town.send("consent_withdrawn", case_id)
    assert _facts(town, case_id) == (False, False, False)

    town.advance(to=LAST + timedelta(days=2))

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert session.scalars(select(Event).where(Event.kind == "consent_changed")).all() == []
