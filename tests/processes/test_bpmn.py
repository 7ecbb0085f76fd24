"""Reading diagrams into plain values."""

from __future__ import annotations

from processes import bpmn
from processes.model import Process
from tests.processes.drawings import Drawing, a_journey, a_visit, decision_call, event, properties, service, timer


def process(drawing: Drawing) -> Process:
    return bpmn.read("processes/town/visit.bpmn", drawing.xml()).processes[0]


def test_a_human_task_carries_its_settings_and_its_role():
    task = process(a_visit()).nodes["visit_home"]

    assert (task.kind, task.name, task.lane, task.lane_role) == (
        "userTask",
        "家庭を訪問する",
        "保健師",
        "public_health_nurse",
    )
    assert (task.form, task.exits) == ("fm09", ("absent",))
    assert task.properties["due"] == "days_after(born_on, visit_days)"
    assert task.is_human


def test_exits_none_are_no_codes():
    assert process(Drawing().user_task("it", exits="none").straight("it")).nodes["it"].exits == ()
    assert bpmn.exit_codes("absent, refused ,") == ("absent", "refused")


def test_flows_know_their_conditions_and_defaults():
    flows = process(a_visit()).flows

    assert flows["met_to_not_met"].condition == 'outcome == "absent"'
    assert flows["met_to_visited"].default
    assert not flows["met_to_not_met"].default


def test_what_lies_in_a_subprocess_has_its_parent_and_inherits_its_lane():
    journey = process(a_journey())

    assert journey.nodes["visit_call"].parent == "child_track"
    assert journey.nodes["visit_call"].lane == "センター長"
    assert journey.nodes["visit_call"].called == "visit"
    assert journey.nodes["child_track"].is_event_subprocess
    assert not journey.nodes["born"].interrupting
    assert journey.messages_caught() == {"birth_registered"}


def test_a_boundary_event_inherits_the_lane_of_its_host():
    drawing = Drawing().user_task("it").straight("it")
    drawing.node("boundaryEvent", "late", "遅れ", timer('"P7D"'), attachedToRef="it", cancelActivity="false")
    drawing.laneless.add("late")

    late = process(drawing).nodes["late"]

    assert (late.attached_to, late.interrupting, late.lane_role) == ("it", False, "public_health_nurse")
    assert (late.event.timer, late.event.expression) == ("duration", '"P7D"')


def test_services_decisions_and_messages_are_named():
    drawing = Drawing()
    reference = drawing.message("moved_out")
    drawing.node("serviceTask", "letter", "通知", service("send_letter", kind='"visit"'))
    drawing.node("businessRuleTask", "decide", "決める", decision_call("level"))
    drawing.node("sendTask", "tell", "知らせる", properties(moved_on="today"), messageRef=reference)
    drawing.node("intermediateThrowEvent", "say", "伝える", event("message", messageRef=reference))
    nodes = process(drawing.straight("letter", "decide", "tell", "say")).nodes

    assert (nodes["letter"].operation, nodes["letter"].arguments[0].value) == ("send_letter", '"visit"')
    assert nodes["decide"].decision == "level"
    assert nodes["tell"].message == nodes["say"].message == "moved_out"
    assert nodes["tell"].throws


def test_only_the_innermost_of_nested_lanes_count():
    lane = '<bpmn:lane id="lane_in" name="助産師"><bpmn:flowNodeRef>it</bpmn:flowNodeRef></bpmn:lane>'
    inner = f'<bpmn:childLaneSet id="c">{lane}</bpmn:childLaneSet>'
    xml = Drawing().user_task("it").straight("it").xml().decode()
    nested = xml.replace("</bpmn:lane></bpmn:laneSet>", f"{inner}</bpmn:lane></bpmn:laneSet>").encode()

    read = bpmn.read("x.bpmn", nested).processes[0]

    assert read.nodes["it"].lane == "助産師"
    assert list(read.lane_ids.values()) == ["助産師"]
