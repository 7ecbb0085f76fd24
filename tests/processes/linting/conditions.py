"""Conditions, days, timers and repetitions."""

from __future__ import annotations

from tests.processes.drawings import Drawing, event, properties, timer
from tests.processes.linting.cases import line, refuses, task
from tests.processes.linting.gateways import a_split
from tests.processes.linting.tasks import _visit_parted


def several(inner: str) -> str:
    return f"<bpmn:multiInstanceLoopCharacteristics>{inner}</bpmn:multiInstanceLoopCharacteristics>"


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
