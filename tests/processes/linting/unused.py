"""What a removed step leaves behind."""

from __future__ import annotations

from tests.processes.drawings import MANIFEST, Drawing, a_bundle, a_journey, a_table, event, service
from tests.processes.linting.cases import line, refuses, task


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
