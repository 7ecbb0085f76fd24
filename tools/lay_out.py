"""Draw BPMN diagrams: compute the DI of .bpmn files from what they say, in place.

Reads pools, lanes, nodes and flows and writes shapes, arrows and labels anew.
Columns run left to right by longest path, loops left aside; each lane has its
own rows; arrows run in channels between columns and gutters between rows, so
that none crosses a shape. Subprocesses are drawn open with their content, event
subprocesses as boxes under the lines of their lane. Nothing but DI changes.

    python tools/lay_out.py processes/seamless_support/*.bpmn
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from unicodedata import east_asian_width

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

TASK = (136, 88)
EVENT = (36, 36)
GATEWAY = (50, 50)
GLYPH = 11.0  # width of one full-width character of a label
LINE = 14  # height of one line of a label
LABEL_WIDTH = 90  # where the editors break labels
COLUMN_MINIMUM = 96
TRACK = 20  # between two arrows side by side
MARGIN = 24
HEADER = 30  # the name bars of a pool and of a lane

EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
TASKS = {
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "callActivity",
}
SUBPROCESSES = {"subProcess", "adHocSubProcess", "transaction"}


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, by: float) -> Box:
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlap(self, other: Box) -> float:
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return wide * high if wide > 0 and high > 0 else 0.0


@dataclass
class Drawing:
    """What one scope looks like, from its own corner (0, 0)."""

    width: float = 0
    height: float = 0
    shapes: dict[str, Box] = field(default_factory=dict)
    open_boxes: set[str] = field(default_factory=set)
    lanes: dict[str, Box] = field(default_factory=dict)
    arrows: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def take(self, inner: Drawing, dx: float, dy: float) -> None:
        for key, box in inner.shapes.items():
            self.shapes[key] = box.moved(dx, dy)
        for key, box in inner.labels.items():
            self.labels[key] = box.moved(dx, dy)
        for key, points in inner.arrows.items():
            self.arrows[key] = [(x + dx, y + dy) for x, y in points]
        self.open_boxes |= inner.open_boxes


@dataclass(eq=False)
class Node:
    id: str
    kind: str
    name: str
    lane: int
    order: int
    width: float = 0
    height: float = 0
    inner: Drawing | None = None
    boundaries: list[Node] = field(default_factory=list)
    column: int = 0
    row: int = 0  # of its lane, later of the whole scope
    above: float = 0  # room its label takes over the shape
    below: float = 0


@dataclass(eq=False)
class Edge:
    id: str
    source: Node  # a boundary event's host stands for it in the columns
    target: Node
    name: str
    leaves: Node  # the node the arrow starts at: the source or one of its boundary events
    back: bool = False
    path: list[Line] = field(default_factory=list)
    exit: str = "right"
    entry: str = "left"


@dataclass(eq=False)
class Line:
    """One straight piece of an arrow: along a row, gutter, channel or through the middle of a node."""

    kind: str  # row, gutter (horizontal) · channel, middle (vertical)
    index: int
    edge: Edge
    node: Node | None = None
    track: int = 0


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_width(text: str) -> float:
    return sum(GLYPH if east_asian_width(c) in "WFA" else GLYPH * 0.6 for c in text)


def label_size(text: str) -> tuple[float, float]:
    """Width and height of a label, broken into lines as the editors do it: full lines first."""
    lines, filled = 1, 0.0
    for character in text:
        wide = text_width(character)
        if filled + wide > LABEL_WIDTH:
            lines, filled = lines + 1, 0.0
        filled += wide
    return (LABEL_WIDTH if lines > 1 else filled) + 2, lines * LINE


# --- one scope: a process or the inside of a subprocess ---


class Scope:
    def __init__(self, element: etree._Element, lanes: Sequence[etree._Element]) -> None:
        self.lanes = lanes
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.boxes: list[Node] = []  # event subprocesses
        self._read(element)

    def _read(self, element: etree._Element) -> None:
        lane_of = {
            (ref.text or "").strip(): number
            for number, lane in enumerate(self.lanes)
            for ref in lane.iterfind(f"{{{BPMN}}}flowNodeRef")
        }
        owner: dict[str, Node] = {}
        pieces: dict[str, Node] = {}
        for order, child in enumerate(element):
            kind = local(child)
            if kind not in EVENTS | GATEWAYS | TASKS | SUBPROCESSES:
                continue
            key = child.get("id", "")
            node = Node(key, kind, child.get("name") or "", lane_of.get(key, 0), order)
            self._measure(node, child)
            pieces[key] = node
            if kind == "boundaryEvent":
                continue
            if kind in SUBPROCESSES and child.get("triggeredByEvent") == "true":
                self.boxes.append(node)
            else:
                self.nodes[key] = node
                owner[key] = node
        for child in element:
            if local(child) == "boundaryEvent" and (host := self.nodes.get(child.get("attachedToRef", ""))):
                host.boundaries.append(pieces[child.get("id", "")])
                owner[child.get("id", "")] = host
        for host in self.nodes.values():
            if host.boundaries:
                host.below = max(host.below, 18 + max(label_size(event.name)[1] for event in host.boundaries))
        for child in element:
            source, target = child.get("sourceRef", ""), child.get("targetRef", "")
            if local(child) == "sequenceFlow" and source in owner and target in owner:
                self.edges.append(
                    Edge(child.get("id", ""), owner[source], owner[target], child.get("name") or "", pieces[source])
                )

    def _measure(self, node: Node, element: etree._Element) -> None:
        if node.kind in SUBPROCESSES:
            node.inner = Scope(element, ()).drawn()
            node.width = max(node.inner.width, text_width(node.name) + 40)
            node.height = node.inner.height + 26
            return
        node.width, node.height = TASK if node.kind in TASKS else GATEWAY if node.kind in GATEWAYS else EVENT
        if node.name and node.kind in GATEWAYS:
            node.above = label_size(node.name)[1] + 4
        elif node.name and node.kind in EVENTS:
            node.below = label_size(node.name)[1] + 4

    # --- where things stand ---

    def drawn(self) -> Drawing:
        self._columns()
        self._rows()
        self._routes()
        return self._place()

    def _columns(self) -> None:
        """Longest path from the start; an arrow back to a node still being visited is a loop."""
        leaving: dict[Node, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            leaving[edge.source].append(edge)
        state: dict[Node, int] = {}
        finished: list[Node] = []
        entered = {edge.target for edge in self.edges}
        roots = [n for n in self.nodes.values() if n.kind == "startEvent" or n not in entered]
        for root in (*roots, *self.nodes.values()):
            if root in state:
                continue
            state[root] = 1
            stack: list[tuple[Node, Iterator[Edge]]] = [(root, iter(leaving[root]))]
            while stack:
                node, ways = stack[-1]
                way = next(ways, None)
                if way is None:
                    state[node] = 2
                    finished.append(node)
                    stack.pop()
                elif state.get(way.target) == 1:
                    way.back = True
                elif way.target not in state:
                    state[way.target] = 1
                    stack.append((way.target, iter(leaving[way.target])))
        for node in reversed(finished):
            for edge in leaving[node]:
                if not edge.back:
                    edge.target.column = max(edge.target.column, node.column + 1)
        self.remaining: dict[Node, int] = {}
        for node in finished:
            self.remaining[node] = 1 + max((self.remaining[e.target] for e in leaving[node] if not e.back), default=0)
        self.column_count = max((node.column for node in self.nodes.values()), default=-1) + 1

    def _rows(self) -> None:
        """A row per lane and branch: the longest way straight on, the others below it."""
        taken: dict[int, set[tuple[int, int]]] = defaultdict(set)
        placed: set[Node] = set()
        for node in sorted(self.nodes.values(), key=lambda n: (n.column, -self.remaining[n], n.order)):
            entering = [e for e in self.edges if e.target is node and not e.back and e.source in placed]
            here = [e for e in entering if e.source.lane == node.lane]
            cells = taken[node.lane]
            node.row = self._free_row(node, here, cells)
            cells.add((node.row, node.column))
            for edge in here:
                if edge.source.row == node.row and edge.leaves is edge.source:
                    cells.update((node.row, column) for column in range(edge.source.column + 1, node.column))
            placed.add(node)
        # rows of the whole scope, lane after lane
        self.row_lane: list[int] = []
        for lane in range(max(1, len(self.lanes))):
            members = [n for n in self.nodes.values() if n.lane == lane]
            used = sorted({n.row for n in members})
            base = len(self.row_lane)
            for node in members:
                node.row = base + used.index(node.row)
            self.row_lane.extend([lane] * len(used))
        self.at: dict[tuple[int, int], Node] = {(n.row, n.column): n for n in self.nodes.values()}

    def _free_row(self, node: Node, here: list[Edge], cells: set[tuple[int, int]]) -> int:
        straight = [e for e in here if e.leaves is e.source and self._favourite(e)]
        for edge in sorted(straight, key=lambda e: e.source.row):
            row = edge.source.row
            if all((row, column) not in cells for column in range(edge.source.column + 1, node.column + 1)):
                return row
        lowest = min((e.source.row + (0 if len(here) > 1 and e.leaves is e.source else 1) for e in here), default=0)
        row = lowest
        while (row, node.column) in cells:
            row += 1
        return row

    def _favourite(self, edge: Edge) -> bool:
        """Whether this arrow leads on along the main line of its source."""
        ways = [e for e in self.edges if e.source is edge.source and e.leaves is e.source and not e.back]
        ways = [e for e in ways if e.target.lane == edge.source.lane] or ways
        best = max(ways, key=lambda e: (self.remaining[e.target], -e.target.order))
        return best.target is edge.target

    # --- how arrows run ---

    def _routes(self) -> None:
        self.runs: dict[tuple[int, int], list[Edge]] = defaultdict(list)  # arrows along a cell's row
        self.drops: dict[tuple[int, int], list[Edge]] = defaultdict(list)  # arrows down a cell's middle
        self.used_sides: dict[tuple[Node, str], list[Edge]] = defaultdict(list)
        # arrows that stand in a gutter, in the middle of a column
        self.crossings: dict[tuple[int, int], list[Edge]] = defaultdict(list)
        for edge in sorted(self.edges, key=self._ease):
            options = list(self._backward(edge) if edge.back else self._forward(edge))
            edge.exit, edge.entry, edge.path = next((o for o in options if self._clear(edge, o)), options[-1])
            self._claim(edge)
        self._tracks()

    @staticmethod
    def _ease(edge: Edge) -> tuple[bool, bool, int, int]:
        """Arrows that are drawn first: onward before back, straight before bent, short before long."""
        columns, rows = edge.target.column - edge.source.column, edge.target.row - edge.source.row
        return edge.back, rows != 0, abs(columns), abs(rows)

    def _forward(self, edge: Edge) -> Iterator[tuple[str, str, list[Line]]]:
        source, target = edge.source, edge.target

        def row(index: int) -> Line:
            return Line("row", index, edge)

        def channel(index: int) -> Line:
            return Line("channel", index, edge)

        def gutter(index: int) -> Line:
            return Line("gutter", index, edge)

        middle = Line("middle", source.column, edge, node=edge.leaves)
        last = channel(target.column - 1)
        if edge.leaves is not source:  # a boundary event leaves downwards
            if target.row > source.row:
                yield "bottom", "left", [middle, row(target.row)]
            yield "bottom", "left", [middle, gutter(source.row + 1), last, row(target.row)]
            return
        if source.row == target.row:
            yield "right", "left", [row(source.row)]
        side = "bottom" if target.row > source.row else "top"
        near = source.row + 1 if target.row >= source.row else source.row
        if source.kind in GATEWAYS and source.row != target.row:
            yield side, "left", [middle, row(target.row)]
            yield side, "left", [middle, gutter(near), last, row(target.row)]
        if source.row != target.row:
            if target.kind in EVENTS:
                into = Line("middle", target.column, edge, node=target)
                yield "right", "top" if target.row > source.row else "bottom", [row(source.row), into]
            yield "right", "left", [row(source.row), last, row(target.row)]
            if target.column - source.column > 1:
                yield "right", "left", [row(source.row), channel(source.column), row(target.row)]
        if source.row == target.row and target.kind not in EVENTS | GATEWAYS:
            enter = Line("middle", target.column, edge, node=target)
            yield "bottom", "bottom", [middle, gutter(source.row + 1), enter]
            yield "top", "top", [middle, gutter(source.row), enter]
        beside = target.row if target.row > source.row else target.row + 1
        for g in dict.fromkeys((near, beside, source.row + 1, source.row)):
            if source.kind in GATEWAYS:
                yield "bottom" if g > source.row else "top", "left", [middle, gutter(g), last, row(target.row)]
            yield "right", "left", [row(source.row), channel(source.column), gutter(g), last, row(target.row)]

    def _backward(self, edge: Edge) -> Iterator[tuple[str, str, list[Line]]]:
        source, target = edge.source, edge.target
        leave = Line("middle", source.column, edge, node=edge.leaves)
        enter = Line("middle", target.column, edge, node=target)
        sides = [1, 0] if target.row >= source.row else [0, 1]
        if edge.leaves is not source:
            sides = [1]
        beside = [Line("channel", target.column - 1, edge), Line("row", target.row, edge)]
        for below in sides:
            gutter = Line("gutter", source.row + below, edge)
            entry = "bottom" if target.row < source.row + below else "top"
            yield "bottom" if below else "top", entry, [leave, gutter, enter]
        for below in sides:
            gutter = Line("gutter", source.row + below, edge)
            yield "bottom" if below else "top", "left", [leave, gutter, *beside]
        first = Line("row", source.row, edge), Line("channel", source.column, edge)
        for g in (target.row + 1, target.row):
            yield "right", "bottom" if g > target.row else "top", [*first, Line("gutter", g, edge), enter]
        yield "right", "left", [*first, Line("gutter", target.row + 1, edge), *beside]

    def _cells(self, edge: Edge, path: list[Line]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
        """Cells whose row the path runs along, and cells whose middle it goes down."""
        along: set[tuple[int, int]] = set()
        down: set[tuple[int, int]] = set()
        for number, line in enumerate(path):
            before = path[number - 1] if number else None
            after = path[number + 1] if number + 1 < len(path) else None
            start: float
            stop: float
            if line.kind == "row":
                start = (edge.source.column if before is None else before.index) + (
                    before is None or before.kind == "channel"
                )
                stop = edge.target.column - 1 if after is None else after.index
                along |= {(line.index, column) for column in range(int(start), int(stop) + 1)}
            elif line.kind == "middle":
                start = edge.source.row if before is None else self._rank(before)
                stop = edge.target.row if after is None else self._rank(after)
                top, low = min(start, stop), max(start, stop)
                down |= {(row, line.index) for row in range(len(self.row_lane)) if top < row < low}
        return along - {(edge.source.row, edge.source.column)}, down

    def _upright(self, edge: Edge, path: list[Line]) -> Iterator[tuple[int, int]]:
        """Gutters and columns where the path stands in the middle of the column. Boundary events stand beside it."""
        for number, line in enumerate(path):
            if line.kind != "middle" or (line.node is not None and line.node.kind == "boundaryEvent"):
                continue
            start = edge.source.row if number == 0 else self._rank(path[number - 1])
            stop = edge.target.row if number + 1 == len(path) else self._rank(path[number + 1])
            low, high = min(start, stop), max(start, stop)
            yield from ((g, line.index) for g in range(len(self.row_lane) + 1) if low <= g - 0.5 <= high)

    @staticmethod
    def _rank(line: Line) -> float:
        return line.index - 0.5 if line.kind == "gutter" else float(line.index)

    def _clear(self, edge: Edge, option: tuple[str, str, list[Line]]) -> bool:
        exit, entry, path = option
        along, down = self._cells(edge, path)
        ends = {(edge.target.row, edge.target.column)} if entry != "left" else set()
        if any(cell in self.at for cell in (along - ends) | down):
            return False
        if any(self._quarrel(edge, other) for cell in along for other in self.runs[cell]):
            return False
        if any(self._quarrel(edge, other) for cell in down for other in self.drops[cell]):
            return False
        for place in self._upright(edge, path):
            if any(self._quarrel(edge, other) for other in self.crossings[place]):
                return False
        for node, side in ((edge.leaves, exit), (edge.target, entry)):
            for other in self.used_sides[node, side]:
                if (other.leaves is node) != (edge.leaves is node):
                    return False  # one comes in where the other goes out
                if other.leaves is edge.leaves and other.target is edge.target and other.back == edge.back:
                    return False  # two arrows between the same nodes stay apart
        return not (entry == "bottom" and edge.target.boundaries)

    @staticmethod
    def _quarrel(edge: Edge, other: Edge) -> bool:
        return edge.leaves is not other.leaves and edge.target is not other.target

    def _claim(self, edge: Edge) -> None:
        along, down = self._cells(edge, edge.path)
        for cell in along:
            self.runs[cell].append(edge)
        for cell in down:
            self.drops[cell].append(edge)
        for place in self._upright(edge, edge.path):
            self.crossings[place].append(edge)
        self.used_sides[edge.leaves, edge.exit].append(edge)
        self.used_sides[edge.target, edge.entry].append(edge)

    def _tracks(self) -> None:
        """Give arrows that would lie on each other in a channel or gutter tracks of their own."""
        lines: dict[tuple[str, int], list[tuple[float, float, Line]]] = defaultdict(list)
        for edge in self.edges:
            for number, line in enumerate(edge.path):
                if line.kind not in ("channel", "gutter"):
                    continue
                ends = (self._end(edge, number, -1), self._end(edge, number, 1))
                lines[line.kind, line.index].append((min(ends), max(ends), line))
        self.track_count: dict[tuple[str, int], int] = {}
        for key, members in lines.items():
            tracks: list[list[tuple[float, float, Line]]] = []
            for start, stop, line in sorted(members, key=lambda m: (m[1] - m[0], m[0])):
                for number, track in enumerate(tracks):
                    if all(stop < s or start > e or not self._apart(line, other) for s, e, other in track):
                        track.append((start, stop, line))
                        line.track = number
                        break
                else:
                    line.track = len(tracks)
                    tracks.append([(start, stop, line)])
            self.track_count[key] = len(tracks)
            if key[0] == "channel":
                self._order_tracks(key[1], tracks)

    def _apart(self, line: Line, other: Line) -> bool:
        """Whether two lines need tracks of their own: arrows of one source may start together in a channel only."""
        if line.edge.target is other.edge.target and line.edge.entry == other.edge.entry:
            return False
        return line.kind == "gutter" or line.edge.leaves is not other.edge.leaves or line.edge.exit != other.edge.exit

    def _order_tracks(self, channel: int, tracks: list[list[tuple[float, float, Line]]]) -> None:
        """Tracks from left to right, so that an arrow leaving on a row turns off before another joins that row."""
        leaving: dict[int, set[int]] = defaultdict(set)
        joining: dict[int, set[int]] = defaultdict(set)
        for number, track in enumerate(tracks):
            for _, _, line in track:
                place = line.edge.path.index(line)
                for step, kept in ((-1, leaving), (1, joining)):
                    beside = line.edge.path[place + step] if 0 <= place + step < len(line.edge.path) else None
                    if beside is not None and beside.kind == "row":
                        kept[beside.index].add(number)
        first: dict[int, set[int]] = {number: set() for number in range(len(tracks))}
        for row, numbers in leaving.items():
            for number in numbers:
                for later in joining[row] - numbers:
                    first[later].add(number)
        order: list[int] = []
        while len(order) < len(tracks):
            open_now = [n for n in first if n not in order]
            order.append(next((n for n in open_now if first[n] <= set(order)), open_now[0]))
        for number, track in enumerate(tracks):
            for _, _, line in track:
                line.track = order.index(number)

    def _end(self, edge: Edge, number: int, step: int) -> float:
        """Where a line ends, in ranks: rows and columns are odd, gutters and channels even."""
        line = edge.path[number]
        neighbour = edge.path[number + step] if 0 <= number + step < len(edge.path) else None
        if neighbour is None:
            node = edge.source if step < 0 else edge.target
            return 2 * (node.row if line.kind == "channel" else node.column) + 1
        if neighbour.kind == "row":
            return 2 * neighbour.index + 1
        if neighbour.kind == "gutter":
            return 2 * neighbour.index
        if neighbour.kind == "middle":
            return 2 * neighbour.index + 1
        return 2 * neighbour.index + 2

    # --- coordinates ---

    def _place(self) -> Drawing:
        drawing = Drawing()
        left = HEADER + 8 if self.lanes else MARGIN
        self._place_columns(left)
        self._place_rows()
        for node in self.nodes.values():
            x = self.column_x[node.column] + (self.column_width[node.column] - node.width) / 2
            box = Box(x, self.row_y[node.row] - node.height / 2, node.width, node.height)
            drawing.shapes[node.id] = box
            self._open(drawing, node, box)
            for number, event in enumerate(reversed(node.boundaries)):
                room = node.width / max(1, len(node.boundaries)) if node.kind not in SUBPROCESSES else 130
                drawing.shapes[event.id] = Box(box.right - 26 - number * min(130, room) - 18, box.bottom - 18, 36, 36)
        for edge in self.edges:
            drawing.arrows[edge.id] = self._waypoints(drawing, edge)
        width = self.column_x[-1] if self.column_count else left
        drawing.width = max(width, self._place_boxes(drawing, left, width)) + (0 if self.lanes else MARGIN / 2)
        drawing.height = self.lane_bottom[-1]
        for number, lane in enumerate(self.lanes):
            top = self.lane_bottom[number - 1] if number else 0
            drawing.lanes[lane.get("id", "")] = Box(0, top, drawing.width, self.lane_bottom[number] - top)
        _Labels(self, drawing).write()
        return drawing

    def _open(self, drawing: Drawing, node: Node, box: Box) -> None:
        if node.inner is not None:
            drawing.open_boxes.add(node.id)
            drawing.take(node.inner, box.x + (box.width - node.inner.width) / 2, box.y + 26)

    def _place_columns(self, left: float) -> None:
        self.column_width = [0.0] * self.column_count
        for node in self.nodes.values():
            named = node.kind in EVENTS | GATEWAYS and node.name
            room = max(node.width, label_size(node.name)[0] + 4 if named else 0, COLUMN_MINIMUM)
            self.column_width[node.column] = max(self.column_width[node.column], room)
        self.channel_x: dict[int, float] = {}
        self.column_x: list[float] = []
        x = left
        for column in range(-1, self.column_count):
            if column >= 0:
                self.column_x.append(x)
                x += self.column_width[column]
            tracks = self.track_count.get(("channel", column), 0)
            here = [e for e in self.edges if e.name and e.source.column == column and not e.back]
            said = max((self._label_room(e, column) for e in here), default=0)
            self.channel_x[column] = x + said + (14 if tracks else 0)
            x += max(34 if column >= 0 else 0, said + 14 + tracks * TRACK + (6 if tracks else 0))
        self.column_x.append(x)

    def _label_room(self, edge: Edge, column: int) -> float:
        """How much of the channel a label needs beyond the half column its arrow crosses."""
        wide = label_size(edge.name)[0]
        if edge.exit == "right":
            spare = (self.column_width[column] - edge.source.width) / 2
        else:
            spare = self.column_width[column] / 2 - 8
        return max(0.0, wide - spare)

    def _place_rows(self) -> None:
        rows = len(self.row_lane)
        above = [0.0] * rows
        below = [0.0] * rows
        for node in self.nodes.values():
            above[node.row] = max(above[node.row], node.height / 2 + node.above)
            below[node.row] = max(below[node.row], node.height / 2 + node.below)
        self.row_y = [0.0] * rows
        self.gutter_y: dict[int, float] = {}
        self.lane_bottom: list[float] = []
        self.band_top: list[float] = []
        y = 0.0
        for lane in range(max(1, len(self.lanes))):
            members = [r for r in range(rows) if self.row_lane[r] == lane]
            y += MARGIN / 2 if self.lanes else 0
            for row in members:
                y = self._gutter(row, y)
                self.row_y[row] = y + above[row]
                y = self.row_y[row] + below[row]
            if members and (members[-1] == rows - 1 or members[-1] + 1 not in self.gutter_y):
                y = self._gutter(members[-1] + 1, y)
            self.band_top.append(y)
            for height in self._band_heights(lane):
                y += height + MARGIN
            self.lane_bottom.append(y + (MARGIN / 2 if self.lanes else 0))

    def _gutter(self, index: int, y: float) -> float:
        if index in self.gutter_y:  # shared with the lane above
            return y + 8
        tracks = self.track_count.get(("gutter", index), 0)
        said = any(line.kind == "gutter" and line.index == index and e.name for e in self.edges for line in e.path)
        self.gutter_y[index] = y + (20 if said else 12)
        return y + (12 + (12 if said else 0) + tracks * TRACK if tracks else 14)

    def _bands(self, lane: int) -> list[list[Node]]:
        """The event subprocesses of a lane, in rows not much wider than the page."""
        limit = max(1250.0, self.column_x[-1] if self.column_count else 0)
        bands: list[list[Node]] = []
        room = 0.0
        for box in (b for b in self.boxes if b.lane == lane):
            if not bands or room + box.width > limit:
                bands.append([])
                room = 0
            bands[-1].append(box)
            room += box.width + MARGIN
        return bands

    def _band_heights(self, lane: int) -> list[float]:
        return [max(box.height for box in band) for band in self._bands(lane)]

    def _place_boxes(self, drawing: Drawing, left: float, width: float) -> float:
        for lane in range(max(1, len(self.lanes))):
            y = self.band_top[lane] + MARGIN / 2
            for band in self._bands(lane):
                x = left + MARGIN / 2
                for node in band:
                    box = Box(x, y, node.width, node.height)
                    drawing.shapes[node.id] = box
                    self._open(drawing, node, box)
                    x += node.width + MARGIN
                width = max(width, x)
                y += max(node.height for node in band) + MARGIN
        return width

    def _waypoints(self, drawing: Drawing, edge: Edge) -> list[tuple[float, float]]:
        start, stop = drawing.shapes[edge.leaves.id], drawing.shapes[edge.target.id]
        points = [_dock(start, edge.exit)]
        for one, two in pairwise(edge.path):
            across, along = (one, two) if one.kind in ("channel", "middle") else (two, one)
            points.append((self._x(drawing, across), self._y(along)))
        points.append(_dock(stop, edge.entry))
        kept = points[:1]
        for before, point, after in zip(points, points[1:], points[2:], strict=False):
            if not (before[0] == point[0] == after[0] or before[1] == point[1] == after[1]):
                kept.append(point)
        return [*kept, points[-1]]

    def _x(self, drawing: Drawing, line: Line) -> float:
        if line.node is not None:
            return drawing.shapes[line.node.id].middle[0]
        return self.channel_x[line.index] + line.track * TRACK

    def _y(self, line: Line) -> float:
        return self.row_y[line.index] if line.kind == "row" else self.gutter_y[line.index] + line.track * TRACK


def _dock(box: Box, side: str) -> tuple[float, float]:
    x, y = box.middle
    return {"left": (box.x, y), "right": (box.right, y), "top": (x, box.y), "bottom": (x, box.bottom)}[side]


# --- labels: the free place nearest to what they name ---


class _Labels:
    def __init__(self, scope: Scope, drawing: Drawing) -> None:
        self.scope = scope
        self.drawing = drawing
        nodes = [*scope.nodes.values(), *(event for node in scope.nodes.values() for event in node.boundaries)]
        self.nodes = nodes
        self.solid = [drawing.shapes[node.id] for node in nodes] + [drawing.shapes[box.id] for box in scope.boxes]
        self.ways = {edge.id: [_bar(a, b) for a, b in pairwise(drawing.arrows[edge.id])] for edge in scope.edges}
        self.written: list[Box] = []

    def write(self) -> None:
        for node in self.nodes:
            if node.name and node.kind in EVENTS | GATEWAYS:
                self._put(node.id, list(self._beside(node)), None)
        for edge in self.scope.edges:
            if edge.name:
                self._put(edge.id, list(self._along(edge)), edge)

    def _put(self, key: str, places: list[Box], edge: Edge | None) -> None:
        bars = [bar for other, run in self.ways.items() for bar in run]
        own = self.ways[edge.id] if edge is not None else []

        def cost(number: int) -> float:
            place = places[number]
            hidden = sum(place.overlap(box) for box in self.solid) * 10
            hidden += sum(place.grown(2).overlap(box) for box in self.written) * 10
            crossed = sum(place.overlap(bar) for bar in bars if bar not in own) * 4
            crossed += sum(place.overlap(bar) for bar in own) * 4
            crossed += 1000 if place.x < 0 or place.right > self.drawing.width else 0
            return hidden + crossed + number * 3

        best = places[min(range(len(places)), key=cost)]
        self.written.append(best)
        self.drawing.labels[key] = best

    def _beside(self, node: Node) -> Iterator[Box]:
        box = self.drawing.shapes[node.id]
        x, _ = box.middle
        wide, high = label_size(node.name)
        above = Box(x - wide / 2, box.y - high - 4, wide, high)
        below = Box(x - wide / 2, box.bottom + 4, wide, high)
        if node.kind == "boundaryEvent":
            yield Box(x - 3 - wide, box.bottom + 1, wide, high)
            yield Box(x + 3, box.bottom + 1, wide, high)
        yield from (above, below) if node.kind in GATEWAYS else (below, above)
        for base in (above, below):
            yield base.moved(-wide / 2 - 6, 4 if base is above else -4)
            yield base.moved(wide / 2 + 6, 4 if base is above else -4)

    def _along(self, edge: Edge) -> Iterator[Box]:
        points = self.drawing.arrows[edge.id]
        wide, high = label_size(edge.name)
        flat = [(a, b) for a, b in pairwise(points) if a[1] == b[1] and abs(a[0] - b[0]) >= 20]
        beside = [e for e in self.scope.edges if e is not edge and e.leaves is edge.leaves and e.exit == edge.exit]
        if beside and len(flat) > 1 and flat[0][0] == points[0]:
            flat = [*flat[1:], flat[0]]  # the first piece is shared with another arrow
        for a, b in flat:
            right = b[0] > a[0]
            x = a[0] + 4 if right else a[0] - 4 - wide
            yield Box(x, a[1] - high - 3, wide, high)
            yield Box(x, a[1] + 3, wide, high)
        for a, b in pairwise(points):
            if a[0] == b[0] and abs(a[1] - b[1]) >= high:
                y = a[1] + 6 if b[1] > a[1] else a[1] - 6 - high
                yield Box(a[0] + 4, y, wide, high)
                yield Box(a[0] - 4 - wide, y, wide, high)
        (ax, ay), (bx, by) = points[0], points[1]
        yield Box((ax + bx) / 2 - wide / 2, (ay + by) / 2 - high - 3, wide, high)


def _bar(a: tuple[float, float], b: tuple[float, float]) -> Box:
    return Box(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, abs(a[0] - b[0]) + 2, abs(a[1] - b[1]) + 2)


# --- the file ---


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
