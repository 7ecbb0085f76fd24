"""Which way each arrow takes: channels between columns, gutters between rows, none through a shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tools.drawing.figures import EVENTS, GATEWAYS, Edge, Line, Node
from tools.drawing.order import Ordered


class Routed(Ordered):
    """A scope whose arrows know their ways."""

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
