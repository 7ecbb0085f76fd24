"""One step is one transaction: two people on one task, a process killed at any write, one statement more or less."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine import clock
from engine.audit.entry import AuditEntry
from engine.cases.submission import Submission
from engine.casework import form_catalogue, people, tasks
from engine.clock import jst_day
from engine.database import transaction
from engine.errors import Conflict
from engine.schema.tables import metadata
from engine.workflow.event import Event
from engine.workflow.task import Task, TaskAlreadyCompleted
from tests.engine.casework import killed
from tests.office import Office
from web.bench.town import counted

STATEMENTS_PER_COMPLETION = 24


def test_of_two_people_finishing_one_task_at_the_same_moment_exactly_one_wins(office: Office) -> None:
    case_id = office.open_case()
    task = office.task(case_id, "sharing_consent")
    answers = office.example(task)
    together = threading.Barrier(2)
    results: list[object] = []

    def finish(login: str) -> None:
        try:
            with transaction(office.engine, municipality_id=office.town) as session:
                actor = people.actor_of(session, login)
                assert actor is not None
                now = clock.now(session)
                if office.engine.dialect.name == "postgresql":
                    together.wait(timeout=20)
                results.append(tasks.complete_task(session, actor, task.id, answers=answers, now=now))
        except Conflict as conflict:
            results.append(conflict)

    both = [threading.Thread(target=finish, args=(f"{role}.north",)) for role in ("counter_clerk", "centre_head")]
    for person in both:
        person.start()
    for person in both:
        person.join(timeout=60)

    refused = [result for result in results if isinstance(result, Conflict)]
    assert len(results) == 2
    assert len(refused) == 1
    assert isinstance(refused[0], TaskAlreadyCompleted)
    assert office.open_tasks(case_id, element="sharing_consent") == []


def test_a_completion_takes_a_bounded_number_of_statements_at_any_age(office: Office) -> None:
    case_id = office.open_case()
    office.finish(case_id, "sharing_consent")
    office.finish(case_id, "interview")
    office.send("birth_registered", case_id, born_on=office.today.isoformat())
    office.finish(case_id, "birth_notification")
    office.finish(case_id, "infant_visit")
    counts: list[int] = []

    for _ in range(12):
        counts.append(_statements(office, case_id))

    assert max(counts) <= STATEMENTS_PER_COMPLETION
    assert max(counts) - min(counts) <= 2


def _statements(office: Office, case_id: str) -> int:
    task = office.task(case_id, "further_visit")
    answers = office.example(task, next_action="visit")
    with transaction(office.engine, municipality_id=office.town) as session:
        actor = people.actor_of(session, "public_health_nurse.north")
        assert actor is not None
        now = clock.now(session)
        with counted(office.engine) as seen:
            tasks.complete_task(session, actor, task.id, answers=answers, now=now)
            session.flush()
    return len(seen)


# --- killed on the way ---

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.engine.casework.killed"])
MOST_WRITES = 80
SOAK = bool(os.environ.get("TSUNAGU_SOAK"))
"""Under `make soak` every act is killed at every write on both databases. In `make test` too on SQLite; on PostgreSQL,
where each kill takes longer, two of the acts at every third."""


def _a_task(office: Office) -> dict[str, Any]:
    task = office.task(office.open_case(), "sharing_consent")
    return {"task": task.id, "answers": office.example(task), "by": "counter_clerk.north"}


def _a_first_contact(office: Office) -> dict[str, Any]:
    with office.acting("counter_clerk.north") as (session, actor, now):
        answers = form_catalogue.form(session, actor, "pregnancy_notification").example(jst_day(now))
    return {"answers": answers, "by": "counter_clerk.north"}


def _a_message(office: Office) -> dict[str, Any]:
    return {"case": office.open_case(), "by": "registry_clerk.north"}


def _what_is_due(office: Office) -> dict[str, Any]:
    office.open_case()
    office.set_clock(datetime(2026, 8, 17, 9, tzinfo=clock.JST))
    return {}


@pytest.mark.parametrize(
    ("act", "prepare", "stride"),
    [
        pytest.param("a task", _a_task, 1, id="a task is finished"),
        pytest.param("what is due", _what_is_due, 1, id="a day comes"),
        pytest.param("a first contact", _a_first_contact, 3, id="a case is opened"),
        pytest.param("a message", _a_message, 3, id="a message comes in"),
    ],
)
def test_a_process_killed_at_any_write_leaves_the_step_wholly_done_or_not_at_all(
    office: Office, act: str, prepare: Callable[[Office], dict[str, Any]], stride: int
) -> None:
    given = prepare(office)
    before = _everything(office.engine)

    every = 1 if SOAK or office.engine.dialect.name == "sqlite" else stride
    for at in range(1, MOST_WRITES, every):
        code = _killed(office, act, given, at)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert _everything(office.engine) == before, f"half a step was left by a kill at write {at}"
        if at == 1:
            assert _killed(office, act, given, killed.AT_COMMIT) == -signal.SIGKILL
            assert _everything(office.engine) == before, "half a step was left by a kill at its commit"
    else:
        pytest.fail("the step never came to its end")

    assert at > 5
    after = _everything(office.engine)
    assert {table for table, rows in after.items() if rows != before[table]} >= {"event", "instance", "task"}


def test_a_process_killed_right_after_the_commit_leaves_the_step_wholly_done(office: Office) -> None:
    given = _a_task(office)
    entries = _entries(office, "task.completed")

    assert _killed(office, "a task", given, killed.AFTER_COMMIT) == -signal.SIGKILL

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        task = session.get(Task, (office.town, given["task"]))
        assert task is not None
        kept = session.scalars(select(Submission).where(Submission.task_id == task.id)).all()
        told = session.scalars(select(Event.kind).where(Event.ref == task.id, Event.kind == "task_completed")).all()
    assert (task.state, len(kept), list(told)) == ("completed", 1, ["task_completed"])
    assert _entries(office, "task.completed") == entries + 1


def _killed(office: Office, act: str, given: dict[str, Any], at: int) -> int | None:
    url = office.engine.url.render_as_string(hide_password=False)
    process = FORKS.Process(target=killed.run, args=(url, office.town, act, given, at))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the step neither ended nor died"
    return process.exitcode


def _everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata().sorted_tables
        }


def _entries(office: Office, action: str) -> int:
    """How often the ledger tells of this."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return len(session.scalars(select(AuditEntry.id).where(AuditEntry.action == action)).all())
