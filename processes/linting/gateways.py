"""Splitting and joining: ways that must not be missing, and blocks the library joins wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.paths import reached
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import SUBPROCESSES, Node, Process

CONDITIONAL = ("exclusiveGateway", "inclusiveGateway")


@rule("no_default_flow")
def no_default_flow(subject: Subject) -> Iterator[Complaint]:
    """Without a match and a default the step fails while a family waits."""
    for process, node in subject.nodes(*CONDITIONAL):
        flows = process.outgoing(node.id)
        if len(flows) > 1 and not any(flow.default for flow in flows):
            yield (
                process.file,
                node.id,
                Sentence(
                    "どの条件にも当てはまらないときに通る矢印がありません。一本を「どれにも当てはまらないときに通る」矢印にしてください。",
                    "there is no way for when no condition holds. "
                    "Make one arrow the way for everything else (default).",
                ),
            )


@rule("flow_without_condition")
def flow_without_condition(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*CONDITIONAL):
        flows = process.outgoing(node.id)
        for flow in flows if len(flows) > 1 else ():
            if not flow.default and not flow.condition:
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "分かれ道から出ているのに条件がありません。条件を書くか、「どれにも当てはまらないときに通る」矢印にしてください。",
                        "An arrow that leaves a branching has no condition. "
                        "Write one, or make it the way for everything else (default).",
                    ),
                )


@rule("condition_ignored")
def condition_ignored(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for flow in process.flows.values():
            source = process.nodes.get(flow.source)
            if flow.condition and source is not None and source.kind not in CONDITIONAL:
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "この矢印の条件は見られません。分かれ道を置いて、そこから出る矢印に書いてください。",
                        "The condition of this arrow is never looked at. "
                        "Put a branching there and write it on an arrow that leaves it.",
                    ),
                )


@rule("condition_on_default", "warning")
def condition_on_default(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for flow in process.flows.values():
            source = process.nodes.get(flow.source)
            if flow.condition and flow.default and source is not None and source.kind in CONDITIONAL:
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "どれにも当てはまらないときに通る矢印なので、条件は見られません。条件を消してください。",
                        "This is the way for everything else (default), so its condition is never "
                        "looked at. Remove it.",
                    ),
                )


@rule("event_gateway")
def event_gateway(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("eventBasedGateway"):
        for flow in process.outgoing(node.id):
            target = process.nodes.get(flow.target)
            if target is not None and target.kind not in ("intermediateCatchEvent", "receiveTask"):
                yield (
                    process.file,
                    flow.id,
                    Sentence(
                        "先に起きたほうへ進む分かれ道の次には、待つ印(連絡・時刻)を置いてください。",
                        "After a branching that takes what happens first, put steps that wait (for a "
                        "message, for a day).",
                    ),
                )


@rule("inclusive_block", walks=True)
def inclusive_block(subject: Subject) -> Iterator[Complaint]:
    """Inclusive joins can fire early and then delete open work. Source: the library's trap 16."""
    for process, node in subject.nodes("inclusiveGateway"):
        if len(process.outgoing(node.id)) < 2:
            continue
        for inner in _block(process, node):
            if inner.kind in SUBPROCESSES | {"inclusiveGateway", "callActivity"}:
                yield (
                    process.file,
                    node.id,
                    Sentence(
                        f"当てはまる道すべてに進むこの分かれ道の間に「{called(inner)}」があり、仕事が消えることがあります。一つだけ選ぶ分かれ道と、すべてに進む分かれ道で描き直してください。",
                        f'"{called(inner)}" lies between this branching, which goes every fitting way, and where '
                        "the ways meet again: open work can vanish. "
                        "Redraw with branchings that choose one way or go all ways.",
                    ),
                )
                break


def _block(process: Process, split: Node) -> list[Node]:
    """The nodes between an inclusive split and the nearest node that every way from it passes."""
    after = [flow.target for flow in process.outgoing(split.id)]
    everything = reached(process, after, without=frozenset({split.id}))
    final = {node for node in everything if not any(flow.target in process.nodes for flow in process.outgoing(node))}
    inside = everything
    for candidate in everything:
        before = reached(process, after, without=frozenset({split.id, candidate}))
        if not before & final and len(before) < len(inside):
            inside = before
    return [process.nodes[node] for node in inside]
