"""A process that is killed in the middle of a step: run by `test_one_step` in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import cases, due_work, messages, people, tasks
from engine.database import engine_for, transaction

AT_COMMIT = 0
AFTER_COMMIT = -1
WRITES = ("INSERT", "UPDATE", "DELETE")

Act = Callable[[Session, str, Mapping[str, Any]], None]


def run(url: str, town: str, act: str, given: Mapping[str, Any], at: int) -> None:
    """Do one act and die by SIGKILL right after its `at`-th write, before its commit (0) or right after it (-1).

    Ends with code 0 when there are fewer writes.
    """
    engine = engine_for(url)
    writes = 0

    @event.listens_for(engine, "after_cursor_execute")
    def count(*arguments: Any) -> None:
        nonlocal writes
        if arguments[2].split(None, 1)[0].upper() in WRITES:
            writes += 1
            if writes == at:
                os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "commit")
    def commit(_connection: Any) -> None:
        if at == AT_COMMIT and writes:
            os.kill(os.getpid(), signal.SIGKILL)

    if act == "what is due":
        due_work.run_due(engine, municipality_id=town, sequencing=False)
    else:
        with transaction(engine, municipality_id=town) as session:
            ACTS[act](session, town, given)
    if at == AFTER_COMMIT:
        os.kill(os.getpid(), signal.SIGKILL)
    engine.dispose()
    os._exit(0)


def _complete(session: Session, _town: str, given: Mapping[str, Any]) -> None:
    actor, now = _who(session, given)
    tasks.complete_task(session, actor, given["task"], answers=given["answers"], now=now)


def _open(session: Session, _town: str, given: Mapping[str, Any]) -> None:
    actor, now = _who(session, given)
    cases.open_case(session, actor, given["answers"], now=now)


def _receive(session: Session, _town: str, given: Mapping[str, Any]) -> None:
    actor, now = _who(session, given)
    messages.receive(
        session,
        actor,
        name="birth_registered",
        message_id="m1",
        correlation={"case_id": given["case"]},
        payload={"born_on": "2026-04-05"},
        now=now,
    )


def _who(session: Session, given: Mapping[str, Any]) -> tuple[Any, datetime]:
    actor = people.actor_of(session, given["by"])
    assert actor is not None
    return actor, clock.now(session)


ACTS: Mapping[str, Act] = {"a task": _complete, "a first contact": _open, "a message": _receive}
