"""Transactions: whole or not at all, one town at a time, and no wait without end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError

from engine import database as db
from engine.clock import TownClock
from engine.database import Busy, ForeignRow, NoMunicipality, RowNotFound, engine_for, new_id, transaction
from engine.organisation import ClosingDay, Municipality, Parameter
from tests.engine.towns import NOW, TODAY, a_town

TOWN = new_id()


def a_clock(**changes):
    return TownClock(**{"id": TOWN, "stands_at": NOW, **changes})


def test_what_was_written_is_there_afterwards_and_stays_readable(database):
    with transaction(database, municipality_id=TOWN) as session:
        clock = a_clock()
        session.add(clock)

    assert clock.municipality_id == TOWN
    with transaction(database, read_only=True, municipality_id=TOWN) as session:
        assert db.find(session, TownClock, TOWN).stands_at == NOW


def test_an_exception_leaves_nothing_behind(database):
    def write_and_fail() -> None:
        with transaction(database, municipality_id=TOWN) as session:
            session.add(a_clock())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    with transaction(database, read_only=True, municipality_id=TOWN) as session, pytest.raises(RowNotFound):
        db.find(session, TownClock, TOWN)


def test_a_read_only_transaction_cannot_write_and_the_next_one_can(database):
    for _ in range(12):
        with (
            pytest.raises(DBAPIError),
            transaction(database, read_only=True, municipality_id=TOWN) as session,
        ):
            session.add(a_clock())

    with transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock())


def test_an_error_of_the_database_names_no_values(database):
    with pytest.raises(DBAPIError) as caught, transaction(database, municipality_id=TOWN) as session:
        session.add_all([a_clock(), Municipality(id=TOWN, code="x", name_ja="秘密の町", name_en=None)])

    assert "秘密" not in str(caught.value)


def test_a_row_without_a_town_needs_a_session_that_serves_one(database):
    with pytest.raises(NoMunicipality), transaction(database) as session:
        session.add(a_clock())


def test_a_row_of_another_town_is_refused(database):
    with pytest.raises(ForeignRow), transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock(municipality_id=new_id()))


def test_the_same_id_in_another_town_is_not_found(database):
    with transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock())

    with transaction(database, municipality_id=new_id()) as session, pytest.raises(RowNotFound):
        db.find(session, TownClock, TOWN)


def test_a_reference_to_nothing_is_refused(database):
    with pytest.raises(DBAPIError), transaction(database, municipality_id=TOWN) as session:
        session.add(ClosingDay(day=TODAY, centre_id=new_id()))


def test_an_unknown_column_is_a_type_error():
    with pytest.raises(TypeError, match="stands_on"):
        TownClock(stands_on=NOW)


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(datetime(2026, 4, 10, 1, 2, 3, 456789, tzinfo=UTC), id="utc with microseconds"),
        pytest.param(datetime(2026, 4, 10, 10, 0, tzinfo=timezone(timedelta(hours=9))), id="jst"),
        pytest.param(datetime(1926, 12, 25, tzinfo=UTC), id="before the epoch"),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(database, instant):
    with transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock(stands_at=instant))

    with transaction(database, read_only=True, municipality_id=TOWN) as session:
        found = db.find(session, TownClock, TOWN).stands_at
    assert found == instant
    assert found.tzinfo is UTC


def test_a_naive_instant_and_an_instant_as_a_day_are_refused(database):
    with pytest.raises(StatementError), transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock(stands_at=datetime(2026, 4, 10)))
    with pytest.raises(StatementError), transaction(database, municipality_id=TOWN) as session:
        session.add(ClosingDay(day=NOW))


@pytest.mark.parametrize("value", [5, 5.0, 0.1, "5", "令和", True, False, 2**53, "", [1, "二"], {"a": None}])
def test_a_json_value_keeps_its_type(database, value):
    with transaction(database, municipality_id=TOWN) as session:
        row = Parameter(name="p", value=value, valid_from=TODAY, set_at=NOW)
        session.add(row)

    with transaction(database, read_only=True, municipality_id=TOWN) as session:
        found = db.find(session, Parameter, row.id).value
    assert found == value
    # jsonb keeps 5.0 as a decimal, which comes back as a float all the same
    assert type(found) is type(value)


def test_days_order_as_days(database):
    days = [date(2026, 1, 31), date(2025, 12, 31), date(2026, 2, 1)]
    with transaction(database, municipality_id=TOWN) as session:
        session.add_all(ClosingDay(day=day) for day in days)

    with transaction(database, read_only=True) as session:
        assert list(session.scalars(sa.select(ClosingDay.day).order_by(ClosingDay.day))) == sorted(days)


def test_a_writer_who_waits_too_long_is_told_that_the_database_is_busy(database, monkeypatch):
    monkeypatch.setattr("engine.database.connections.LOCK_WAIT_SECONDS", 1)
    impatient = engine_for(database.url)
    with transaction(database, municipality_id=TOWN) as session:
        session.add(a_clock())
    with transaction(database, municipality_id=TOWN) as holder:
        db.find(holder, TownClock, TOWN, lock=True)

        with pytest.raises(Busy), transaction(impatient, municipality_id=TOWN) as session:
            db.find(session, TownClock, TOWN, lock=True)
    impatient.dispose()


def test_readers_do_not_wait_for_a_writer(database):
    with transaction(database) as session:
        town = a_town(session)

    with transaction(database, municipality_id=town.id) as writer:
        writer.add(TownClock(id=town.id, stands_at=NOW))
        writer.flush()
        with transaction(database, read_only=True, municipality_id=town.id) as reader:
            assert reader.get(TownClock, (town.id, town.id)) is None


def test_writers_in_many_threads_all_get_their_turn(database):
    failures = []

    def write(number: int) -> None:
        try:
            for step in range(10):
                with transaction(database, municipality_id=TOWN) as session:
                    session.add(ClosingDay(day=date(2026, 1, 1) + timedelta(days=number * 10 + step)))
        except Exception as error:  # whatever it is, the main thread shall see it
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with transaction(database, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ClosingDay)) == 80


def test_who_counts_on_from_the_highest_takes_turns(database):
    def count_on() -> None:
        with transaction(database, municipality_id=TOWN) as session:
            assert db.take_turns(session, "counting")
            highest = session.scalar(sa.select(sa.func.max(Parameter.name)))
            session.add(Parameter(name=f"{int(highest or 0) + 1:03d}", value=1, valid_from=TODAY, set_at=NOW))

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(count_on) for _ in range(24)]:
            done.result()

    with transaction(database, read_only=True) as session:
        names = session.scalars(sa.select(Parameter.name).order_by(Parameter.name)).all()
    assert names == [f"{number:03d}" for number in range(1, 25)]


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path):
    engine = engine_for(f"sqlite:///{tmp_path / 'x.db'}")

    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        }
    engine.dispose()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "query_only": 0}
