"""Shapes the engine would ignore, refuse or stumble over. Source: the library's limits, sections 2 and 3."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.paths import breaks_off, reached, successors
from processes.linting.registry import Complaint, Subject, rule
from processes.model import GATEWAYS, SUBPROCESSES, Node, Process

SUPPORTED_EVENTS = {
    "startEvent": {"none", "message", "timer", "signal"},
    "endEvent": {"none", "message", "error", "escalation", "terminate"},
    "intermediateCatchEvent": {"message", "timer", "signal", "conditional"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation"},
    "boundaryEvent": {"message", "timer", "signal", "error", "escalation", "conditional"},
}
_OWN_RULES = {("endEvent", "signal"), ("startEvent", "conditional")}


def _node(process: Process, node: Node, ja: str, en: str) -> Complaint:
    return process.file, node.id, Sentence(f"{ja}", f"{en}")


@rule("link_event")
def link_events(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        if node.event.kind == "link":
            yield _node(
                process,
                node,
                "リンクは素通りされ、そこで流れが切れます。矢印でつないでください。",
                "a link (link event) is passed over and the way breaks off there. Draw an arrow instead.",
            )


@rule("compensation")
def compensation(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        if node.event.kind == "compensate":
            yield _node(
                process,
                node,
                "取り消し(補償)の印は使えません。取り消す仕事を、ふつうの仕事として描いてください。",
                "marks for undoing (compensation) do not work. Draw the undoing as an ordinary task.",
            )


@rule("signal_end_event")
def signal_end_events(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("endEvent"):
        if node.event.kind == "signal":
            yield _node(
                process,
                node,
                "終わりの印からは合図を送れません。すぐ前に合図を送る印を置いてください。",
                "an end sends no signal. Put a step that sends it before the end.",
            )


@rule("conditional_start")
def conditional_starts(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("startEvent"):
        if node.event.kind == "conditional":
            yield _node(
                process,
                node,
                "条件で始めることはできません。連絡が届いたら始まる形にしてください。",
                "a condition cannot start anything. Start by a message.",
            )


@rule("unsupported_event")
def unsupported_events(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*SUPPORTED_EVENTS):
        kind = node.event.kind
        if (
            kind not in SUPPORTED_EVENTS[node.kind]
            and kind not in ("link", "compensate")
            and (node.kind, kind) not in _OWN_RULES
        ):
            yield _node(
                process,
                node,
                f"ここではこの種類の出来事({kind})は使えません。連絡か時刻・期間で描き直してください。",
                f"waiting for or doing this ({kind}) does not work here. Redraw it with a message or a timer.",
            )


@rule("complex_gateway")
def complex_gateways(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("complexGateway"):
        yield _node(
            process,
            node,
            "この種類の分かれ道(複合)は使えません。一つだけ選ぶ分かれ道か、すべてに進む分かれ道で描いてください。",
            "this kind of branching (complex) does not work. Use branchings that choose one way or go all ways.",
        )


@rule("adhoc_subprocess")
def adhoc_subprocesses(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("adHocSubProcess"):
        yield _node(
            process,
            node,
            "順番の決まらないまとまり(アドホック)は使えません。ふつうのまとまりにしてください。",
            "a group of steps without an order (ad-hoc) does not work. Use an ordinary group.",
        )


@rule("transaction")
def transactions(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("transaction"):
        yield _node(
            process,
            node,
            "この種類のまとまり(トランザクション)は使えません。ふつうのまとまりにしてください。",
            "this kind of group (transaction) does not work. Use an ordinary group of steps.",
        )


@rule("plain_task")
def plain_tasks(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("task"):
        yield _node(
            process,
            node,
            "仕事の種類が決まっていないので、流れがここで止まります。人の仕事・自動の仕事・判定などから選んでください。",
            "a task without a kind stops the work here. "
            "Choose a kind, such as work for a person, automatic step or decision.",
        )


@rule("script_task")
def script_tasks(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("scriptTask"):
        yield _node(
            process,
            node,
            "プログラムを書く仕事は使えません。判定表か自動の仕事にしてください。",
            "steps that hold a program (script) are not allowed. Use a decision table or an automatic step.",
        )


@rule("script")
def scripts(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        for script in node.scripts:
            yield _node(
                process,
                node,
                f"前後に書かれたプログラム({script})は使えません。消して、判定表か自動の仕事にしてください。",
                f"a program before or after a step ({script}) is not allowed. "
                "Remove it; use a decision table or an automatic step.",
            )


@rule("no_start")
def starts(subject: Subject) -> Iterator[Complaint]:
    """A scope without exactly one start cannot be entered; only a process may be started in several ways."""
    for process in subject.processes:
        for scope in process.scopes():
            count = len(process.starts(scope))
            if not process.inside(scope) and scope is None:
                continue
            if scope is None and count == 0:
                yield (
                    process.file,
                    process.id,
                    Sentence("始まりがありません。一つ置いてください。", "There is no start. Put one in."),
                )
            elif scope is not None and count != 1:
                node = process.nodes[scope]
                yield _node(
                    process,
                    node,
                    f"まとまりの中には、始まりがちょうど一つ要ります(いまは{count})。加えるか、消してください。",
                    f"a group of steps needs exactly one start, not {count}. Add or remove one.",
                )


@rule("no_end")
def ends(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*SUBPROCESSES):
        if not any(inner.kind == "endEvent" for inner in process.inside(node.id)):
            yield _node(
                process,
                node,
                "まとまりの中に終わりがありません。置いてください。",
                "the group of steps has no end. Put one in.",
            )


@rule("subprocess_start")
def subprocess_starts(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("startEvent"):
        around = process.nodes.get(node.parent or "")
        if around is not None and not around.triggered_by_event and node.event.kind != "none":
            yield _node(
                process,
                node,
                "まとまりの中の始まりは、何も待たない始まりにしてください。",
                "a group of steps begins with a start that waits for nothing. Make it a plain start.",
            )


@rule("unreachable", walks=True)
def unreachable(subject: Subject) -> Iterator[Complaint]:
    """Told where the way broke off: what only follows a step that is not reached is mended with it."""
    for process in subject.processes:
        for scope in process.scopes():
            inside = process.inside(scope)
            beginnings = [node.id for node in inside if node.kind == "startEvent" or node.is_event_subprocess]
            found = reached(process, beginnings) if beginnings else {node.id for node in inside}
            lost = [node for node in inside if node.id not in found]
            led_to = {after for node in lost for after in successors(process, node.id)}
            for node in [node for node in lost if node.id not in led_to] + lost:  # then a circle that nothing enters
                if node.id not in found:
                    found |= reached(process, [node.id])
                    yield _node(
                        process,
                        node,
                        "開始からたどり着けません。矢印でつなぐか、消してください。",
                        "no way leads here from the start, so it would never happen. Draw an arrow to it or remove it.",
                    )


@rule("dead_end", walks=True)
def dead_ends(subject: Subject) -> Iterator[Complaint]:
    """A lost arrow lets a family drop out without a word: beside a drawn end every way ends in one."""
    for process, node in subject.nodes():
        if breaks_off(process, node):
            yield _node(process, node, *_DEAD_END)


@rule("end_not_drawn", "warning", walks=True)
def ends_not_drawn(subject: Subject) -> Iterator[Complaint]:
    """Where no end is drawn at all, the last step ends the way; it runs, but nobody sees that it is meant."""
    for process, node in subject.nodes():
        is_last = node.kind != "endEvent" and not node.is_event_subprocess and not process.outgoing(node.id)
        if is_last and not breaks_off(process, node):
            yield _node(process, node, *_DEAD_END)


_DEAD_END = (
    "ここから先へ矢印がなく、進む先が途切れています。次の仕事か終わりにつないでください。",
    "no arrow leads on from here, so the way breaks off. Connect it to the next step or an end.",
)


@rule("several_outgoing")
def several_outgoing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        if node.kind not in GATEWAYS | {"startEvent"} and len(process.outgoing(node.id)) > 1:
            yield _node(
                process,
                node,
                "矢印が二本以上出ています。分かれ道を置いて分けてください。",
                "more than one arrow leaves it. Put a branching after it.",
            )


@rule("flow_into_start")
def flows_into_starts(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for flow in process.flows.values():
            target, source = process.nodes.get(flow.target), process.nodes.get(flow.source)
            if (target and target.kind in ("startEvent", "boundaryEvent")) or (source and source.kind == "endEvent"):
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "始まりや割り込みに入る矢印、終わりから出る矢印は描けません。つなぎ直してください。",
                        "An arrow cannot lead into a start or an interruption, or out of an end. Reconnect it.",
                    ),
                )
            if any(node is not None and node.is_event_subprocess for node in (target, source)):
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "いつでも起こり得るまとまりには矢印をつなげません。矢印を消してください。",
                        "No arrow may touch a group that may begin at any time. Remove the arrow.",
                    ),
                )


@rule("flow_across_scopes")
def flows_across_scopes(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for flow in process.flows.values():
            ends = [process.nodes.get(end) for end in (flow.source, flow.target)]
            if any(node is not None and node.parent != flow.parent for node in ends):
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "矢印がまとまりの枠をまたいでいます。同じ枠の中でつないでください。",
                        "The arrow crosses the frame of a group of steps. Connect steps within one frame.",
                    ),
                )


@rule("double_flow", "warning")
def double_flows(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        seen: set[tuple[str, str]] = set()
        for flow in process.flows.values():
            if (flow.source, flow.target) in seen:
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "同じ二つの間に矢印が重なっています。一本にまとめてください。",
                        "Two arrows join the same two steps. Keep one.",
                    ),
                )
            seen.add((flow.source, flow.target))
