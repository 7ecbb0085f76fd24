"""Ids, pointers and elements of the XML itself."""

from __future__ import annotations

from processes.bundle import from_files
from tests.processes.drawings import Drawing, a_bundle, a_visit, timer
from tests.processes.linting.cases import line, raw, refuses, task
from tests.processes.linting.gateways import a_split


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
    return raw(bundle)


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
    return from_files(files)


@refuses("missing_id", "visit")
def missing_id():
    return raw(task().xml().replace(b'id="it_to_ended" sourceRef', b"sourceRef"))


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
