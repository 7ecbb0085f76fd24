"""One step is one transaction: two people on one task, a process killed at any write, one statement more or less."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select, text

from engine import clock
from engine.casework import people, tasks
from engine.database import transaction
from engine.errors import Conflict
from engine.workflow.task import TaskAlreadyCompleted
from tests.office import Office

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
    seen: list[str] = []
    with transaction(office.engine, municipality_id=office.town) as session:
        actor = people.actor_of(session, "public_health_nurse.north")
        assert actor is not None
        now = clock.now(session)
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(office.engine, "before_cursor_execute", listener)
        tasks.complete_task(session, actor, task.id, answers=answers, now=now)
        session.flush()
        event.remove(office.engine, "before_cursor_execute", listener)
    return len(seen)


KILLED = """
import os, signal, sys
from sqlalchemy import event
from engine.database import engine_for, transaction
from engine import clock
from engine.casework import form_catalogue, people, tasks
from engine.clock import jst_day

url, town, task_id, at = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
engine = engine_for(url)
writes = 0

with transaction(engine, municipality_id=town) as session:
    actor = people.actor_of(session, "counter_clerk.north")
    now = clock.now(session)
    task = tasks.show_task(session, actor, task_id, now=now)
    answers = form_catalogue.form(session, actor, task.form, version=task.version).example(jst_day(now))

@event.listens_for(engine, "after_cursor_execute")
def count(connection, cursor, statement, parameters, context, many):
    global writes
    if statement.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE"):
        writes += 1
        if writes == at:
            os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(engine, "commit")
def last(connection):
    if at == 0:
        os.kill(os.getpid(), signal.SIGKILL)

with transaction(engine, municipality_id=town) as session:
    tasks.complete_task(session, actor, task_id, answers={**answers, **task.fixed}, now=now)
print(writes)
"""


def test_a_process_killed_at_any_write_leaves_the_step_not_done_at_all(office: Office, tmp_path: Path) -> None:
    case_id = office.open_case()
    task = office.task(case_id, "sharing_consent")
    before = _everything(office)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)

    for at in range(0, 60):
        done = _run(office.engine, script, office.town, task.id, at)
        if done.returncode == 0:
            assert at > 5, done.stdout
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert _everything(office) == before, f"half a step was left by a kill at write {at}"
    else:
        pytest.fail("the step never came to its end")

    assert office.open_tasks(case_id, element="sharing_consent") == []


def _run(engine: Engine, script: Path, town: str, task_id: str, at: int) -> subprocess.CompletedProcess[str]:
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, str(script), url, town, task_id, str(at)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        check=False,
    )


def _everything(office: Office) -> dict[str, int]:
    """Rows of every table that a step writes (the ledger of views aside), and the state of the instance."""
    tables = (
        "task",
        "submission",
        "fact_sheet",
        "timer",
        "event",
        "consent",
        "inbox",
        "outbox",
        "letter",
        "draft",
        "incident",
    )
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        counts = {table: int(session.scalar(select(func.count()).select_from(text(table))) or 0) for table in tables}
        counts["steps"] = int(session.scalar(text("SELECT sum(step_count) FROM instance")) or 0)
        counts["open"] = int(session.scalar(text("SELECT count(*) FROM task WHERE state = 'open'")) or 0)
    return counts
