"""Opening days of the municipality."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from engine.database import transaction
from engine.organisation import BusinessCalendar, ClosingDay, business_calendar, centre_by_code
from tests.engine.towns import a_town


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        pytest.param(date(2026, 4, 10), True, id="a Friday"),
        pytest.param(date(2026, 4, 11), False, id="Saturday"),
        pytest.param(date(2026, 4, 12), False, id="Sunday"),
        pytest.param(date(2026, 4, 29), False, id="Showa Day"),
        pytest.param(date(2026, 5, 6), False, id="substitute holiday on a Wednesday"),
        pytest.param(date(2026, 9, 22), False, id="a day between two holidays"),
        pytest.param(date(2026, 12, 28), True, id="last opening day of the year"),
        pytest.param(date(2026, 12, 29), False, id="first day of the closing"),
        pytest.param(date(2026, 12, 31), False, id="new year's eve"),
        pytest.param(date(2028, 1, 3), False, id="last day of the closing, a Monday"),
        pytest.param(date(2028, 1, 4), True, id="first opening day"),
        pytest.param(date(2024, 2, 29), True, id="leap day"),
    ],
)
def test_opening_days(day, is_open):
    assert BusinessCalendar().is_business_day(day) is is_open


def test_a_closing_day_of_the_town_closes_it_and_one_of_a_centre_does_not(database):
    local, only_north = date(2026, 6, 1), date(2026, 6, 2)
    with transaction(database) as session:
        a_town(session)
        session.add(ClosingDay(day=only_north, centre_id=centre_by_code(session, "north").id))
        session.flush()

        calendar = business_calendar(session)

    assert not calendar.is_business_day(local)
    assert calendar.is_business_day(only_north)
    assert BusinessCalendar().is_business_day(local)


def test_asking_is_cheap():
    BusinessCalendar().is_business_day(date(2026, 1, 5))
    begin = time.perf_counter()

    for n in range(10_000):
        BusinessCalendar().is_business_day(date(2026, 1, 1) + timedelta(days=n % 300))

    assert time.perf_counter() - begin < 0.5
