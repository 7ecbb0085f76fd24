"""Kinds of step that do not work, and changes that harm nothing."""

from __future__ import annotations

from tests.processes.linting.faults.places import CHILDHOOD, JOURNEY, SAFETY, TO_RETRY, VISIT
from tests.processes.linting.mutations import (
    Mutation,
    both,
    into,
    of_kind,
    put,
    setting,
    step,
    step_taken_out,
    turned_into,
)


def _timer(kind: str, body: str) -> str:
    return f"<b:timerEventDefinition><b:time{kind}>{body}</b:time{kind}></b:timerEventDefinition>"


UNSUPPORTED = [
    Mutation(
        "a script task",
        VISIT,
        turned_into("announce_visit", "scriptTask", "<b:script>x = 1</b:script>"),
        "script_task",
        1,
    ),
    Mutation(
        "a script before a task",
        VISIT,
        into(f"{step('visit_call')}/b:extensionElements", "<s:preScript>x = 1</s:preScript>"),
        "script",
        1,
    ),
    Mutation(
        "a script after a task",
        VISIT,
        into(f"{step('visit_call')}/b:extensionElements", "<s:postScript>x = 1</s:postScript>"),
        "script",
        1,
    ),
    Mutation("a task without a kind", VISIT, turned_into("announce_visit", "task"), "plain_task", 1),
    Mutation("a call turned into a plain task", VISIT, turned_into("triage_after_visit", "task"), "plain_task", 1),
    Mutation(
        "a link",
        VISIT,
        turned_into("stay_over", "intermediateThrowEvent", '<b:linkEventDefinition name="x"/>'),
        "link_event",
        1,
    ),
    Mutation(
        "a compensation",
        VISIT,
        turned_into("stay_over", "intermediateThrowEvent", "<b:compensateEventDefinition/>"),
        "compensation",
        1,
    ),
    Mutation(
        "a compensation at the edge",
        SAFETY,
        turned_into("warn_24h", "boundaryEvent", "<b:compensateEventDefinition/>"),
        "compensation",
        1,
    ),
    Mutation(
        "a signal at the end",
        VISIT,
        turned_into("visits_over", "endEvent", "<b:signalEventDefinition/>"),
        "signal_end_event",
        2,
    ),
    Mutation(
        "a signal of no name",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", "<b:signalEventDefinition/>"),
        "message_missing",
        1,
    ),
    Mutation(
        "a message of no name",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", "<b:messageEventDefinition/>"),
        "message_missing",
        1,
    ),
    Mutation(
        "an escalation waited for in the middle",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", "<b:escalationEventDefinition/>"),
        "unsupported_event",
        1,
    ),
    Mutation(
        "an escalation that ends a way",
        VISIT,
        turned_into("visits_over", "endEvent", "<b:escalationEventDefinition/>"),
        None,
    ),
    Mutation(
        "a cancel end",
        VISIT,
        turned_into("visits_over", "endEvent", "<b:cancelEventDefinition/>"),
        "unsupported_event",
        1,
    ),
    Mutation(
        "a start on a condition",
        VISIT,
        turned_into(
            "visit_started",
            "startEvent",
            "<b:conditionalEventDefinition><b:condition>dv_flag</b:condition></b:conditionalEventDefinition>",
        ),
        "conditional_start",
        2,
    ),
    Mutation(
        "a called diagram that waits for a message",
        VISIT,
        both(
            into("/b:definitions", '<b:message id="m" name="moved_in"/>', 0),
            turned_into("visit_started", "startEvent", '<b:messageEventDefinition messageRef="m"/>'),
        ),
        "called_process_start",
        1,
    ),
    Mutation("a transaction", CHILDHOOD, of_kind("child_support", "transaction"), "transaction", 1),
    Mutation("an ad-hoc group", CHILDHOOD, of_kind("child_support", "adHocSubProcess"), "adhoc_subprocess", 1),
    Mutation("a complex branching", VISIT, of_kind("another_visit", "complexGateway"), "complex_gateway", 2),
    Mutation(
        "a branching by events before tasks",
        VISIT,
        of_kind("another_visit", "eventBasedGateway"),
        "condition_ignored",
        5,
    ),
    Mutation(
        "an inclusive block around calls",
        CHILDHOOD,
        of_kind("every_milestone", "inclusiveGateway"),
        "no_default_flow",
        40,
    ),
    Mutation(
        "a group that begins at any time, inside",
        CHILDHOOD,
        put(step("child_support"), "triggeredByEvent", "true"),
        "event_subprocess_place",
        7,
    ),
    Mutation(
        "a course that stops the rest",
        JOURNEY,
        put(step("child_track_started"), "isInterrupting", "true"),
        "event_subprocess_interrupting",
        1,
    ),
    Mutation(
        "a course that starts by a timer",
        JOURNEY,
        turned_into("child_track_started", "startEvent", _timer("Duration", '"P7D"')),
        "event_subprocess_start",
        2,
    ),
    Mutation("a kind that BPMN does not know", VISIT, of_kind("visit_call", "phoneTask"), "unknown_element", 9),
    Mutation(
        "two things waited for at once",
        VISIT,
        into(step("stay_over"), "<b:signalEventDefinition/>"),
        "unsupported_event",
        1,
    ),
    Mutation(
        "an arrow into the start",
        VISIT,
        put(f"//b:sequenceFlow[@id='{TO_RETRY}']", "targetRef", "visit_started"),
        "flow_into_start",
        4,
    ),
    Mutation(
        "an arrow across a frame",
        CHILDHOOD,
        put("//b:sequenceFlow[@sourceRef='growing_started']", "targetRef", "childhood_over"),
        "flow_across_scopes",
        4,
    ),
    Mutation(
        "two arrows out of a task",
        VISIT,
        put(f"//b:sequenceFlow[@id='{TO_RETRY}']", "sourceRef", "announce_visit"),
        "several_outgoing",
        12,
    ),
    Mutation(
        "an extension nobody knows",
        VISIT,
        into(f"{step('visit_call')}/b:extensionElements", "<s:magic/>"),
        "unknown_extension",
        1,
    ),
]

HARMLESS = [
    Mutation("a data object", VISIT, into("//b:process", '<b:dataObject id="papers"/>'), None),
    Mutation(
        "a note",
        VISIT,
        into("//b:process", '<b:textAnnotation id="note"><b:text>メモ</b:text></b:textAnnotation>'),
        None,
    ),
    Mutation("another name", VISIT, put(step("visit_call"), "name", "電話をかける"), None),
    Mutation("another due day", VISIT, put(setting("visit_call", "due"), "value", "today"), None),
    Mutation("another description", VISIT, into("//b:process", "<b:documentation>説明</b:documentation>", 0), None),
    Mutation(
        "a call taken out with its arrows mended",
        VISIT,
        both(
            put("//b:sequenceFlow[@id='another_visit_to_more_visits']", "targetRef", "visits_over"),
            step_taken_out("more_visits"),
        ),
        None,
    ),
    Mutation(
        "an end that closes everything in it",
        VISIT,
        turned_into("visits_over", "endEvent", "<b:terminateEventDefinition/>"),
        None,
    ),
    Mutation(
        "a branching that goes every fitting way",
        VISIT,
        of_kind("another_visit", "inclusiveGateway"),
        "inclusive_block",
    ),
]
