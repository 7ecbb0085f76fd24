"""What differs between two drawings of one process, step by step and arrow by arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.sentences import Sentence
from processes.comparison.changes import Change, Mark, came, turned, went
from processes.element_words import called, flow_called, kind_words
from processes.in_words import Words
from processes.model import Flow, Node, Process
from processes.vocabulary import EXITS, MESSAGES, OPERATIONS

_SETTINGS = {
    "form": Sentence("様式", "the form"),
    "may_start": Sentence("始めてよい日", "the day it may start"),
    "due": Sentence("期限", "the due day"),
    "late": Sentence("遅れとする日", "the day it is late"),
    "expires": Sentence("打ち切る日", "the day it expires"),
    "session": Sentence("日程のある健診", "the check-up whose session's day is the due day"),
    "priority": Sentence("優先度", "the priority"),
    "exits": Sentence("済まないときの終わり方", "the ways it may end undone"),
    "sent_to": Sentence("頼む先の機関", "the agency that works it"),
}
_NOTHING = Sentence("なし", "none")


@dataclass(frozen=True)
class Side:
    """One of the two drawings, with the words of its bundle."""

    process: Process
    words: Words


def compare(before: Side, after: Side) -> Iterator[Change]:
    """Every difference but those of the layout."""
    if before.process.name != after.process.name:
        names = (Sentence(side.process.name, side.words.bundle.english(side.process.id)) for side in (before, after))
        yield Change(Mark.CHANGED, "", turned(Sentence("図の名前", "the diagram's name"), *names))
    yield from _nodes(before, after)
    yield from _flows(before, after)


def everything(side: Side, mark: Mark) -> Iterator[Change]:
    """Every step of a diagram that is new or gone as a whole."""
    say = came if mark is Mark.ADDED else went
    for node in side.process.nodes.values():
        if node.name:
            yield Change(mark, node.id, say(_node(side, node)))


def _nodes(before: Side, after: Side) -> Iterator[Change]:
    old, new = before.process.nodes, after.process.nodes
    for id, node in new.items():
        if id not in old:
            yield Change(Mark.ADDED, id, came(_with_place(after, node)))
    for id, node in old.items():
        if id not in new:
            yield Change(Mark.REMOVED, id, went(_with_place(before, node)))
    for id in [id for id in new if id in old]:
        for sentence in _node_changes(before, old[id], after, new[id]):
            yield Change(Mark.CHANGED, id, sentence)


def _node(side: Side, node: Node) -> Sentence:
    kind, name = kind_words(node), called(node, side.words.bundle)
    return Sentence(f"{kind.ja}「{name.ja}」", f'{kind.en} "{name.en}"')


def _with_place(side: Side, node: Node) -> Sentence:
    """The step, and after which one it stands: an officer knows the order, not the id."""
    said = _node(side, node)
    sources = [side.process.nodes.get(flow.source) for flow in side.process.incoming(node.id)]
    sources += [side.process.nodes.get(node.attached_to or "")]
    names = [called(source, side.words.bundle) for source in sources if source is not None]
    if not names:
        return said
    ja, en = "」「".join(each.ja for each in names), '", "'.join(each.en for each in names)
    return Sentence(f"{said.ja}(「{ja}」のあと)", f'{said.en} (after "{en}")')


def _node_changes(before: Side, old: Node, after: Side, new: Node) -> Iterator[Sentence]:
    for what, was, now in _aspects(before, old, after, new):
        if was != now:
            said = _node(after, new)
            yield turned(Sentence(f"{said.ja}の{what.ja}", f"{said.en}: {what.en}"), was, now)
    for name in dict.fromkeys((*old.properties, *new.properties)):
        if old.properties.get(name) != new.properties.get(name):
            yield _setting_change(before, old, after, new, name)
    if old.documentation != new.documentation:
        said = _node(after, new)
        yield Sentence(f"{said.ja}の説明が書き換えられました", f"{said.en}: its explanation was rewritten")


def _aspects(before: Side, old: Node, after: Side, new: Node) -> Iterator[tuple[Sentence, Sentence, Sentence]]:
    yield Sentence("名前", "the name"), _plain(old.name), _plain(new.name)
    yield Sentence("種類", "the kind"), kind_words(old), kind_words(new)
    yield Sentence("担当", "the role"), _plain(old.lane), _plain(new.lane)
    yield Sentence("呼び出す図", "the diagram it calls"), _process(before, old), _process(after, new)
    yield Sentence("使う判定表", "the decision table"), _decision(before, old), _decision(after, new)
    yield Sentence("待つもの・送るもの", "what it waits for or sends"), _event(before, old), _event(after, new)
    yield Sentence("自動でする仕事", "what it does by itself"), _operation(before, old), _operation(after, new)
    yield Sentence("くり返し", "the repetition"), _repetition(before, old), _repetition(after, new)
    if old.kind == "boundaryEvent":
        yield Sentence("付いている作業", "the step it is attached to"), _host(before, old), _host(after, new)
        yield Sentence("元の作業を打ち切るか", "whether it ends that step"), _ends(old), _ends(new)


def _plain(text: str | None) -> Sentence:
    return Sentence(text, text) if text else _NOTHING


def _process(side: Side, node: Node) -> Sentence:
    target = side.words.bundle.processes.get(node.called or "")
    return Sentence(target.name, side.words.bundle.english(target.id)) if target else _plain(node.called)


def _decision(side: Side, node: Node) -> Sentence:
    table = side.words.bundle.decisions.get(node.decision or "")
    return Sentence(table.name, side.words.bundle.english(table.id)) if table else _plain(node.decision)


def _event(side: Side, node: Node) -> Sentence:
    if node.message:
        return MESSAGES[node.message].sentence if node.message in MESSAGES else _plain(node.message)
    if node.event.expression:
        return side.words.expression(node.event.expression)
    return _plain(node.event.name)


def _operation(side: Side, node: Node) -> Sentence:
    if not node.operation:
        return _NOTHING
    said = OPERATIONS[node.operation].sentence if node.operation in OPERATIONS else _plain(node.operation)
    values = [side.words.expression(argument.value) for argument in node.arguments]
    if not values:
        return said
    ja, en = "、".join(each.ja for each in values), ", ".join(each.en for each in values)
    return Sentence(f"{said.ja}({ja})", f"{said.en} ({en})")


def _repetition(side: Side, node: Node) -> Sentence:
    if node.repetition is None:
        return _NOTHING
    told = node.repetition.cardinality or node.repetition.condition or node.repetition.maximum or ""
    return side.words.expression(told) if told else Sentence("あり", "yes")


def _host(side: Side, node: Node) -> Sentence:
    host = side.process.nodes.get(node.attached_to or "")
    return called(host, side.words.bundle) if host else _plain(node.attached_to)


def _ends(node: Node) -> Sentence:
    return Sentence("打ち切る", "ends it") if node.interrupting else Sentence("続ける", "lets it go on")


def _setting_change(before: Side, old: Node, after: Side, new: Node, name: str) -> Sentence:
    said = _node(after, new)
    handed = Sentence(f"渡す値「{name}」", f'the value handed as "{name}"')
    what = _SETTINGS.get(name, handed) if new.is_human else handed
    was, now = (_setting(side, name, node.properties.get(name)) for side, node in ((before, old), (after, new)))
    return turned(Sentence(f"{said.ja}の{what.ja}", f"{said.en}: {what.en}"), was, now)


def _setting(side: Side, name: str, value: str | None) -> Sentence:
    if not value:
        return _NOTHING
    if name == "exits":
        codes = [code.strip() for code in value.split(",")]
        words = [_NOTHING if code == "none" else EXITS.get(code, _plain(code)) for code in codes]
        return Sentence("・".join(each.ja for each in words), ", ".join(each.en for each in words))
    if name == "form":
        form = side.words.bundle.forms.get(value)
        return Sentence(f"{form.title.ja}({form.code})", f"{form.title.en} ({form.code})") if form else _plain(value)
    return _plain(value) if name in ("priority", "sent_to") else side.words.expression(value)


def _flows(before: Side, after: Side) -> Iterator[Change]:
    """Arrows are told apart by what they join: one drawn anew between the same steps is the same arrow.

    An arrow of a step that is itself new or gone is not spoken of: the step is.
    """
    old, new = _between(before), _between(after)
    kept = before.process.nodes.keys() & after.process.nodes.keys()
    for ends, flow in new.items():
        if ends not in old and kept.issuperset(ends):
            yield Change(Mark.ADDED, flow.id, came(flow_called(after.process, flow, after.words.bundle)))
        elif ends in old:
            for sentence in _flow_changes(before, old[ends], after, flow):
                yield Change(Mark.CHANGED, flow.id, sentence)
    for ends, flow in old.items():
        if ends not in new and kept.issuperset(ends):
            yield Change(Mark.REMOVED, flow.id, went(flow_called(before.process, flow, before.words.bundle)))


def _between(side: Side) -> dict[tuple[str, str], Flow]:
    return {(flow.source, flow.target): flow for flow in side.process.flows.values()}


def _flow_changes(before: Side, old: Flow, after: Side, new: Flow) -> Iterator[Sentence]:
    said = flow_called(after.process, new, after.words.bundle)
    was, now = _way(before, old), _way(after, new)
    if was != now:
        yield turned(Sentence(f"{said.ja}を通る条件", f"{said.en}: when it is taken"), was, now)
    elif old.condition != new.condition:
        yield turned(
            Sentence(f"{said.ja}を通る条件の書き方", f"{said.en}: how its condition is written"),
            _plain(old.condition),
            _plain(new.condition),
        )
    if old.name != new.name:
        yield turned(Sentence(f"{said.ja}の名前", f"{said.en}: its name"), _plain(old.name), _plain(new.name))


def _way(side: Side, flow: Flow) -> Sentence:
    if flow.default:
        return Sentence("ほかのどれにも当てはまらないとき", "when no other way is taken")
    return side.words.expression(flow.condition) if flow.condition else Sentence("いつも", "always")
