"""Incidents: tried again after growing pauses, then left to a person, and gone when the step went on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.casework import due_work, incidents
from engine.casework.service_tasks import SERVICE_TASKS
from engine.database import transaction
from engine.workflow import incident as incident_rows
from engine.workflow.incident import RETRY_AFTER, Incident, IncidentUnknown
from tests.office import Office

TRIED: list[object] = []


def _broken(context: Any) -> None:
    TRIED.append(context.knowledge.now)
    raise RuntimeError("the printer is on fire")


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Letters cannot be made until the patch is undone."""
    TRIED.clear()
    with monkeypatch.context() as broken:
        broken.setitem(SERVICE_TASKS, "send_letter", _broken)
        yield broken


def stopped(office: Office) -> Incident:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        (found,) = incident_rows.open_incidents(session)
        return found


def a_family_that_stopped(office: Office) -> str:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    return case_id


def test_a_step_is_tried_so_often_and_then_left_to_a_person(office: Office, printer: pytest.MonkeyPatch) -> None:
    case_id = a_family_that_stopped(office)
    started = office.now

    office.advance("P30D")

    pauses = [sum(RETRY_AFTER[:count], timedelta()) for count in range(len(RETRY_AFTER) + 1)]
    assert [at - started for at in TRIED] == pauses
    left = stopped(office)
    assert (left.attempts, left.next_attempt_at) == (len(RETRY_AFTER) + 1, None)
    printer.undo()
    office.advance("P30D")
    assert stopped(office).id == left.id, "nobody asked for another attempt"

    with office.acting("centre_head.north") as (session, actor, now):
        assert incidents.retry(session, actor, left.id, now=now) is True
    assert office.task(case_id, "infant_visit").track_id == "c1"
    with office.acting("centre_head.north") as (session, actor, now):
        assert incidents.open_incidents(session, actor, now=now) == []


def test_the_rest_of_the_family_goes_on_while_one_step_is_parked(town: Office, printer: pytest.MonkeyPatch) -> None:
    case_id = a_family_that_stopped(town)

    town.finish(case_id, "sharing_consent")
    town.finish(case_id, "birth_notification")

    assert stopped(town).attempts == 1
    assert len(TRIED) == 1, "an act elsewhere in the family is no new attempt"


def test_a_retry_that_fails_is_counted_and_writes_nothing_else(town: Office, printer: pytest.MonkeyPatch) -> None:
    case_id = a_family_that_stopped(town)
    before = [task.id for task in town.open_tasks(case_id)]

    with town.acting("centre_head.north") as (session, actor, now):
        assert incidents.retry(session, actor, stopped(town).id, now=now) is False

    assert stopped(town).attempts == 2
    assert [task.id for task in town.open_tasks(case_id)] == before


def test_what_went_on_cannot_be_tried_again(town: Office, printer: pytest.MonkeyPatch) -> None:
    a_family_that_stopped(town)
    known = stopped(town).id
    printer.undo()
    town.advance("PT5M")

    for incident_id in (known, "0" * 26):
        with (
            town.acting("centre_head.north") as (session, actor, now),
            pytest.raises(IncidentUnknown),
        ):
            incidents.retry(session, actor, incident_id, now=now)


def test_no_attempt_is_made_before_its_time(town: Office, printer: pytest.MonkeyPatch) -> None:
    a_family_that_stopped(town)

    for _ in range(3):
        due_work.run_due(town.engine)

    assert len(TRIED) == 1
