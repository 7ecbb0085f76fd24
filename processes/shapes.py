"""What a .bpmn file draws: the shapes and arrows of its diagram interchange."""

from __future__ import annotations

import math

from lxml import etree

from processes import markup
from processes.model import Shape

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"


def shapes_and_edges(root: etree._Element) -> tuple[list[Shape], set[str]]:
    """Shapes with real bounds, and ids of the flows drawn with at least two points."""
    shapes: list[Shape] = []
    edges: set[str] = set()
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        sheet = plane.get("id") or plane.get("bpmnElement") or ""
        for element in plane:
            drawn = markup.unprefixed(element.get("bpmnElement", ""))
            if markup.local(element) == "BPMNEdge":
                if sum(1 for child in element if markup.local(child) == "waypoint") >= 2:
                    edges.add(drawn)
            elif markup.local(element) == "BPMNShape":
                bounds = next((child for child in element if markup.local(child) == "Bounds"), None)
                shape = None if bounds is None else _shape(drawn, sheet, bounds)
                if shape is not None:
                    shapes.append(shape)
    return shapes, edges


def _shape(element: str, plane: str, bounds: etree._Element) -> Shape | None:
    try:
        x, y, width, height = (float(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
    except (KeyError, ValueError):
        return None
    sound = all(math.isfinite(number) for number in (x, y, width, height)) and width > 0 and height > 0
    return Shape(element, plane, x, y, width, height) if sound else None
