"""Timers: when they are due, that facts move them, that each fires once, and that cycles never burst."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.engine.workflow.spiff.diagrams import NOON, Walked, World, process, specs_of, timer


def jst(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=9)


def waiting_for(kind: str, body: str) -> str:
    return process(
        "main",
        f'<startEvent id="s"/><intermediateCatchEvent id="wait">{timer(kind, body)}</intermediateCatchEvent>'
        '<userTask id="t"/><endEvent id="e"/>',
        """s -> wait
        wait -> t
        t -> e""",
    )


@pytest.mark.parametrize(
    ("kind", "body", "due"),
    [
        pytest.param("Date", "days_after(due_on, 21)", jst(2026, 9, 22), id="a day begins at its Japanese midnight"),
        pytest.param("Date", "hours_after(now, 48)", NOON + timedelta(hours=48), id="an instant is taken as it is"),
        pytest.param("Date", "unknown_on", None, id="a missing fact waits"),
        pytest.param("Duration", '"PT48H"', NOON + timedelta(hours=48), id="hours"),
        pytest.param("Duration", '"P1M"', jst(2026, 5, 1, 12), id="a calendar month"),
        pytest.param("Duration", "grace", NOON + timedelta(days=14), id="a duration that is a parameter"),
        pytest.param("Cycle", '"R3/P7D"', NOON + timedelta(days=7), id="the first of a cycle"),
        pytest.param("Date", "days_after(today, 1)", jst(2026, 4, 2), id="today is the day the wait began"),
    ],
)
def test_due_instants(kind, body, due):
    world = World(facts={None: {"due_on": date(2026, 9, 1), "unknown_on": None, "grace": "P14D"}})
    run = Walked(specs_of(waiting_for(kind, body)), world)

    assert [one.due_at for one in run.progress.timers] == [due]
    world.advance(days=40)
    assert [one.due_at for one in run.run.progress().timers] == [due]


def test_a_month_from_the_last_day_of_january_is_the_last_of_february():
    world = World(now=jst(2026, 1, 31, 10))

    run = Walked(specs_of(waiting_for("Duration", '"P1M"')), world)

    assert run.progress.timers[0].due_at == jst(2026, 2, 28, 10)


def test_a_corrected_fact_moves_the_timer_at_the_next_look():
    world = World(facts={None: {"due_on": date(2026, 9, 1)}})
    run = Walked(specs_of(waiting_for("Date", "due_on")), world)

    world.facts[None]["due_on"] = date(2026, 8, 1)

    assert run.run.progress().timers[0].due_at == jst(2026, 8, 1)


def test_a_timer_fires_at_its_instant_and_not_before():
    world = World()
    run = Walked(specs_of(waiting_for("Duration", '"PT1H"')), world)

    world.advance(minutes=59)
    assert run.act("fire_due") == 0
    world.advance(minutes=1)
    assert run.act("fire_due") == 1
    assert run.act("fire_due") == 0
    assert run.open == ["t"]


def test_a_timer_nobody_can_understand_is_a_failure_that_mends_itself():
    world = World(facts={None: {"grace": "a fortnight"}})
    run = Walked(specs_of(waiting_for("Duration", "grace")), world)

    [failure] = run.progress.failures
    assert (failure.kind, failure.element, failure.new) == ("timer", "wait", True)
    assert run.progress.timers[0].due_at is None
    world.facts[None]["grace"] = "P14D"
    run.act("retry", failure.key)

    assert run.progress.failures == []
    assert run.progress.timers[0].due_at == NOON + timedelta(days=14)


def reminding(body: str, interrupting: bool = False) -> str:
    return process(
        "main",
        f'<startEvent id="s"/><userTask id="visit"/><boundaryEvent id="late" attachedToRef="visit" '
        f'cancelActivity="{str(interrupting).lower()}">{timer("Cycle", body)}</boundaryEvent>'
        '<userTask id="remind"/><endEvent id="e"/><endEvent id="f"/>',
        """s -> visit
        visit -> e
        late -> remind
        remind -> f""",
    )


def test_a_cycle_fires_so_many_times_and_its_tasks_live_on():
    world = World()
    run = Walked(specs_of(reminding('"R3/P7D"')), world)

    for count in (1, 2, 3):
        world.advance(days=7)
        assert run.act("fire_due") == 1
        assert run.open == ["remind"] * count + ["visit"]
        assert run.flows == ["(late)", "late_remind"]
    assert run.progress.timers == []
    run.complete("visit")
    assert run.open == ["remind"] * 3
    for _ in range(3):
        run.act("complete", run.progress.open_tasks[0].key, "done")
    assert run.progress.ended


def test_tasks_of_a_cycle_outlive_the_activity_it_hangs_on():
    world = World()
    run = Walked(specs_of(reminding('"R/P7D"')), world)
    world.advance(days=7)
    run.act("fire_due")

    run.complete("visit")

    assert (run.open, run.progress.timers) == (["remind"], [])
    run.complete("remind")
    assert run.progress.ended


def test_a_cycle_that_was_missed_fires_once_and_goes_on_from_now():
    world = World()
    run = Walked(specs_of(reminding('"R/P7D"')), world)
    world.advance(days=30)

    assert run.act("fire_due") == 1
    assert run.open == ["remind", "visit"]
    assert run.progress.timers[0].due_at == NOON + timedelta(days=35)


def test_missed_occurrences_count():
    world = World()
    run = Walked(specs_of(reminding('"R3/P7D"')), world)
    world.advance(days=30)

    assert run.act("fire_due") == 1
    assert run.progress.timers == []


def test_monthly_occurrences_do_not_drift():
    world = World(now=jst(2026, 1, 31, 9))
    run = Walked(specs_of(reminding('"R/P1M"')), world)

    dues = []
    for _ in range(3):
        dues.append(run.progress.timers[0].due_at)
        world.now = dues[-1]
        run.act("fire_due")

    assert dues == [jst(2026, 2, 28, 9), jst(2026, 3, 31, 9), jst(2026, 4, 30, 9)]


def test_an_interrupting_timer_ends_the_task():
    world = World()
    run = Walked(specs_of(reminding('"R/P7D"', interrupting=True)), world)
    assert run.progress.timers[0].interrupting
    world.advance(days=7)

    run.act("fire_due")

    assert run.open == ["remind"]
    assert run.progress.timers == []


def test_the_first_of_two_due_timers_may_take_the_second_away():
    diagram = process(
        "main",
        f'<startEvent id="s"/><eventBasedGateway id="g"/>'
        f'<intermediateCatchEvent id="one">{timer("Duration", chr(34) + "P1D" + chr(34))}'
        f'</intermediateCatchEvent><intermediateCatchEvent id="two">{timer("Duration", chr(34) + "P2D" + chr(34))}'
        '</intermediateCatchEvent><userTask id="a"/><userTask id="b"/><endEvent id="e"/><endEvent id="f"/>',
        """s -> g
        g -> one
        g -> two
        one -> a
        two -> b
        a -> e
        b -> f""",
    )
    world = World()
    run = Walked(specs_of(diagram), world)
    assert [one.element for one in run.progress.timers] == ["one", "two"]
    world.advance(days=3)

    assert run.act("fire_due") == 1

    assert run.open == ["a"]
    assert run.flows == ["g_one", "one_a"]
