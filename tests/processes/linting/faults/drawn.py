"""What was taken out, renamed on one side, or drawn twice."""

from __future__ import annotations

from tests.processes.linting.faults.places import (
    CHECKUP,
    FORM,
    INTERVAL,
    JOURNEY,
    LETTER,
    MET,
    PREGNANCY,
    TO_RETRY,
    TO_TRIAGE,
    TOML,
    VISIT,
)
from tests.processes.linting.mutations import (
    Mutation,
    arrow_taken_out,
    both,
    drop,
    into,
    put,
    setting,
    step,
    step_taken_out,
    text,
)

TAKEN_OUT = [
    Mutation("a task with nothing to lead past it", VISIT, step_taken_out("infant_visit"), "dangling_reference"),
    Mutation("a task, its arrows left", VISIT, drop(step("infant_visit")), "dangling_reference", 7),
    Mutation("a decision, its arrows left", VISIT, drop(step("decide_retry")), "dangling_reference", 4),
    Mutation("a branching with its arrows", VISIT, step_taken_out(MET), "dead_end", 4),
    Mutation("the call of the triage", VISIT, step_taken_out("triage_after_visit"), "dangling_reference", 6),
    Mutation("the start", VISIT, step_taken_out("visit_started"), "no_start"),
    Mutation("the start of a group", PREGNANCY, step_taken_out("support_started"), "no_start"),
    Mutation("an end", VISIT, step_taken_out("visits_over"), "dangling_reference"),
    Mutation("an arrow in the middle", VISIT, arrow_taken_out("announce_visit_to_infant_visit"), "dead_end", 2),
    Mutation("an arrow, its drawing left", VISIT, drop(f"//b:sequenceFlow[@id='{TO_RETRY}']"), "dangling_reference", 6),
    Mutation("the way for an exit", VISIT, arrow_taken_out(TO_RETRY), "unreachable", 9),
    Mutation("the way for everything else", VISIT, arrow_taken_out(TO_TRIAGE), "dangling_reference", 2),
    Mutation("the task an interruption sits on", CHECKUP, drop(step("checkup")), "dangling_reference", 9),
    Mutation("a lane", VISIT, drop("//b:lane[@name='統括支援員']"), "dangling_reference", 5),
    Mutation("a step out of its lane", VISIT, drop("//b:flowNodeRef[text()='visit_call']"), "outside_lanes", 1),
    Mutation(
        "all lanes",
        VISIT,
        drop("//b:laneSet", "//di:BPMNShape[starts-with(@bpmnElement, 'lane')]"),
        "outside_lanes",
        40,
    ),
    Mutation("the drawing of a step", VISIT, drop("//di:BPMNShape[@bpmnElement='visit_call']"), "not_drawn", 1),
    Mutation("the drawing of an arrow", VISIT, drop(f"//di:BPMNEdge[@bpmnElement='{TO_RETRY}']"), "not_drawn", 1),
    Mutation("the whole drawing", VISIT, drop("//di:BPMNDiagram"), "not_drawn", 80),
    Mutation("a form", FORM, None, "unknown_form", 20),
    Mutation("a decision table", "no_show_deadlines.dmn", None, "unknown_decision", 30),
    Mutation("a diagram that is called", "triage.bpmn", None, "called_process_missing", 20),
    Mutation("the diagram of the journey", JOURNEY, None, "journey_missing", 1),
    Mutation("a fact", TOML, ("sibling_concern = ", "sibling_worry = "), None, 9),
    Mutation("a parameter of three diagrams", TOML, ("visit_retry_days = 7", ""), "timer", 3),
    Mutation("a parameter that is read", TOML, ("visit_stay_recheck_days = 30", ""), "timer", 3),
    Mutation(
        "the description of a task without exits",
        JOURNEY,
        drop(f"{step('final_review')}/b:documentation"),
        "exits_none_without_reason",
        1,
    ),
    Mutation("the message of an interruption", CHECKUP, drop("//b:message"), "dangling_reference", 4),
    Mutation(
        "the pool",
        VISIT,
        drop("//b:collaboration", "//di:BPMNShape[@bpmnElement='pool_home_visit']"),
        "dangling_reference",
        1,
    ),
    Mutation("the end of every course", JOURNEY, step_taken_out("stop_all_tracks"), "dangling_reference", 6),
]

RENAMED = [
    Mutation(
        "the target of an arrow",
        VISIT,
        put(f"//b:sequenceFlow[@id='{TO_RETRY}']", "targetRef", "decide_retri"),
        "dangling_reference",
        1,
    ),
    Mutation(
        "the source of an arrow",
        VISIT,
        put(f"//b:sequenceFlow[@id='{TO_RETRY}']", "sourceRef", "visit_result"),
        "dangling_reference",
        1,
    ),
    Mutation("a step on one side", VISIT, put(step("visit_call"), "id", "call_for_visit"), "dangling_reference", 5),
    Mutation(
        "a step in its lane alone",
        VISIT,
        text("//b:flowNodeRef[text()='visit_call']", "visit_cal"),
        "dangling_reference",
        2,
    ),
    Mutation(
        "a step in its drawing alone",
        VISIT,
        put("//di:BPMNShape[@bpmnElement='visit_call']", "bpmnElement", "visit_cal"),
        "dangling_reference",
        2,
    ),
    Mutation("the default of a branching", VISIT, put(step(MET), "default", "elsewhere"), "dangling_reference", 3),
    Mutation(
        "the default into one that leaves another",
        VISIT,
        put(step(MET), "default", "another_visit_to_more_visits"),
        "default_not_outgoing",
        3,
    ),
    Mutation(
        "the host of an interruption",
        CHECKUP,
        put(step("result_came"), "attachedToRef", "check_up"),
        "dangling_reference",
        1,
    ),
    Mutation(
        "the called diagram",
        VISIT,
        put(step("triage_after_visit"), "calledElement", "triaje"),
        "called_process_missing",
        1,
    ),
    Mutation(
        "a diagram, not its callers", "triage.bpmn", put("//b:process", "id", "triage_2"), "dangling_reference", 20
    ),
    Mutation(
        "the form of a task", VISIT, put(setting("visit_call", "form"), "value", "contact_notes"), "unknown_form", 1
    ),
    Mutation("an exit", VISIT, put(setting("visit_call", "exits"), "value", "not_reached,refuzed"), "unknown_exit", 3),
    Mutation(
        "an exit into another",
        VISIT,
        put(setting("visit_call", "exits"), "value", "not_reached,moved"),
        "exit_not_listed",
        3,
    ),
    Mutation("an operation", VISIT, put(LETTER, "id", "send_leter"), "unknown_operation", 1),
    Mutation(
        "a parameter of an operation", VISIT, put(f"{LETTER}//s:parameter", "id", "sort"), "operation_parameters", 2
    ),
    Mutation("a message", JOURNEY, put("//b:message[@id='message_moved_in']", "name", "move_in"), "unknown_message", 1),
    Mutation(
        "a message inside the journey",
        JOURNEY,
        put("//b:message[@id='message_support_needed']", "name", "support"),
        "unknown_message",
        4,
    ),
    Mutation(
        "a decision", VISIT, text(f"{step('decide_retry')}//s:calledDecisionId", "no_show_days"), "unknown_decision", 1
    ),
    Mutation("the role of a lane", VISIT, put("//b:lane[@name='統括支援員']", "name", "統括の人"), "unknown_lane", 1),
    Mutation("a setting", VISIT, put(setting("visit_call", "due"), "name", "dew"), "unknown_property", 1),
    Mutation(
        "what a call hands on",
        VISIT,
        put(setting("more_visits", "visit_type"), "name", "visit_kind"),
        "unknown_property",
        1,
    ),
    Mutation("the output of a table", INTERVAL, ('name="contact_days"', 'name="contact"'), None, 9),
    Mutation("the journey", TOML, ('journey = "family_journey"', 'journey = "family_joruney"'), "journey_missing", 1),
    Mutation(
        "a pathway that a step starts",
        "home_visit.bpmn",
        both(
            put(LETTER, "id", "start_pathway"),
            put(f"{LETTER}//s:parameter", "id", "process"),
            put(f"{LETTER}//s:parameter", "value", '"child_abuse"'),
        ),
        "pathway_missing",
        1,
    ),
    Mutation(
        "an id into one of another style", VISIT, ("visit_second_call_result", "Gateway_1x"), "dangling_reference", 9
    ),
]

TWICE_OR_ROUND = [
    Mutation("an id twice in one diagram", VISIT, put(step("repeat_visit"), "id", "visit_call"), "duplicate_id", 9),
    Mutation("a diagram's id twice", "triage.bpmn", put("//b:process", "id", "consent"), "dangling_reference", 20),
    Mutation(
        "a diagram twice", "consent.bpmn", ('process id="consent"', 'process id="triage"'), "dangling_reference", 20
    ),
    Mutation("a step without an id", VISIT, put(step("visit_call"), "id", None), "missing_id", 9),
    Mutation("an arrow without an id", VISIT, put(f"//b:sequenceFlow[@id='{TO_RETRY}']", "id", None), "missing_id", 6),
    Mutation(
        "a diagram that calls itself",
        VISIT,
        put(step("triage_after_visit"), "calledElement", "home_visit"),
        "call_cycle",
        1,
    ),
    Mutation(
        "the journey called by a diagram",
        VISIT,
        put(step("triage_after_visit"), "calledElement", "family_journey"),
        "call_cycle",
        12,
    ),
    Mutation(
        "a step in two lanes",
        VISIT,
        into("//b:lane[@name='統括支援員']", "<b:flowNodeRef>visit_call</b:flowNodeRef>"),
        "in_two_lanes",
        1,
    ),
    Mutation("a lane twice", VISIT, put("//b:lane[@name='統括支援員']", "name", "保健師"), "lane_twice", 1),
]
