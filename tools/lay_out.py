"""Draw BPMN diagrams: compute the DI of .bpmn files from what they say, in place.

Reads pools, lanes, nodes and flows and writes shapes, arrows and labels anew.
Columns run left to right by longest path, loops left aside; each lane has its
own rows; arrows run in channels between columns and gutters between rows, so
that none crosses a shape. Subprocesses are drawn open with their content, event
subprocesses as boxes under the lines of their lane. Nothing but DI changes.

    python -m tools.lay_out processes/seamless_support/*.bpmn
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from tools.drawing.figures import BPMN, BPMNDI, DC, DI, HEADER, LINE, Box, Drawing, local, text_width
from tools.drawing.places import Scope


def lay_out(data: bytes) -> bytes:
    """The same BPMN with its drawing computed anew. A file without a process comes back unchanged."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(data, parser)
    processes = root.findall(f"{{{BPMN}}}process")
    if not processes:
        return data
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    participants = [] if collaboration is None else collaboration.findall(f"{{{BPMN}}}participant")
    pools = {pool.get("processRef", ""): pool.get("id", "") for pool in participants}
    sheet = Drawing()
    frames: dict[str, Box] = {}
    y = 80.0
    for process in processes:
        lanes = process.findall(f"{{{BPMN}}}laneSet/{{{BPMN}}}lane")
        drawing = Scope(process, lanes).drawn()
        pool = pools.get(process.get("id", ""))
        x = 160.0 + (HEADER if pool else 0)
        sheet.take(drawing, x, y)
        frames.update({lane: box.moved(x, y) for lane, box in drawing.lanes.items()})
        if pool:
            frames[pool] = Box(x - HEADER, y, drawing.width + HEADER, drawing.height)
        sheet.width = max(sheet.width, drawing.width + HEADER)
        y += drawing.height + 60
    for participant in participants:
        if not participant.get("processRef"):  # another party, of whom only the name is known
            frames[participant.get("id", "")] = Box(160, y, sheet.width, 60)
            y += 90
    _add_notes(root, sheet, frames, y)
    plane_of = collaboration if collaboration is not None else processes[0]
    root.append(_diagram(plane_of.get("id", ""), sheet, frames))
    etree.indent(root, "  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_notes(root: etree._Element, sheet: Drawing, frames: dict[str, Box], y: float) -> None:
    """Notes and data stand under the drawing; what ties them, and messages between pools, are straight lines."""
    x = 190.0
    for element in root.iter():
        kind, key = local(element), element.get("id", "")
        if kind == "textAnnotation":
            words = element.findtext(f"{{{BPMN}}}text") or ""
            sheet.shapes[key] = Box(x, y, 140, 16 + LINE * max(2, -(-int(text_width(words)) // 120)))
            x += 170
        elif kind in ("dataObjectReference", "dataStoreReference"):
            sheet.shapes[key] = Box(x, y, 50, 50)
            x += 120
    for element in root.iter():
        if local(element) not in ("association", "messageFlow"):
            continue
        ends = [element.get("sourceRef", ""), element.get("targetRef", "")]
        one, two = (sheet.shapes.get(end) or frames.get(end) for end in ends)
        if one is not None and two is not None:
            down = one.y < two.y
            x_of = one.middle[0] if ends[0] in sheet.shapes else two.middle[0]
            target_x = x_of if ends[1] in frames else two.middle[0]
            start, stop = (one.bottom, two.y) if down else (one.y, two.bottom)
            sheet.arrows[element.get("id", "")] = [(x_of, start), (target_x, stop)]


def _diagram(of: str, sheet: Drawing, frames: dict[str, Box]) -> etree._Element:
    names = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
    diagram = etree.Element(f"{{{BPMNDI}}}BPMNDiagram", {"id": f"diagram_{of}"}, nsmap=names)
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", {"id": f"plane_{of}", "bpmnElement": of})
    for key, box in sorted(frames.items(), key=lambda item: -item[1].width):  # pools before their lanes
        _bounds(_shape(plane, key, isHorizontal="true"), box)
    for key, box in sorted(sheet.shapes.items(), key=lambda item: _depth(sheet, *item)):
        shape = _shape(plane, key, isExpanded="true") if key in sheet.open_boxes else _shape(plane, key)
        _bounds(shape, box)
        _label(shape, sheet.labels.get(key))
    for key, points in sheet.arrows.items():
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{key}_di", "bpmnElement": key})
        for x, y in points:
            etree.SubElement(edge, f"{{{DI}}}waypoint", {"x": _number(x), "y": _number(y)})
        _label(edge, sheet.labels.get(key))
    return diagram


def _depth(sheet: Drawing, key: str, box: Box) -> float:
    """Open boxes from the outside in, then everything else: what is drawn later lies on top."""
    return -box.width * box.height if key in sheet.open_boxes else 1.0


def _shape(plane: etree._Element, key: str, **settings: str) -> etree._Element:
    return etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", {"id": f"{key}_di", "bpmnElement": key, **settings})


def _bounds(parent: etree._Element, box: Box) -> None:
    sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {name: _number(value) for name, value in sides.items()})


def _label(parent: etree._Element, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, f"{{{BPMNDI}}}BPMNLabel"), box)


def _number(value: float) -> str:
    return str(round(value))


def main(arguments: Sequence[str]) -> int:
    for name in arguments:
        path = Path(name)
        path.write_bytes(lay_out(path.read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
