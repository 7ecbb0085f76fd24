"""What the reader of a diagram sees: everything drawn, left to right, not too much on one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from forms.sentences import Sentence
from processes.linting.paths import loops_back
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import SUBPROCESSES, Diagram, Node, Process, Shape

MANY, TOO_MANY = 30, 60
TOLERANCE = 10.0


def _shapes(diagram: Diagram) -> dict[str, Shape]:
    return {shape.element: shape for shape in diagram.shapes}


def _nodes(diagram: Diagram) -> dict[str, tuple[Process, Node]]:
    return {node.id: (process, node) for process in diagram.processes for node in process.nodes.values()}


@rule("not_drawn")
def not_drawn(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        shapes = _shapes(diagram)
        for process in diagram.processes:
            for node in process.nodes.values():
                if node.id not in shapes:
                    yield (
                        diagram.file,
                        node.id,
                        Sentence(
                            "図に描かれていません(置き場所の記録がありません)。エディターで置き直してください。",
                            f'"{called(node)}" is not drawn: the file does not say where it stands. '
                            "Place it again in the editor.",
                        ),
                    )
            for flow in process.flows.values():
                if flow.id not in diagram.edges:
                    yield (
                        diagram.file,
                        flow.id,
                        Sentence(
                            "矢印が図に描かれていません(置き場所の記録がありません)。引き直してください。",
                            "The arrow is not drawn: the file does not say where it runs. Draw it again in the editor.",
                        ),
                    )


def _crowded(diagram: Diagram) -> Iterator[tuple[str, int]]:
    """Element and number of nodes for each sheet: the process, or the subprocess that has a sheet of its own.

    A subprocess drawn open on the sheet is a frame around nodes, not a node that is read.
    """
    planes = {shape.element: shape.plane for shape in diagram.shapes}
    for process in diagram.processes:
        counts: dict[str, int] = {}
        owners: dict[str, str] = {}
        for node in process.nodes.values():
            plane = planes.get(node.id, "")
            is_frame = any(planes.get(inner.id) == plane for inner in process.inside(node.id))
            counts[plane] = counts.get(plane, 0) + (not is_frame)
            parent_plane = planes.get(node.parent or "", "")
            owners.setdefault(plane, node.parent if node.parent and parent_plane != plane else process.id)
        for plane, count in counts.items():
            yield owners[plane], count


@rule("many_nodes", "warning")
def many_nodes(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for element, count in _crowded(diagram):
            if MANY < count <= TOO_MANY:
                yield diagram.file, element, _too_full(count)


@rule("too_many_nodes")
def too_many_nodes(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for element, count in _crowded(diagram):
            if count > TOO_MANY:
                yield diagram.file, element, _too_full(count)


def _too_full(count: int) -> Sentence:
    return Sentence(
        f"一枚の図に要素が{count}個あります({MANY}個まで)。まとまりを別の図に分けて、そこから呼んでください。",
        f"{count} steps on one sheet (up to {MANY}). Move a part into a diagram of its own and call it.",
    )


@rule("points_left", "warning", walks=True)
def points_left(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        shapes = _shapes(diagram)
        for process in diagram.processes:
            for flow in process.flows.values():
                source, target = shapes.get(flow.source), shapes.get(flow.target)
                if source is None or target is None or source.plane != target.plane:
                    continue
                if target.centre_x < source.centre_x - TOLERANCE and not loops_back(process, flow):
                    yield (
                        diagram.file,
                        flow.id,
                        Sentence(
                            "矢印が左へ戻っています。流れは左から右へ並べてください。",
                            "The arrow points left. Lay the diagram out from left to right.",
                        ),
                    )


@rule("overlapping_shapes", "warning")
def overlapping_shapes(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        nodes = _nodes(diagram)
        for first, second in _overlaps([shape for shape in diagram.shapes if shape.element in nodes]):
            pair = (nodes[first.element], nodes[second.element])
            if not _may_overlap(*pair[0], pair[1][1]) and not _may_overlap(*pair[1], pair[0][1]):
                yield (
                    diagram.file,
                    second.element,
                    Sentence(
                        f"「{called(pair[1][1])}」が「{called(pair[0][1])}」に重なって描かれています。離してください。",
                        f'"{called(pair[1][1])}" is drawn over "{called(pair[0][1])}". Move them apart.',
                    ),
                )


def _overlaps(shapes: list[Shape]) -> Iterator[tuple[Shape, Shape]]:
    for first, second in combinations(shapes, 2):
        across = first.x < second.x + second.width and second.x < first.x + first.width
        down = first.y < second.y + second.height and second.y < first.y + first.height
        if first.plane == second.plane and across and down and first.element != second.element:
            yield first, second


def _may_overlap(process: Process, node: Node, other: Node) -> bool:
    """A boundary event sits on its host; what lies in a subprocess lies on it, with its boundary events."""
    around = {ancestor.id for ancestor in process.ancestors(node)}
    if node.attached_to is not None:
        host = process.nodes.get(node.attached_to)
        around |= {node.attached_to} | (
            {inner.id for inner in process.inside(host.id)} if host and host.kind in SUBPROCESSES else set()
        )
    return other.id in around
