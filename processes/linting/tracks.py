"""The journey, its event subprocesses (tracks) and its end; processes that call each other."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.conditions import literal_text
from processes.linting.paths import reached
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import SUBPROCESSES, Node, Process

STOP = "stop_tracks"
LOSSES = frozenset({"pregnancy_lost", "died"})


def _event_subprocesses(subject: Subject) -> Iterator[tuple[Process, Node]]:
    return ((process, node) for process, node in subject.nodes() if node.is_event_subprocess)


@rule("event_subprocess_place")
def event_subprocess_place(subject: Subject) -> Iterator[Complaint]:
    """The library triggers event subprocesses only in the process that was started itself."""
    for process, node in _event_subprocesses(subject):
        if node.parent is not None or process.id in subject.called:
            yield (
                process.file,
                node.id,
                Sentence(
                    "いつでも起こり得るまとまりは、ほかの図から呼ばれない図の、いちばん外側にしか置けません。移してください。",
                    f'The group "{called(node)}", which may begin at any time, works only at '
                    "the top of a diagram that no other calls. Move it there.",
                ),
            )


@rule("event_subprocess_start")
def event_subprocess_start(subject: Subject) -> Iterator[Complaint]:
    for process, node in _event_subprocesses(subject):
        for start in process.starts(node.id):
            if start.event.kind != "message":
                yield (
                    process.file,
                    start.id,
                    Sentence(
                        f"いつでも起こり得るまとまり「{called(node)}」は、連絡が届いたら始まる形にしてください。",
                        f'Let the group "{called(node)}", which may begin at any time, start by a message.',
                    ),
                )


@rule("event_subprocess_interrupting")
def event_subprocess_interrupting(subject: Subject) -> Iterator[Complaint]:
    for process, node in _event_subprocesses(subject):
        for start in process.starts(node.id):
            if start.interrupting:
                yield (
                    process.file,
                    start.id,
                    Sentence(
                        f"いつでも起こり得るまとまり「{called(node)}」の始まりは、外の流れをやめない形にしてください。やめたいときは、まとまりに割り込みを付けます。",
                        f'Make the start of the group "{called(node)}", which may begin at any time, '
                        "one that does not stop the rest. "
                        "To stop work, put an interruption on a group of steps.",
                    ),
                )


@rule("loss_boundary")
def loss_boundary(subject: Subject) -> Iterator[Complaint]:
    """A loss ends the support under way: nobody is to be invited to a check-up after it."""
    for process, node in subject.nodes("boundaryEvent"):
        if node.message not in LOSSES:
            continue
        host = process.nodes.get(node.attached_to or "")
        if not node.interrupting or host is None or host.kind not in SUBPROCESSES or host.is_event_subprocess:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"流産・死産や死亡の連絡({node.message})は、経過の中のまとまりに付けた"
                    "「付いている仕事をやめる」割り込みで受けてください。そうしないと、亡くなったあとも案内が続きます。",
                    f'catch "{node.message}" by an interruption that stops the group of steps '
                    "it sits on, inside the course of that pregnancy or child; otherwise invitations "
                    "go on after the loss.",
                ),
            )


@rule("journey_missing", whole=True, missing_from=(".bpmn",))
def journey_missing(subject: Subject) -> Iterator[Complaint]:
    journey = subject.bundle.journey
    if journey and journey not in subject.bundle.processes:
        yield (
            subject.bundle.manifest_file,
            "journey",
            Sentence(
                f"家族の歩みの図「{journey}」(journey)がありません。IDを直すか、図を加えてください。",
                f'The diagram of the whole journey, "{journey}" (journey), is missing. Choose another or add it.',
            ),
        )


@rule("journey_end", whole=True, walks=True)
def journey_end(subject: Subject) -> Iterator[Complaint]:
    """A plain end leaves the tracks open and the case never closes."""
    process = subject.bundle.processes.get(subject.bundle.journey)
    if process is None or not any(node.is_event_subprocess for node in process.inside(None)):
        return
    starts = [node.id for node in process.starts()]
    aside = frozenset(
        node.id for node in process.inside(None) if node.kind == "boundaryEvent" and not node.interrupting
    )
    stops = frozenset(node.id for node in process.inside(None) if node.operation == STOP)
    unstopped = reached(process, starts, without=aside | stops)
    for id in sorted(reached(process, starts, without=aside)):
        node = process.nodes[id]
        if node.kind == "endEvent" and (node.event.kind != "terminate" or id in unstopped):
            yield (
                process.file,
                id,
                Sentence(
                    f"本線の終わりは、自動の仕事「経過をすべて止める」({STOP})"
                    "のあとの「すべてを終える終わり」(terminate)にしてください。そうしないと経過が開いたまま残ります。",
                    f"the main line must end in an end that closes everything (terminate), "
                    f"after the automatic step that stops the courses ({STOP}); otherwise they stay open.",
                ),
            )


@rule("call_without_target")
def call_without_target(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("callActivity"):
        if not node.called:
            yield (
                process.file,
                node.id,
                Sentence(
                    "呼ぶ図が決まっていません。選んでください。",
                    "no diagram to call is chosen. Choose one.",
                ),
            )


@rule("called_process_missing", whole=True, missing_from=(".bpmn",))
def called_process_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("callActivity"):
        if node.called and node.called not in subject.bundle.processes:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"呼ぶ図「{node.called}」がありません。選び直すか、図を加えてください。",
                    f'there is no diagram "{node.called}" to call. Choose another or add the diagram.',
                ),
            )


@rule("pathway_missing", whole=True, missing_from=(".bpmn",))
def pathway_missing(subject: Subject) -> Iterator[Complaint]:
    """A pathway of its own is named as a text by the step that starts it; the journey is none, a family has one."""
    for process, node in subject.nodes("serviceTask"):
        for argument in node.arguments if node.operation == "start_pathway" else ():
            named = literal_text(argument.value) if argument.name == "process" else None
            if named is not None and (named not in subject.bundle.processes or named == subject.bundle.journey):
                yield (
                    process.file,
                    node.id,
                    Sentence(
                        f"始める図「{named}」がないか、家族の歩みの図です。選び直すか、図を加えてください。",
                        f'the diagram to start, "{named}", is missing or is the families\' journey itself. '
                        "Choose another or add the diagram.",
                    ),
                )


@rule("called_process_start")
def called_process_start(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        starts = process.starts()  # none, or one on a condition: other rules say so
        waits = [start for start in starts if start.event.kind not in ("none", "conditional")]
        if process.id in subject.called and (len(starts) > 1 or waits):
            yield (
                process.file,
                (waits or starts)[0].id,
                Sentence(
                    "ほかの図から呼ばれる図は、何も待たない始まり一つで始めてください。",
                    "A diagram that others call begins with exactly one start that waits for nothing.",
                ),
            )


@rule("call_cycle")
def call_cycle(subject: Subject) -> Iterator[Complaint]:
    calls = {process.id: process.calls() for process in subject.processes}
    for process, node in subject.nodes("callActivity"):
        seen: set[str] = set()
        waiting = [node.called or ""]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting += calls.get(current, ())
        if process.id in seen:
            yield (
                process.file,
                node.id,
                Sentence(
                    "呼び出しが自分に戻って終わりません。輪を切ってください。",
                    "the calls come back to this diagram and never end. Break the circle.",
                ),
            )
