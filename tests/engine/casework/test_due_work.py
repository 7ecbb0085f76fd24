"""What happens because a day came, the calendar that stops at each of them, and steps that fail on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.cases.facts import FactSheet
from engine.cases.letter import Letter
from engine.casework import due_work, history, incidents, tasks, town_calendar
from engine.casework.service_tasks import SERVICE_TASKS
from engine.clock import ClockNotMovable, ClockRefused, jst_midnight
from engine.database import engine_for, transaction
from engine.workflow import incident as incident_rows
from engine.workflow import step as steps
from engine.workflow import timer as timers
from engine.workflow.event import Event
from engine.workflow.instance import Instance
from engine.workflow.message import Inbox, Outbox
from engine.workflow.task import Task
from tests.office import Office


def test_each_timer_fires_on_its_own_day_in_order(office: Office) -> None:
    first, second = office.open_case(), office.open_case(edd="2026-11-19")

    office.advance(to=date(2026, 12, 15))

    fired = _events(office, "timer_fired")
    assert [event.at for event in fired] == sorted(event.at for event in fired)
    days = {case: [event.at for event in fired if event.case_ref == case] for case in (first, second)}
    assert days[first] == [jst_midnight(date(2026, 8, 17)), jst_midnight(date(2026, 11, 30))]
    assert days[second] == [jst_midnight(date(2026, 8, 27)), jst_midnight(date(2026, 12, 10))]


STOPS = st.lists(st.integers(1, 640), max_size=12).map(lambda days: sorted({*days, 640}))


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(stops=STOPS)
@example(stops=[*range(7, 640, 7), 640])
def test_the_calendar_may_be_moved_in_one_go_or_in_any_steps_with_the_same_history(
    town_template: tuple[Path, Office], tmp_path_factory: pytest.TempPathFactory, stops: list[int]
) -> None:
    """Two years of two families: whatever happened, is known, waits or was sent is the same to the instant."""
    at_once, by_steps = (
        _two_years(copied, days)
        for copied, days in (
            (_copy(town_template, tmp_path_factory), [640]),
            (_copy(town_template, tmp_path_factory), stops),
        )
    )

    assert len(at_once["events"]) > 40
    for what, expected in at_once.items():
        assert by_steps[what] == expected, what


def _copy(made: tuple[Path, Office], folder: pytest.TempPathFactory) -> Office:
    path = folder.mktemp("history") / "town.db"
    shutil.copyfile(made[0], path)
    return made[1].moved_to(engine_for(f"sqlite:///{path}"))


def _two_years(office: Office, stops: Sequence[int]) -> dict[str, list[Any]]:
    """A birth is told on day 200; nothing else but the calendar moves two families."""
    first, second = office.open_case(), office.open_case(edd="2026-11-19")
    started = office.today
    for day in sorted({*stops, 200}):
        office.advance(to=started + timedelta(days=day))
        if day == 200:
            office.send("birth_registered", first, born_on="2026-10-20", message_id="the birth")
    found = _whole_history(office, {first: "first", second: "second"})
    office.engine.dispose()
    return found


def _whole_history(office: Office, names: Mapping[str, str]) -> dict[str, list[Any]]:
    """Every row that says what happened, is true, waits or was sent, with names in place of ids."""
    columns: dict[str, tuple[Any, str]] = {
        "events": (Event, "case_ref track_id kind process element name actor_id details at"),
        "tasks": (
            Task,
            "case_ref track_id key process element name lane centre_id form exits local_values why priority "
            "may_start_on due_on late_on expires_on state outcome opened_at closed_at closed_by",
        ),
        "timers": (timers.Timer, "case_ref track_id key process element due_at"),
        "facts": (FactSheet, "case_id track_id facts"),
        "letters": (Letter, "case_id track_id kind state reason queued_at settled_at"),
        "outbox": (Outbox, "case_ref track_id kind state queued_at"),
        "inbox": (Inbox, "case_ref track_id name state payload received_at settled_at"),
        "incidents": (incident_rows.Incident, "case_ref key element attempts"),
        "instances": (Instance, "case_ref process state started_at ended_at"),
    }
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = {
            what: session.scalars(select(record).order_by(record.id)).all() for what, (record, _) in columns.items()
        }
        return {
            what: sorted(
                ([_named(getattr(row, name), names) for name in columns[what][1].split()] for row in rows), key=_of
            )
            for what, rows in found.items()
        }


def _named(value: Any, names: Mapping[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def _of(row: Sequence[Any]) -> str:
    """Whose row it is: one family after the other, each in the order in which its rows were written."""
    return str(row[0])


def test_due_work_done_twice_is_done_once(town: Office) -> None:
    town.open_case()
    _stand_at(town, date(2026, 8, 17))

    first = due_work.run_due(town.engine)
    second = due_work.run_due(town.engine)

    assert (first.timers, second.timers, second.failed) == (1, 0, 0)


def test_work_whose_last_day_passed_has_run_out_and_is_not_called_needless(office: Office) -> None:
    case_id = office.open_case()
    office.advance(to=date(2026, 8, 31))

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        reply = session.scalars(select(Task).where(Task.element == "letter_reply")).one()
        said = session.scalars(select(Event.kind).where(Event.ref == reply.id).order_by(Event.id)).all()
    assert (str(reply.state), reply.outcome) == ("expired", "expired")
    assert said == ["task_opened", "task_expired"]
    assert office.task(case_id, "late_call").track_id == reply.track_id


def test_the_timeline_names_the_day_that_came_and_its_track(office: Office) -> None:
    case_id = office.open_case()
    office.advance(to=date(2026, 8, 17))

    with office.acting("public_health_nurse.north") as (session, actor, now):
        lines = history.timeline(session, actor, case_id, kinds=["timer_fired"], now=now).items
    assert [(line.text_ja, line.text_en, line.track_id) for line in lines] == [
        ("予定の日になりました（妊娠後期(28週)）", "A planned day came (Late pregnancy (week 28))", "p1")
    ]


def test_a_worker_that_dies_in_the_middle_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.open_case()
    _stand_at(office, date(2026, 8, 17))
    with monkeypatch.context() as broken:
        broken.setattr(steps.Step, "settle", _die)
        failed = due_work.run_due(office.engine)

    again = due_work.run_due(office.engine)

    assert (failed.timers, failed.failed, again.timers) == (0, 1, 1)
    assert len(_events(office, "timer_fired")) == 1


def _die(step: steps.Step) -> None:
    raise RuntimeError("the worker was killed")


def test_one_family_that_cannot_be_moved_on_stops_no_other(office: Office) -> None:
    broken, sound = office.open_case(), office.open_case()
    with transaction(office.engine, municipality_id=office.town) as session:
        instance = session.scalars(select(Instance).where(Instance.case_ref == broken)).one()
        instance.state_bytes = b"no state at all"
    _stand_at(office, date(2026, 8, 17))

    counts = due_work.run_due(office.engine)

    assert (counts.timers, counts.failed) == (1, 1)
    assert {event.case_ref for event in _events(office, "timer_fired")} == {sound}


def test_an_expiry_that_cannot_be_done_stops_no_other(town: Office) -> None:
    broken, sound = town.open_case(), town.open_case()
    for case_id in (broken, sound):
        town.send("birth_registered", case_id, born_on="2026-04-05")
    with transaction(town.engine, municipality_id=town.town) as session:
        session.scalars(select(Instance).where(Instance.case_ref == broken)).one().state_bytes = b"no state"
    _stand_at(town, date(2026, 4, 20))

    counts = due_work.run_due(town.engine)

    assert counts.expiries == 1
    assert counts.failed >= 1
    assert town.task(sound, "birth_call").case_id == sound


def test_the_calendar_moves_forward_only_once_there_are_families(town: Office) -> None:
    town.open_case()

    with pytest.raises(ClockRefused):
        town.advance(to=date(2026, 4, 5))


def test_without_families_the_calendar_may_be_set_to_any_day(town: Office) -> None:
    town.advance(to=date(2020, 1, 1))
    town.advance(to=date(2030, 1, 1))

    assert town.today == date(2030, 1, 1)


def test_a_notice_of_no_case_has_its_days_too(town: Office) -> None:
    town.send("notice_received", summary="泣き声")
    town.finish(None, "record_notice", kind="abuse_report", urgency="B")
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        due = sorted(session.scalars(select(timers.Timer.due_at).where(timers.Timer.due_at.is_not(None))))
    assert due

    town.advance(to=date(2026, 4, 20))

    assert [event.at for event in _events(town, "timer_fired")][: len(set(due))] == sorted(set(due))


def test_in_production_the_calendar_stands(town: Office) -> None:
    with town.acting("centre_head.north") as (_, actor, _now):
        pass

    with pytest.raises(ClockNotMovable):
        town_calendar.advance(town.engine, actor, by="P1D", allowed=False)


@pytest.mark.parametrize("duration", ["", "P", "30 days", "P1.5Z", "P999999999Y"])
def test_a_duration_that_cannot_be_read_is_refused(town: Office, duration: str) -> None:
    with pytest.raises(town_calendar.DurationUnreadable):
        town.advance(duration)


# --- steps that fail ---


def _failing(context: Any) -> None:
    context.knowledge.session.add(
        Letter(case_id=context.case_id, kind="half", state="queued", queued_at=context.knowledge.now)
    )
    context.outbox("half", {})
    raise RuntimeError("the printer is on fire")


def _failing_in_the_database(context: Any) -> None:
    context.knowledge.session.execute(text("SELECT nothing FROM nowhere"))


def _failing_at_the_write(context: Any) -> None:
    context.knowledge.session.add(Letter(case_id=None, kind=None, state=None, queued_at=None))


@pytest.mark.parametrize("fault", [_failing, _failing_in_the_database, _failing_at_the_write])
def test_a_service_that_fails_parks_its_own_way_and_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Any], None]
) -> None:
    case_id = office.open_case()
    monkeypatch.setitem(SERVICE_TASKS, "send_letter", fault)

    receipt = office.send("birth_registered", case_id, born_on="2026-04-05")

    assert receipt.status == "delivered"
    assert office.task(case_id, "birth_notification").track_id == "c1"
    assert office.open_tasks(case_id, element="infant_visit") == []
    assert office.facts(case_id, "c1")["born_on"] == "2026-04-05"
    with office.acting("centre_head.north") as (session, actor, now):
        (incident,) = incidents.open_incidents(session, actor, case_id=case_id, now=now)
        assert session.scalars(select(Letter)).all() == []
        assert session.scalars(select(Outbox).where(Outbox.kind == "half")).all() == []
    assert (incident.element, incident.attempts) == ("announce_visit", 1)


def test_a_parked_step_is_tried_again_with_growing_pauses(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = office.open_case()
    with monkeypatch.context() as broken:
        broken.setitem(SERVICE_TASKS, "send_letter", _failing)
        office.send("birth_registered", case_id, born_on="2026-04-05")
        start, attempts = office.now, [_incident(office)]
        for _ in range(3):
            office.advance(to=None, duration=_until(office, attempts[-1]))
            attempts.append(_incident(office))

    pauses = [incident.next_attempt_at - start for incident in attempts if incident.next_attempt_at]
    assert [incident.attempts for incident in attempts] == [1, 2, 3, 4]
    assert pauses[:2] == [timedelta(minutes=5), timedelta(minutes=5, hours=1)]
    assert pauses == sorted(pauses)
    office.advance("P2D")
    assert office.task(case_id, "infant_visit").track_id == "c1"
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        assert incident_rows.open_incidents(session) == []


def test_a_person_may_try_a_parked_step_again(town: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = town.open_case()
    with monkeypatch.context() as broken:
        broken.setitem(SERVICE_TASKS, "send_letter", _failing)
        town.send("birth_registered", case_id, born_on="2026-04-05")
        with town.acting("centre_head.north") as (session, actor, now):
            went_on = incidents.retry(session, actor, _incident(town).id, now=now)
    assert went_on is False

    with town.acting("centre_head.north") as (session, actor, now):
        went_on = incidents.retry(session, actor, _incident(town).id, now=now)

    assert went_on is True
    assert town.task(case_id, "infant_visit").track_id == "c1"
    assert [event.kind for event in _events(town, "incident_resolved")] == ["incident_resolved"]


def test_what_a_step_sends_is_written_with_it_or_not_at_all(office: Office) -> None:
    case_id = office.open_case()
    office.send("moved_out", case_id, moved_on="2026-04-30")
    task = office.task(case_id, "move_handover")
    with office.acting("public_health_nurse.north") as (session, actor, now):
        tasks.complete_task(session, actor, task.id, answers=office.example(task), now=now)
        assert session.scalars(select(Outbox)).all()
        session.rollback()
    assert _outbox(office) == []

    office.finish(case_id, "move_handover")

    assert "handover" in _outbox(office)


def _outbox(office: Office) -> list[str]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(session.scalars(select(Outbox.kind).order_by(Outbox.id)))


def _incident(office: Office) -> incident_rows.Incident:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        (incident,) = incident_rows.open_incidents(session)
        return incident


def _until(office: Office, incident: incident_rows.Incident) -> str:
    assert incident.next_attempt_at is not None
    return f"PT{int((incident.next_attempt_at - office.now).total_seconds() // 60)}M"


def _stand_at(office: Office, day: date) -> None:
    """Move the town's clock without doing what comes due: as if no worker had run for a while."""
    from engine import clock

    with transaction(office.engine, municipality_id=office.town) as session:
        clock.set_now(session, datetime.combine(day, datetime.min.time(), clock.JST), allowed=True, has_cases=True)


def _events(office: Office, kind: str) -> list[Event]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))
