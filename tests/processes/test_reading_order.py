"""A diagram in words is read along its flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes import bundle as bundles
from processes.model import Flow, Node, Process
from processes.reading_order import in_order_of_flow

SHIPPED = Path(__file__).parents[2] / "processes" / "seamless_support"
PROCESSES = sorted(bundles.read(SHIPPED).processes.items())


def a_process(nodes: list[Node], *arrows: str) -> Process:
    """arrows: `a>b`."""
    flows = {arrow: Flow(arrow, *arrow.split(">")) for arrow in arrows}
    return Process("p", "p", "p.bpmn", {}, {node.id: node for node in nodes}, flows)


def task(name: str, **more: str) -> Node:
    return Node(name, "userTask", **more)


@pytest.mark.parametrize(
    ("nodes", "arrows", "order"),
    [
        pytest.param(
            [task("b"), task("a"), Node("s", "startEvent")], ["s>a", "a>b"], "s a b", id="written in another order"
        ),
        pytest.param(
            [Node("s", "startEvent"), task("end"), task("left"), task("right")],
            ["s>left", "s>right", "left>end", "right>end"],
            "s left right end",
            id="both ways before where they meet",
        ),
        pytest.param(
            [Node("s", "startEvent"), task("late"), Node("x", "boundaryEvent", attached_to="a"), task("a"), task("b")],
            ["s>a", "a>b", "x>late"],
            "s a b x late",
            id="what may happen meanwhile after the usual way",
        ),
        pytest.param(
            [Node("s", "startEvent"), task("a"), task("b"), task("c")],
            ["s>a", "a>b", "b>a", "b>c"],
            "s a b c",
            id="a loop",
        ),
        pytest.param(
            [
                Node("e", "subProcess", triggered_by_event=True),
                Node("es", "startEvent", parent="e"),
                task("after"),
                Node("sub", "subProcess"),
                task("inner", parent="sub"),
                Node("is", "startEvent", parent="sub"),
                Node("s", "startEvent"),
            ],
            ["s>sub", "sub>after", "is>inner"],
            "s sub is inner after e es",
            id="parts inside their place, event subprocesses last",
        ),
        pytest.param(
            [task("r1"), task("r2"), Node("s", "startEvent")], ["r1>r2", "r2>r1"], "s r1 r2", id="a ring by itself"
        ),
    ],
)
def test_the_steps_follow_the_arrows(nodes: list[Node], arrows: list[str], order: str) -> None:
    assert [node.id for node in in_order_of_flow(a_process(nodes, *arrows))] == order.split()


@pytest.mark.parametrize(("name", "process"), PROCESSES, ids=[name for name, _ in PROCESSES])
def test_every_step_of_a_shipped_diagram_is_told_once_and_before_what_follows(name: str, process: Process) -> None:
    order = [node.id for node in in_order_of_flow(process)]

    assert sorted(order) == sorted(process.nodes)
    place = {node_id: number for number, node_id in enumerate(order)}
    back = [flow for flow in process.flows.values() if place[flow.source] > place[flow.target]]
    assert all(_leads_to(process, flow.target, flow.source) for flow in back), f"{name}: not a loop"
    for node in process.nodes.values():
        if node.attached_to:
            assert place[node.attached_to] < place[node.id]


def _leads_to(process: Process, start: str, goal: str) -> bool:
    seen, todo = set(), [start]
    while todo:
        here = todo.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            todo += [flow.target for flow in process.outgoing(here)]
            todo += [node.id for node in process.boundaries(here)]
    return False
