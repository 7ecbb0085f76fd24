"""Where everything stands: columns and rows as wide as what is in them, arrows along their ways."""

from __future__ import annotations

from itertools import pairwise

from tools.drawing.figures import (
    COLUMN_MINIMUM,
    EVENTS,
    GATEWAYS,
    HEADER,
    MARGIN,
    SUBPROCESSES,
    TRACK,
    Box,
    Drawing,
    Edge,
    Line,
    Node,
    label_size,
)
from tools.drawing.labels import Labels
from tools.drawing.routes import Routed


class Scope(Routed):
    """A process or the inside of a subprocess, from what it says to its drawing."""

    def drawn(self) -> Drawing:
        self._columns()
        self._rows()
        self._routes()
        return self._place()

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
        Labels(self, drawing).write()
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
