"""A family whose state a newer release wrote: kept as it is, told to a person, and taken up again by that release."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from engine import clock
from engine.casework import due_work, incidents
from engine.database import transaction
from engine.workflow import incident as incident_rows
from engine.workflow import spiff
from engine.workflow.instance import Instance
from engine.workflow.spiff import compact
from engine.workflow.task import Task
from tests.office import Office

DAMAGED = b"no state at all"


def state_of(office: Office, case_id: str) -> bytes:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = session.scalars(select(Instance.state_bytes).where(Instance.case_ref == case_id)).one()
    assert found is not None
    return found


def write_state(office: Office, case_id: str, state: bytes) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        session.scalars(select(Instance).where(Instance.case_ref == case_id)).one().state_bytes = state


def of_the_next_format(state: bytes) -> bytes:
    return state[:2] + bytes([compact.FORMAT + 1]) + state[3:]


def of_a_newer_library(state: bytes) -> bytes:
    document = orjson.loads(compact.zlib.decompress(state[3:]))
    return state[:3] + compact.zlib.compress(orjson.dumps({**document, "v": "99.0.0"}))


def open_incidents(office: Office) -> list[incident_rows.Incident]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(incident_rows.open_incidents(session))


@pytest.mark.parametrize("newer", [of_the_next_format, of_a_newer_library])
def test_a_task_of_such_a_family_is_refused_and_nothing_is_written(office: Office, newer) -> None:
    case_id = office.open_case()
    sound = state_of(office, case_id)
    write_state(office, case_id, newer(sound))

    with pytest.raises(spiff.StateTooNew) as refused:
        office.finish(case_id, "sharing_consent")

    assert refused.value.code == "state_too_new"
    assert state_of(office, case_id) == newer(sound)
    assert office.task(case_id, "sharing_consent").state == "open"
    write_state(office, case_id, sound)
    office.finish(case_id, "sharing_consent")


@pytest.mark.parametrize("unreadable", [of_the_next_format, of_a_newer_library, lambda _state: DAMAGED])
def test_due_work_of_such_a_family_becomes_one_incident_and_stops_no_other(office: Office, unreadable) -> None:
    stopped, sound = office.open_case(), office.open_case()
    state = unreadable(state_of(office, stopped))
    write_state(office, stopped, state)

    advanced = office.advance("P140D")
    due_work.run_due(office.engine)

    (incident,) = open_incidents(office)
    assert (incident.case_ref, incident.kind, incident.key) == (stopped, "instance", incident_rows.WHOLE)
    assert advanced.incidents == 1
    assert state_of(office, stopped) == state
    assert office.task(sound, "letter_reply").case_id == sound


def test_the_release_that_can_read_it_goes_on_where_it_stopped(office: Office) -> None:
    case_id = office.open_case()
    sound = state_of(office, case_id)
    write_state(office, case_id, of_the_next_format(sound))
    office.advance("P150D")
    assert len(open_incidents(office)) == 1

    write_state(office, case_id, sound)
    due_work.run_due(office.engine)
    assert len(open_incidents(office)) == 1  # its next attempt has not come yet
    office.advance("P1D")

    assert open_incidents(office) == []
    assert office.task(case_id, "letter_reply").case_id == case_id


def test_it_is_tried_again_after_growing_pauses_and_told_only_then(
    town: Office, caplog: pytest.LogCaptureFixture
) -> None:
    case_id = town.open_case()
    expire_everything(town, case_id)
    write_state(town, case_id, DAMAGED)
    due_work.run_due(town.engine)
    (first,) = open_incidents(town)
    caplog.clear()

    for _ in range(3):
        due_work.run_due(town.engine)

    (same,) = open_incidents(town)
    assert (same.id, same.attempts, same.next_attempt_at) == (first.id, first.attempts, first.next_attempt_at)
    assert caplog.records == []
    pauses = [wait_for_next_attempt(town) for _ in range(6)]
    (last,) = open_incidents(town)
    assert pauses == [*incident_rows.RETRY_AFTER, *[incident_rows.RETRY_AFTER[-1]] * 2]
    assert (last.id, last.attempts, len(caplog.records)) == (first.id, 7, 6)


def wait_for_next_attempt(office: Office) -> timedelta:
    """Go to the instant of the next attempt and do what is due; how long that was."""
    (incident,) = open_incidents(office)
    with transaction(office.engine, municipality_id=office.town) as session:
        now = clock.now(session)
        assert incident.next_attempt_at is not None
        clock.set_now(session, incident.next_attempt_at, allowed=True, has_cases=True)
    due_work.run_due(office.engine)
    return incident.next_attempt_at - now


def expire_everything(office: Office, case_id: str) -> None:
    """Let the last day of all open work be today."""
    with transaction(office.engine, municipality_id=office.town) as session:
        for task in session.scalars(select(Task).where(Task.case_ref == case_id)):
            task.expires_on = office.today


def test_a_person_sees_it_and_tries_again(town: Office) -> None:
    case_id = town.open_case()
    sound = state_of(town, case_id)
    write_state(town, case_id, of_the_next_format(sound))
    town.advance("P150D")

    with town.acting("centre_head.north") as (session, actor, now):
        (shown,) = incidents.open_incidents(session, actor, case_id=case_id, now=now)
    with pytest.raises(spiff.StateTooNew), town.acting("centre_head.north") as (session, actor, now):
        incidents.retry(session, actor, shown.id, now=now)
    write_state(town, case_id, sound)
    with town.acting("centre_head.north") as (session, actor, now):
        went_on = incidents.retry(session, actor, shown.id, now=now)

    assert shown.name
    assert went_on is True
    assert open_incidents(town) == []


def test_an_expiry_of_such_a_family_is_told_too(town: Office) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")
    expire_everything(town, case_id)
    write_state(town, case_id, DAMAGED)

    due_work.run_due(town.engine)

    assert [row.key for row in open_incidents(town)] == [incident_rows.WHOLE]
