"""A bundle's own diagrams run by SpiffWorkflow as it comes: the peer of the benchmark on the shipped journey.

Stock has neither our expressions nor our operations. Its copy of the diagrams keeps every node and flow, but takes the
default way at each gateway, passes service and rule tasks without doing anything, and lets no timer fall due: less
work than ours, which evaluates all of it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from time import perf_counter
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.stock import Stock

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_KEPT = {f"{{{_BPMN}}}{name}" for name in ("process", "message")}
_PASSED = {f"{{{_BPMN}}}{name}" for name in ("serviceTask", "businessRuleTask", "sendTask")}
_FAR_OFF = "'2099-01-01T00:00:00+00:00'"


def measure_journey(files: Iterable[bytes], journey: str, track_start: str, repeats: int) -> tuple[float, int]:
    """(median milliseconds to restore, complete one task and save, bytes of the state) just after a track has begun.

    files: BPMN texts. track_start: the event subprocess of the journey that begins the track.
    """
    stock = Stock(_plain(files), journey, {"outcome": "done"})
    stock.start_track(track_start, "p1")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
    kept = serializer.serialize_json(stock.workflow)
    taken = []
    for _ in range(repeats):
        began = perf_counter()
        workflow = serializer.deserialize_json(kept)
        task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
        task.data["outcome"] = "done"
        task.run()
        workflow.do_engine_steps()
        serializer.serialize_json(workflow)
        taken.append((perf_counter() - began) * 1000)
    return statistics.median(taken), len(kept.encode())


def _plain(files: Iterable[bytes]) -> bytes:
    """All processes in one document, with nothing in them that is ours."""
    whole: Any = etree.fromstring(f'<definitions xmlns="{_BPMN}" targetNamespace="tsunagu"/>')
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    known: set[str] = set()
    for text in files:
        document: Any = etree.fromstring(text, parser)
        for element in document:
            if element.tag in _KEPT and element.get("id") not in known:
                known.add(element.get("id"))
                whole.append(element)
    for element in list(whole.iter(f"{{{_BPMN}}}extensionElements", f"{{{_BPMN}}}laneSet")):
        element.getparent().remove(element)
    for element in whole.iter(*_PASSED):
        element.tag = f"{{{_BPMN}}}task"
    for element in whole.iter(f"{{{_BPMN}}}timeDate"):
        element.text = _FAR_OFF
    for gateway in whole.iter(f"{{{_BPMN}}}exclusiveGateway", f"{{{_BPMN}}}inclusiveGateway"):
        _decide(gateway)
    return bytes(etree.tostring(whole))


def _decide(gateway: Any) -> None:
    """Take the default way, or the first where there is none."""
    process = gateway.getparent()
    flows = [flow for flow in process.iter(f"{{{_BPMN}}}sequenceFlow") if flow.get("sourceRef") == gateway.get("id")]
    for place, flow in enumerate(flows):
        for condition in flow.iter(f"{{{_BPMN}}}conditionExpression"):
            condition.text = str(place == 0 and gateway.get("default") is None)
