"""Reading a .bpmn file into plain values. Reads what it can; what is missing is for lint to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from forms.sentences import Sentence
from processes import markup
from processes.findings import Unreadable
from processes.model import (
    FLOW_NODES,
    SUBPROCESSES,
    Argument,
    Diagram,
    Event,
    Flow,
    Node,
    Process,
    Reference,
    Repetition,
)
from processes.shapes import BPMNDI, shapes_and_edges
from processes.vocabulary import role_of

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

MOST_NODES, MOST_FLOWS = 500, 1500
_TOO_MANY = Sentence(
    f"図の要素が多すぎて点検できません(要素{MOST_NODES}個まで)。別の図に分けて、そこから呼んでください。",
    f"The diagram is too large to be checked (at most {MOST_NODES} steps). "
    "Move parts into diagrams of their own and call them.",
)

# Children of a process that are neither nodes nor flows and do no harm.
_SILENT = frozenset(
    [
        "documentation",
        "extensionElements",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "property",
        "ioSpecification",
        "monitoring",
        "auditing",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "supports",
        "correlationSubscription",
        "dataInputAssociation",
        "dataOutputAssociation",
    ]
)
_POINTERS = frozenset(
    [
        "sourceRef",
        "targetRef",
        "attachedToRef",
        "messageRef",
        "signalRef",
        "errorRef",
        "escalationRef",
        "processRef",
        "default",
        "bpmnElement",
    ]
)
_POINTING_TEXT = frozenset({"flowNodeRef", "incoming", "outgoing"})
_EVENT_KINDS = frozenset(
    ["message", "timer", "signal", "error", "escalation", "conditional", "terminate", "link", "compensate", "cancel"]
)


def read(file: str, data: bytes) -> Diagram:
    """The diagram in the file. Raises Unreadable when it is not BPMN at all."""
    root = markup.parse(data)
    if markup.local(root) != "definitions" or markup.namespace(root) != BPMN:
        raise Unreadable(
            "not_bpmn",
            Sentence(
                "BPMNの図ではありません(definitionsで始まっていません)。図のエディターで作り直してください。",
                "Not a BPMN diagram (it does not begin with definitions). Make it again in the diagram editor.",
            ),
        )
    return _Reader(file, root).diagram()


class _Reader:
    """One pass over one file, with the names that messages, signals, errors and escalations have in it."""

    def __init__(self, file: str, root: etree._Element) -> None:
        self.file = file
        self.root = root
        self.event_names = {
            element.get("id", ""): (
                element.get("errorCode") or element.get("escalationCode") or element.get("name") or ""
            ).strip()
            for tag in ("message", "signal", "error", "escalation")
            for element in root.findall(f"{{{BPMN}}}{tag}")
        }
        self.strange: list[tuple[str, str]] = []
        self.nameless: list[tuple[str, str]] = []
        self.lanes_of: dict[str, list[str]] = {}

    def diagram(self) -> Diagram:
        processes = tuple(self._process(element) for element in _children(self.root, "process"))
        if sum(len(process.nodes) for process in processes) > MOST_NODES:
            raise Unreadable("too_large", _TOO_MANY)
        if sum(len(process.flows) for process in processes) > MOST_FLOWS:
            raise Unreadable("too_large", _TOO_MANY)
        shapes, edges = shapes_and_edges(self.root)
        return Diagram(
            file=self.file,
            processes=processes,
            ids=tuple(
                (markup.attribute(element, "id"), markup.local(element))
                for element in self.root.iter()
                if element.get("id") and markup.namespace(element) in (BPMN, BPMNDI)
            ),
            references=tuple(_references(self.root)),
            shapes=tuple(shapes),
            edges=frozenset(edges),
            strange=tuple(self.strange),
            extensions=tuple(_extensions(self.root)),
            nameless=tuple(self.nameless),
            lanes_of={node: tuple(names) for node, names in self.lanes_of.items()},
        )

    def _process(self, element: etree._Element) -> Process:
        lane_ids, lanes = self._lanes(element)
        nodes: dict[str, Node] = {}
        flows: dict[str, Flow] = {}
        self._scope(element, None, None, nodes, flows)
        for node in list(nodes.values()):
            if node.attached_to in nodes and node.lane is None:
                host = nodes[node.attached_to]
                nodes[node.id] = _with_lane(node, host.lane)
        executable = element.get("isExecutable")
        return Process(
            id=element.get("id", ""),
            name=markup.attribute(element, "name"),
            file=self.file,
            lanes=lanes,
            nodes=nodes,
            flows=flows,
            lane_ids=lane_ids,
            documentation=_documentation(element),
            executable=None if executable is None else _flag(executable),
        )

    def _lanes(self, process: etree._Element) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """Lane ids -> names, lane names -> node ids. Of nested lanes only the innermost count."""
        lane_ids: dict[str, str] = {}
        lanes: dict[str, tuple[str, ...]] = {}
        for lane_set in _children(process, "laneSet"):
            for lane in lane_set.iter(f"{{{BPMN}}}lane"):
                if lane.find(f"{{{BPMN}}}childLaneSet") is not None:
                    continue
                name = markup.attribute(lane, "name")
                members = tuple(markup.unprefixed(markup.content(ref)) for ref in _children(lane, "flowNodeRef"))
                lane_ids[lane.get("id", "")] = name
                lanes[name] = lanes.get(name, ()) + members
                for member in members:
                    self.lanes_of.setdefault(member, []).append(name)
        return lane_ids, lanes

    def _scope(
        self,
        scope: etree._Element,
        parent: str | None,
        lane: str | None,
        nodes: dict[str, Node],
        flows: dict[str, Flow],
    ) -> None:
        defaults = {element.get("default") for element in scope if element.get("default")}
        for element in scope:
            tag = markup.local(element)
            if markup.namespace(element) != BPMN or tag in _SILENT:
                continue
            if tag not in FLOW_NODES and tag != "sequenceFlow":
                self.strange.append((markup.attribute(element, "id") or markup.attribute(scope, "id"), tag))
            elif not element.get("id"):
                self.nameless.append((scope.get("id", ""), tag))
            elif tag == "sequenceFlow":
                flow = _flow(element, parent, element.get("id") in defaults)
                flows[flow.id] = flow
            else:
                node = self._node(element, tag, parent, lane)
                nodes[node.id] = node
                if tag in SUBPROCESSES:
                    self._scope(element, node.id, node.lane, nodes, flows)

    def _node(self, element: etree._Element, tag: str, parent: str | None, inherited: str | None) -> Node:
        id = markup.attribute(element, "id")
        listed = self.lanes_of.get(id)
        lane = listed[0] if listed else inherited
        extension = element.find(f"{{{BPMN}}}extensionElements")
        properties = _properties(extension)
        service = None if extension is None else extension.find(f"{{{SPIFF}}}serviceTaskOperator")
        return Node(
            id=id,
            kind=tag,
            name=markup.attribute(element, "name"),
            lane=lane,
            lane_role=role_of(lane),
            properties=properties,
            doubled=_doubled(extension),
            documentation=_documentation(element),
            called=(element.get("calledElement") or "").strip() or None,
            decision=_extension_text(extension, "calledDecisionId"),
            exits=exit_codes(properties.get("exits", "")),
            attached_to=markup.unprefixed(element.get("attachedToRef", "")) or None,
            interrupting=_flag(element.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting", "true")),
            event=self._event(element),
            parent=parent,
            triggered_by_event=_flag(element.get("triggeredByEvent", "false")),
            operation=None if service is None else (service.get("id") or "").strip(),
            arguments=tuple(_arguments(service)),
            repetition=_repetition(element),
            scripts=tuple(
                tag
                for tag in ("preScript", "postScript")
                if extension is not None and extension.find(f"{{{SPIFF}}}{tag}") is not None
            ),
        )

    def _event(self, element: etree._Element) -> Event:
        if markup.local(element) in ("sendTask", "receiveTask"):
            return Event("message", self._named(element.get("messageRef")))
        definitions = [child for child in element if markup.local(child).endswith("EventDefinition")]
        if not definitions:
            return Event()
        if len(definitions) > 1:
            return Event("multiple")
        definition = definitions[0]
        kind = markup.local(definition).removesuffix("EventDefinition")
        if kind not in _EVENT_KINDS:
            return Event("multiple")
        if kind == "timer":
            return _timer(definition)
        if kind == "conditional":
            return Event(kind, expression=markup.content(definition.find(f"{{{BPMN}}}condition")))
        reference = definition.get(f"{kind}Ref")
        return Event(kind, self._named(reference))

    def _named(self, reference: str | None) -> str | None:
        return self.event_names.get(markup.unprefixed(reference or "")) or None


def exit_codes(text: str) -> tuple[str, ...]:
    """The codes of an `exits` setting; () for "none" and for nothing."""
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    return () if codes == ("none",) else codes


def _children(element: etree._Element, tag: str) -> list[etree._Element]:
    return element.findall(f"{{{BPMN}}}{tag}")


def _flag(text: str) -> bool:
    return text.strip().lower() in ("true", "1")


def _documentation(element: etree._Element) -> str:
    return "\n".join(filter(None, (markup.content(child) for child in _children(element, "documentation"))))


def _with_lane(node: Node, lane: str | None) -> Node:
    return Node(**{name: getattr(node, name) for name in Node.__slots__} | {"lane": lane, "lane_role": role_of(lane)})


def _properties(extension: etree._Element | None) -> Mapping[str, str]:
    return {
        markup.attribute(element, "name"): (element.get("value") or "").strip()
        for element in _property_elements(extension)
    }


def _doubled(extension: etree._Element | None) -> tuple[str, ...]:
    counts = Counter(markup.attribute(element, "name") for element in _property_elements(extension))
    return tuple(name for name, count in counts.items() if count > 1)


def _property_elements(extension: etree._Element | None) -> list[etree._Element]:
    return [] if extension is None else extension.findall(f"{{{SPIFF}}}properties/{{{SPIFF}}}property")


def _extension_text(extension: etree._Element | None, tag: str) -> str | None:
    return None if extension is None else markup.content(extension.find(f"{{{SPIFF}}}{tag}")) or None


def _arguments(service: etree._Element | None) -> Iterator[Argument]:
    if service is None:
        return
    for element in service.findall(f"{{{SPIFF}}}parameters/{{{SPIFF}}}parameter"):
        yield Argument(
            (element.get("id") or "").strip(), (element.get("type") or "").strip(), (element.get("value") or "").strip()
        )


def _flow(element: etree._Element, parent: str | None, default: bool) -> Flow:
    return Flow(
        id=markup.attribute(element, "id"),
        source=markup.unprefixed(element.get("sourceRef", "")),
        target=markup.unprefixed(element.get("targetRef", "")),
        condition=markup.content(element.find(f"{{{BPMN}}}conditionExpression")) or None,
        default=default,
        name=markup.attribute(element, "name"),
        parent=parent,
    )


def _timer(definition: etree._Element) -> Event:
    for child in definition:
        tag = markup.local(child)
        if tag in ("timeDate", "timeDuration", "timeCycle"):
            return Event("timer", timer=tag.removeprefix("time").lower(), expression=markup.content(child))
    return Event("timer")


def _repetition(element: etree._Element) -> Repetition | None:
    loop = element.find(f"{{{BPMN}}}standardLoopCharacteristics")
    if loop is not None:
        condition = markup.content(loop.find(f"{{{BPMN}}}loopCondition")) or None
        return Repetition("loop", condition=condition, maximum=loop.get("loopMaximum"))
    several = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if several is None:
        return None
    lists = [
        markup.content(child) or child.get("name") or markup.local(child)
        for child in several
        if markup.local(child) in ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
    ]
    lists += [str(value) for name, value in several.attrib.items() if str(name).endswith("}collection")]
    return Repetition(
        "sequential" if _flag(several.get("isSequential", "false")) else "parallel",
        cardinality=markup.content(several.find(f"{{{BPMN}}}loopCardinality")) or None,
        collection=str(lists[0]) if lists else None,
        condition=markup.content(several.find(f"{{{BPMN}}}completionCondition")) or None,
    )


def _references(root: etree._Element) -> Iterator[Reference]:
    """Every pointer of the file, named by the nearest element with an id; for DI by what it draws."""
    for element in root.iter():
        tag = markup.local(element)
        if tag in _POINTING_TEXT and markup.namespace(element) == BPMN:
            yield Reference(_nearest_id(element), tag, markup.unprefixed(markup.content(element)))
        if markup.namespace(element) not in (BPMN, BPMNDI):
            continue
        for attribute in _POINTERS & {str(name) for name in element.attrib}:
            yield Reference(_nearest_id(element), attribute, markup.unprefixed(markup.attribute(element, attribute)))


def _extensions(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if markup.namespace(element) == SPIFF:
            yield _nearest_id(element.getparent()), markup.local(element)


def _nearest_id(element: etree._Element | None) -> str:
    """The id of the BPMN or DI element a thing belongs to; events' definitions count as their event."""
    while element is not None:
        tag = markup.local(element)
        ours = markup.namespace(element) in (BPMN, BPMNDI) and not tag.endswith("EventDefinition")
        if ours and element.get("id"):
            return markup.attribute(element, "id")
        element = element.getparent()
    return ""
