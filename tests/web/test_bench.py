"""The benchmark runs, says what it is asked for in its exact shape, and what it counts is bounded."""

from __future__ import annotations

import os
import subprocess
import sys

import orjson
import pytest

MOST_STATEMENTS = 25  # of one completion through the API: token, clock, idempotency key and BEGIN included

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def quick() -> dict:
    command = [sys.executable, "-c", "from web.cli import main; main()", "bench", "step", "--quick", "--json"]
    ran = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "TSUNAGU_ENV": "test"})
    assert ran.returncode == 0, ran.stderr.decode()
    return orjson.loads(ran.stdout)


def test_a_quick_run_prints_exactly_what_is_promised(quick):
    assert set(quick) == {"shipped", "chain", "http", "worklist_ms", "timers_1000_s"}
    assert set(quick["shipped"]) == {"state_bytes_median", "state_bytes_max", "ours_ms", "stock_ms"}
    assert [set(row) for row in quick["chain"]] == [
        {"completed", "ours_ms", "stock_ms", "state_bytes", "stock_bytes"}
    ] * len(quick["chain"])
    for part in ("http", "worklist_ms", "timers_1000_s"):
        assert set(quick[part]) == {"sqlite", "postgresql"}
        assert quick[part]["sqlite"] is not None
    assert set(quick["http"]["sqlite"]) == {"median_ms", "p95_ms", "at_450_ms", "statements"}


def test_the_state_of_a_journey_stays_small(quick):
    assert quick["shipped"]["state_bytes_median"] <= 2048
    assert quick["shipped"]["state_bytes_max"] <= 8192


def test_a_step_costs_a_fraction_of_stock_and_does_not_grow(quick):
    young, *_, old = quick["chain"]

    assert old["stock_ms"] >= 10 * old["ours_ms"]
    assert old["state_bytes"] <= 1.5 * young["state_bytes"]


def test_the_statements_of_a_completion_are_bounded(quick):
    assert all(found["statements"] <= MOST_STATEMENTS for found in quick["http"].values() if found is not None)


def test_an_unknown_part_is_a_fault_in_one_line():
    command = [sys.executable, "-c", "from web.cli import main; main()", "bench", "step", "--only", "weather", "--json"]

    ran = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "TSUNAGU_ENV": "test"})

    assert ran.returncode == 2
    assert len(ran.stderr.decode().strip().splitlines()) == 1
    assert ran.stdout == b""
