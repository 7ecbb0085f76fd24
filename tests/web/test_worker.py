"""The worker goes on after a failure and stops when asked."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Engine

from engine.casework.due_work import DueCounts
from engine.database import Busy
from web import worker
from web.metrics import Metrics


@pytest.mark.parametrize("fault", [Busy("another worker holds it"), RuntimeError("佐藤みのり")], ids=["busy", "a bug"])
def test_a_round_that_fails_is_followed_by_the_next(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, quiet: list[dict[str, Any]]
):
    rounds, done = [], threading.Event()

    def work_once(_database: Engine, _channels: object) -> DueCounts:
        rounds.append(1)
        if len(rounds) == 1:
            raise fault
        done.set()
        return DueCounts(timers=3)

    monkeypatch.setattr(worker, "work_once", work_once)
    monkeypatch.setattr(worker, "sweep", lambda _database: 0)
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.001)
    metrics = Metrics()
    working = worker.Worker(None, metrics)  # type: ignore[arg-type]
    working.start()

    assert done.wait(5)
    working.stop()
    assert 'tsunagu_due_work_total{kind="timers"}' in metrics.text().decode()
    assert "佐藤" not in str(quiet)


def test_due_work_and_sweeping_need_no_town(database: Engine):
    assert worker.work_once(database) == DueCounts()
    assert worker.sweep(database) == 0
