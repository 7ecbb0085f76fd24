"""What the reader of a diagram sees."""

from __future__ import annotations

from tests.processes.drawings import Drawing
from tests.processes.linting.cases import refuses, task


@refuses("not_drawn", "it", "it_to_ended")
def not_drawn():
    drawing = task()
    drawing.undrawn |= {"it", "it_to_ended"}
    return drawing


def a_long_line(count: int) -> Drawing:
    drawing = Drawing()
    ids = [f"step_{number}" for number in range(count)]
    for id in ids:
        drawing.user_task(id)
    return drawing.straight(*ids)


@refuses("many_nodes", "visit")
def many_nodes():
    return a_long_line(29)


@refuses("many_nodes")
def thirty_nodes_are_fine():
    return a_long_line(28)


@refuses("too_many_nodes", "visit")
def too_many_nodes():
    return a_long_line(60)


@refuses("points_left", "started_to_it")
def points_left():
    drawing = task()
    drawing.places["it"] = (-500.0, 100.0)
    return drawing


@refuses("points_left")
def a_loop_may_point_left():
    drawing = Drawing().node("startEvent", "hello", "始まり").user_task("it", exits="absent")
    drawing.node("exclusiveGateway", "met", "会えたか").node("endEvent", "bye", "終わり")
    return drawing.chain("hello", "it", "met").flow("met", "it", 'outcome == "absent"').flow("met", "bye", default=True)


@refuses("overlapping_shapes", "it")
def overlapping_shapes():
    drawing = task()
    drawing.places["it"] = (50.0, 100.0)
    return drawing
