"""Shapes the engine would ignore, refuse or stumble over."""

from __future__ import annotations

from tests.processes.drawings import Drawing, event, properties, timer
from tests.processes.linting.cases import line, refuses, task


@refuses("link_event", "it")
def link_event():
    return line("intermediateThrowEvent", event("link", name="x"))


@refuses("compensation", "it")
def compensation_throw():
    return line("intermediateThrowEvent", event("compensate"))


@refuses("compensation", "undo")
def compensation_boundary():
    drawing = task().node("boundaryEvent", "undo", "取消", event("compensate"), attachedToRef="it")
    return drawing.node("endEvent", "undone", "取り消した").flow("undo", "undone")


@refuses("signal_end_event", "bye")
def signal_end():
    drawing = Drawing(before='<bpmn:signal id="signal_1" name="合図" />').node("startEvent", "hello", "始まり")
    return drawing.node("endEvent", "bye", "終わり", event("signal", signalRef="signal_1")).flow("hello", "bye")


@refuses("conditional_start", "hello")
def conditional_start():
    drawing = Drawing().node(
        "startEvent", "hello", "始まり", event("conditional", "<bpmn:condition>dv_flag</bpmn:condition>")
    )
    return drawing.node("endEvent", "bye", "終わり").flow("hello", "bye")


@refuses("unsupported_event", "it")
def error_in_the_middle():
    return line("intermediateThrowEvent", event("error"))


@refuses("unsupported_event", "it")
def two_definitions():
    return line("intermediateCatchEvent", timer('"P7D"') + event("signal"))


@refuses("complex_gateway", "it")
def complex_gateway():
    return line("complexGateway")


@refuses("adhoc_subprocess", "it")
def adhoc():
    return line("adHocSubProcess")


@refuses("transaction", "it")
def transaction():
    return line("transaction")


@refuses("plain_task", "it")
def plain_task():
    return line("task")


@refuses("script_task", "it")
def script_task():
    return line("scriptTask", "<bpmn:script>x = 1</bpmn:script>")


@refuses("script", "it", "it")
def pre_and_post_script():
    scripts = (
        "<spiffworkflow:preScript>x=1</spiffworkflow:preScript><spiffworkflow:postScript>y=1</spiffworkflow:postScript>"
    )
    return line("manualTask", f"<bpmn:extensionElements>{scripts}</bpmn:extensionElements>")


@refuses("no_start", "visit")
def no_start():
    return Drawing().node("endEvent", "bye", "終わり")


@refuses("no_start", "it")
def subprocess_without_start():
    return line("subProcess")


@refuses("no_end", "it")
def subprocess_without_end():
    return line("subProcess").node("startEvent", "inner", "始まり", inside="it")


def a_subprocess(start: str = "", **attributes: str) -> Drawing:
    drawing = line("subProcess", **attributes)
    drawing.node("startEvent", "inner_start", "始まり", start, inside="it")
    drawing.node("endEvent", "inner_end", "終わり", inside="it")
    return drawing.flow("inner_start", "inner_end", inside="it")


@refuses("subprocess_start", "inner_start")
def subprocess_started_by_message():
    return a_subprocess(event("message"))


def a_loss(message: str, host: str = "it", **attributes: str) -> Drawing:
    drawing = a_subprocess()
    drawing.node("manualTask", "after", "お悔やみ", properties(exits="none"))
    told = event("message", messageRef=drawing.message(message))
    drawing.node("boundaryEvent", "loss", "知らせ", told, attachedToRef=host, **attributes)
    return drawing.chain("loss", "after", "ended")


@refuses("loss_boundary", "loss")
def loss_that_does_not_interrupt():
    return a_loss("pregnancy_lost", cancelActivity="false")


@refuses("loss_boundary", "loss")
def death_caught_on_a_task():
    return a_loss("died", host="after")


@refuses("loss_boundary")
def loss_that_interrupts_the_subprocess():
    return a_loss("died")


@refuses("loss_boundary")
def another_message_may_leave_the_work_alone():
    return a_loss("due_date_corrected", cancelActivity="false")


@refuses("unreachable", "island")
def unreachable_node():
    return task().user_task("island")


@refuses("unreachable", "first_lost")
def what_only_follows_an_unreached_step_is_not_told():
    return (
        task()
        .user_task("next_lost")
        .user_task("first_lost")
        .user_task("last_lost")
        .chain("first_lost", "next_lost", "last_lost", "ended")
    )


@refuses("unreachable", "round_one")
def a_circle_that_nothing_enters_is_told_once():
    return task().user_task("round_one").user_task("round_two").chain("round_one", "round_two", "round_one")


@refuses("dead_end", "island")
def dead_end():
    return task().user_task("island")


@refuses("dead_end", "split")
def a_branching_that_leads_nowhere():
    return (
        Drawing()
        .node("startEvent", "hello", "始まり")
        .node("exclusiveGateway", "split", "分かれ道")
        .flow("hello", "split")
    )


@refuses("end_not_drawn", "it")
def end_that_is_not_drawn():
    return Drawing().node("startEvent", "hello", "始まり").user_task("it").flow("hello", "it")


@refuses("several_outgoing", "it")
def split_without_gateway():
    return task().node("endEvent", "other_end", "別の終わり").flow("it", "other_end")


@refuses("flow_into_start", "it_to_started")
def flow_into_start():
    return task().flow("it", "started")


@refuses("flow_across_scopes", "across")
def flow_across_scopes():
    return a_subprocess().flow("inner_start", "ended", id="across")


@refuses("double_flow", "again")
def double_flow():
    return task().flow("it", "ended", id="again")
