"""Every rule refuses what it is there for, at the right element, and says how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from processes.bundle import Bundle
from processes.linting import RULES, lint_bundle
from processes.linting.lanes import JAPANESE
from tests.processes.drawings import (
    FORM,
    MANIFEST,
    Drawing,
    a_bundle,
    a_journey,
    a_table,
    a_visit,
    decision_call,
    event,
    found,
    properties,
    service,
    timer,
)

CASES: dict[str, tuple[Callable[[], Bundle], list[str]]] = {}


def refuses(rule: str, *elements: str):
    """The bundle that the function makes has findings of `rule` at these elements and nowhere else."""

    def enter(make: Callable[[], Bundle | Drawing]) -> Callable[[], Bundle | Drawing]:
        def bundle() -> Bundle:
            made = make()
            return a_bundle(made) if isinstance(made, Drawing) else made

        CASES[f"{rule}: {make.__name__}"] = (bundle, list(elements))
        return make

    return enter


def line(kind: str, inner: str = "", *, name: str = "作業", **attributes: str) -> Drawing:
    """A start, one node called `it`, an end."""
    return Drawing().node(kind, "it", name, inner, **attributes).straight("it")


def task(**settings: str) -> Drawing:
    return Drawing().user_task("it", **settings).straight("it")


def several(inner: str) -> str:
    return f"<bpmn:multiInstanceLoopCharacteristics>{inner}</bpmn:multiInstanceLoopCharacteristics>"


# --- shapes the engine cannot run ---


@refuses("link_event", "it")
def link_event():
    return line("intermediateThrowEvent", event("link", name="x"))


@refuses("compensation", "it")
def compensation_throw():
    return line("intermediateThrowEvent", event("compensate"))


@refuses("compensation", "undo")
def compensation_boundary():
    drawing = task().node("boundaryEvent", "undo", "取消", event("compensate"), attachedToRef="it")
    return drawing.node("endEvent", "undone", "取り消した").flow("undo", "undone")


@refuses("signal_end_event", "bye")
def signal_end():
    drawing = Drawing(before='<bpmn:signal id="signal_1" name="合図" />').node("startEvent", "hello", "始まり")
    return drawing.node("endEvent", "bye", "終わり", event("signal", signalRef="signal_1")).flow("hello", "bye")


@refuses("conditional_start", "hello")
def conditional_start():
    drawing = Drawing().node(
        "startEvent", "hello", "始まり", event("conditional", "<bpmn:condition>dv_flag</bpmn:condition>")
    )
    return drawing.node("endEvent", "bye", "終わり").flow("hello", "bye")


@refuses("unsupported_event", "it")
def error_in_the_middle():
    return line("intermediateThrowEvent", event("error"))


@refuses("unsupported_event", "it")
def two_definitions():
    return line("intermediateCatchEvent", timer('"P7D"') + event("signal"))


@refuses("complex_gateway", "it")
def complex_gateway():
    return line("complexGateway")


@refuses("adhoc_subprocess", "it")
def adhoc():
    return line("adHocSubProcess")


@refuses("transaction", "it")
def transaction():
    return line("transaction")


@refuses("plain_task", "it")
def plain_task():
    return line("task")


@refuses("script_task", "it")
def script_task():
    return line("scriptTask", "<bpmn:script>x = 1</bpmn:script>")


@refuses("script", "it", "it")
def pre_and_post_script():
    scripts = (
        "<spiffworkflow:preScript>x=1</spiffworkflow:preScript><spiffworkflow:postScript>y=1</spiffworkflow:postScript>"
    )
    return line("manualTask", f"<bpmn:extensionElements>{scripts}</bpmn:extensionElements>")


@refuses("no_start", "visit")
def no_start():
    return Drawing().node("endEvent", "bye", "終わり")


@refuses("no_start", "it")
def subprocess_without_start():
    return line("subProcess")


@refuses("no_end", "it")
def subprocess_without_end():
    return line("subProcess").node("startEvent", "inner", "始まり", inside="it")


def a_subprocess(start: str = "", **attributes: str) -> Drawing:
    drawing = line("subProcess", **attributes)
    drawing.node("startEvent", "inner_start", "始まり", start, inside="it")
    drawing.node("endEvent", "inner_end", "終わり", inside="it")
    return drawing.flow("inner_start", "inner_end", inside="it")


@refuses("subprocess_start", "inner_start")
def subprocess_started_by_message():
    return a_subprocess(event("message"))


def a_loss(message: str, host: str = "it", **attributes: str) -> Drawing:
    drawing = a_subprocess()
    drawing.node("manualTask", "after", "お悔やみ", properties(exits="none"))
    told = event("message", messageRef=drawing.message(message))
    drawing.node("boundaryEvent", "loss", "知らせ", told, attachedToRef=host, **attributes)
    return drawing.chain("loss", "after", "ended")


@refuses("loss_boundary", "loss")
def loss_that_does_not_interrupt():
    return a_loss("pregnancy_lost", cancelActivity="false")


@refuses("loss_boundary", "loss")
def death_caught_on_a_task():
    return a_loss("died", host="after")


@refuses("loss_boundary")
def loss_that_interrupts_the_subprocess():
    return a_loss("died")


@refuses("loss_boundary")
def another_message_may_leave_the_work_alone():
    return a_loss("due_date_corrected", cancelActivity="false")


@refuses("unreachable", "island")
def unreachable_node():
    return task().user_task("island")


@refuses("dead_end", "island")
def dead_end():
    return task().user_task("island")


@refuses("several_outgoing", "it")
def split_without_gateway():
    return task().node("endEvent", "other_end", "別の終わり").flow("it", "other_end")


@refuses("flow_into_start", "it_to_started")
def flow_into_start():
    return task().flow("it", "started")


@refuses("flow_across_scopes", "across")
def flow_across_scopes():
    return a_subprocess().flow("inner_start", "ended", id="across")


@refuses("double_flow", "again")
def double_flow():
    return task().flow("it", "ended", id="again")


# --- gateways ---


def a_split(kind: str = "exclusiveGateway", first: str = "dv_flag", *, default: bool = True) -> Drawing:
    drawing = Drawing().node("startEvent", "hello", "始まり").node(kind, "split", "分かれ道")
    drawing.node("endEvent", "one", "一").node("endEvent", "two", "二").flow("hello", "split")
    return drawing.flow("split", "one", first).flow(
        "split", "two", "" if default else "risk_level > 2", default=default
    )


@refuses("no_default_flow", "split")
def no_default():
    return a_split(default=False)


@refuses("no_default_flow", "split")
def no_default_inclusive():
    return a_split("inclusiveGateway", default=False)


@refuses("flow_without_condition", "split_to_one")
def flow_without_condition():
    return a_split(first="")


@refuses("condition_ignored", "hello_to_split")
def condition_after_a_start():
    drawing = a_split()
    drawing.flows[0] = ("hello_to_split", "hello", "split", "dv_flag", None)
    return drawing


@refuses("condition_on_default", "split_to_two")
def condition_on_default():
    drawing = a_split(default=False)
    drawing.defaults["split"] = "split_to_two"
    return drawing


@refuses("event_gateway", "wait_to_it", "wait_to_ended")
def event_gateway_before_a_task():
    drawing = Drawing().node("eventBasedGateway", "wait", "待つ").user_task("it").node("endEvent", "bye", "終わり")
    return drawing.straight("wait").flow("wait", "it").flow("it", "bye")


def an_inclusive_block(kind: str, **attributes: str) -> Drawing:
    drawing = Drawing().node("startEvent", "hello", "始まり").node("inclusiveGateway", "split", "分かれ道")
    drawing.node(kind, "inner", "中", **attributes).user_task("other")
    drawing.node("inclusiveGateway", "join", "合流").node("callActivity", "after", "後", calledElement="visit")
    drawing.node("endEvent", "bye", "終わり").flow("hello", "split")
    drawing.flow("split", "inner", "dv_flag").flow("split", "other", default=True)
    drawing.id, drawing.name = "block", "包含"
    return drawing.flow("inner", "join").flow("other", "join").flow("join", "after").flow("after", "bye")


@refuses("inclusive_block", "split")
def call_in_an_inclusive_block():
    return an_inclusive_block("callActivity", calledElement="visit")


@refuses("inclusive_block", "split")
def gateway_in_an_inclusive_block():
    return an_inclusive_block("inclusiveGateway")


@refuses("inclusive_block")
def a_plain_inclusive_block_is_fine():
    return an_inclusive_block("manualTask")


# --- tracks and calls ---


@refuses("event_subprocess_place", "child_track")
def event_subprocess_in_a_called_process():
    journey = a_journey()
    caller = (
        Drawing("caller", "呼び出し").node("callActivity", "it", "呼ぶ", calledElement="family_journey").straight("it")
    )
    return a_bundle(journey, caller)


@refuses("event_subprocess_start", "born")
def event_subprocess_started_by_timer():
    return _with_start(timer('"P7D"'))


def _with_start(inner: str, **attributes: str) -> Drawing:
    journey = a_journey()
    place = next(number for number, node in enumerate(journey.nodes) if node[1] == "born")
    del journey.nodes[place]
    return journey.node(
        "startEvent", "born", "出生", inner, inside="child_track", **{"isInterrupting": "false", **attributes}
    )


@refuses("event_subprocess_interrupting", "born")
def event_subprocess_that_interrupts():
    return _with_start(event("message", messageRef="message_birth_registered"), isInterrupting="true")


@refuses("journey_missing", "journey")
def journey_missing():
    return a_bundle(manifest=MANIFEST.replace('"family_journey"', '"other"'))


@refuses("journey_end", "closed")
def journey_with_a_plain_end():
    journey = a_journey()
    journey.nodes = [
        (kind, id, name, "" if id == "closed" else inner, *rest) for kind, id, name, inner, *rest in journey.nodes
    ]
    return journey


@refuses("journey_end", "closed")
def journey_end_without_stopping_tracks():
    journey = a_journey()
    journey.nodes = [
        (kind, id, name, service("close_case", reason='"x"') if id == "stop_all" else inner, *rest)
        for kind, id, name, inner, *rest in journey.nodes
    ]
    return journey


@refuses("call_without_target", "it")
def call_without_target():
    return line("callActivity")


@refuses("called_process_missing", "it")
def called_process_missing():
    return line("callActivity", calledElement="nowhere")


@refuses("called_process_start", "hello")
def called_process_started_by_message():
    drawing = Drawing()
    drawing.node("startEvent", "hello", "始まり", event("message", messageRef=drawing.message("moved_in")))
    return drawing.node("endEvent", "bye", "終わり").flow("hello", "bye")


@refuses("call_cycle", "it")
def call_cycle():
    return line("callActivity", calledElement="visit")


# --- XML ---


@refuses("dangling_reference", "it_to_ended", "lost_arrow")
def dangling_target():
    drawing = task().flow("it", "nowhere", id="lost_arrow")
    drawing.flows.remove(("it_to_ended", "it", "ended", "", None))
    drawing.flow("it", "gone", id="it_to_ended")
    return drawing


@refuses("dangling_reference", "it")
def dangling_message():
    return line("receiveTask", messageRef="message_gone")


@refuses("dangling_reference", "ghost_di")
def dangling_drawing():
    drawing = task()
    drawing.undrawn.add("it")
    bundle = drawing.xml().replace(
        b"<bpmndi:BPMNEdge", b'<bpmndi:BPMNShape id="ghost_di" bpmnElement="ghost_di"/><bpmndi:BPMNEdge', 1
    )
    return _raw(bundle)


def _raw(data: bytes) -> Bundle:
    from processes.bundle import from_files

    return from_files({**a_bundle().files, "processes/town/visit.bpmn": data})


@refuses("wrong_reference", "it_to_lanes")
def flow_to_a_lane():
    return task().flow("it", "lane_0", id="it_to_lanes")


@refuses("wrong_reference", "edge")
def boundary_on_a_gateway():
    drawing = a_split().node("boundaryEvent", "edge", "縁", timer('"P7D"'), attachedToRef="split")
    return drawing.node("endEvent", "three", "三").flow("edge", "three")


@refuses("default_not_outgoing", "split")
def default_of_another():
    drawing = a_split()
    drawing.defaults["split"] = "hello_to_split"
    return drawing


@refuses("duplicate_id", "it", "it_di")
def duplicate_id():
    return task().user_task("it")


@refuses("duplicate_process", "visit")
def duplicate_process():
    files = {**a_bundle().files, "processes/town/visit_2.bpmn": a_visit().xml()}
    from processes.bundle import from_files

    return from_files(files)


@refuses("missing_id", "visit")
def missing_id():
    return _raw(task().xml().replace(b'id="it_to_ended" sourceRef', b"sourceRef"))


@refuses("id_style", "Activity_1")
def id_style():
    return Drawing().user_task("Activity_1").straight("Activity_1")


@refuses("flow_id_style", "Flow_1")
def flow_id_style():
    drawing = task()
    drawing.flows[0] = ("Flow_1", "started", "it", "", None)
    return drawing


@refuses("unknown_element", "it")
def unknown_element():
    return line("usertask")


@refuses("unknown_extension", "it")
def unknown_extension():
    return line("manualTask", "<bpmn:extensionElements><spiffworkflow:magic/></bpmn:extensionElements>")


@refuses("not_executable", "visit")
def not_executable():
    drawing = task()
    drawing.executable = "false"
    return drawing


@refuses("no_process", "")
def no_process():
    return Drawing("visit", lane=None)


# --- drawing ---


@refuses("not_drawn", "it", "it_to_ended")
def not_drawn():
    drawing = task()
    drawing.undrawn |= {"it", "it_to_ended"}
    return drawing


def a_long_line(count: int) -> Drawing:
    drawing = Drawing()
    ids = [f"step_{number}" for number in range(count)]
    for id in ids:
        drawing.user_task(id)
    return drawing.straight(*ids)


@refuses("many_nodes", "visit")
def many_nodes():
    return a_long_line(29)


@refuses("many_nodes")
def thirty_nodes_are_fine():
    return a_long_line(28)


@refuses("too_many_nodes", "visit")
def too_many_nodes():
    return a_long_line(60)


@refuses("points_left", "started_to_it")
def points_left():
    drawing = task()
    drawing.places["it"] = (-500.0, 100.0)
    return drawing


@refuses("points_left")
def a_loop_may_point_left():
    drawing = Drawing().node("startEvent", "hello", "始まり").user_task("it", exits="absent")
    drawing.node("exclusiveGateway", "met", "会えたか").node("endEvent", "bye", "終わり")
    return drawing.chain("hello", "it", "met").flow("met", "it", 'outcome == "absent"').flow("met", "bye", default=True)


@refuses("overlapping_shapes", "it")
def overlapping_shapes():
    drawing = task()
    drawing.places["it"] = (50.0, 100.0)
    return drawing


# --- lanes and names ---


@refuses("unknown_lane", "lane_0")
def unknown_lane():
    drawing = task()
    drawing.lane = "社長"
    return drawing


@refuses("lane_twice", "lane_1")
def the_same_role_twice():
    drawing = task()
    drawing.extra_lanes["地区担当保健師"] = []
    return drawing


@refuses("outside_lanes", "it")
def outside_lanes():
    drawing = task()
    drawing.laneless.add("it")
    return drawing


@refuses("outside_lanes", "started", "it", "ended")
def no_lanes_at_all():
    drawing = task()
    drawing.lane = None
    return drawing


@refuses("in_two_lanes", "it")
def in_two_lanes():
    drawing = task()
    drawing.extra_lanes["助産師"] = ["it"]
    return drawing


@refuses("name_missing", "it")
def name_missing():
    return line("manualTask", properties(exits="absent"), name="")


@refuses("process_name_missing", "visit")
def process_name_missing():
    drawing = task()
    drawing.name = ""
    return drawing


@refuses("name_not_japanese", "it")
def name_not_japanese():
    return Drawing().user_task("it", "Visit").straight("it")


# --- human tasks ---


@refuses("form_missing", "it")
def form_missing():
    return task(form="")


@refuses("unknown_form", "it")
def unknown_form():
    return task(form="fm99")


@refuses("exits_missing", "it")
def exits_missing():
    return task(exits="")


@refuses("exits_none_without_reason", "it")
def exits_none_without_reason():
    return line("manualTask", properties(exits="none"))


@refuses("unknown_exit", "it", "it")
def unknown_exit():
    return task(exits="gone_fishing, done")


@refuses("priority", "it")
def priority():
    return task(priority="urgent")


@refuses("unknown_agency", "it")
def unknown_agency():
    return task(sent_to="学校")


@refuses("visit", "it")
def a_visit_is_yes_or_no():
    return task(visit="maybe")


@refuses("visit", "it")
def no_visit_needs_a_reason():
    return line("userTask", properties(form="fm09", exits="absent", due="born_on", visit="no"))


@refuses("visit_not_said", "it")
def visit_by_its_form():
    return task(form="home_visit")


@refuses("property_twice", "it")
def property_twice():
    doubled = properties(form="fm09", exits="none", due="born_on").replace(
        "</spiffworkflow:properties>",
        '<spiffworkflow:property name="due" value="today" /></spiffworkflow:properties>',
    )
    return line("userTask", doubled)


@refuses("unknown_property", "it")
def unknown_property():
    return task(dew="today")


@refuses("unknown_property", "it")
def local_that_is_no_fact():
    return line("callActivity", properties(speed="1"), calledElement="visit")


@refuses("exit_not_handled", "visit_home")
def exit_not_handled():
    return _visit_with(exits="absent,refused")


@refuses("exit_not_handled", "visit_home")
def expiry_not_handled():
    return _visit_with(expires="born_on")


@refuses("exit_not_handled")
def an_exit_caught_by_a_boundary_event_is_fine():
    drawing = _visit_with(exits="absent,refused").node(
        "boundaryEvent", "edge", "拒否", event("error", errorRef="error_refused"), attachedToRef="visit_home"
    )
    drawing.before = '<bpmn:error id="error_refused" name="refused" errorCode="refused" />'
    return drawing.node("endEvent", "no", "終わり").flow("edge", "no")


@refuses("exit_not_handled")
def an_exit_met_by_not_done_is_fine():
    return _visit_parted('outcome != "done"')


@refuses("exit_not_handled")
def an_exit_met_by_the_default_beside_done_is_fine():
    return _visit_parted('outcome == "done"')


@refuses("exit_not_handled", "visit_home")
def the_default_beside_done_and_more_also_takes_finished_work():
    return _visit_parted('outcome == "done" and dv_flag')


@refuses("exit_not_handled", "visit_home")
def an_exit_on_the_same_way_as_done():
    return _visit_parted('outcome != "refused"')


def _visit_parted(condition: str) -> Drawing:
    drawing = a_visit()
    drawing.flows = [
        (id, source, target, condition if told else "", inside) for id, source, target, told, inside in drawing.flows
    ]
    return drawing


def _visit_with(**settings: str) -> Drawing:
    drawing = a_visit()
    told = {"form": "fm09", "exits": "absent", **settings}
    drawing.nodes = [
        (kind, id, name, properties(**told) if id == "visit_home" else inner, *rest)
        for kind, id, name, inner, *rest in drawing.nodes
    ]
    return drawing


@refuses("exit_not_listed", "met_to_not_met")
def exit_not_listed():
    return _visit_with(exits="none")


@refuses("outcome_unavailable", "split_to_one")
def outcome_before_any_task():
    return a_split(first='outcome == "absent"')


# --- expressions ---


@refuses("condition", "split_to_one")
def condition_with_an_unknown_name():
    return a_split(first="riskk_level > 2")


@refuses("condition", "split_to_one")
def condition_that_is_no_condition():
    return a_split(first="risk_level + 1")


@refuses("condition", "split_to_one")
def condition_that_cannot_be_read():
    return a_split(first="risk_level >")


@refuses("condition", "split_to_one")
def condition_that_calls_something_else():
    return a_split(first='open("x")')


@refuses("condition", "it")
def cardinality_that_is_no_number():
    loop = several("<bpmn:loopCardinality>kind</bpmn:loopCardinality>")
    return line("manualTask", properties(exits="absent") + loop)


@refuses("window", "it")
def due_that_is_a_number():
    return task(due="risk_level")


@refuses("window", "it")
def due_with_an_unknown_name():
    return task(late="born")


@refuses("timer", "it")
def timer_with_an_unknown_name():
    return line("intermediateCatchEvent", timer("bornn_on", "Date"))


@refuses("timer", "it")
def timer_with_a_bad_duration():
    return line("intermediateCatchEvent", timer('"7 days"'))


@refuses("timer", "it")
def cycle_without_repeats():
    return line("intermediateCatchEvent", timer('"P7D"', "Cycle"))


@refuses("timer")
def good_timers():
    drawing = Drawing()
    bodies = {
        "t_1": timer('"P7D"'),
        "t_2": timer("born_on", "Date"),
        "t_3": timer('"R3/P7D"', "Cycle"),
        "t_4": timer("wait"),
    }
    for id, body in bodies.items():
        drawing.node("intermediateCatchEvent", id, "待つ", body)
    return drawing.straight(*bodies)


@refuses("timer_missing", "it")
def timer_without_a_body():
    return line("intermediateCatchEvent", timer(""))


@refuses("handed_value", "it")
def local_of_another_type():
    return line("callActivity", properties(score="born_on"), calledElement="visit")


@refuses("duration_quotes", "it")
def bare_duration():
    return line("intermediateCatchEvent", timer("P7D"))


@refuses("number_in_time", "it")
def number_in_a_due_date():
    return task(due="days_after(born_on, 14)")


@refuses("number_in_time", "it")
def duration_in_a_timer():
    return line("intermediateCatchEvent", timer('"P3D"'))


@refuses("number_in_time", "it")
def cycle_in_a_timer():
    return line("intermediateCatchEvent", timer('"R3/P7D"', "Cycle"))


@refuses("number_in_time")
def duration_by_its_parameter():
    return line("intermediateCatchEvent", timer("wait"))


@refuses("number_in_condition", "met_to_not_met")
def threshold_in_a_condition():
    return _visit_parted('outcome == "absent" and score >= 20')


@refuses("number_in_condition", "it")
def threshold_in_a_conditional_event():
    return line(
        "intermediateCatchEvent", event("conditional", "<bpmn:condition>weight &lt; 2500 and dv_flag</bpmn:condition>")
    )


@refuses("number_in_condition")
def a_level_is_no_threshold_and_neither_is_one():
    return _visit_parted('outcome == "absent" and risk_level >= 3 and score >= 1 and score >= cutoff')


@refuses("repetition_bound", "it")
def too_many_instances():
    return line("manualTask", properties(exits="none") + several("<bpmn:loopCardinality>100000</bpmn:loopCardinality>"))


@refuses("repetition_bound", "it")
def too_many_instances_by_parameters():
    loop = several("<bpmn:loopCardinality>visit_days * visit_days * 2</bpmn:loopCardinality>")
    return line("manualTask", properties(exits="none") + loop)


@refuses("repetition_bound", "it")
def loop_too_long():
    return line("manualTask", '<bpmn:standardLoopCharacteristics loopMaximum="1001" />')


@refuses("repetition_bound")
def a_thousand_instances():
    return line("manualTask", properties(exits="none") + several("<bpmn:loopCardinality>1000</bpmn:loopCardinality>"))


@refuses("collection", "it")
def collection():
    loop = several("<bpmn:loopDataInputRef>children</bpmn:loopDataInputRef>")
    return line("manualTask", loop)


@refuses("repetition", "it")
def loop_without_an_end():
    return line("manualTask", "<bpmn:standardLoopCharacteristics />")


@refuses("repetition", "it")
def instances_without_a_number():
    return line("manualTask", "<bpmn:multiInstanceLoopCharacteristics />")


# --- services, decisions, messages ---


@refuses("unknown_operation", "it")
def unknown_operation():
    return line("serviceTask", service("fly"))


@refuses("unknown_operation", "it")
def service_task_without_operator():
    return line("serviceTask")


@refuses("operation_parameters", "it", "it")
def missing_and_foreign_parameters():
    return line("serviceTask", service("send_letter", knid='"visit"'))


@refuses("operation_value", "it")
def parameter_without_quotes():
    return line("serviceTask", service("send_letter", kind="visit"))


@refuses("operation_value", "it")
def parameter_of_another_type():
    return line("serviceTask", service("set_level", level="kind"))


@refuses("operation_value", "it")
def parameter_outside_its_choices():
    return line("serviceTask", service("mark_sighting", state='"seen"'))


@refuses("operation_result", "it")
def result_of_another_type():
    manifest = MANIFEST.replace('kind = "str"', 'kind = "str"\nsighting = "bool"')
    return a_bundle(line("serviceTask", service("mark_sighting", state='"sighted"')), manifest=manifest)


@refuses("unknown_decision", "it")
def unknown_decision():
    return line("businessRuleTask", decision_call("nowhere"))


@refuses("decision_missing", "it")
def decision_missing():
    return line("businessRuleTask")


@refuses("message_missing", "it")
def receive_task_without_message():
    return line("receiveTask")


@refuses("unknown_message", "it")
def message_that_nobody_throws():
    drawing = Drawing()
    reference = drawing.message("rain")
    return drawing.node("intermediateCatchEvent", "it", "待つ", event("message", messageRef=reference)).straight("it")


# --- decision tables ---


def table(*rows: tuple[list[str], list[str]], inputs: dict[str, str] | None = None, **more: object) -> Bundle:
    data = a_table(*rows, inputs=inputs or {"score": "integer"}, **more)  # type: ignore[arg-type]
    return a_bundle(tables={"level": data})


ALL = (["-"], ['"a"'])


@refuses("dmn_policy", "table_level")
def other_policy():
    return table(ALL, policy="ANY")


@refuses("dmn_policy", "table_level")
def aggregation():
    return table(ALL, policy="COLLECT", aggregation="SUM")


@refuses("dmn_one_decision", "second")
def two_decisions():
    return table(ALL, more='<decision id="second" name="二つめ" />')


@refuses("duplicate_decision", "level")
def duplicate_decision():
    data = a_table(ALL, inputs={"score": "integer"})
    return a_bundle(tables={"level": data, "level_2": data})


@refuses("dmn_id_style", "Decision_1")
def decision_id_style():
    return table(ALL, id="Decision_1")


@refuses("dmn_cell", "cell_0_0")
def unreadable_cell():
    return table((["a b"], ['"a"']))


@refuses("dmn_cell", "row_0")
def row_with_a_missing_cell():
    return table(([], ['"a"']))


@refuses("dmn_cell", "input_0")
def input_without_expression():
    return table(ALL, inputs={"": "integer"})


@refuses("dmn_shape", "level")
def table_without_rows():
    return table()


@refuses("dmn_input", "input_0")
def input_with_an_unknown_name():
    return table(ALL, inputs={"scoore": "integer"})


@refuses("dmn_input", "input_0")
def input_of_another_type():
    return table(ALL, inputs={"score": "boolean"})


@refuses("dmn_cell_value", "cell_0_0")
def text_without_quotes():
    return table((["abc"], ['"a"']), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_cell_value", "cell_0_0")
def cell_of_another_type():
    return table((['"9"'], ['"a"']), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_output", "result_0_0")
def output_that_does_not_fit_the_fact():
    return table((["-"], ['"high"']), outputs={"risk_level": "string"})


@refuses("dmn_output_empty", "result_0_0")
def output_that_is_empty():
    return table(([">= 5"], [""]), (["-"], ['"b"']), policy="FIRST")


@refuses("dmn_gap", "level")
def gap_in_a_unique_table():
    return table((["< 5"], ['"a"']), (["> 5"], ['"b"']))


@refuses("dmn_gap")
def levels_beyond_four_are_no_gap():
    rows = [([cell], ['"a"']) for cell in ("0", "1", "[2..4]")]
    return table(*rows, inputs={"risk_level": "integer"})


@refuses("dmn_gap_possible", "level")
def gap_that_may_be_impossible():
    rows = [(["< 5", "-"], ['"a"']), ([">= 5", "> 5"], ['"b"'])]
    return table(*rows, inputs={"score": "integer", "score + 1": "integer"})


@refuses("dmn_overlap", "row_1")
def overlap():
    return table((["<= 5"], ['"a"']), ([">= 5"], ['"b"']))


@refuses("dmn_overlap_possible", "row_1")
def overlap_that_may_be_impossible():
    rows = [(["< 5", "-"], ['"a"']), (["-", "> 9"], ['"b"'])]
    return table(*rows, inputs={"score": "integer", "score + 1": "integer"})


@refuses("dmn_row_hidden", "row_1")
def hidden_row():
    return table(([">= 5"], ['"a"']), ([">= 9"], ['"b"']), (["-"], ['"c"']), policy="FIRST")


# --- forms and parameters ---


def a_form(fact: str, kind: str = "checkbox") -> Bundle:
    form = json.loads(FORM)
    form["components"][0] |= {"type": kind, "properties": {"label_en": "Signs", "fact": fact}}
    return a_bundle(form=json.dumps(form).encode())


@refuses("fact_undeclared", "dv_seen")
def fact_undeclared():
    return a_form("weather")


@refuses("fact_of_other_type", "dv_seen")
def fact_of_other_type():
    return a_form("born_on")


@refuses("form_unknown_name", "dv_seen")
def form_reads_an_unknown_name():
    form = json.loads(FORM)
    form["components"][0]["conditional"] = {"hide": '=weather = "rain"'}
    return a_bundle(form=json.dumps(form).encode())


@refuses("form_unknown_name")
def form_reads_a_fact_and_a_parameter():
    form = json.loads(FORM)
    form["components"][0]["conditional"] = {"hide": "=score > cutoff"}
    return a_bundle(form=json.dumps(form).encode())


@refuses("parameter_unused", "cutoff", "wait")
def parameter_unused():
    return a_bundle()


# --- what a removed step leaves behind ---


def a_lone_process() -> Drawing:
    return Drawing("lonely", "だれも呼ばない図").user_task("it").straight("it")


@refuses("process_not_started", "lonely")
def process_that_nothing_calls():
    return a_lone_process()


@refuses("process_not_started", "visit")
def process_whose_only_call_was_taken_out():
    journey = a_journey()
    journey.nodes = [each for each in journey.nodes if each[1] != "visit_call"]
    journey.flows = [each for each in journey.flows if "visit_call" not in each[1:3]]
    return a_bundle(journey.flow("born", "child_done", inside="child_track"))


@refuses("process_not_started")
def process_that_a_service_task_starts():
    starting = line("serviceTask", service("start_pathway", process='"lonely"'))
    return a_bundle(a_lone_process(), starting)


@refuses("process_not_started")
def process_that_a_message_starts():
    lone = Drawing("lonely", "連絡で始まる図")
    told = lone.message("notice_received")
    lone.node("startEvent", "came", "届いた", event("message", messageRef=told)).user_task("it")
    return lone.node("endEvent", "done_it", "終わり").chain("came", "it", "done_it")


@refuses("decision_unused", "level")
def table_that_no_diagram_uses():
    return a_bundle(tables={"level": a_table((["-"], ['"a"']), inputs={"dv_flag": "boolean"})})


@refuses("message_unused", "message_concern_raised")
def message_left_in_the_file():
    drawing = task()
    drawing.message("concern_raised")
    return drawing


@refuses("fact_not_set", "seen_at")
def fact_that_nothing_tells():
    return task(due="days_after(day_of(seen_at), visit_days)")


@refuses("fact_not_set")
def fact_that_a_message_tells():
    return task(due="days_after(born_on, visit_days)")


@refuses("name_of_nothing", "gone_step")
def english_name_of_a_step_taken_out():
    return a_bundle(manifest=MANIFEST + '[names_en]\nvisit = "Visit"\ngone_step = "Gone"\n')


@pytest.mark.parametrize("case", CASES)
def test_a_rule_complains_exactly_where_it_should(case):
    make, elements = CASES[case]

    assert sorted(found(make(), case.split(":")[0])) == sorted(elements)


def test_every_rule_has_its_case():
    assert {case.split(":")[0] for case in CASES} == set(RULES)


def test_every_message_is_said_in_both_languages():
    for make, _ in CASES.values():
        for finding in lint_bundle(make()):
            assert JAPANESE.search(finding.message.ja)
            assert not JAPANESE.match(finding.message.en)


def test_every_sentence_begins_with_its_place_in_both_languages():
    """The name of the diagram, table, form or manifest, and of the step, as staff call them."""
    for make, _ in CASES.values():
        bundle = make()
        for finding in lint_bundle(bundle):
            ja, en = finding.message.ja, finding.message.en
            assert ja.startswith(("図「", "判定表「", "様式「", "きまりと数")), finding
            assert en.startswith(("Diagram ", "Table ", "Form ", "Rules and numbers")), finding
            processes = bundle.diagrams[finding.file].processes if finding.file in bundle.diagrams else ()
            for node in (process.nodes.get(finding.element) for process in processes):
                assert node is None or f"「{node.name or node.id}」" in ja, finding


def test_a_condition_is_said_in_words_with_what_is_written_behind():
    drawing = Drawing().user_task("it", exits="refused").node("exclusiveGateway", "met", "会えたか")
    drawing.straight("it", "met").flow("met", "ended", 'outcome == "refused" and dv_flag == "x"', id="refused_way")

    (said,) = [each.message for each in lint_bundle(a_bundle(drawing)) if each.rule == "condition"]

    assert said.ja.startswith(
        "図「訪問」の「会えたか」から「終わり」への矢印: "
        "条件『直前の作業の結果が「拒否された」、かつ「心配な様子」が「x」』"
        '(書き方 outcome == "refused" and dv_flag == "x"): '
    )
    assert said.en.startswith('Diagram "Visit", the arrow from "Met" to "Ended": The condition "the outcome of')


def test_the_bundle_all_cases_start_from_has_no_errors():
    assert [finding for finding in lint_bundle(a_bundle()) if finding.level == "error"] == []
