"""Which shapes of BPMN a walk through a random model has really met, so that a proof can say what it proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lxml import etree

_LOOPS = {
    "multiInstanceLoopCharacteristics": {"true": "one after the other", "false": "side by side"},
    "standardLoopCharacteristics": {"true": "loop asked before", "false": "loop asked after"},
}
_GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
_ACTIVITIES = {"userTask", "manualTask", "receiveTask", "subProcess", "callActivity"}

EVERY_SHAPE = frozenset(
    {
        *_GATEWAYS,
        *_ACTIVITIES,
        *(f"boundaryEvent {kind}, {by}" for kind in ("interrupting", "beside") for by in ("message", "timer")),
        *(f"intermediateCatchEvent {by}" for by in ("message", "timer")),
        *(f"userTask {kind}" for kinds in _LOOPS.values() for kind in kinds.values()),
        *(f"subProcess {kind}" for kinds in _LOOPS.values() for kind in kinds.values()),
        "event subprocess",
        "call inside a call",
        "call inside an event subprocess",
        "boundary event inside a call",
        "inclusive gateway, several branches at once",
    }
)


class Shapes:
    """The shapes of one model by element id."""

    def __init__(self, xml: bytes) -> None:
        self.of: dict[str, set[str]] = {}
        self.tags: dict[str, str] = {}
        for element in etree.fromstring(xml).iter(etree.Element):
            tag, id = etree.QName(element).localname, element.get("id")
            if id is not None:
                self.tags[id] = "track" if element.get("triggeredByEvent") == "true" else tag
                self.of[id] = set(_named(element, tag))
        self.sources = {flow.get("id"): flow.get("sourceRef") for flow in etree.fromstring(xml).iter("{*}sequenceFlow")}

    def met(self, chains: Iterable[Sequence[str]], nodes: Iterable[str], flows: Iterable[str | None]) -> set[str]:
        """What a step has met. chains: each token's element, then the activities around it, outwards."""
        found: set[str] = set()
        for chain in chains:
            around = [self.tags.get(id, "") for id in chain[1:]]
            found |= {shape for id in chain for shape in self.of.get(id, ())}
            if around.count("callActivity") >= 2:
                found.add("call inside a call")
            if "callActivity" in around and "track" in around[around.index("callActivity") :]:
                found.add("call inside an event subprocess")
            if self.tags.get(chain[0]) == "boundaryEvent" and "callActivity" in around:
                found.add("boundary event inside a call")
        found |= {shape for id in nodes for shape in self.of.get(id, ())}
        left = Counter(self.sources.get(flow) for flow in flows if flow)
        if any(count > 1 and self.tags.get(source or "") == "inclusiveGateway" for source, count in left.items()):
            found.add("inclusive gateway, several branches at once")
        return found


def _named(element: etree._Element, tag: str) -> Iterable[str]:
    if element.get("triggeredByEvent") == "true":
        yield "event subprocess"
    elif tag in _GATEWAYS | _ACTIVITIES:
        yield tag
    for loop, kinds in _LOOPS.items():
        for found in element.findall(f"{{*}}{loop}"):
            kind = found.get("isSequential" if loop.startswith("multi") else "testBefore", "false")
            yield f"{tag} {kinds[kind]}"
    by = "timer" if element.find("{*}timerEventDefinition") is not None else "message"
    if tag == "boundaryEvent":
        yield f"boundaryEvent {'beside' if element.get('cancelActivity') == 'false' else 'interrupting'}, {by}"
    if tag == "intermediateCatchEvent":
        yield f"intermediateCatchEvent {by}"
