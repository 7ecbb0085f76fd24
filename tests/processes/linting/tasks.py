"""Settings of human tasks, and their honest ways out."""

from __future__ import annotations

from tests.processes.drawings import Drawing, a_bundle, a_visit, event, properties
from tests.processes.linting.cases import line, refuses, task
from tests.processes.linting.gateways import a_split


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


@refuses("receipt", "it")
def a_receipt_is_yes_or_no():
    return task(receipt="maybe")


@refuses("receipt", "it")
def no_receipt_needs_a_reason():
    return line("userTask", properties(form="fm09", exits="absent", due="born_on", receipt="no"))


@refuses("receipt_not_said", "it")
def receipt_by_its_form():
    return task(form="handover_receipt")


@refuses("visit_not_said")
def a_bundle_that_knows_visits_is_not_asked_again():
    second = Drawing("second", "二つめ").user_task("other", visit="yes").straight("other")
    return a_bundle(task(form="home_visit"), second)


@refuses("visit_not_said", "first")
def a_bundle_that_knows_no_visits_is_asked_once():
    return Drawing().user_task("first", "家庭訪問").user_task("second", "再訪問").straight("first", "second")


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
