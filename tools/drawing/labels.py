"""Where names are written: the free place nearest to what they name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tools.drawing.figures import EVENTS, GATEWAYS, Box, Drawing, Edge, Node, label_size
from tools.drawing.routes import Routed


class Labels:
    """The labels of one scope, one after another: each looks where those before it left room."""

    def __init__(self, scope: Routed, drawing: Drawing) -> None:
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
