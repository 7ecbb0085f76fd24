"""What was written wrong: conditions, settings, tables, repetitions, timers."""

from __future__ import annotations

from tests.processes.linting.faults.places import (
    FORM,
    INTERVAL,
    JOURNEY,
    LETTER,
    MET,
    PREGNANCY,
    SAFETY,
    TO_RETRY,
    TOML,
    VISIT,
    WAIT,
)
from tests.processes.linting.mutations import Mutation, drop, into, put, setting, step, text, turned_into


def _several(inner: str, **attributes: str) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<b:multiInstanceLoopCharacteristics{told}>{inner}</b:multiInstanceLoopCharacteristics>"


def _timer(kind: str, body: str) -> str:
    return f"<b:timerEventDefinition><b:time{kind}>{body}</b:time{kind}></b:timerEventDefinition>"


WRITTEN_WRONG = [
    Mutation(
        "a condition with an unknown name",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "outcom == 'absent'"),
        "condition",
        9,
    ),
    Mutation(
        "a condition with an unknown function",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "len(outcome) > 2"),
        "condition",
        9,
    ),
    Mutation(
        "a condition that is no condition",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "risk_level"),
        "condition",
        9,
    ),
    Mutation(
        "a condition of other types",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", 'risk_level == "high"'),
        "condition",
        9,
    ),
    Mutation(
        "a condition over a day and a number",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "born_on > 3"),
        "condition",
        9,
    ),
    Mutation(
        "a condition that reaches for more",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "outcome.__class__ == 1"),
        "condition",
        9,
    ),
    Mutation(
        "a condition half written",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", "outcome =="),
        "condition",
        9,
    ),
    Mutation(
        "no condition",
        VISIT,
        drop(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression"),
        "flow_without_condition",
        9,
    ),
    Mutation("no default", VISIT, put(step(MET), "default", None), "no_default_flow", 3),
    Mutation(
        "a condition outside a branching",
        VISIT,
        into(
            "//b:sequenceFlow[@id='announce_visit_to_infant_visit']",
            "<b:conditionExpression>dv_flag</b:conditionExpression>",
        ),
        "condition_ignored",
        1,
    ),
    Mutation(
        "an exit nobody offers",
        VISIT,
        text(f"//b:sequenceFlow[@id='{TO_RETRY}']/b:conditionExpression", 'outcome == "died"'),
        "exit_not_listed",
        9,
    ),
    Mutation(
        "a due day that is a number",
        VISIT,
        put(setting("visit_call", "due"), "value", "first_contact_days"),
        "window",
        1,
    ),
    Mutation(
        "a due day that is an hour count", VISIT, put(setting("visit_call", "due"), "value", '"P3D"'), "window", 1
    ),
    Mutation(
        "a due day with an unknown fact",
        VISIT,
        put(setting("infant_visit", "due"), "value", "days_after(birthday, 3)"),
        "window",
        1,
    ),
    Mutation(
        "a due day with too few values",
        VISIT,
        put(setting("infant_visit", "due"), "value", "days_after(born_on)"),
        "window",
        1,
    ),
    Mutation(
        "a priority",
        VISIT,
        into(f"{step('visit_call')}//s:properties", '<s:property name="priority" value="urgent"/>'),
        "priority",
        1,
    ),
    Mutation(
        "a setting twice",
        VISIT,
        into(f"{step('visit_call')}//s:properties", '<s:property name="due" value="today"/>'),
        "property_twice",
        1,
    ),
    Mutation("no exits", VISIT, drop(setting("visit_call", "exits")), "exits_missing", 3),
    Mutation("no form", VISIT, drop(setting("visit_call", "form")), "form_missing", 1),
    Mutation("no name", VISIT, put(step("visit_call"), "name", None), "name_missing", 1),
    Mutation(
        "an agency",
        VISIT,
        into(f"{step('visit_call')}//s:properties", '<s:property name="sent_to" value="school_x"/>'),
        "unknown_agency",
        1,
    ),
    Mutation(
        "a parameter without quotes",
        VISIT,
        put(f"{LETTER}//s:parameter", "value", "infant_visit"),
        "operation_value",
        1,
    ),
    Mutation("a parameter left out", VISIT, drop(f"{LETTER}//s:parameter"), "operation_parameters", 1),
    Mutation(
        "a parameter of another type", VISIT, put(f"{LETTER}//s:parameter", "value", "risk_level"), "operation_value", 1
    ),
    Mutation(
        "a value of another type handed on",
        VISIT,
        put(setting("more_visits", "visit_type"), "value", "born_on"),
        "handed_value",
        1,
    ),
    Mutation(
        "a call of nothing", VISIT, put(step("triage_after_visit"), "calledElement", None), "call_without_target", 1
    ),
    Mutation(
        "a decision about nothing", VISIT, drop(f"{step('decide_retry')}//s:calledDecisionId"), "decision_missing", 3
    ),
    Mutation("a diagram set not to run", VISIT, put("//b:process", "isExecutable", "false"), "not_executable", 1),
    Mutation("the form's fact", FORM, ('"fact": "', '"fact": "un'), "fact_undeclared", 9),
    Mutation("a form that is no JSON", FORM, ("{", "["), "form_unreadable", 2),
    Mutation("a table that is no XML", INTERVAL, ("<decision ", "<decision < "), "malformed_xml", 1),
    Mutation("a diagram that is no XML", VISIT, ("<bpmn:process ", "<bpmn:process < "), "malformed_xml", 1),
    Mutation("a manifest that is no TOML", TOML, ("[facts]", "[facts"), "malformed_toml", 1),
    Mutation("a fact of no type", TOML, ('dv_flag = { type = "bool"', 'dv_flag = { type = "flag"'), "fact_type", 1),
    Mutation("a fact of another type", TOML, ('born_on = "date"', 'born_on = "int"'), "fact_of_other_type", 60),
    Mutation("a row of a table missing", INTERVAL, ("<text>2</text>", "<text>3</text>"), "dmn_gap", 3),
    Mutation("a cell of another type", INTERVAL, ("<text>2</text>", '<text>"two"</text>'), "dmn_cell_value", 3),
    Mutation(
        "an unknown name in a table",
        INTERVAL,
        ("<text>contact_l2_days</text>", "<text>contact_days_2</text>"),
        "dmn_output",
        1,
    ),
    Mutation(
        "another way of choosing rows", INTERVAL, ('hitPolicy="UNIQUE"', 'hitPolicy="RULE ORDER"'), "dmn_policy", 2
    ),
    Mutation(
        "a loss that does not stop the rest",
        PREGNANCY,
        put(step("pregnancy_lost"), "cancelActivity", "false"),
        "loss_boundary",
        1,
    ),
    Mutation(
        "a plain end of the main line",
        JOURNEY,
        drop(f"{step('case_closed')}/b:terminateEventDefinition"),
        "journey_end",
        1,
    ),
]

REPEATED = [
    Mutation(
        "over a list",
        VISIT,
        into(step("visit_call"), _several("<b:loopDataInputRef>children</b:loopDataInputRef>")),
        "collection",
        2,
    ),
    Mutation("by no number", VISIT, into(step("visit_call"), _several("")), "repetition", 1),
    Mutation(
        "by a text",
        VISIT,
        into(step("visit_call"), _several("<b:loopCardinality>no_show_profile</b:loopCardinality>")),
        "condition",
        1,
    ),
    Mutation(
        "by too large a number",
        VISIT,
        into(step("visit_call"), _several("<b:loopCardinality>100000</b:loopCardinality>")),
        "repetition_bound",
        1,
    ),
    Mutation(
        "by a number",
        VISIT,
        into(step("visit_call"), _several("<b:loopCardinality>2</b:loopCardinality>", isSequential="true")),
        None,
    ),
    Mutation(
        "until a condition nobody knows",
        VISIT,
        into(
            step("visit_call"),
            "<b:standardLoopCharacteristics><b:loopCondition>tired</b:loopCondition></b:standardLoopCharacteristics>",
        ),
        "condition",
        1,
    ),
    Mutation("for ever", VISIT, into(step("visit_call"), "<b:standardLoopCharacteristics/>"), "repetition", 1),
    Mutation(
        "at most as often as a word says",
        VISIT,
        into(step("visit_call"), '<b:standardLoopCharacteristics loopMaximum="many"/>'),
        "repetition",
        1,
    ),
]

TIMED = [
    Mutation("a wait for nothing", VISIT, drop(WAIT), "timer_missing", 1),
    Mutation("a wait until an unknown day", VISIT, text(WAIT, "discharged_on"), "timer", 1),
    Mutation("a wait until a number", VISIT, text(WAIT, "risk_level"), "timer", 1),
    Mutation(
        "a bare duration",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", _timer("Duration", "P7D")),
        "duration_quotes",
        1,
    ),
    Mutation(
        "a duration nobody can read",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", _timer("Duration", '"7 days"')),
        "timer",
        1,
    ),
    Mutation(
        "a duration", VISIT, turned_into("stay_over", "intermediateCatchEvent", _timer("Duration", '"P7D"')), None
    ),
    Mutation(
        "a cycle without a number of times",
        VISIT,
        turned_into("stay_over", "intermediateCatchEvent", _timer("Cycle", '"P7D"')),
        "timer",
        1,
    ),
    Mutation("a cycle", SAFETY, turned_into("warn_24h", "boundaryEvent", _timer("Cycle", '"R2/PT24H"')), None),
    Mutation("a wait until a day as it is written elsewhere", VISIT, text(WAIT, "2026-04-01"), "timer", 1),
]
