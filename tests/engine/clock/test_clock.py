"""The town's clock: stands still until it is moved, forward only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import clock
from engine.clock import ClockNotMovable, ClockRefused
from engine.database import new_id, transaction

TOWN, OTHER = new_id(), new_id()
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def move(session, to, *, allowed=True, has_cases=True):
    clock.set_now(session, to, allowed=allowed, has_cases=has_cases)


def test_without_a_clock_of_its_own_a_town_lives_by_the_system_clock(database):
    with transaction(database, municipality_id=TOWN) as session:
        assert abs(clock.now(session) - clock.wall_now()) < timedelta(seconds=5)
        assert not clock.is_set(session)


def test_a_set_clock_stands_still(database):
    with transaction(database, municipality_id=TOWN) as session:
        move(session, APRIL, has_cases=False)

        assert [clock.now(session) for _ in range(3)] == [APRIL] * 3
        assert clock.is_set(session)


def test_each_town_has_its_own_clock(database):
    with transaction(database, municipality_id=TOWN) as session:
        move(session, APRIL, has_cases=False)

    with transaction(database, municipality_id=OTHER) as session:
        assert clock.now(session) > APRIL
        assert clock.now(session, TOWN) == APRIL


def test_a_town_with_cases_moves_forward_only(database):
    with transaction(database, municipality_id=TOWN) as session:
        move(session, APRIL, has_cases=False)
        move(session, APRIL)
        move(session, APRIL + timedelta(days=30))

        with pytest.raises(ClockRefused):
            move(session, APRIL + timedelta(days=29))
        assert clock.now(session) == APRIL + timedelta(days=30)


def test_a_town_with_cases_that_lived_by_the_system_clock_is_not_set_back(database):
    with transaction(database, municipality_id=TOWN) as session, pytest.raises(ClockRefused):
        move(session, APRIL - timedelta(days=3650))


def test_a_town_without_cases_may_be_set_to_any_day(database):
    with transaction(database, municipality_id=TOWN) as session:
        move(session, APRIL, has_cases=False)
        move(session, APRIL - timedelta(days=4000), has_cases=False)

        assert clock.now(session) == APRIL - timedelta(days=4000)


def test_in_production_there_is_no_clock_to_move(database):
    with transaction(database, municipality_id=TOWN) as session, pytest.raises(ClockNotMovable):
        move(session, APRIL, allowed=False, has_cases=False)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(datetime(2026, 4, 9, 14, 59, 59, tzinfo=UTC), date(2026, 4, 9), id="last second of the day"),
        pytest.param(datetime(2026, 4, 9, 15, 0, tzinfo=UTC), date(2026, 4, 10), id="midnight in Japan"),
    ],
)
def test_the_day_is_the_day_in_japan(instant, day):
    assert clock.jst_day(instant) == day


def test_midnight_is_where_the_day_begins():
    midnight = clock.jst_midnight(date(2026, 4, 10))

    assert midnight == datetime(2026, 4, 9, 15, 0, tzinfo=UTC)
    assert clock.jst_day(midnight) == date(2026, 4, 10)
    assert clock.jst_day(midnight - timedelta(microseconds=1)) == date(2026, 4, 9)


def test_a_naive_instant_has_no_day():
    with pytest.raises(TypeError):
        clock.jst_day(datetime(2026, 4, 10))
