"""What nothing leads to or looks at any more: the trace that a removed step leaves behind.

All of it runs, so all of it is a warning: a step that is taken out on purpose must not need a second change at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forms import expressions
from forms.sentences import Sentence
from forms.values import ExpressionError
from processes.linting.questions import names_used
from processes.linting.registry import Complaint, Subject, rule
from processes.model import Process
from processes.vocabulary import AGENCIES, MESSAGES, OPERATIONS

WITHOUT_DIAGRAM = frozenset({"inbound_notice", "unmatched_message"})
"""Processes that the engine starts by their id. Source: `engine/casework/reception.py`."""

WORKED_OUT = frozenset({"child_unseen", "move_on", "moved_in_on", "pregnant", "recently_moved_in"})
"""Facts the engine works out of its records and of news. Source: `engine/casework/knowledge.py`, `message_handlers`."""


def _starts_itself(process: Process) -> bool:
    """By a message, a timer or a signal."""
    return any(start.event.kind != "none" for start in process.starts())


def _started_by_steps(subject: Subject) -> set[str]:
    """Ids that steps name as a text, such as the pathway a service task starts."""
    found: set[str] = set()
    for _, node in subject.nodes("serviceTask"):
        for argument in node.arguments:
            try:
                tree = ast.parse(expressions.parse(argument.value).source, mode="eval")
            except (ExpressionError, SyntaxError):
                continue
            found |= {
                part.value for part in ast.walk(tree) if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


@rule("process_not_started", "warning", whole=True, missing_from=(".bpmn",))
def processes_not_started(subject: Subject) -> Iterator[Complaint]:
    known = subject.called | _started_by_steps(subject) | WITHOUT_DIAGRAM | {subject.bundle.journey}
    for process in subject.processes:
        if process.id and process.id not in known and not _starts_itself(process):
            yield (
                process.file,
                process.id,
                Sentence(
                    "どこからも始まらなくなっています。ほかの図から呼ぶか、要らなければ図を消してください。",
                    "Nothing starts this diagram any more. Call it from another, or delete it if it is not needed.",
                ),
            )


@rule("decision_unused", "warning", whole=True, missing_from=(".bpmn",))
def decisions_unused(subject: Subject) -> Iterator[Complaint]:
    used = {node.decision for _, node in subject.nodes() if node.decision}
    for decision in subject.decisions:
        if decision.id not in used:
            yield (
                decision.file,
                decision.id,
                Sentence(
                    "どの図でも使われていません。使う判定を置くか、要らなければ消してください。",
                    "No diagram uses this table. Put in a decision step that does, or delete it if it is not needed.",
                ),
            )


@rule("message_unused", "warning")
def messages_unused(subject: Subject) -> Iterator[Complaint]:
    """The editor keeps a message in the file when what waited for it is taken out."""
    for diagram in subject.diagrams:
        used = {reference.target for reference in diagram.references}
        for id, tag in diagram.ids:
            if tag == "message" and id not in used:
                yield (
                    diagram.file,
                    id,
                    Sentence(
                        f"連絡({id})を待つものも送るものも、この図からなくなっています。"
                        "消したのが間違いなら図に戻してください。間違いでなければ、そのままで構いません。",
                        f"Nothing in this diagram waits for or sends the message ({id}) any more. "
                        "Put it back if that was a slip; else nothing needs to be done.",
                    ),
                )


@rule("fact_not_set", "warning", whole=True, missing_from=(".bpmn", ".dmn", ".form"))
def facts_not_set(subject: Subject) -> Iterator[Complaint]:
    """A condition on something that nobody can tell is never true."""
    for name in sorted(subject.bundle.facts.keys() & names_used(subject) - _told(subject)):
        said = subject.words.name(name)
        yield (
            subject.bundle.manifest_file,
            name,
            Sentence(
                f"図や判定表が見る事実{said.ja}を、どの様式・判定・連絡・自動の仕事も決めません。"
                "決める仕事を加えるか、見るのをやめてください。",
                f"Diagrams or tables read {said.en}, but no form, decision, message or automatic step tells it. "
                "Add a step that does, or stop reading it.",
            ),
        )


def _told(subject: Subject) -> set[str]:
    """Facts that a form, a table, an operation, a message or a call sets."""
    found = {field.fact for form in subject.bundle.forms.values() for field in form.fields() if field.fact}
    found |= {field.key for form in subject.bundle.forms.values() for field in form.fields()}
    found |= {output.name for decision in subject.decisions for output in decision.outputs}
    for _, node in subject.nodes():
        if node.operation and node.operation in OPERATIONS:
            found |= OPERATIONS[node.operation].results.keys()
        if node.kind == "callActivity":
            found |= node.properties.keys()
    for message in MESSAGES.values():
        found |= {parameter.name for parameter in message.payload}
    return found | WORKED_OUT | {f"consent_{agency}" for agency in AGENCIES}  # consents set these by themselves


@rule("name_of_nothing", "warning", whole=True, missing_from=(".bpmn", ".dmn"))
def names_of_nothing(subject: Subject) -> Iterator[Complaint]:
    """The English name stays behind when a step is taken out: the last trace of a call that a journey may need."""
    known = {id for process in subject.processes for id in (process.id, *process.nodes, *process.flows)}
    known |= {decision.id for decision in subject.decisions}
    for id, name in subject.bundle.names_en.items():
        if id not in known:
            yield (
                subject.bundle.manifest_file,
                id,
                Sentence(
                    f"英語の名前「{name}」が残っていますが、その仕事や図はもうありません。"
                    "消したのが間違いなら図に戻し、間違いでなければ英語の名前も消してください。",
                    f'The English name "{name}" is left, but its step or diagram is gone. '
                    "Put the step back if that was a slip; else remove the name too.",
                ),
            )
