"""A run: tasks, outcomes, locals, failures and retries, and what was walked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Conflict
from engine.workflow.spiff import ModelRefused, TaskNotReady, load, start
from tests.engine.workflow.spiff.diagrams import (
    Files,
    Walked,
    World,
    definitions,
    message,
    process,
    properties,
    rule,
    service,
    specs_of,
    subprocess,
)

TWO_TASKS = process(
    "main",
    '<startEvent id="s"/><userTask id="a" name="面接"/><manualTask id="b"/><endEvent id="e"/>',
    """s -> a
    a -> b
    b -> e""",
)


def test_a_completed_task_opens_the_next_and_the_last_ends_the_instance():
    run = Walked(specs_of(TWO_TASKS), World())
    assert run.flows == ["(s)", "s_a"]
    assert (run.task("a").name, run.task("a").new) == ("面接", True)

    run.complete("a")
    assert run.flows == ["a_b"]
    run.complete("b")

    assert run.progress.ended
    assert run.open == []


def test_only_a_ready_task_can_be_completed():
    run = Walked(specs_of(TWO_TASKS), World())
    key = run.task("a").key
    run.complete("a")

    with pytest.raises(TaskNotReady):
        run.act("complete", key, "done")

    assert issubclass(TaskNotReady, Conflict)
    assert run.open == ["b"]


CHOICE = process(
    "main",
    '<startEvent id="s"/><userTask id="visit"/><exclusiveGateway id="which" default="which_done"/>'
    '<userTask id="again"/><userTask id="done"/><endEvent id="e"/><endEvent id="f"/>',
    """s -> visit
    visit -> which
    which -> again [outcome == "absent" and risk_level >= 2]
    which -> done
    again -> e
    done -> f""",
)


@pytest.mark.parametrize(
    ("outcome", "level", "next_task"),
    [("absent", 3, "again"), ("absent", 1, "done"), ("absent", None, "done"), ("done", 3, "done")],
)
def test_conditions_read_the_outcome_and_the_facts(outcome, level, next_task):
    run = Walked(specs_of(CHOICE), World(facts={None: {"risk_level": level}}))

    run.complete("visit", outcome)

    assert run.open == [next_task]
    assert run.flows == ["visit_which", f"which_{next_task}"]


def test_a_gateway_that_matches_nothing_is_parked_and_goes_on_when_retried():
    diagram = process(
        "main",
        '<startEvent id="s"/><parallelGateway id="p"/><userTask id="other"/><exclusiveGateway id="x"/>'
        '<userTask id="a"/><userTask id="b"/><endEvent id="e1"/><endEvent id="e2"/><endEvent id="e3"/>',
        """s -> p
        p -> other
        p -> x
        x -> a [level == 1]
        x -> b [level == 2]
        a -> e1
        b -> e2
        other -> e3""",
    )
    world = World(facts={None: {"level": 3}})
    run = Walked(specs_of(diagram), world)

    assert run.open == ["other"]
    [failure] = run.progress.failures
    assert (failure.element, failure.kind, failure.new) == ("x", "condition", True)

    run.complete("other")
    [failure] = run.progress.failures
    assert not failure.new
    run.act("retry", failure.key)
    assert [again.new for again in run.progress.failures] == [True]

    world.facts[None]["level"] = 2
    run.act("retry", run.progress.failures[0].key)

    assert (run.open, run.progress.failures) == (["b"], [])
    assert run.flows == ["x_b"]


def test_a_service_that_fails_keeps_its_token_and_tells_no_personal_data():
    diagram = process(
        "main",
        '<startEvent id="s"/>'
        + service("letter", "issue_letter", to='"mother"', level="risk_level + 1")
        + '<endEvent id="e"/>',
        """s -> letter
        letter -> e""",
    )
    world = World(facts={None: {"risk_level": 2}})
    world.operations["issue_letter"] = lambda call: 1 / 0
    run = Walked(specs_of(diagram), world)

    [failure] = run.progress.failures
    assert (failure.kind, failure.error) == ("service", "ZeroDivisionError")
    world.operations["issue_letter"] = lambda call: None
    run.act("retry", failure.key)

    assert run.progress.ended
    assert world.calls[-1].parameters == {"to": "mother", "level": 3}
    assert (world.calls[-1].process, world.calls[-1].element) == ("main", "letter")


def test_a_decision_sets_facts_and_hands_on_the_rest():
    diagram = process(
        "main",
        '<startEvent id="s"/>' + rule("level", "risk") + '<userTask id="plan"/><endEvent id="e"/>',
        """s -> level
        level -> plan
        plan -> e""",
    )
    world = World(facts={None: {"answers": 4}})
    world.decisions["risk"] = lambda names: {"risk_level": names["answers"] - 1, "advice": "visit"}

    run = Walked(specs_of(diagram, facts=("risk_level",)), world)

    assert world.facts[None]["risk_level"] == 3
    assert run.task("plan").locals == {"advice": "visit"}


CALLED = process(
    "visit",
    '<startEvent id="vs"/><userTask id="visit_task"/><endEvent id="ve"/>',
    """vs -> visit_task
    visit_task -> ve""",
)


def test_locals_last_as_long_as_the_call():
    caller = process(
        "main",
        '<startEvent id="s"/><callActivity id="call" calledElement="visit">'
        + properties(months="base * 6", kind='"18m"')
        + '</callActivity><userTask id="after"/><endEvent id="e"/>',
        """s -> call
        call -> after
        after -> e""",
    )
    run = Walked(specs_of(caller, CALLED), World(facts={None: {"base": 3}}), months=1)

    assert run.task("visit_task").locals == {"months": 18, "kind": "18m"}
    assert run.task("visit_task").process == "visit"
    run.complete("visit_task")

    assert run.task("after").locals == {"months": 1}
    assert run.flows == ["visit_task_ve", "call_after"]


def test_locals_follow_their_facts_and_keep_the_day_of_the_call():
    caller = process(
        "main",
        '<startEvent id="s"/><callActivity id="call" calledElement="outer">'
        + properties(months="base * 6", asked_on="today")
        + '</callActivity><endEvent id="e"/>',
        """s -> call
        call -> e""",
    )
    outer = process(
        "outer",
        '<startEvent id="os"/><callActivity id="inner" calledElement="visit">'
        + properties(weeks="months * 4")
        + '</callActivity><endEvent id="oe"/>',
        """os -> inner
        inner -> oe""",
    )
    world = World(facts={None: {"base": 3}})
    run = Walked(specs_of(caller, outer, CALLED), world)
    called_on = run.task("visit_task").locals["asked_on"]

    world.facts[None]["base"] = 2
    world.now += timedelta(days=40)
    run.act("look")

    assert run.task("visit_task").locals == {"months": 12, "weeks": 48, "asked_on": called_on}


def test_a_task_is_seen_although_its_local_cannot_be_computed_any_more():
    caller = process(
        "main",
        '<startEvent id="s"/><callActivity id="call" calledElement="visit">'
        + properties(months="base * 6")
        + '</callActivity><endEvent id="e"/>',
        """s -> call
        call -> e""",
    )
    world = World(facts={None: {"base": 3}})
    run = Walked(specs_of(caller, CALLED), world)

    world.facts[None]["base"] = "three"
    run.act("look")

    assert run.task("visit_task").locals == {}


def test_a_call_whose_local_cannot_be_computed_is_parked():
    caller = process(
        "main",
        '<startEvent id="s"/><callActivity id="call" calledElement="visit">'
        + properties(months="base + 1")
        + '</callActivity><endEvent id="e"/>',
        """s -> call
        call -> e""",
    )
    world = World(facts={None: {"base": "three"}})
    run = Walked(specs_of(caller, CALLED), world)

    [failure] = run.progress.failures
    assert (failure.element, failure.kind) == ("call", "call")
    world.facts[None]["base"] = 3
    run.act("retry", failure.key)

    assert run.task("visit_task").locals == {"months": 4}


def test_a_diagram_that_runs_in_circles_is_parked():
    diagram = process(
        "main",
        '<startEvent id="s"/><exclusiveGateway id="x"/>'
        + service("tick", "tick")
        + '<exclusiveGateway id="y" default="y_x"/>'
        '<endEvent id="e"/>',
        """s -> x
        x -> tick
        tick -> y
        y -> x
        y -> e [stop]""",
    )
    world = World(facts={None: {"stop": False}})

    run = Walked(specs_of(diagram), world)

    [failure] = run.progress.failures
    assert failure.kind == "runaway"
    world.facts[None]["stop"] = True
    run.act("retry", failure.key)
    assert run.progress.ended


def test_a_thousand_automatic_steps_are_no_trouble():
    diagram = process(
        "main",
        '<startEvent id="s"/><exclusiveGateway id="x"/>'
        + service("tick", "tick")
        + '<exclusiveGateway id="y" default="y_x"/>'
        '<userTask id="t"/><endEvent id="e"/>',
        """s -> x
        x -> tick
        tick -> y
        y -> x
        y -> t [count >= 1500]
        t -> e""",
    )
    world = World(facts={None: {"count": 0}})
    world.operations["tick"] = lambda call: {"count": world.facts[None]["count"] + 1}

    run = Walked(specs_of(diagram, facts=("count",)), world)

    assert run.open == ["t"]
    assert len(run.state) < 200


@pytest.mark.parametrize(
    "node",
    ['<scriptTask id="t"><script>x = 1</script></scriptTask>', '<task id="t"/>', '<complexGateway id="t"/>'],
    ids=["script", "plain task", "complex gateway"],
)
def test_what_cannot_or_may_not_run_is_refused(node):
    diagram = process(
        "main",
        f'<startEvent id="s"/>{node}<endEvent id="e"/>',
        """s -> t
        t -> e""",
    )

    with pytest.raises(ModelRefused):
        specs_of(diagram)


def test_an_unreadable_expression_is_found_when_loading():
    with pytest.raises(ModelRefused):
        specs_of(CHOICE.replace("risk_level >= 2", "risk_level.__class__"))


def test_an_unknown_process_is_refused():
    with pytest.raises(ModelRefused):
        start(specs_of(TWO_TASKS), "elsewhere", World())


def test_entities_and_broken_xml_are_refused():
    attack = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + definitions(TWO_TASKS).replace(
        "面接".encode(), b"&x;"
    )
    with pytest.raises(ModelRefused):
        load(Files({"a.bpmn": b"<definitions>"}))
    with pytest.raises(ModelRefused):
        load(Files({"a.bpmn": attack}))


def test_a_throw_tells_name_payload_and_track_and_is_not_caught_inside():
    diagram = process(
        "main",
        '<startEvent id="s"/><intermediateThrowEvent id="tell">'
        + properties(level="risk_level")
        + message("news")
        + '</intermediateThrowEvent><endEvent id="e"/>'
        + subprocess(
            "hear",
            f'<startEvent id="hs" isInterrupting="false">{message("news")}</startEvent><userTask id="heard"/>'
            f'<endEvent id="he"/>',
            """hs -> heard
            heard -> he""",
            'triggeredByEvent="true"',
        ),
        """s -> tell
        tell -> e""",
    )

    run = Walked(specs_of(diagram), World(facts={None: {"risk_level": 2}}))

    [thrown] = run.progress.thrown
    assert (thrown.name, thrown.payload, thrown.track) == ("news", {"level": 2}, None)
    assert run.open == []
    assert run.progress.ended
