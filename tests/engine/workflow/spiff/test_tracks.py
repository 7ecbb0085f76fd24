"""Tracks and messages: each message reaches exactly one catch, and tracks live side by side."""

from __future__ import annotations

from datetime import date

import pytest

from engine.workflow.spiff import CatchNotWaiting
from tests.engine.workflow.spiff.diagrams import (
    Walked,
    World,
    message,
    process,
    service,
    specs_of,
    subprocess,
    timer,
)

PREGNANCY = subprocess(
    "pregnancy",
    f'<startEvent id="notified" isInterrupting="false">{message("pregnancy_notified")}</startEvent>'
    + subprocess(
        "care",
        f'<startEvent id="cs"/><userTask id="visit"/>'
        f'<receiveTask id="birth" {message("birth_registered")[24:-2]}/><endEvent id="ce"/>',
        """cs -> visit
        visit -> birth
        birth -> ce""",
    )
    + f'<boundaryEvent id="lost" attachedToRef="care">{message("pregnancy_lost")}</boundaryEvent>'
    f'<boundaryEvent id="soon" attachedToRef="care" cancelActivity="false">{timer("Date", "due_on")}</boundaryEvent>'
    '<userTask id="grief"/><userTask id="call"/><endEvent id="pe"/><endEvent id="pf"/><endEvent id="pg"/>',
    """notified -> care
    care -> pe
    lost -> grief
    grief -> pf
    soon -> call
    call -> pg""",
    'triggeredByEvent="true"',
)

JOURNEY = process(
    "main",
    '<startEvent id="s"/><userTask id="open"/><exclusiveGateway id="x" default="x_stop"/>'
    + service("stop", "stop_tracks")
    + '<endEvent id="plain"/><endEvent id="e"><terminateEventDefinition/></endEvent>'
    + PREGNANCY,
    """s -> open
    open -> x
    x -> plain [outcome == "plain"]
    x -> stop
    stop -> e""",
)


@pytest.fixture
def run():
    return Walked(specs_of(JOURNEY, facts=("due_on",)), World(facts={None: {"due_on": None}}))


def test_a_journey_waits_for_tracks_to_begin(run):
    [start] = run.progress.catches

    assert (start.kind, start.name, start.element, start.track) == (
        "track_start",
        "pregnancy_notified",
        "notified",
        None,
    )


def test_a_track_begins_with_its_id_and_the_payload(run):
    run.send("pregnancy_notified", track="T1", due_on=date(2026, 9, 1), twins=True, today="never")

    assert run.task("visit").track == "T1"
    assert run.task("visit").locals == {"twins": True}
    assert run.world.facts["T1"] == {"due_on": date(2026, 9, 1)}
    assert run.flows == ["(pregnancy)", "(notified)", "notified_care", "(cs)", "cs_visit"]
    assert {walk.track for walk in run.progress.walked} == {"T1"}


def test_tracks_stand_side_by_side_and_a_message_reaches_one(run):
    for track in ("T1", "T2", "T3"):
        run.send("pregnancy_notified", track=track)
        run.complete("visit", track=track)

    run.send("birth_registered", on="T2")

    assert run.progress.ended_tracks == ["T2"]
    assert sorted(catch.track for catch in run.run.catches("birth_registered")) == ["T1", "T3"]
    assert "birth_ce" in run.flows


def test_a_loss_ends_only_its_own_track(run):
    run.send("pregnancy_notified", track="T1")
    run.send("pregnancy_notified", track="T2")

    run.send("pregnancy_lost", on="T1")

    assert [(task.element, task.track) for task in run.progress.open_tasks if task.track] == [
        ("visit", "T2"),
        ("grief", "T1"),
    ]
    assert run.progress.ended_tracks == []
    run.complete("grief")
    assert run.progress.ended_tracks == ["T1"]


def test_timers_read_the_facts_of_their_track(run):
    run.send("pregnancy_notified", track="T1", due_on=date(2026, 9, 1))
    run.send("pregnancy_notified", track="T2", due_on=date(2026, 10, 1))

    assert {one.track: one.due_at.date() for one in run.progress.timers} == {
        "T1": date(2026, 8, 31),
        "T2": date(2026, 9, 30),
    }
    run.world.facts["T1"]["due_on"] = date(2026, 8, 1)
    assert min(one.due_at.date() for one in run.run.progress().timers) == date(2026, 7, 31)


def test_stop_tracks_and_a_terminate_end_complete_the_instance(run):
    run.send("pregnancy_notified", track="T1")
    run.send("pregnancy_notified", track="T2")

    run.complete("open")

    assert run.progress.ended
    assert run.progress.ended_tracks == ["T1", "T2"]
    assert (run.open, run.progress.catches, run.progress.timers) == ([], [], [])
    assert run.world.calls == []


def test_an_instance_without_tracks_completes_though_tracks_could_begin(run):
    run.complete("open")

    assert run.progress.ended


def test_a_plain_end_waits_for_the_tracks(run):
    run.send("pregnancy_notified", track="T1")
    run.complete("open", "plain")
    assert not run.progress.ended

    run.act("stop_tracks")

    assert run.progress.ended
    assert run.progress.ended_tracks == ["T1"]


def test_cancel_ends_everything(run):
    run.send("pregnancy_notified", track="T1")

    run.act("cancel")

    assert run.progress.ended
    assert run.progress.ended_tracks == ["T1"]
    assert (run.open, run.progress.catches) == ([], [])


def test_many_pregnancies_one_after_the_other_leave_no_trace(run):
    sizes = []
    for number in range(30):
        run.send("pregnancy_notified", track=f"T{number:02}")
        run.complete("visit")
        run.send("birth_registered")
        sizes.append(len(run.state))

    assert max(sizes) - sizes[1] <= 40


def test_a_catch_that_no_longer_waits_is_refused(run):
    with pytest.raises(CatchNotWaiting):
        run.act("catch", "99")
    with pytest.raises(CatchNotWaiting):
        run.act("catch", "+care", track="T1")

    assert run.open == ["open"]


def test_an_event_based_gateway_takes_exactly_the_event_that_came():
    diagram = process(
        "main",
        f'<startEvent id="s"/><eventBasedGateway id="g"/>'
        f'<intermediateCatchEvent id="born">{message("birth_registered")}'
        f'</intermediateCatchEvent><intermediateCatchEvent id="gone">{message("moved_out")}</intermediateCatchEvent>'
        '<userTask id="a"/><userTask id="b"/><endEvent id="e"/><endEvent id="f"/>',
        """s -> g
        g -> born
        g -> gone
        born -> a
        gone -> b
        a -> e
        b -> f""",
    )
    run = Walked(specs_of(diagram), World())
    assert [(catch.element, catch.name) for catch in run.progress.catches] == [
        ("born", "birth_registered"),
        ("gone", "moved_out"),
    ]

    run.send("moved_out", to="Kawagoe")

    assert (run.open, run.task("b").locals) == (["b"], {"to": "Kawagoe"})
    assert run.flows == ["g_gone", "gone_b"]


def test_what_may_arrive_at_any_time_needs_no_track():
    diagram = process(
        "main",
        '<startEvent id="s"/><userTask id="open"/><endEvent id="e"><terminateEventDefinition/></endEvent>'
        + subprocess(
            "concern",
            f'<startEvent id="raised" isInterrupting="false">{message("concern_raised")}</startEvent>'
            f'<userTask id="look"/><endEvent id="ce"/>',
            """raised -> look
            look -> ce""",
            'triggeredByEvent="true"',
        ),
        """s -> open
        open -> e""",
    )
    run = Walked(specs_of(diagram), World())

    run.send("concern_raised", concern="bruise")
    run.send("concern_raised", concern="hunger")

    assert [task.locals for task in run.progress.open_tasks if task.element == "look"] == [
        {"concern": "bruise"},
        {"concern": "hunger"},
    ]
    run.complete("open")
    assert run.progress.ended
    assert run.progress.ended_tracks == []
