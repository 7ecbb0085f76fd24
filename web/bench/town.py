"""A town to measure in: families opened through casework, worked on through the API, as its people would.

For the worklist of a whole city the rows of these families are copied under new ids (`copies.py`): opening 10,000 of
them one by one would take longer than everything else together, and a list reads rows, however they came.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import structlog.testing
from sqlalchemy import event
from sqlalchemy.engine import Engine

from engine import clock
from engine.casework import cases, due_work, form_catalogue, people
from engine.clock import jst_day, jst_midnight
from engine.database import transaction
from web import demo
from web.app import create_app
from web.bench import copies
from web.bench.calls import CallFailed, Client, served
from web.settings import Environment, Settings

START = datetime(2026, 4, 6, tzinfo=UTC)  # a Monday, 9:00 in Japan
FIRST_TASKS = ("sharing_consent", "interview")
AGEING = "further_visit"
_AROUND = 10  # completions on each side of the age that is asked for
_COUNTED = 10
_KANA = "アイウエオカキクケコサシスセソタチツテト"


class Town:
    """One town with open cases on one database, served. Use `opened`."""

    def __init__(self, engine: Engine, town: str, port: int, head: Client, case_ids: list[str]) -> None:
        self._engine = engine
        self._town = town
        self._port = port
        self._head = head
        *self._young, self._old = case_ids
        self._example: Callable[[str], dict[str, Any]] = cache(lambda form: head.get(f"/forms/{form}")["example"])

    @classmethod
    @contextmanager
    def opened(cls, engine: Engine, number: int, say: Callable[[str], None]) -> Iterator[Town]:
        """A town with so many open cases and one more, which will grow old."""
        town = demo.set_up(engine, now=START)
        with transaction(engine, municipality_id=town) as session:
            clock.set_now(session, START, allowed=True, has_cases=False)
        began = perf_counter()
        case_ids = [_open(engine, town, place) for place in range(number + 1)]
        say(f"{number + 1} cases opened, {(perf_counter() - began) * 1000 / (number + 1):.1f} ms each")
        with (
            tempfile.TemporaryDirectory(prefix="tsunagu-bench-") as folder,
            served(engine, Path(folder) / "log") as port,
            _client(engine, "centre_head.north", port) as head,
        ):
            yield cls(engine, town, port, head, case_ids)

    # --- completions ---

    def completions(self, calls: int, age: int) -> dict[str, float]:
        """Completions in cases just opened, then in one case at a great age; and how many statements one takes."""
        tasks = [(case_id, element) for case_id in self._young for element in FIRST_TASKS]
        warm_up = min(calls, len(tasks) - calls)
        taken = [self._finish(self._task(*task)) for task in tasks[: warm_up + calls]][warm_up:]
        self._come_of_age()
        aged = [self._finish(self._task(self._old, AGEING), next_action="visit") for _ in range(age + _AROUND)]
        return {
            "median_ms": round(statistics.median(taken), 2),
            "p95_ms": round(_percentile(taken, 95), 2),
            "at_450_ms": round(statistics.median(aged[age - _AROUND :]), 2),
            "statements": self._statements(),
        }

    def _come_of_age(self) -> None:
        for element in FIRST_TASKS:
            self._finish(self._task(self._old, element))
        with _client(self._engine, "registry_clerk.north", self._port) as registry:
            body = {"name": "birth_registered", "message_id": "born", "correlation": {"case_id": self._old}}
            registry.post("/messages", {**body, "payload": {"born_on": jst_day(START).isoformat()}})
        for element in ("birth_notification", "infant_visit"):
            self._finish(self._task(self._old, element))

    def _task(self, case_id: str, element: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self._head.get(f"/cases/{case_id}/tasks")["items"]
        return next(task for task in found if task["element"] == element)

    def _finish(self, task: dict[str, Any], **changes: Any) -> float:
        """Finish a task with the example of its form; milliseconds from sending to the whole answer."""
        answers = {**self._example(task["form"]), **changes}
        self._head.post(f"/tasks/{task['id']}/completion", {"answers": answers})
        return self._head.took_ms

    def _statements(self) -> int:
        """The most statements of one completion, from BEGIN to before COMMIT, counted inside this process."""
        app = create_app(Settings(Environment.TEST, "sqlite://", "counting"), self._engine)
        counts = []
        for number in range(_COUNTED):
            task = self._task(self._old, AGEING)
            headers = {
                "Authorization": f"Bearer {_token(self._engine, 'centre_head.north')}",
                "Idempotency-Key": f"n{number}",
            }
            body = {"answers": {**self._example(task["form"]), "next_action": "visit"}}
            with structlog.testing.capture_logs(), counted(self._engine) as seen:
                answer = app.test_client().post(f"/api/v1/tasks/{task['id']}/completion", json=body, headers=headers)
            if answer.status_code != 200:
                raise CallFailed(answer.get_data(as_text=True)[:500])
            counts.append(len(seen))
        return max(counts)

    # --- what came due, and the list of a city ---

    def timers(self) -> float:
        """Seconds until the first timer of every case is done; each case has one that is due on the same day."""
        due_at = self._first_due()
        for instant in (due_at - timedelta(minutes=1), due_at):
            with transaction(self._engine, municipality_id=self._town) as session:
                clock.set_now(session, instant, allowed=True, has_cases=True)
            if instant < due_at:  # what earlier measures left to do
                due_work.run_due(self._engine, municipality_id=self._town)
        began = perf_counter()
        done = due_work.run_due(self._engine, municipality_id=self._town)
        took = perf_counter() - began
        if done.timers < len(self._young) or done.failed:
            raise CallFailed(f"expected {len(self._young)} timers to be done, but got {done}")
        return round(took, 2)

    def _first_due(self) -> datetime:
        with transaction(self._engine, municipality_id=self._town) as session:
            head = people.actor_of(session, "centre_head.north")
            assert head is not None
            coming = cases.upcoming(session, head, self._young[-1], now=START)
            return jst_midnight(min(one.on for one in coming if one.on is not None))

    def worklist(self, listed: int, pages: int) -> float:
        """Median milliseconds of the first page of 50, with so many open cases whose work the caller may see."""
        copies.fill_up(self._engine, self._town, listed)
        self._head.get("/tasks?limit=50")
        taken = []
        for _ in range(pages):
            self._head.get("/tasks?limit=50")
            taken.append(self._head.took_ms)
        return round(statistics.median(taken), 2)


def _token(engine: Engine, login: str) -> str:
    with transaction(engine) as session:
        actor = people.actor_of(session, login)
        assert actor is not None
        return people.create_token(session, actor)[0]


@contextmanager
def _client(engine: Engine, login: str, port: int) -> Iterator[Client]:
    client = Client(port, _token(engine, login))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _open(engine: Engine, town: str, number: int) -> str:
    """Open a case for a woman nobody knows yet. Its id."""
    with transaction(engine, municipality_id=town) as session:
        clerk = people.actor_of(session, "counter_clerk.north")
        assert clerk is not None
        example = form_catalogue.form(session, clerk, "pregnancy_notification").example(jst_day(START))
        own = {
            "resident_id": f"{10_000_000 + number}",
            "given_name_kana": "".join(_KANA[int(digit)] for digit in f"{number:05d}"),
        }
        return cases.open_case(session, clerk, {**example, **own}, now=START).case_id


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
