"""What a diagram asks of others: operations, decisions and messages."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from forms.values import fits
from processes.linting.conditions import problems_of
from processes.linting.registry import Complaint, Subject, rule
from processes.model import Argument, Node, Process
from processes.vocabulary import MESSAGES, OPERATIONS, Operation


def _operations(subject: Subject) -> Iterator[tuple[Process, Node, Operation]]:
    for process, node in subject.nodes("serviceTask"):
        operation = OPERATIONS.get(node.operation or "")
        if operation is not None:
            yield process, node, operation


@rule("unknown_operation")
def unknown_operation(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("serviceTask"):
        if node.operation not in OPERATIONS:
            told = (
                f"自動の仕事「{node.operation}」はありません。" if node.operation else "何をするかが決まっていません。"
            )
            yield (
                process.file,
                node.id,
                Sentence(
                    f"{told}一覧から選んでください({', '.join(OPERATIONS)})。",
                    ""
                    + (f'there is no operation "{node.operation}".' if node.operation else "no operation is set.")
                    + f" Choose one of {', '.join(OPERATIONS)}.",
                ),
            )


@rule("operation_parameters")
def operation_parameters(subject: Subject) -> Iterator[Complaint]:
    for process, node, operation in _operations(subject):
        given = [argument.name for argument in node.arguments]
        for parameter in operation.parameters:
            if parameter.required and parameter.name not in given:
                yield _complaint(
                    process,
                    node,
                    f"{operation.id} には {parameter.name} が要ります。加えてください。",
                    f"{operation.id} needs {parameter.name}. Add it.",
                )
        for name in dict.fromkeys(given):
            if operation.parameter(name) is None:
                yield _complaint(
                    process,
                    node,
                    f"{operation.id} に {name} はありません。消してください。",
                    f"{operation.id} takes no {name}. Remove it.",
                )
            if given.count(name) > 1:
                yield _complaint(
                    process, node, f"{name} が二度あります。一つにしてください。", f"{name} is given twice. Keep one."
                )


@rule("operation_value")
def operation_values(subject: Subject) -> Iterator[Complaint]:
    for process, node, operation in _operations(subject):
        for argument in node.arguments:
            parameter = operation.parameter(argument.name)
            if parameter is None:
                continue
            found = list(
                problems_of(
                    argument.value, subject.types(process), (parameter.type,), known=subject.knows_names(process)
                )
            )
            found += [] if found else list(_choices(argument, parameter.choices))
            for sentence in found:
                yield _complaint(
                    process,
                    node,
                    f"{argument.name}「{argument.value}」: {sentence.ja}",
                    f"{argument.name} `{argument.value}`: {sentence.en}",
                )


def _choices(argument: Argument, choices: tuple[str, ...]) -> Iterator[Sentence]:
    value = argument.value.strip()
    quoted = value[:1] in ("'", '"') and value[-1:] == value[:1] and value[1:-1].isidentifier()
    if choices and quoted and value[1:-1] not in choices:
        yield Sentence(f"{', '.join(choices)} のどれかにしてください。", f"Use one of {', '.join(choices)}.")


@rule("operation_result", whole=True)
def operation_results(subject: Subject) -> Iterator[Complaint]:
    for process, node, operation in _operations(subject):
        for name, kind in operation.results.items():
            fact = subject.bundle.facts.get(name)
            if fact is not None and not fits(kind, fact.type):
                yield _complaint(
                    process,
                    node,
                    f"結果 {name} は{kind.wording.ja}ですが、事実の型は{fact.type.wording.ja}です。"
                    "bundle.tomlを直してください。",
                    f"its result {name} is {kind.wording.en}, but the "
                    f"fact of that name is {fact.type.wording.en}. Mend bundle.toml.",
                )


def _complaint(process: Process, node: Node, ja: str, en: str) -> Complaint:
    return process.file, node.id, Sentence(f"{ja}", f"{en}")


@rule("unknown_decision", whole=True, missing_from=(".dmn",))
def unknown_decision(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("businessRuleTask"):
        if node.decision and node.decision not in subject.bundle.decisions:
            yield _complaint(
                process,
                node,
                f"判定表「{node.decision}」がありません。選び直すか、判定表を加えてください。",
                f'there is no decision table "{node.decision}". Choose another or add the table.',
            )


@rule("decision_missing")
def decision_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes("businessRuleTask"):
        if not node.decision:
            yield _complaint(
                process,
                node,
                "どの判定表を使うかが決まっていません。設定で選んでください。",
                "no decision table is chosen. Choose one in its settings.",
            )


@rule("message_missing")
def message_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        sends_nothing = node.kind == "endEvent" and node.event.kind == "signal"  # signal_end_event says so
        if node.event.kind in ("message", "signal") and not node.event.name and not sends_nothing:
            yield _complaint(
                process,
                node,
                "待つ(送る)連絡が決まっていません。選んでください。",
                "no message is chosen. Choose the one it waits for or sends.",
            )


@rule("unknown_message", whole=True, missing_from=(".bpmn",))
def unknown_message(subject: Subject) -> Iterator[Complaint]:
    """Waited for but never sent, or thrown but never caught: a name nobody else knows is a slip of the pen."""
    for process, node in subject.nodes():
        if not node.message or node.message in MESSAGES:
            continue
        if node.message not in (subject.caught if node.throws else subject.thrown):
            yield _complaint(
                process,
                node,
                f"連絡「{node.message}」は知られていません。"
                f"一覧から選ぶか({', '.join(MESSAGES)})、どこかの図が送り、どこかの図が待つ名前にしてください。",
                f'the message "{node.message}" is not known. '
                f"Use one of {', '.join(MESSAGES)}, or one that a diagram sends and a diagram waits for.",
            )
