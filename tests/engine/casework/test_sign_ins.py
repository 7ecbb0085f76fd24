"""Browser sessions end when they should, and guessing passwords is slowed down."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from engine.casework import sign_ins
from engine.casework.sign_ins import FAILURES_PER_ADDRESS, FAILURES_PER_LOGIN, Limits, SignedIn, TooManySignIns
from engine.database import transaction

TOWN = "0" * 26
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=60), lifetime=timedelta(hours=12))


def opened(database: Engine) -> str:
    with transaction(database, municipality_id=TOWN) as session:
        return sign_ins.open_session(session, "staff-1", "tanaka", now=NOW)


def is_standing(database: Engine, session_id: str, after: timedelta) -> bool:
    with transaction(database, read_only=True) as session:
        return sign_ins.standing(session, session_id, LIMITS, now=NOW + after) is not None


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        pytest.param(timedelta(minutes=60), True, id="just used enough"),
        pytest.param(timedelta(minutes=61), False, id="unused too long"),
    ],
)
def test_an_unused_session_runs_out(database: Engine, after: timedelta, stands: bool):
    assert is_standing(database, opened(database), after) is stands


def test_a_used_session_runs_out_at_the_end_of_its_lifetime(database: Engine):
    session_id = opened(database)
    with transaction(database) as session:
        sign_ins.touch(session, session_id, now=NOW + timedelta(hours=12))

    assert is_standing(database, session_id, timedelta(hours=12))
    assert not is_standing(database, session_id, timedelta(hours=12, minutes=1))


def test_its_use_is_noted_once_a_minute(database: Engine):
    session_id = opened(database)
    with transaction(database, read_only=True) as session:
        at_once = sign_ins.standing(session, session_id, LIMITS, now=NOW)
        later = sign_ins.standing(session, session_id, LIMITS, now=NOW + timedelta(minutes=2))

    assert at_once == SignedIn(session_id, "tanaka", stale=False)
    assert later == SignedIn(session_id, "tanaka", stale=True)


def test_a_closed_session_ends_at_once(database: Engine):
    session_id = opened(database)
    with transaction(database) as session:
        sign_ins.close_session(session, session_id)

    assert not is_standing(database, session_id, timedelta())


def test_all_sessions_of_a_person_can_be_ended(database: Engine):
    ids = [opened(database), opened(database)]
    with transaction(database) as session:
        sign_ins.close_all(session, "staff-1")

    assert not any(is_standing(database, session_id, timedelta()) for session_id in ids)


def test_an_unknown_session_does_not_stand(database: Engine):
    assert not is_standing(database, "Z" * 26, timedelta())


def fail(database: Engine, login: str, address: str, times: int) -> None:
    with transaction(database) as session:
        for _ in range(times):
            sign_ins.record_failure(session, login, address, now=NOW)


def test_a_login_that_failed_too_often_must_wait(database: Engine):
    fail(database, "tanaka", "10.0.0.1", FAILURES_PER_LOGIN)

    with pytest.raises(TooManySignIns) as refused, transaction(database) as session:
        sign_ins.require_few_failures(session, "Tanaka ", "10.0.0.2", now=NOW)
    assert 0 < refused.value.retry_after_seconds <= 901


def test_an_address_that_tried_many_logins_must_wait(database: Engine):
    for number in range(FAILURES_PER_ADDRESS):
        fail(database, f"login{number}", "10.0.0.1", 1)

    with pytest.raises(TooManySignIns), transaction(database) as session:
        sign_ins.require_few_failures(session, "suzuki", "10.0.0.1", now=NOW)


def test_waiting_helps(database: Engine):
    fail(database, "tanaka", "10.0.0.1", FAILURES_PER_LOGIN)

    with transaction(database) as session:
        sign_ins.require_few_failures(session, "tanaka", "10.0.0.1", now=NOW + timedelta(minutes=16))


def test_getting_in_clears_earlier_slips(database: Engine):
    fail(database, "tanaka", "10.0.0.1", FAILURES_PER_LOGIN)
    with transaction(database) as session:
        sign_ins.clear_failures(session, "tanaka")
        sign_ins.require_few_failures(session, "tanaka", "10.0.0.1", now=NOW)


def test_the_worker_forgets_what_no_longer_counts(database: Engine):
    opened(database)
    fail(database, "tanaka", "10.0.0.1", 1)

    with transaction(database) as session:
        assert sign_ins.forget_old(session, LIMITS, now=NOW) == 0
        assert sign_ins.forget_old(session, LIMITS, now=NOW + timedelta(days=1)) == 3
