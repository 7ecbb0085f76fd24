"""What SpiffWorkflow 3.2.0 does, line by line of the design's sections 2 (what the publish gate must refuse) and 3
(traps).

A new release is judged by running this file: a test that fails here says which assumption no longer holds. `trap_N`
tests show what the library does; where a trap is ours to mend, the same test or its neighbour shows that ours does it
rightly.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
import SpiffWorkflow.version
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition as SpiffMessage
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff import ModelRefused, TaskNotReady, load, restore
from engine.workflow.spiff.stock import Stock
from tests.engine.workflow.spiff.diagrams import (
    Files,
    Walked,
    World,
    definitions,
    message,
    process,
    service,
    specs_of,
    subprocess,
    timer,
)


def stock(*parts: str, **data: object) -> Stock:
    return Stock(definitions(*parts), "main", {"outcome": "", **data})


def elements(tasks: list) -> list[str]:
    return sorted(task.task_spec.bpmn_id for task in tasks)


def around(node: str, *more: str) -> str:
    """start -> node `n` -> task `after` -> end."""
    return process(
        "main",
        f'<startEvent id="s"/>{node}<userTask id="after"/><endEvent id="e"/>' + "".join(more),
        """s -> n
        n -> after
        after -> e""",
    )


def test_the_release_judged_here():
    assert SpiffWorkflow.version.__version__ == "3.2.0"


# --- section 2: ignored or broken without an error ---


@pytest.mark.parametrize(
    "node",
    [
        pytest.param(
            '<intermediateThrowEvent id="n"><linkEventDefinition name="x"/></intermediateThrowEvent>', id="link"
        ),
        pytest.param(
            '<intermediateThrowEvent id="n"><compensateEventDefinition/></intermediateThrowEvent>',
            id="compensation throw",
        ),
    ],
)
def test_link_and_compensation_throws_pass_silently(node):
    assert elements(stock(around(node)).ready()) == ["after"]


def test_a_signal_end_event_throws_nothing():
    diagram = process(
        "main",
        '<startEvent id="s"/><parallelGateway id="p"/><intermediateCatchEvent id="c">'
        '<signalEventDefinition signalRef="s_x"/>'
        '</intermediateCatchEvent><userTask id="t"/><endEvent id="n">'
        '<signalEventDefinition signalRef="s_x"/></endEvent><endEvent id="e"/>',
        """s -> p
        p -> c
        c -> e
        p -> t
        t -> n""",
    )
    side = stock(diagram)

    side.complete(side.ready()[0], "done")

    assert [element for _, element, _ in side.waiting()] == ["c"]


@pytest.mark.parametrize(
    "node",
    [
        pytest.param('<complexGateway id="n"/>', id="complex gateway"),
        pytest.param(
            '<userTask id="n"/><boundaryEvent id="b" attachedToRef="n"><compensateEventDefinition/></boundaryEvent>',
            id="compensation boundary",
        ),
    ],
)
def test_complex_gateways_and_compensation_boundaries_fail_at_parse(node):
    with pytest.raises((ValidationException, NotImplementedError)):
        stock(around(node))


def test_nodes_that_cannot_be_reached_are_dropped_silently():
    side = stock(around('<userTask id="n"/>', '<userTask id="island"/>'))

    assert "island" not in side.workflow.spec.task_specs
    assert "n" in side.workflow.spec.task_specs


def test_an_ad_hoc_subprocess_crashes():
    with pytest.raises(KeyError, match="data_objects"):
        stock(
            around(
                '<adHocSubProcess id="n" ordering="Parallel"><userTask id="x"/>'
                "<completionCondition>False</completionCondition></adHocSubProcess>"
            )
        )


def test_a_plain_task_stops_the_engine():
    assert elements(stock(around('<task id="n"/>')).ready()) == ["n"]


NO_MATCH = process(
    "main",
    '<startEvent id="s"/><userTask id="t"/><exclusiveGateway id="x"/><userTask id="a"/>'
    '<userTask id="b"/><endEvent id="e"/><endEvent id="f"/>',
    """s -> t
    t -> x
    x -> a [outcome == "a"]
    x -> b [outcome == "b"]
    a -> e
    b -> f""",
)


def test_an_exclusive_gateway_without_match_raises_and_stays_in_error():
    side = stock(NO_MATCH)

    with pytest.raises(WorkflowException, match="No conditions satisfied"):
        side.complete(side.ready()[0], "c")

    assert side.workflow.get_next_task(spec_name="x").state == TaskState.ERROR


def test_ours_parks_an_exclusive_gateway_without_match():
    run = Walked(specs_of(NO_MATCH), World())

    run.complete("t", "c")

    assert [(failure.element, failure.kind) for failure in run.progress.failures] == [("x", "condition")]


def test_the_schema_does_not_see_dangling_references_and_a_dangling_target_misleads():
    dangling = etree.fromstring(
        definitions(around('<userTask id="n"/>').replace('targetRef="after"', 'targetRef="nowhere"'))
    )

    BpmnValidator().validate(dangling)
    parser = BpmnParser()
    parser.add_bpmn_xml(dangling)
    with pytest.raises(ValidationException, match="perhaps a form has the same ID"):
        parser.get_spec("main")


def test_a_called_process_must_be_parsed_with_its_caller():
    caller = around('<callActivity id="n" calledElement="elsewhere"/>')

    with pytest.raises(ValidationException, match="was not found"):
        stock(caller)
    [failure] = Walked(specs_of(caller), World()).progress.failures
    assert (failure.element, failure.kind) == ("n", "call")


def test_entities_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("leaked")
    attack = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + definitions(
        around('<userTask id="n" name="plain"><documentation>&x;</documentation></userTask>').replace("&amp;", "&")
    )

    run = Walked(load(Files({"a.bpmn": attack})), World())

    assert "leaked" not in repr([vars(spec) for spec in run.specs.processes["main"].task_specs.values()])


# --- section 3: traps at run time ---

TWO = process(
    "main",
    '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>',
    """s -> a
    a -> b
    b -> e""",
)


def test_trap_1_run_has_no_guard():
    side = stock(TWO)
    first = side.ready()[0]
    side.complete(first, "done")

    first.run()
    side.workflow.get_next_task(spec_name="e").run()

    assert side.workflow.get_next_task(spec_name="e").state == TaskState.COMPLETED


def test_trap_1_ours_completes_only_what_is_ready():
    run = Walked(specs_of(TWO), World())
    key = run.task("a").key
    run.complete("a")

    with pytest.raises(TaskNotReady):
        run.act("complete", key, "done")


ROUND = process(
    "main",
    '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="t"/>'
    '<exclusiveGateway id="x" default="x_m"/><endEvent id="e"/>',
    """s -> m
    m -> t
    t -> x
    x -> m
    x -> e [outcome == "stop"]""",
)


def test_trap_2_a_deep_tree_stops_the_library_silently():
    side = stock(ROUND)
    passes = 0
    while passes < 600 and side.workflow.get_tasks(state=TaskState.READY, manual=True):
        [task] = side.workflow.get_tasks(state=TaskState.READY, manual=True)
        side.complete(task, "again")
        passes += 1

    assert 200 < passes < 600
    assert not side.workflow.completed


def test_trap_2_ours_goes_round_for_ever():
    run = Walked(specs_of(ROUND), World())
    for _ in range(600):
        run.complete("t", "again")
    assert len(run.state) < 200

    run.complete("t", "stop")

    assert run.progress.ended


def test_trap_3_task_data_is_inherited_by_shallow_copy():
    side = stock(TWO, nested={"a": {"b": 1}})
    first = side.ready()[0]
    side.complete(first, "done")

    side.ready()[0].data["nested"]["a"]["b"] = 2

    assert first.data["nested"]["a"]["b"] == 2


def test_trap_4_joins_merge_by_accident():
    assert DeepMerge.merge({"x": [1, 2, 3], "kept": 1}, {"x": [4]}) == {"x": [1], "kept": 1}


def test_trap_4_the_last_branch_to_finish_wins_in_ours_as_in_the_library():
    diagram = process(
        "main",
        '<startEvent id="s"/><parallelGateway id="p"/><userTask id="a"/><userTask id="b"/><parallelGateway id="j"/>'
        '<userTask id="t"/><endEvent id="e"/>',
        """s -> p
        p -> a
        p -> b
        a -> j
        b -> j
        j -> t
        t -> e""",
    )
    side, run = stock(diagram), Walked(specs_of(diagram), World(), outcome="")
    for element, outcome in (("b", "second"), ("a", "first")):
        side.complete(next(task for task in side.ready() if task.task_spec.bpmn_id == element), outcome)
        run.complete(element, outcome)

    assert side.ready()[0].data["outcome"] == "first"
    assert run.run._task(run.task("t").key).data["outcome"] == "first"
    assert run.flows == ["a_j", "j_t"]


def test_trap_5_migration_resets_waiting_and_ready_tasks():
    side = stock(TWO)
    side.ready()[0].data["typed"] = "kept?"
    registry = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG)).registry
    other = stock(TWO.replace('id="b"', 'id="b" name="another label"').replace('id="a"', 'id="a" name="another label"'))
    difference, _ = diff_workflow(registry, side.workflow, other.workflow.spec, {})

    migrate_workflow(difference, side.workflow, other.workflow.spec)

    assert "typed" not in side.ready()[0].data


CATCHING = process(
    "main",
    f'<startEvent id="s"/><userTask id="t"/>'
    f'<intermediateCatchEvent id="c">{message("news")}</intermediateCatchEvent><endEvent id="e"/>',
    """s -> t
    t -> c
    c -> e""",
)


def test_trap_6_a_message_before_its_catch_raises():
    with pytest.raises(WorkflowException, match="not waiting for"):
        stock(CATCHING).workflow.send_event(BpmnEvent(SpiffMessage("news"), payload={}))
    assert Walked(specs_of(CATCHING), World()).run.catches("news") == []


TWO_WAITS = process(
    "main",
    '<startEvent id="s"/><parallelGateway id="p"/>'
    f'<intermediateCatchEvent id="c">{message("news")}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="d">{message("news")}'
    '</intermediateCatchEvent><endEvent id="e"/><endEvent id="f"/>',
    """s -> p
    p -> c
    p -> d
    c -> e
    d -> f""",
)


def test_trap_7_every_waiting_catch_takes_the_message():
    side = stock(TWO_WAITS)

    side.workflow.send_event(BpmnEvent(SpiffMessage("news"), payload={}))
    side.workflow.do_engine_steps()

    assert side.workflow.completed


def test_trap_7_and_18_ours_delivers_to_exactly_one():
    run = Walked(specs_of(TWO_WAITS), World())
    first, second = run.run.catches("news")

    run.act("catch", second.key)

    assert [catch.element for catch in run.run.catches("news")] == [first.element]


def test_trap_8_thrown_events_nobody_catches_pile_up():
    diagram = around(f'<intermediateThrowEvent id="n">{message("news")}</intermediateThrowEvent>')
    side, run = stock(diagram), Walked(specs_of(diagram), World())

    assert len(side.workflow.get_events()) == 1
    assert [thrown.name for thrown in run.progress.thrown] == ["news"]
    assert run.run._instance.bpmn_events == []


def test_trap_9_timers_read_the_system_clock_and_months_overflow():
    day = date(2026, 1, 31)
    month = TimerEventDefinition.get_timedelta_from_start(TimerEventDefinition.parse_iso_duration("P1M"), day)

    assert day + month == date(2026, 3, 3)


def test_trap_9_our_timers_ask_the_surroundings():
    world = World()
    run = Walked(
        specs_of(around(f'<intermediateCatchEvent id="n">{timer("Duration", repr("P14D"))}</intermediateCatchEvent>')),
        world,
    )

    assert run.progress.timers[0].due_at == world.now + timedelta(days=14)


def test_trap_10_the_script_engine_is_plain_eval():
    assert PythonScriptEngine().environment.evaluate("().__class__.__bases__[0].__subclasses__()", {})


@pytest.mark.parametrize("condition", ["().__class__", "__import__('os')", "[x for x in (1, 2)]", "(lambda: 1)()"])
def test_trap_10_ours_refuses_such_conditions(condition):
    with pytest.raises(ModelRefused):
        specs_of(NO_MATCH.replace('outcome == "a"', condition))


def test_trap_11_the_serializer_stores_every_spec():
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))

    kept = serializer.serialize_json(stock(TWO).workflow)

    assert '"task_specs"' in kept
    assert len(kept) > 20 * len(Walked(specs_of(TWO), World()).state)


def test_trap_12_two_loaded_copies_do_not_know_of_each_other():
    """The row lock is the workflow tables' work; here only that nothing in a state prevents it."""
    run = Walked(specs_of(TWO), World())
    one, other = (restore(run.specs, run.state, run.world) for _ in range(2))
    one.complete(run.task("a").key, "done")
    other.complete(run.task("a").key, "done")

    assert one.state() == other.state()


def test_trap_13_the_loggers_are_silenced(caplog):
    with caplog.at_level(logging.DEBUG):
        run = Walked(specs_of(TWO), World(), name="Sato")
        run.complete("a")

    assert [record for record in caplog.records if record.name.startswith("spiff")] == []
    assert logging.getLogger("spiff.task").level == logging.CRITICAL


def test_trap_14_a_failing_service_hides_its_error():
    with pytest.raises(NameError):
        PythonScriptEngine().call_service(stock(TWO).ready()[0], operation_name="x")


def test_trap_14_ours_lists_the_real_error():
    world = World(operations={"letter": lambda call: {}["address"]})

    run = Walked(specs_of(around(service("n", "letter"))), world)

    assert [failure.error for failure in run.progress.failures] == ["KeyError"]


def test_trap_15_events_of_the_other_message_class_never_match():
    side = stock(CATCHING)
    side.complete(side.ready()[0], "done")

    with pytest.raises(WorkflowException, match="not waiting for"):
        side.workflow.send_event(BpmnEvent(MessageEventDefinition("news"), payload={}))


BEHIND_A_SUBPROCESS = process(
    "main",
    '<startEvent id="s"/><inclusiveGateway id="p"/>'
    + subprocess(
        "q",
        '<startEvent id="qs"/><userTask id="inside"/><endEvent id="qe"/>',
        """qs -> inside
        inside -> qe""",
    )
    + '<exclusiveGateway id="x" default="x_y"/><userTask id="y"/><userTask id="z"/><exclusiveGateway id="m"/>'
    '<userTask id="beside"/><inclusiveGateway id="j"/><userTask id="after"/><endEvent id="e"/>',
    """s -> p
    p -> q [outcome == ""]
    p -> beside [outcome == ""]
    q -> x
    x -> y
    x -> z [outcome == "z"]
    y -> m
    z -> m
    m -> j
    beside -> j
    j -> after
    after -> e""",
)


def test_trap_16_an_inclusive_join_fires_while_a_subprocess_in_a_branch_is_open():
    side = stock(BEHIND_A_SUBPROCESS)

    side.complete(next(task for task in side.ready() if task.task_spec.bpmn_id == "beside"), "")

    assert elements(side.ready()) == ["after", "inside"]


def test_trap_16_our_inclusive_join_waits_for_it():
    run = Walked(specs_of(BEHIND_A_SUBPROCESS), World(), outcome="")
    assert run.open == ["beside", "inside"]

    run.complete("beside", "")
    assert run.open == ["inside"]
    run.complete("inside", "")
    run.complete("y", "")
    assert run.open == ["after"]
    run.complete("after", "")

    assert run.progress.ended


TRACK = process(
    "main",
    '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>'
    + subprocess(
        "track",
        f'<startEvent id="ts" isInterrupting="false">{message("begin")}</startEvent>'
        f'<userTask id="inside"/><endEvent id="te"/>',
        """ts -> inside
        inside -> te""",
        'triggeredByEvent="true"',
    ),
    """s -> t
    t -> e""",
)


def test_trap_17_starting_an_event_subprocess_changes_the_shared_specs():
    side = stock(TRACK)
    outputs = list(side.workflow.spec.start._outputs)

    side.start_track("track", "T1")

    assert side.workflow.spec.start._outputs == [*outputs, "track"]
    fresh = BpmnWorkflow(side.workflow.spec, side.workflow.subprocess_specs)
    fresh.do_engine_steps()
    assert [part.spec.name for part in fresh.subprocesses.values()] == ["track"]


def test_trap_17_ours_leaves_them_as_they_are():
    specs = specs_of(TRACK)
    before = {
        name: (list(spec._inputs), list(spec._outputs)) for name, spec in specs.processes["main"].task_specs.items()
    }
    run = Walked(specs, World())
    run.send("begin", track="T1")
    run.send("begin", track="T2")

    assert {
        name: (list(spec._inputs), list(spec._outputs)) for name, spec in specs.processes["main"].task_specs.items()
    } == before
    fresh = Walked(specs, World())
    fresh.complete("t")
    assert fresh.progress.ended


def test_trap_18_a_payload_without_a_variable_is_dropped():
    side = stock(CATCHING)
    side.complete(side.ready()[0], "done")

    side.workflow.send_event(BpmnEvent(SpiffMessage("news"), payload={"x": 1}))
    side.workflow.do_engine_steps()

    assert "x" not in side.workflow.last_task.data


# --- found since ---


def test_trap_19_a_repeated_activity_soon_behind_a_boundary_event_raises():
    diagram = process(
        "main",
        f'<startEvent id="s"/><userTask id="t"/>'
        f'<boundaryEvent id="b" attachedToRef="t">{message("news")}</boundaryEvent>'
        '<userTask id="r"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
        '</userTask><endEvent id="e"/><endEvent id="f"/>',
        """s -> t
        t -> e
        b -> r
        r -> f""",
    )
    side, run = stock(diagram), Walked(specs_of(diagram), World())

    with pytest.raises(WorkflowException, match="non-predicted child"):
        side.happen(side.waiting()[0][0], None)
    run.send("news")

    assert run.open == ["r", "r"]


def test_trap_20_an_operation_hides_the_node_of_the_same_id():
    diagram = process(
        "main",
        '<startEvent id="s"/>' + service("letter", "letter") + '<userTask id="to"/><endEvent id="e"/>',
        """s -> letter
        letter -> to
        to -> e""",
    )

    with pytest.raises(ValidationException):
        stock(diagram)
    assert Walked(specs_of(diagram), World()).open == ["to"]


def test_trap_21_a_parallel_join_in_a_loop_counts_tokens_of_the_pass_before():
    diagram = process(
        "main",
        '<startEvent id="s"/><exclusiveGateway id="m"/><parallelGateway id="p"/><userTask id="a"/><userTask id="b"/>'
        '<parallelGateway id="j"/><userTask id="t"/><exclusiveGateway id="x" default="x_m"/><endEvent id="e"/>',
        """s -> m
        m -> p
        p -> a
        p -> b
        a -> j
        b -> j
        j -> t
        t -> x
        x -> m
        x -> e [outcome == "stop"]""",
    )
    side, run = stock(diagram), Walked(specs_of(diagram), World(), outcome="")
    for element in ("a", "b", "t", "b"):
        side.complete(next(task for task in side.ready() if task.task_spec.bpmn_id == element), "")
        run.complete(element, "")

    assert elements(side.ready()) == ["a", "t"]
    assert run.open == ["a"]
