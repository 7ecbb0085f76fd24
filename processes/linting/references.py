"""Ids, pointers and elements of the XML itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.registry import Complaint, Subject, rule
from processes.model import ACTIVITIES

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

KNOWN_EXTENSIONS = frozenset(
    [
        "properties",
        "property",
        "serviceTaskOperator",
        "parameters",
        "parameter",
        "retry",
        "calledDecisionId",
        "messagePayload",
        "messageVariable",
        "payloadExpression",
        "variableName",
        "category",
        "instructionsForEndUser",
        "taskMetadataValues",
        "taskMetadataValue",
        "unitTests",
        "unitTest",
        "inputJson",
        "expectedOutputJson",
        "preScript",
        "postScript",
    ]
)


_POINTERS = {
    "sourceRef": Sentence("矢印の元", "where the arrow begins"),
    "targetRef": Sentence("矢印の先", "where the arrow leads"),
    "attachedToRef": Sentence("割り込みの付く先", "what the interruption sits on"),
    "default": Sentence("どれにも当てはまらないときに通る矢印", "the way for everything else"),
    "processRef": Sentence("枠の中の図", "the diagram in the frame"),
    "flowNodeRef": Sentence("帯に入れた仕事", "a step of the lane"),
    "incoming": Sentence("入ってくる矢印", "an arrow that leads here"),
    "outgoing": Sentence("出ていく矢印", "an arrow that leaves"),
    "bpmnElement": Sentence("描かれているもの", "what is drawn"),
}
_MESSAGE = Sentence("連絡・合図・知らせの種類", "the message or signal")
_TRACES = frozenset({"flowNodeRef", "incoming", "outgoing", "bpmnElement"})


@rule("dangling_reference")
def dangling_references(subject: Subject) -> Iterator[Complaint]:
    """Lanes, lists of arrows and the drawing name a missing step too; where an arrow does, that is enough."""
    for diagram in subject.diagrams:
        ids = {id for id, tag in diagram.ids if not tag.startswith("BPMN")}  # what is drawn, not its shapes and edges
        missing = [reference for reference in diagram.references if reference.target not in ids]
        told = {reference.target for reference in missing if reference.attribute not in _TRACES}
        for reference in missing:
            if reference.attribute in _TRACES and reference.target in told:
                continue
            what = _POINTERS.get(reference.attribute, _MESSAGE)
            yield (
                diagram.file,
                reference.element,
                Sentence(
                    f"{what.ja}「{reference.target}」({reference.attribute})がこの図にありません。"
                    "つなぎ直すか、消してください。",
                    f'{what.en}, "{reference.target}" ({reference.attribute}), is not in the diagram. '
                    "Reconnect or remove it.",
                ),
            )


@rule("wrong_reference")
def wrong_references(subject: Subject) -> Iterator[Complaint]:
    """A pointer to something that exists but is of the wrong kind."""
    for diagram in subject.diagrams:
        kinds = dict(diagram.ids)
        for process in diagram.processes:
            for flow in process.flows.values():
                for end in (flow.source, flow.target):
                    if end not in process.nodes and (not end or kinds.get(end) is not None):
                        yield (
                            process.file,
                            flow.id,
                            Sentence(
                                f"矢印の端「{end}」は、この図の仕事や分かれ道ではありません。つなぎ直してください。",
                                f'The arrow ends at "{end}", which is no step of this diagram. Reconnect it.',
                            ),
                        )
            for node in process.nodes.values():
                host = process.nodes.get(node.attached_to or "")
                misplaced = (
                    host is None
                    or host.kind not in ACTIVITIES
                    or host.is_event_subprocess
                    or host.parent != node.parent
                )
                dangling = node.attached_to is not None and node.attached_to not in kinds
                if node.kind == "boundaryEvent" and misplaced and not dangling:
                    yield (
                        process.file,
                        node.id,
                        Sentence(
                            "割り込みは、同じ枠の中の仕事の縁に付けてください。",
                            "Attach the interruption to a step or group of the same frame.",
                        ),
                    )


@rule("default_not_outgoing")
def default_not_outgoing(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        flows = {flow.id: flow for process in diagram.processes for flow in process.flows.values()}
        for reference in diagram.references:
            flow = flows.get(reference.target)
            if reference.attribute == "default" and flow is not None and flow.source != reference.element:
                yield (
                    diagram.file,
                    reference.element,
                    Sentence(
                        "どれにも当てはまらないときに通る矢印が、ここから出ていません。選び直してください。",
                        "The way for everything else (default) does not leave from here. Choose again.",
                    ),
                )


@rule("duplicate_id")
def duplicate_ids(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        seen: set[str] = set()
        for id, _ in diagram.ids:
            if id in seen:
                yield (
                    diagram.file,
                    id,
                    Sentence(
                        f"ID「{id}」が二度使われています。一方を変えてください。",
                        f'The id "{id}" is used twice. Change one of them.',
                    ),
                )
            seen.add(id)


@rule("duplicate_process")
def duplicate_processes(subject: Subject) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for process in subject.processes:
        if process.id in seen and seen[process.id] != process.file:
            yield (
                process.file,
                process.id,
                Sentence(
                    f"図のID「{process.id}」は {seen[process.id]} でも使われています。一方を変えてください。",
                    f'Another diagram ({seen[process.id]}) has the same id "{process.id}". Change one of them.',
                ),
            )
        seen.setdefault(process.id, process.file)


@rule("missing_id")
def missing_ids(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for scope, tag in diagram.nameless:
            yield (
                diagram.file,
                scope,
                Sentence(f"IDのない要素({tag})があります。IDを付けてください。", f"A {tag} has no id. Give it one."),
            )
        for process in diagram.processes:
            if not process.id:
                yield (
                    diagram.file,
                    "",
                    Sentence("IDのない図があります。IDを付けてください。", "A diagram has no id. Give it one."),
                )


@rule("id_style")
def id_style(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for id in (process.id, *process.nodes):
            if id and not SNAKE_CASE.fullmatch(id):
                yield process.file, id, _style(id)


@rule("flow_id_style", "warning")
def flow_id_style(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for id in process.flows:
            if not SNAKE_CASE.fullmatch(id):
                yield process.file, id, _style(id)


def _style(id: str) -> Sentence:
    return Sentence(
        f"ID「{id}」は、英小文字・数字・下線だけの意味の分かる名前(例: visit_newborn)にしてください。",
        f'Make the id "{id}" a telling name in lower_snake_case, such as visit_newborn.',
    )


@rule("unknown_element")
def unknown_elements(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for element, tag in diagram.strange:
            yield (
                diagram.file,
                element,
                Sentence(
                    f"要素「{tag}」は使えません。消すか、別の要素にしてください。",
                    f'The element "{tag}" cannot be used. Remove it or use another.',
                ),
            )


@rule("unknown_extension")
def unknown_extensions(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for element, tag in diagram.extensions:
            if tag not in KNOWN_EXTENSIONS:
                yield (
                    diagram.file,
                    element,
                    Sentence(
                        f"知らない設定(spiffworkflow:{tag})が書かれています。消して、設定の欄に入れ直してください。",
                        f"The setting spiffworkflow:{tag} is not known. Remove it and use the fields of the panel.",
                    ),
                )


@rule("not_executable")
def not_executable(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        if process.executable is False:
            yield (
                process.file,
                process.id,
                Sentence(
                    "この図は動かさない図になっています。設定の「この図を動かす」を選んでください。",
                    "The diagram is set not to run. Switch on that it runs (isExecutable).",
                ),
            )


@rule("no_process")
def no_process(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        if not any(process.nodes for process in diagram.processes):
            yield (
                diagram.file,
                "",
                Sentence(
                    "図に中身がありません。描くか、ファイルを消してください。",
                    "The diagram is empty. Draw it or delete the file.",
                ),
            )
