"""Builders of small diagrams, tables and bundles. All are complete and lint clean; a test states what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from processes.bundle import Bundle, from_files
from processes.findings import Finding
from processes.linting import lint_bundle

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
EVENT = "{}EventDefinition"


def properties(**settings: str) -> str:
    """Extension elements holding spiffworkflow:properties."""
    inner = "".join(f"<spiffworkflow:property name={quoteattr(k)} value={quoteattr(v)} />" for k, v in settings.items())
    return (
        f"<bpmn:extensionElements><spiffworkflow:properties>{inner}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def service(operation: str, **parameters: str) -> str:
    inner = "".join(
        f'<spiffworkflow:parameter id={quoteattr(k)} type="str" value={quoteattr(v)} />' for k, v in parameters.items()
    )
    return (
        f"<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id={quoteattr(operation)}>"
        f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
    )


def decision_call(decision: str) -> str:
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    return f"<bpmn:extensionElements>{called}</bpmn:extensionElements>"


def event(kind: str, inner: str = "", **attributes: str) -> str:
    told = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bpmn:{kind}EventDefinition{told}>{inner}</bpmn:{kind}EventDefinition>"


def timer(body: str, kind: str = "Duration") -> str:
    return event("timer", f"<bpmn:time{kind}>{escape(body)}</bpmn:time{kind}>")


@dataclass
class Drawing:
    """A diagram under construction: nodes are drawn left to right in the order they are added."""

    id: str = "visit"
    name: str = "訪問"
    lane: str | None = "保健師"
    executable: str = "true"
    nodes: list[tuple[str, str, str, str, str, str | None]] = field(default_factory=list)
    flows: list[tuple[str, str, str, str, str | None]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    undrawn: set[str] = field(default_factory=set)
    laneless: set[str] = field(default_factory=set)
    defaults: dict[str, str] = field(default_factory=dict)
    extra_lanes: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    before: str = ""
    prologue: str = ""

    def node(
        self, kind: str, id: str, name: str = "作業", inner: str = "", *, inside: str | None = None, **attributes: str
    ) -> Drawing:
        told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.nodes.append((kind, id, name, inner, told, inside))
        return self

    def flow(
        self,
        source: str,
        target: str,
        condition: str = "",
        *,
        default: bool = False,
        id: str = "",
        inside: str | None = None,
    ) -> Drawing:
        id = id or f"{source}_to_{target}"
        self.flows.append((id, source, target, condition, inside))
        if default:
            self.defaults[source] = id
        return self

    def chain(self, *ids: str, inside: str | None = None) -> Drawing:
        for source, target in pairwise(ids):
            self.flow(source, target, inside=inside)
        return self

    def message(self, name: str) -> str:
        """The id of a message of that name, for messageRef."""
        if name not in self.messages:
            self.messages.append(name)
        return f"message_{name}"

    def user_task(
        self, id: str, name: str = "家庭を訪問する", *, inside: str | None = None, **settings: str
    ) -> Drawing:
        told = {"form": "fm09", "exits": "none", **settings}
        reason = "<bpmn:documentation>記録だけの作業なので、必ず終えられる。</bpmn:documentation>"
        return self.node("userTask", id, name, reason + properties(**told), inside=inside)

    def straight(self, *ids: str) -> Drawing:
        """A start, these nodes (already added) and an end, joined in a line."""
        self.nodes.insert(0, ("startEvent", "started", "始まり", "", "", None))
        self.node("endEvent", "ended", "終わり")
        return self.chain("started", *ids, "ended")

    def xml(self) -> bytes:
        messages = "".join(f'<bpmn:message id="message_{name}" name="{name}" />' for name in self.messages)
        lanes = self._lanes()
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'{self.prologue}<bpmn:definitions {NAMESPACES} id="definitions_{self.id}" targetNamespace="tsunagu">'
            f"{messages}{self.before}"
            f'<bpmn:process id="{self.id}" name="{self.name}" isExecutable="{self.executable}">'
            f"{lanes}{self._scope(None)}</bpmn:process>{self._di()}</bpmn:definitions>"
        ).encode()

    def _lanes(self) -> str:
        if self.lane is None:
            return ""
        members = [id for _, id, _, _, _, inside in self.nodes if inside is None and id not in self.laneless]
        lanes = {self.lane: members, **self.extra_lanes}
        inner = "".join(
            f'<bpmn:lane id="lane_{number}" name="{name}">'
            + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
            + "</bpmn:lane>"
            for number, (name, ids) in enumerate(lanes.items())
        )
        return f'<bpmn:laneSet id="lanes_{self.id}">{inner}</bpmn:laneSet>'

    def _scope(self, scope: str | None) -> str:
        parts = []
        for kind, id, name, inner, told, inside in self.nodes:
            if inside == scope:
                default = f' default="{self.defaults[id]}"' if id in self.defaults else ""
                within = self._scope(id) if kind in ("subProcess", "transaction", "adHocSubProcess") else ""
                title = f" name={quoteattr(name)}" if name else ""
                parts.append(f'<bpmn:{kind} id="{id}"{title}{told}{default}>{inner}{within}</bpmn:{kind}>')
        for id, source, target, condition, inside in self.flows:
            if inside == scope:
                test = (
                    "<bpmn:conditionExpression "
                    f'xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
                    if condition
                    else ""
                )
                parts.append(
                    f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{test}</bpmn:sequenceFlow>'
                )
        return "".join(parts)

    def _di(self) -> str:
        shapes = []
        for number, (_, id, *_rest) in enumerate(self.nodes):
            if id not in self.undrawn:
                x, y = self.places.get(id, (number * 150.0, 100.0))
                shapes.append(
                    f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}">'
                    f'<dc:Bounds x="{x}" y="{y}" width="100" height="80" /></bpmndi:BPMNShape>'
                )
        for id, *_rest in self.flows:
            if id not in self.undrawn:
                shapes.append(
                    f'<bpmndi:BPMNEdge id="{id}_di" bpmnElement="{id}">'
                    '<di:waypoint x="0" y="0" /><di:waypoint x="10" y="0" /></bpmndi:BPMNEdge>'
                )
        inner = "".join(shapes)
        return (
            f'<bpmndi:BPMNDiagram id="diagram_{self.id}"><bpmndi:BPMNPlane '
            f'id="plane_{self.id}" bpmnElement="{self.id}">'
            f"{inner}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )


def a_visit() -> Drawing:
    """A home visit with an honest exit, that lints clean."""
    drawing = Drawing()
    drawing.node("startEvent", "started", "始まり")
    drawing.user_task("visit_home", exits="absent", due="days_after(born_on, visit_days)")
    drawing.node("exclusiveGateway", "met", "会えたか")
    drawing.node("endEvent", "visited", "会えた")
    drawing.node("endEvent", "not_met", "会えなかった")
    drawing.chain("started", "visit_home", "met")
    drawing.flow("met", "visited", default=True)
    drawing.flow("met", "not_met", 'outcome == "absent"')
    return drawing


def a_journey() -> Drawing:
    """Main line with a review and a stop of tracks; one track beside it that calls the visit."""
    drawing = Drawing("family_journey", "家族の歩み", "センター長")
    drawing.node("startEvent", "opened", "ケースを開く")
    drawing.user_task("final_review", "最終確認をする")
    drawing.node("serviceTask", "stop_all", "経過を止める", service("stop_tracks"))
    drawing.node("endEvent", "closed", "終わり", event("terminate"))
    drawing.chain("opened", "final_review", "stop_all", "closed")
    drawing.node("subProcess", "child_track", "子の経過", triggeredByEvent="true")
    born = drawing.message("birth_registered")
    drawing.node(
        "startEvent", "born", "出生", event("message", messageRef=born), inside="child_track", isInterrupting="false"
    )
    drawing.node("callActivity", "visit_call", "訪問", calledElement="visit", inside="child_track")
    drawing.node("endEvent", "child_done", "経過の終わり", inside="child_track")
    drawing.chain("born", "visit_call", "child_done", inside="child_track")
    return drawing


MANIFEST = """
name = "town"
title_ja = "まちの支援"
title_en = "Support in town"
journey = "family_journey"
[facts]
born_on = "date"
risk_level = "int"
score = "int"
weight = "float"
kind = "str"
dv_flag = "bool"
seen_at = "instant"
[parameters]
visit_days = 28
cutoff = 9
wait = "P7D"
"""

FORM = json.dumps(
    {
        "schemaVersion": 16,
        "type": "default",
        "id": "FM09",
        "properties": {"title_ja": "訪問記録", "title_en": "Visit record"},
        "components": [
            {
                "type": "checkbox",
                "key": "dv_seen",
                "id": "dv_seen",
                "label": "心配な様子",
                "properties": {"label_en": "Worrying signs", "fact": "dv_flag"},
            },
        ],
    },
    ensure_ascii=False,
).encode()


def a_bundle(
    *drawings: Drawing, tables: Mapping[str, bytes] | None = None, manifest: str = MANIFEST, form: bytes = FORM
) -> Bundle:
    """A bundle of a journey, a visit and a form; drawings replace those of the same id and are added otherwise."""
    diagrams = {drawing.id: drawing for drawing in (a_journey(), a_visit(), *drawings)}
    files = {f"processes/town/{id}.bpmn": drawing.xml() for id, drawing in diagrams.items()}
    files |= {f"processes/town/{name}.dmn": data for name, data in (tables or {}).items()}
    return from_files({**files, "processes/town/bundle.toml": manifest.encode(), "forms/town/fm09.form": form})


def a_table(
    *rows: tuple[Iterable[str], Iterable[str]],
    inputs: Mapping[str, str],
    outputs: Mapping[str, str] | None = None,
    policy: str = "UNIQUE",
    id: str = "level",
    more: str = "",
    allowed: Mapping[str, str] | None = None,
    aggregation: str = "",
) -> bytes:
    """A .dmn file. inputs: expression -> typeRef; outputs: name -> typeRef; a row is its cells and its results."""
    columns = ""
    for number, (source, kind) in enumerate(inputs.items()):
        values = (allowed or {}).get(source)
        limit = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
        columns += (
            f'<input id="input_{number}"><inputExpression id="expression_{number}" typeRef="{kind}">'
            f"<text>{escape(source)}</text></inputExpression>{limit}</input>"
        )
    for number, (name, kind) in enumerate((outputs or {"result": "string"}).items()):
        columns += f'<output id="output_{number}" name="{name}" typeRef="{kind}" />'
    for row, (cells, results) in enumerate(rows):
        columns += f'<rule id="row_{row}">'
        for column, cell in enumerate(cells):
            columns += f'<inputEntry id="cell_{row}_{column}"><text>{escape(cell)}</text></inputEntry>'
        for column, result in enumerate(results):
            columns += f'<outputEntry id="result_{row}_{column}"><text>{escape(result)}</text></outputEntry>'
        columns += "</rule>"
    told = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
        f'id="definitions_{id}" name="決定" namespace="tsunagu"><decision id="{id}" name="レベルを決める">'
        f'<decisionTable id="table_{id}" '
        f'hitPolicy="{policy}"{told}>{columns}</decisionTable></decision>{more}</definitions>'
    ).encode()


def found(bundle: Bundle, rule: str) -> list[str]:
    """The elements a rule complains of."""
    return [finding.element for finding in lint_bundle(bundle) if finding.rule == rule]


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == "error"]
