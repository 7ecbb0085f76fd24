"""What people call a step, an arrow and a diagram, in sentences about them."""

from __future__ import annotations

from pathlib import PurePosixPath

from forms.sentences import Sentence
from processes.bundle import MANIFEST, Bundle
from processes.model import GATEWAYS, SUBPROCESSES, Flow, Node, Process

_KINDS = {
    "callActivity": Sentence("呼び出し", "call"),
    "businessRuleTask": Sentence("判定", "decision"),
    "serviceTask": Sentence("自動の仕事", "automatic step"),
    "sendTask": Sentence("送信", "sending step"),
    "receiveTask": Sentence("受信待ち", "receiving step"),
    "startEvent": Sentence("始まり", "start"),
    "endEvent": Sentence("終わり", "end"),
    "intermediateCatchEvent": Sentence("待ち", "wait"),
    "intermediateThrowEvent": Sentence("知らせ", "signal"),
    "boundaryEvent": Sentence("割り込み", "interruption"),
}


def kind_words(node: Node) -> Sentence:
    """The kind of a step as an officer would say it."""
    if node.kind in GATEWAYS:
        return Sentence("分かれ道", "branching")
    if node.kind in SUBPROCESSES:
        return Sentence("まとまり", "group of steps")
    return _KINDS.get(node.kind, Sentence("作業", "task"))


def called(node: Node, bundle: Bundle) -> Sentence:
    """The step's name; its id where it has none."""
    return Sentence(node.name or node.id, bundle.english(node.id) if node.name else node.id)


def flow_called(process: Process, flow: Flow, bundle: Bundle) -> Sentence:
    """An arrow by the steps it joins; a nameless branching is called by its kind."""
    source, target = (_end(process, end, bundle) for end in (flow.source, flow.target))
    return Sentence(f"{source.ja}から{target.ja}への矢印", f"the arrow from {source.en} to {target.en}")


def _end(process: Process, id: str, bundle: Bundle) -> Sentence:
    node = process.nodes.get(id)
    if node is None:
        return Sentence(f"「{id}」", f'"{id}"')
    name = called(node, bundle)
    if not node.name and node.kind in GATEWAYS:
        return Sentence(f"分かれ道({node.id})", f"a branching ({node.id})")
    return Sentence(f"「{name.ja}」", f'"{name.en}"')


def file_called(bundle: Bundle, file: str) -> Sentence:
    """What people call a file: the name of its diagram, table or form; else the file's own."""
    own = PurePosixPath(file).name
    if file in bundle.diagrams and bundle.diagrams[file].processes:
        process = bundle.diagrams[file].processes[0]
        return Sentence(process.name or own, bundle.english(process.id) if process.id else own)
    if file in bundle.tables:
        table = bundle.tables[file]
        return Sentence(table.name or table.id, bundle.english(table.id))
    form = bundle.forms.get(PurePosixPath(file).stem) if file.endswith(".form") else None
    if form is not None:
        return Sentence(f"{form.title.ja}({form.code})", f"{form.title.en} ({form.code})")
    return Sentence("きまりと数", "Rules and numbers") if own == MANIFEST else Sentence(own, own)
