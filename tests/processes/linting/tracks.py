"""The journey, its tracks, and processes that call each other."""

from __future__ import annotations

from processes.bundle import Bundle
from tests.processes.drawings import MANIFEST, Drawing, a_bundle, a_journey, event, service, timer
from tests.processes.linting.cases import line, refuses


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


def starting(process: str) -> Bundle:
    lone = Drawing("lonely", "だれも呼ばない図").user_task("it").straight("it")
    return a_bundle(lone, line("serviceTask", service("start_pathway", process=process)))


@refuses("pathway_missing", "it")
def pathway_that_is_not_there():
    return starting('"lonly"')


@refuses("pathway_missing", "it")
def journey_started_as_a_pathway():
    return starting('"family_journey"')


@refuses("pathway_missing")
def pathway_that_is_there_or_told_by_a_fact():
    return starting('"lonely" if dv_flag else kind')


@refuses("called_process_start", "hello")
def called_process_started_by_message():
    drawing = Drawing()
    drawing.node("startEvent", "hello", "始まり", event("message", messageRef=drawing.message("moved_in")))
    return drawing.node("endEvent", "bye", "終わり").flow("hello", "bye")


@refuses("call_cycle", "it")
def call_cycle():
    return line("callActivity", calledElement="visit")
