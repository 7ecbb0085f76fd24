"""Splitting and joining."""

from __future__ import annotations

from tests.processes.drawings import Drawing
from tests.processes.linting.cases import refuses


def a_split(kind: str = "exclusiveGateway", first: str = "dv_flag", *, default: bool = True) -> Drawing:
    drawing = Drawing().node("startEvent", "hello", "始まり").node(kind, "split", "分かれ道")
    drawing.node("endEvent", "one", "一").node("endEvent", "two", "二").flow("hello", "split")
    return drawing.flow("split", "one", first).flow(
        "split", "two", "" if default else "risk_level > 2", default=default
    )


@refuses("no_default_flow", "split")
def no_default():
    return a_split(default=False)


@refuses("no_default_flow", "split")
def no_default_inclusive():
    return a_split("inclusiveGateway", default=False)


@refuses("flow_without_condition", "split_to_one")
def flow_without_condition():
    return a_split(first="")


@refuses("condition_ignored", "hello_to_split")
def condition_after_a_start():
    drawing = a_split()
    drawing.flows[0] = ("hello_to_split", "hello", "split", "dv_flag", None)
    return drawing


@refuses("condition_on_default", "split_to_two")
def condition_on_default():
    drawing = a_split(default=False)
    drawing.defaults["split"] = "split_to_two"
    return drawing


@refuses("event_gateway", "wait_to_it", "wait_to_ended")
def event_gateway_before_a_task():
    drawing = Drawing().node("eventBasedGateway", "wait", "待つ").user_task("it").node("endEvent", "bye", "終わり")
    return drawing.straight("wait").flow("wait", "it").flow("it", "bye")


def an_inclusive_block(kind: str, **attributes: str) -> Drawing:
    drawing = Drawing().node("startEvent", "hello", "始まり").node("inclusiveGateway", "split", "分かれ道")
    drawing.node(kind, "inner", "中", **attributes).user_task("other")
    drawing.node("inclusiveGateway", "join", "合流").node("callActivity", "after", "後", calledElement="visit")
    drawing.node("endEvent", "bye", "終わり").flow("hello", "split")
    drawing.flow("split", "inner", "dv_flag").flow("split", "other", default=True)
    drawing.id, drawing.name = "block", "包含"
    return drawing.flow("inner", "join").flow("other", "join").flow("join", "after").flow("after", "bye")


@refuses("inclusive_block", "split")
def call_in_an_inclusive_block():
    return an_inclusive_block("callActivity", calledElement="visit")


@refuses("inclusive_block", "split")
def gateway_in_an_inclusive_block():
    return an_inclusive_block("inclusiveGateway")


@refuses("inclusive_block")
def a_plain_inclusive_block_is_fine():
    return an_inclusive_block("manualTask")
