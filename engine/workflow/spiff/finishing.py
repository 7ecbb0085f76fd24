"""The last hand on a parsed process: settings the library's parsers do not read, our event definitions, our flows."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    MessageEventDefinition,
    TimeDateEventDefinition,
)

from engine.workflow.spiff import events, gateways, nodes
from engine.workflow.spiff.timers import Timer
from forms.expressions import parse

SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_TIMERS = {
    TimeDateEventDefinition: "date",
    DurationTimerEventDefinition: "duration",
    CycleTimerEventDefinition: "cycle",
}


def finish(spec: Any, scope: etree._Element) -> None:
    """Complete the spec of one process or subprocess from its XML.

    Raises ExpressionError for an expression no one can read.
    """
    elements = {child.get("id"): child for child in scope if isinstance(child.tag, str)}
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, nodes.Node):
            _settings(task_spec, elements[task_spec.bpmn_id])
            _events(task_spec)
            _repetition(task_spec)
            _expressions(task_spec)
    for flow in scope.iterfind(full_tag("sequenceFlow")):
        source = spec.task_specs.get(flow.get("sourceRef"))
        if source is not None:
            source.flows.setdefault(flow.get("targetRef"), []).append(flow.get("id"))
    _tracks(spec)
    for task_spec in spec.task_specs.values():
        _joins(task_spec)


def _settings(spec: Any, element: etree._Element) -> None:
    extension = element.find(full_tag("extensionElements"))
    if extension is None:
        extension = etree.Element("nothing")
    spec.properties = {
        item.get("name", "").strip(): item.get("value", "")
        for item in extension.findall(f"{SPIFF}properties/{SPIFF}property")
    }
    if isinstance(spec, nodes.BusinessRule):
        spec.decision = (extension.findtext(f"{SPIFF}calledDecisionId") or "").strip() or None
    if isinstance(spec, nodes.Service):
        operator = extension.find(f"{SPIFF}serviceTaskOperator")
        spec.parameters = {}
        if operator is not None:
            spec.operation = operator.get("id", "").strip()
            spec.parameters = {
                item.get("id", "").strip(): item.get("value", "")
                for item in operator.iter(f"{SPIFF}parameter")
                if item.get("value")
            }


def _events(spec: Any) -> None:
    definition: Any = getattr(spec, "event_definition", None)
    if isinstance(spec, events.EventGateway):
        spec.event_definition = events.FirstOf(
            [_ours(one, element) for one, element in zip(definition.event_definitions, spec.elements, strict=True)]
        )
    elif definition is not None:
        spec.event_definition = _ours(definition, spec.bpmn_id)


def _ours(definition: Any, element: str) -> Any:
    if isinstance(definition, MessageEventDefinition):
        return events.Message(definition.name)
    if isinstance(definition, ConditionalEventDefinition):
        return events.Condition(element, definition.expression or "")
    if type(definition) in _TIMERS:
        return Timer(element, _TIMERS[type(definition)], (definition.expression or "").strip())
    return definition


def _repetition(spec: Any) -> None:
    """The library connects this when an instance first needs it, and so changes the spec.

    And forgets it after a load.
    """
    if isinstance(spec, nodes.Repeated):
        repeated = spec._wf_spec.task_specs[spec.task_spec]
        repeated.completed_event.connect(spec.merge_child)


def _tracks(spec: Any) -> None:
    """The connections the library would make at the first message, for everybody, in the shared spec (trap 17)."""
    for name in spec.start.trigger_specs:
        track = spec.task_specs[name]
        if spec.start.name not in track._inputs:
            track._connect_notify(spec.start)
            track.connect(spec.end)


def _joins(spec: Any) -> None:
    if isinstance(spec, gateways.Inclusive):
        spec.upstream = {name: _upstream(spec, name) for name in set(spec._inputs)}
    if isinstance(spec, gateways.Parallel):
        forward = {name for name in spec._inputs if any(_is_start(spec, source) for source in _upstream(spec, name))}
        spec.back = frozenset(set(spec._inputs) - forward) if forward else frozenset()


def _upstream(join: Any, name: str) -> frozenset[str]:
    """The specs from which `name` can be reached without passing the join, itself included."""
    found, ahead = {name}, [name]
    while ahead:
        for source in join._wf_spec.task_specs[ahead.pop()]._inputs:
            if source not in found and source != join.name:
                found.add(source)
                ahead.append(source)
    return frozenset(found)


def _is_start(join: Any, name: str) -> bool:
    return isinstance(join._wf_spec.task_specs[name], BpmnStartTask)


def _expressions(spec: Any) -> None:
    """Parse every expression once, so that one nobody can read is found now, and the parser's cache is warm."""
    texts = []
    if isinstance(spec, gateways.Choice):
        texts += [condition.args[0] for condition, _ in spec.cond_task_specs if condition is not None]
    if isinstance(spec, nodes.Service):
        texts += spec.parameters.values()
    if isinstance(spec, (nodes.Call, events.IntermediateThrow, events.Send, events.End)):
        texts += spec.properties.values()
    if isinstance(spec, nodes.Repeated):
        texts += [text for text in (spec.condition, getattr(spec, "cardinality", None)) if text]
    definition = getattr(spec, "event_definition", None)
    texts += [
        one.expression for one in getattr(definition, "event_definitions", [definition]) if hasattr(one, "expression")
    ]
    for text in texts:
        parse(text)
