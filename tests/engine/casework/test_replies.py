"""A repeat under one Idempotency-Key acts once, also when both come at the same moment."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.casework import replies
from engine.casework.replies import KeyReused, Reply
from engine.database import Busy, transaction

TOWN = "0" * 26
NOW = datetime(2026, 4, 1, tzinfo=UTC)
CALLER, KEY = "staff-1", "key-1"


def town(database: Engine):
    return transaction(database, municipality_id=TOWN)


def act(session: Session, body_hash: str = "h", caller: str = CALLER, now: datetime = NOW) -> Reply | None:
    kept = replies.first(session, caller, KEY, body_hash, now=now)
    if kept is None:
        replies.keep(session, caller, KEY, 201, b'{"n":1}')
    return kept


@pytest.fixture
def answered(database: Engine) -> Engine:
    with town(database) as session:
        assert act(session) is None
    return database


def test_a_repeat_gets_the_first_answer_byte_for_byte(answered: Engine):
    with town(answered) as session:
        assert act(session) == Reply(201, b'{"n":1}')


def test_another_body_under_the_same_key_is_refused(answered: Engine):
    with pytest.raises(KeyReused), town(answered) as session:
        act(session, body_hash="other")


def test_keys_are_per_caller(answered: Engine):
    with town(answered) as session:
        assert act(session, body_hash="other", caller="staff-2") is None


def test_keys_are_per_municipality(answered: Engine):
    with transaction(answered, municipality_id="1" * 26) as session:
        assert act(session, body_hash="other") is None


def test_after_24_hours_the_key_is_free_again(answered: Engine):
    with town(answered) as session:
        assert act(session, body_hash="other", now=NOW + timedelta(hours=24)) is None
    with town(answered) as session:
        assert act(session, body_hash="other", now=NOW + timedelta(hours=25)) is not None


def test_a_refused_act_leaves_no_claim(database: Engine):
    with suppress(ZeroDivisionError), town(database) as session:
        replies.first(session, CALLER, KEY, "h", now=NOW)
        raise ZeroDivisionError
    with town(database) as session:
        assert act(session, body_hash="other") is None


def test_a_committed_claim_without_an_answer_says_busy_until_it_is_released(database: Engine):
    with town(database) as session:
        assert replies.first(session, CALLER, KEY, "h", now=NOW) is None
    with pytest.raises(Busy), town(database) as session:
        replies.first(session, CALLER, KEY, "h", now=NOW)
    with town(database) as session:
        replies.release(session, CALLER, KEY)
    with town(database) as session:
        assert act(session) is None


def test_an_answer_is_not_released(answered: Engine):
    with town(answered) as session:
        replies.release(session, CALLER, KEY)
        assert act(session) is not None


def test_what_is_old_is_forgotten(answered: Engine):
    with transaction(answered) as session:
        assert replies.forget_old(session, now=NOW + timedelta(hours=23)) == 0
        assert replies.forget_old(session, now=NOW + timedelta(hours=24)) == 1


def test_of_two_at_the_same_moment_one_acts_and_the_other_gets_its_answer(database: Engine):
    claimed, kept = threading.Event(), []

    def second() -> None:
        assert claimed.wait(5)
        with town(database) as session:
            kept.append(act(session))

    other = threading.Thread(target=second)
    other.start()
    with town(database) as session:
        assert replies.first(session, CALLER, KEY, "h", now=NOW) is None
        claimed.set()
        other.join(0.2)  # it waits for us: on the write lock, or on our uncommitted row
        assert other.is_alive()
        replies.keep(session, CALLER, KEY, 200, b"first")
    other.join(5)

    assert kept == [Reply(200, b"first")]
