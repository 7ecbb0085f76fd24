"""BPMN as plain values: what a diagram says, without the XML and without an engine.

Kinds of nodes are the BPMN names as written in the file (`userTask`,
`exclusiveGateway`, `boundaryEvent` …). `processes.bpmn` makes these values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

HUMAN_TASKS = frozenset({"userTask", "manualTask"})
TASKS = HUMAN_TASKS | {"task", "scriptTask", "businessRuleTask", "serviceTask", "sendTask", "receiveTask"}
SUBPROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS


@dataclass(frozen=True, slots=True)
class Event:
    """What an event waits for or does.

    kind: none, message, timer, signal, error, escalation, conditional, terminate, link, compensate, cancel, multiple.
    name: the message's or signal's name, the error's or escalation's code.
    timer: date, duration or cycle. expression: the timer's body or the condition.
    """

    kind: str = "none"
    name: str | None = None
    timer: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of a service task as drawn; `value` is an expression."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """How an activity repeats.

    kind: loop, sequential or parallel (multi-instance).
    collection: the list it would walk over; refused by lint, variables are scalars.
    """

    kind: str
    cardinality: str | None = None
    collection: str | None = None
    condition: str | None = None
    maximum: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A task, event, gateway, subprocess or call activity.

    lane: name of its lane, inherited inside a subprocess and from an activity to its boundary events; None = outside.
    lane_role: role id behind the lane, None when unknown.
    properties: the `spiffworkflow:properties`, as written. doubled: names written more than once.
    exits: codes of `exits`, () for "none" or nothing.
    parent: id of the enclosing subprocess, None at the top of the process.
    """

    id: str
    kind: str
    name: str = ""
    lane: str | None = None
    lane_role: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
    documentation: str = ""
    called: str | None = None
    decision: str | None = None
    exits: tuple[str, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    event: Event = Event()
    parent: str | None = None
    triggered_by_event: bool = False
    operation: str | None = None
    arguments: tuple[Argument, ...] = ()
    repetition: Repetition | None = None
    scripts: tuple[str, ...] = ()

    @property
    def form(self) -> str | None:
        return self.properties.get("form") or None

    @property
    def message(self) -> str | None:
        """Name of the message it sends, throws or waits for."""
        return self.event.name if self.event.kind == "message" else None

    @property
    def is_human(self) -> bool:
        return self.kind in HUMAN_TASKS

    @property
    def is_event_subprocess(self) -> bool:
        return self.kind in SUBPROCESSES and self.triggered_by_event

    @property
    def throws(self) -> bool:
        return self.kind in ("sendTask", "intermediateThrowEvent", "endEvent")


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow from one node to the next. default: taken when no condition holds."""

    id: str
    source: str
    target: str
    condition: str | None = None
    default: bool = False
    name: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class Process:
    """One process: its nodes and flows at every depth, by id, in the order of the file.

    lanes: lane name -> ids of the nodes it lists. lane_ids: lane id -> lane name.
    executable: None when the file does not say.
    """

    id: str
    name: str
    file: str
    lanes: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lane_ids: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    executable: bool | None = None

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows.values():
            found.setdefault(flow.source, []).append(flow)
        return {source: tuple(flows) for source, flows in found.items()}

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows.values():
            found.setdefault(flow.target, []).append(flow)
        return {target: tuple(flows) for target, flows in found.items()}

    @cached_property
    def _boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.attached_to is not None:
                found.setdefault(node.attached_to, []).append(node)
        return {host: tuple(nodes) for host, nodes in found.items()}

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        return self._outgoing.get(node_id, ())

    def incoming(self, node_id: str) -> tuple[Flow, ...]:
        return self._incoming.get(node_id, ())

    def boundaries(self, node_id: str) -> tuple[Node, ...]:
        return self._boundaries.get(node_id, ())

    def inside(self, parent: str | None) -> tuple[Node, ...]:
        """The nodes directly in a subprocess; None = at the top of the process."""
        return self._by_parent.get(parent, ())

    @cached_property
    def _by_parent(self) -> Mapping[str | None, tuple[Node, ...]]:
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in found.items()}

    def starts(self, parent: str | None = None) -> tuple[Node, ...]:
        return tuple(node for node in self.inside(parent) if node.kind == "startEvent")

    def scopes(self) -> Iterator[str | None]:
        """None for the process itself, then the id of each subprocess in it."""
        yield None
        yield from (node.id for node in self.nodes.values() if node.kind in SUBPROCESSES)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """The subprocesses around a node, innermost first."""
        seen: set[str] = set()
        while node.parent is not None and node.parent in self.nodes and node.parent not in seen:
            seen.add(node.parent)
            node = self.nodes[node.parent]
            yield node

    def human_tasks(self) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.is_human)

    def messages_caught(self) -> set[str]:
        return {node.message for node in self.nodes.values() if node.message and not node.throws}

    def messages_thrown(self) -> set[str]:
        return {node.message for node in self.nodes.values() if node.message and node.throws}

    def calls(self) -> set[str]:
        return {node.called for node in self.nodes.values() if node.called}


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer inside a file: attribute `attribute` of `element` names `target`."""

    element: str
    attribute: str
    target: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a node is drawn. plane: the sheet it lies on (a collapsed subprocess has its own)."""

    element: str
    plane: str
    x: float
    y: float
    width: float
    height: float

    @property
    def centre_x(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Diagram:
    """One .bpmn file: its processes, and what only the check of the drawing needs.

    ids: every XML id with its BPMN element name, in order, repeats included.
    strange: (nearest id, tag) of elements that neither BPMN nor we know.
    nameless: (id of the scope, tag) of nodes and flows without an id.
    lanes_of: node id -> names of all lanes that list it.
    """

    file: str
    processes: tuple[Process, ...]
    ids: tuple[tuple[str, str], ...]
    references: tuple[Reference, ...]
    shapes: tuple[Shape, ...]
    edges: frozenset[str]
    strange: tuple[tuple[str, str], ...]
    extensions: tuple[tuple[str, str], ...]
    nameless: tuple[tuple[str, str], ...]
    lanes_of: Mapping[str, tuple[str, ...]]
