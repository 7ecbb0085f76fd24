"""What is drawn, as plain values: boxes, nodes, arrows, and how large a text is."""

from __future__ import annotations

from dataclasses import dataclass, field
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
