"""New ids: sortable, unique, in every thread and after a fork."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from ulid import ULID

from engine.database import id_at, new_id


def test_ids_are_ulids_of_now():
    before = time.time()

    made = ULID.from_str(new_id())

    assert before - 1 <= made.timestamp <= time.time() + 1


def test_ids_of_one_process_ascend_and_never_repeat():
    made = [new_id() for _ in range(50_000)]

    assert made == sorted(set(made))
    assert {len(one) for one in made} == {26}


def test_ids_ascend_when_the_system_clock_steps_back(monkeypatch):
    first = new_id()
    past = time.time_ns() - 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: past)

    assert new_id() > first


def test_threads_never_share_an_id():
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)))

    made = [one for batch in batches for one in batch]
    assert len(set(made)) == len(made)
    assert all(batch == sorted(batch) for batch in batches)


def test_a_forked_process_does_not_count_on_from_its_parent():
    mine = new_id()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(sender, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)

    theirs = os.read(receiver, 26).decode()

    assert theirs not in {mine, new_id()}


def test_an_instant_bounds_the_ids_made_from_then_on():
    made = new_id()

    assert id_at(datetime(2020, 1, 1, tzinfo=UTC)) < made < id_at(datetime(2100, 1, 1, tzinfo=UTC))
