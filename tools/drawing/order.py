"""Which column and row each node of a scope stands in: the longest way straight on, loops left aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lxml import etree

from tools.drawing.figures import (
    BPMN,
    EVENT,
    EVENTS,
    GATEWAY,
    GATEWAYS,
    SUBPROCESSES,
    TASK,
    TASKS,
    Drawing,
    Edge,
    Node,
    label_size,
    local,
    text_width,
)


class Ordered:
    """The nodes of a scope with their columns and rows."""

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
            node.inner = type(self)(element, ()).drawn()
            node.width = max(node.inner.width, text_width(node.name) + 40)
            node.height = node.inner.height + 26
            return
        node.width, node.height = TASK if node.kind in TASKS else GATEWAY if node.kind in GATEWAYS else EVENT
        if node.name and node.kind in GATEWAYS:
            node.above = label_size(node.name)[1] + 4
        elif node.name and node.kind in EVENTS:
            node.below = label_size(node.name)[1] + 4

    def drawn(self) -> Drawing:
        """The scope with everything in its place; the last stage says how."""
        raise NotImplementedError

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
