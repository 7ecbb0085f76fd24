"""Signals, errors, escalations, conditions, repetitions, and flows that share their ends."""

from __future__ import annotations

from tests.engine.workflow.spiff.diagrams import Walked, World, process, specs_of, subprocess


def boundary(definition: str, end: str = "<endEvent id='ie'/>", interrupting: str = "true") -> str:
    return process(
        "main",
        '<startEvent id="s"/>'
        + subprocess(
            "inner",
            '<startEvent id="is"/><userTask id="t"/>' + end,
            """is -> t
            t -> ie""",
        )
        + f'<boundaryEvent id="b" attachedToRef="inner" cancelActivity="{interrupting}">{definition}</boundaryEvent>'
        '<userTask id="after"/><userTask id="caught"/><endEvent id="e"/><endEvent id="f"/>',
        """s -> inner
        inner -> after
        after -> e
        b -> caught
        caught -> f""",
    )


def test_an_error_ends_its_subprocess_and_is_caught_outside():
    definition = '<errorEventDefinition errorRef="error_bad"/>'
    run = Walked(specs_of(boundary(definition, f'<endEvent id="ie">{definition}</endEvent>')), World())

    run.complete("t")

    assert run.open == ["caught"]
    assert run.flows == ["t_ie", "(b)", "b_caught"]


def test_an_escalation_is_caught_beside_the_work():
    definition = '<escalationEventDefinition escalationRef="escalation_up"/>'
    run = Walked(specs_of(boundary(definition, f'<endEvent id="ie">{definition}</endEvent>', "false")), World())

    run.complete("t")

    assert run.open == ["after", "caught"]


def test_a_condition_is_looked_at_again_when_facts_have_changed():
    world = World(facts={None: {"risk_level": 1}})
    definition = "<conditionalEventDefinition><condition>risk_level >= 3</condition></conditionalEventDefinition>"
    run = Walked(specs_of(boundary(definition)), world)

    run.act("look")
    assert run.open == ["t"]
    world.facts[None]["risk_level"] = 4
    run.act("look")

    assert run.open == ["caught"]


def test_a_signal_thrown_inside_is_caught_inside():
    signal = '<signalEventDefinition signalRef="s_go"/>'
    diagram = process(
        "main",
        f'<startEvent id="s"/><parallelGateway id="p"/><intermediateCatchEvent id="c">{signal}</intermediateCatchEvent>'
        f'<userTask id="t"/><intermediateThrowEvent id="n">{signal}</intermediateThrowEvent><userTask id="u"/>'
        '<endEvent id="e"/><endEvent id="f"/>',
        """s -> p
        p -> c
        p -> t
        c -> u
        u -> e
        t -> n
        n -> f""",
    )
    run = Walked(specs_of(diagram), World())

    run.complete("t")

    assert run.open == ["u"]


def test_tasks_of_a_repetition_are_open_one_by_one_or_all_at_once():
    def repeated(how: str) -> Walked:
        diagram = process(
            "main",
            f'<startEvent id="s"/><userTask id="t" name="訪問">{how}</userTask><userTask id="u"/><endEvent id="e"/>',
            """s -> t
            t -> u
            u -> e""",
        )
        return Walked(specs_of(diagram), World(facts={None: {"fetus_count": 3}}))

    count = "<loopCardinality>fetus_count</loopCardinality>"
    at_once = repeated(f"<multiInstanceLoopCharacteristics>{count}</multiInstanceLoopCharacteristics>")
    one_by_one = repeated(
        f'<multiInstanceLoopCharacteristics isSequential="true">{count}</multiInstanceLoopCharacteristics>'
    )

    assert (at_once.open, one_by_one.open) == (["t", "t", "t"], ["t"])
    assert {task.name for task in at_once.progress.open_tasks} == {"訪問"}
    for run in (at_once, one_by_one):
        for _ in range(3):
            run.act("complete", run.progress.open_tasks[0].key, "done")
        assert run.open == ["u"]
        assert run.flows == ["t_u"]


def test_a_repetition_whose_condition_fails_is_parked_and_goes_on_when_mended():
    loop = "<standardLoopCharacteristics><loopCondition>level + 1 > 2</loopCondition></standardLoopCharacteristics>"
    diagram = process(
        "main",
        f'<startEvent id="s"/><userTask id="t">{loop}</userTask><userTask id="u"/><endEvent id="e"/>',
        """s -> t
        t -> u
        u -> e""",
    )
    world = World(facts={None: {"level": "high"}})
    run = Walked(specs_of(diagram), world)

    run.complete("t")
    [failure] = run.progress.failures
    assert (failure.element, failure.kind, run.open) == ("t", "condition", [])
    world.facts[None]["level"] = 5
    run.act("retry", failure.key)
    assert run.open == ["t"]
    world.facts[None]["level"] = 0
    run.complete("t")

    assert run.open == ["u"]


def test_of_two_flows_between_the_same_nodes_the_one_taken_is_told():
    diagram = process(
        "main",
        '<startEvent id="s"/><userTask id="t"/><exclusiveGateway id="x" default="other"/><userTask id="u"/>'
        '<endEvent id="e"/>'
        '<sequenceFlow id="one" sourceRef="x" targetRef="u"><conditionExpression>outcome == "a"</conditionExpression>'
        "</sequenceFlow>"
        '<sequenceFlow id="other" sourceRef="x" targetRef="u"/>',
        """s -> t
        t -> x
        u -> e""",
    )

    for outcome, flow in (("a", "one"), ("b", "other")):
        run = Walked(specs_of(diagram), World())
        run.complete("t", outcome)
        assert run.flows == ["t_x", flow]
