"""Who does it and what it is called."""

from __future__ import annotations

from tests.processes.drawings import Drawing, properties
from tests.processes.linting.cases import line, refuses, task


@refuses("unknown_lane", "lane_0")
def unknown_lane():
    drawing = task()
    drawing.lane = "社長"
    return drawing


@refuses("lane_twice", "lane_1")
def the_same_role_twice():
    drawing = task()
    drawing.extra_lanes["地区担当保健師"] = []
    return drawing


@refuses("outside_lanes", "it")
def outside_lanes():
    drawing = task()
    drawing.laneless.add("it")
    return drawing


@refuses("outside_lanes", "started", "it", "ended")
def no_lanes_at_all():
    drawing = task()
    drawing.lane = None
    return drawing


@refuses("in_two_lanes", "it")
def in_two_lanes():
    drawing = task()
    drawing.extra_lanes["助産師"] = ["it"]
    return drawing


@refuses("name_missing", "it")
def name_missing():
    return line("manualTask", properties(exits="absent"), name="")


@refuses("process_name_missing", "visit")
def process_name_missing():
    drawing = task()
    drawing.name = ""
    return drawing


@refuses("name_not_japanese", "it")
def name_not_japanese():
    return Drawing().user_task("it", "Visit").straight("it")
