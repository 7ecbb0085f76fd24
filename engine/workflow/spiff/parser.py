"""BPMN files to specs: read once per bundle version, shared by every run, never changed afterwards."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import SpiffWorkflow.version
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.workflow.spiff import events, gateways, nodes
from engine.workflow.spiff.finishing import finish
from forms.values import ExpressionError
from processes.vocabulary import CALL

LIBRARY_VERSION: str = SpiffWorkflow.version.__version__

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SCOPES = (full_tag("process"), full_tag("subProcess"), full_tag("transaction"))

for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data", "spiff.dmn"):
    # Below level 20 the library attaches task data to every record, and NOTSET is below: personal data in logs (trap
    # 13).
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class ModelRefused(Exception):
    """The library or the adapter cannot run a diagram of the bundle. Lint should have said so before publication."""


class Fact(Protocol):
    """A declared fact."""

    @property
    def scope(self) -> str: ...


class Files(Protocol):
    """What of a bundle is needed here; `processes.bundle.Bundle` has it."""

    @property
    def files(self) -> Mapping[str, bytes]: ...

    @property
    def facts(self) -> Mapping[str, Fact]: ...


@dataclass(frozen=True, eq=False)
class Specs:
    """The processes of one bundle version, ready to run.

    processes: process or subprocess id -> spec. process_of: the same id -> id of the process it is drawn in.
    facts: declared fact names. of_call: those of them that belong to one pass through a called process.
    order: spec ids and, per spec, task spec names, in the order compact states count by.
    fingerprint: changes when that order does.
    """

    processes: Mapping[str, Any]
    process_of: Mapping[str, str]
    facts: frozenset[str]
    of_call: frozenset[str]
    order: Mapping[str, tuple[str, ...]]
    fingerprint: str
    index: Mapping[str, Mapping[str, int]]
    spec_ids: tuple[str, ...]


def load(bundle: Files) -> Specs:
    """Read every BPMN file of the bundle. Raises ModelRefused."""
    roots = [_root(name, data) for name, data in sorted(bundle.files.items()) if name.endswith(".bpmn")]
    try:
        parser = _Parser()
        for root in roots:  # `roots` keeps them alive: the library tells documents apart by id()
            parser.add_bpmn_xml(root)
        parser.find_all_specs()
        processes = {
            id: process.get_spec() for id, process in parser.process_parsers.items() if process.process_executable
        }
        process_of: dict[str, str] = {}
        for root in roots:
            process_of.update({str(scope.get("id")): str(owner.get("id")) for scope, owner in _scopes(root)})
            for scope, _ in _scopes(root):
                if scope.get("id") in processes:
                    finish(processes[scope.get("id")], scope)
    except (
        SpiffWorkflowException,
        ExpressionError,
        NotImplementedError,
        etree.LxmlError,
        KeyError,
        ValueError,
    ) as error:
        raise ModelRefused(f"expected diagrams that can be run, but: {error}") from error
    order = {id: tuple(sorted(spec.task_specs)) for id, spec in sorted(processes.items())}
    return Specs(
        processes=processes,
        process_of=process_of,
        facts=frozenset(bundle.facts),
        of_call=frozenset(name for name, fact in bundle.facts.items() if fact.scope == CALL),
        order=order,
        fingerprint=hashlib.sha256(repr(sorted(order.items())).encode()).hexdigest()[:8],
        index={id: {name: place for place, name in enumerate(names)} for id, names in order.items()},
        spec_ids=tuple(order),
    )


def _root(name: str, data: bytes) -> etree._Element:
    safe = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, safe)
    except etree.XMLSyntaxError as error:
        raise ModelRefused(f"expected XML in {name}, but: {error}") from error


def _scopes(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Every process and subprocess with the process it is drawn in."""
    for process in root.iter(full_tag("process")):
        for scope in process.iter(*_SCOPES):
            yield scope, process


class _ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]  # the library is untyped
    """A process that ends in our join."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        end = f"{self.name}.EndJoin"
        for name in (end, "End"):
            del self.task_specs[name]
        self.end = gateways.EndJoin(self, end)
        self.end.connect(SimpleBpmnTask(self, "End"))


class _ProcessParser(ProcessParser):  # type: ignore[misc]
    def create_spec(self) -> _ProcessSpec:
        return _ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def _index_process_nodes(self) -> None:
        """By id, BPMN elements only: to the library an operation or parameter hides the node that has the same id."""
        super()._index_process_nodes()
        bpmn = f"{{{BPMN}}}"
        self.nodes_by_id = {
            node.get("id"): node
            for node in self.node.iter()
            if isinstance(node.tag, str) and node.tag.startswith(bpmn) and node.get("id")
        }


class _Ours(TaskParser):  # type: ignore[misc]
    """With our repetitions and our event subprocess."""

    STANDARD_LOOP_CLASS = nodes.Loop
    PARALLEL_MI_CLASS = nodes.AllAtOnce
    SEQUENTIAL_MI_CLASS = nodes.OneByOne
    EVENT_SUBPROCESS_CLASS = nodes.TrackSubprocess


class _Subprocess(_Ours, SubWorkflowParser):  # type: ignore[misc]
    def attribute(self, attribute: str, namespace: str | None = None, node: Any = None) -> Any:
        """BPMN attributes are written without a prefix; the library looks for them with one.

        And takes "false" for true.
        """
        value = (self.node if node is None else node).get(attribute)
        return None if value == "false" else value


class _CallActivity(_Ours, CallActivityParser):  # type: ignore[misc]
    pass


class _Choice(_Ours, ConditionalGatewayParser):  # type: ignore[misc]
    """Conditions are asked in the order of the file. The library asks from top to bottom of the drawing, so that
    moving a shape would change where a family goes."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
        gateway = self.task
        gateway.flow_order.append(sequence_flow_node.get("id"))
        written = [each.get("id") for each in sequence_flow_node.getparent()]
        ways = zip(gateway.flow_order, gateway.cond_task_specs, strict=True)
        ordered = sorted(ways, key=lambda way: written.index(way[0]))
        gateway.flow_order[:] = [flow for flow, _ in ordered]
        gateway.cond_task_specs[:] = [way for _, way in ordered]


class _Parser(BpmnParser):  # type: ignore[misc]
    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[Any, Any]]] = {
        full_tag("userTask"): (_Ours, nodes.HumanTask),
        full_tag("manualTask"): (_Ours, nodes.PaperTask),
        full_tag("businessRuleTask"): (_Ours, nodes.BusinessRule),
        full_tag("serviceTask"): (_Ours, nodes.Service),
        full_tag("subProcess"): (_Subprocess, nodes.Subprocess),
        full_tag("callActivity"): (_CallActivity, nodes.Call),
        full_tag("exclusiveGateway"): (_Choice, gateways.Exclusive),
        full_tag("inclusiveGateway"): (_Choice, gateways.Inclusive),
        full_tag("parallelGateway"): (GatewayParser, gateways.Parallel),
        **{
            full_tag(tag): (BpmnParser.PARSER_CLASSES[full_tag(tag)][0], spec)
            for tag, spec in {
                "startEvent": events.Start,
                "endEvent": events.End,
                "intermediateCatchEvent": events.IntermediateCatch,
                "intermediateThrowEvent": events.IntermediateThrow,
                "boundaryEvent": events.Boundary,
                "sendTask": events.Send,
                "receiveTask": events.Receive,
                "eventBasedGateway": events.EventGateway,
            }.items()
        },
        # Refused: what executes text, and what the library only pretends to run.
        **{full_tag(tag): (None, None) for tag in ("scriptTask", "task", "adHocSubProcess", "transaction")},
    }
