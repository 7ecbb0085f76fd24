"""Operations, decisions and messages that a diagram asks for."""

from __future__ import annotations

from tests.processes.drawings import MANIFEST, Drawing, a_bundle, decision_call, event, service
from tests.processes.linting.cases import line, refuses


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
