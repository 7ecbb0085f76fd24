"""Drawings by tools/lay_out.py: nothing overlaps, no arrow crosses a shape, drawing twice changes nothing."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from tools.drawing.figures import BPMN, BPMNDI, DC, DI, Box
from tools.lay_out import lay_out

BUNDLE = Path(__file__).parents[2] / "processes" / "seamless_support"
DIAGRAMS = sorted(BUNDLE.glob("*.bpmn"))


class Sheet:
    """A diagram as drawn: boxes and arrows by the id of what they show, and who stands inside whom."""

    def __init__(self, data: bytes) -> None:
        root = etree.fromstring(data)
        self.boxes = {}
        for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
            bounds = shape.find(f"{{{DC}}}Bounds")
            self.boxes[shape.get("bpmnElement")] = Box(*(float(bounds.get(k)) for k in ("x", "y", "width", "height")))
        self.arrows = {
            edge.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in edge.iter(f"{{{DI}}}waypoint")]
            for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge")
        }
        self.elements = {element.get("id"): element for element in root.iter() if element.get("id")}
        frames = {f"{{{BPMN}}}participant", f"{{{BPMN}}}lane"}
        self.nodes = {key: box for key, box in self.boxes.items() if self.elements[key].tag not in frames}

    def around(self, key: str) -> set[str]:
        return {element.get("id") for element in self.elements[key].iterancestors()}

    def hosts(self, key: str) -> set[str]:
        return {self.elements[key].get("attachedToRef")} - {None}


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem)
def sheet(request) -> Sheet:
    return Sheet(request.param.read_bytes())


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_shipped_diagrams_are_drawn_by_the_tool(path):
    assert lay_out(path.read_bytes()) == path.read_bytes()


def test_no_two_shapes_overlap(sheet):
    for one, two in combinations(sheet.nodes, 2):
        related = one in sheet.around(two) | sheet.hosts(two) or two in sheet.around(one) | sheet.hosts(one)
        assert related or not sheet.nodes[one].overlap(sheet.nodes[two]), (one, two)


def test_no_arrow_crosses_a_shape(sheet):
    for key, points in sheet.arrows.items():
        flow = sheet.elements[key]
        own = {flow.get("sourceRef"), flow.get("targetRef")} | sheet.around(key)
        own |= sheet.hosts(flow.get("sourceRef"))
        for a, b in pairwise(points):
            piece = Box(min(a[0], b[0]), min(a[1], b[1]), max(abs(a[0] - b[0]), 1), max(abs(a[1] - b[1]), 1))
            for node, box in sheet.nodes.items():
                outside = node not in own and not own & {e for e in sheet.around(node) if e == flow.get("sourceRef")}
                assert not outside or not piece.overlap(box.grown(-1)), (key, node)


def test_arrows_run_along_the_grid(sheet):
    for key, points in sheet.arrows.items():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), key


def test_a_diagram_without_pool_or_name_is_drawn():
    plain = f'<definitions xmlns="{BPMN}" id="d"><process id="p"><startEvent id="s"/><endEvent id="e"/>'
    plain += '<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>'
    sheet = Sheet(lay_out(plain.encode()))
    assert sheet.boxes["s"].right < sheet.boxes["e"].x
    assert len(sheet.arrows["f"]) == 2


def test_a_file_without_a_process_stays_as_it_is():
    empty = f'<definitions xmlns="{BPMN}" id="d"/>'.encode()
    assert lay_out(empty) == empty


def test_a_note_keeps_its_place_and_its_line():
    noted = f'<definitions xmlns="{BPMN}" id="d"><process id="p"><startEvent id="s"/><textAnnotation id="n">'
    noted += '<text>必ず会う</text></textAnnotation><association id="a" sourceRef="s" targetRef="n"/>'
    noted += "</process></definitions>"
    sheet = Sheet(lay_out(noted.encode()))
    assert sheet.boxes["n"].y > sheet.boxes["s"].bottom
    assert "a" in sheet.arrows
