"""Every honest exit leads somewhere: what a task may end in is tested by a flow or caught by a boundary event."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from forms import expressions
from forms.sentences import Sentence
from forms.values import ExpressionError
from processes.linting.paths import breaks_off, flows_after, humans_before
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import HUMAN_TASKS, Flow, Node, Process
from processes.vocabulary import DONE, EXITS

EXPIRED = "expired"


def codes_tested(source: str | None) -> frozenset[str] | None:
    """The outcomes a condition names; None when it does not look at the outcome (or cannot be read)."""
    if not source or "outcome" not in source:
        return None
    try:
        if "outcome" not in expressions.parse(source).names:
            return None
    except ExpressionError:
        return None
    codes: set[str] = set()
    for node in ast.walk(ast.parse(source.strip().replace("\n", " ").replace("\r", " "), mode="eval")):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(isinstance(side, ast.Name) and side.id == "outcome" for side in sides):
                codes |= {
                    part.value
                    for side in sides
                    for part in ast.walk(side)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return frozenset(codes)


def _codes_in_decision(subject: Subject, node: Node) -> frozenset[str]:
    """Outcomes that the table of a business rule task looks at."""
    decision = subject.bundle.decisions.get(node.decision or "")
    if decision is None:
        return frozenset()
    columns = [number for number, column in enumerate(decision.inputs) if column.source == "outcome"]
    return frozenset(
        operand.constant
        for rule in decision.rules
        for column in columns
        if column < len(rule.tests) and (test := rule.tests[column]) is not None
        for operand in test.operands()
        if isinstance(operand.constant, str)
    )


def _handled(subject: Subject, process: Process, task: Node, wanted: Iterable[str]) -> frozenset[str]:
    """The outcomes of a task that something after it names or tells from finished work."""
    codes: set[str] = set()
    for flow, node in flows_after(process, task):
        codes |= codes_tested(flow.condition if flow else None) or frozenset()
        codes |= _codes_in_decision(subject, node)
        codes |= {code for code in wanted if flow and _parts_from_done(process, flow, code)}
    return frozenset(codes)


def _parts_from_done(process: Process, flow: Flow, code: str) -> bool:
    """Whether work left by this exit may go this way and finished work never does: `outcome != "done"`, or the
    default beside a flow for finished work alone."""
    if not flow.default:
        return _may_hold(flow.condition, code) and not _may_hold(flow.condition, DONE)
    others = [other.condition for other in process.outgoing(flow.source) if other.id != flow.id]
    reads_outcome_only = [source for source in others if source and _names_of(source) == {"outcome"}]
    return not any(_may_hold(source, code) for source in others) and any(
        _may_hold(source, DONE) for source in reads_outcome_only
    )


def _may_hold(source: str | None, outcome: str) -> bool:
    """Whether a condition can be true after this outcome, whatever else is true. Not if it cannot be read."""
    try:
        return not expressions.parse(source or "").fails({"outcome": outcome}, expressions.functions())
    except ExpressionError:
        return False


def _names_of(source: str) -> frozenset[str]:
    try:
        return expressions.parse(source).names
    except ExpressionError:
        return frozenset()


def _caught(process: Process, task: Node, code: str) -> bool:
    """Whether a boundary event on the task or on a subprocess around it stands for this outcome."""
    hosts = [task.id, *(around.id for around in process.ancestors(task))]
    for boundary in (event for host in hosts for event in process.boundaries(host)):
        if code in (boundary.event.name, boundary.id) or boundary.id.endswith(f"_{code}"):
            return True
        if (
            code == EXPIRED
            and boundary.event.kind == "timer"
            and boundary.interrupting
            and boundary.attached_to == task.id
        ):
            return True
    return False


@rule("exit_not_handled", walks=True)
def exit_not_handled(subject: Subject) -> Iterator[Complaint]:
    for process, task in subject.nodes(*HUMAN_TASKS):
        if breaks_off(process, task):
            continue  # dead_end says so once for all of them
        wanted = dict.fromkeys(task.exits)
        if task.properties.get("expires"):
            wanted[EXPIRED] = None
        handled = _handled(subject, process, task, wanted) if wanted else frozenset()
        for code in wanted:
            if code not in handled and not _caught(process, task, code):
                said = EXITS.get(code, Sentence(code, code))
                yield (
                    process.file,
                    task.id,
                    Sentence(
                        f"終わり方「{said.ja}」({code})のあとが描かれていません。"
                        f'次の分かれ道に「{said.ja}」のときの矢印(条件 outcome == "{code}")を加えるか、'
                        "割り込みで受けてください。",
                        f'nothing follows the way out "{said.en}" ({code}). '
                        f'Add an arrow for it at the next branching (condition outcome == "{code}"), '
                        "or catch it by an interruption.",
                    ),
                )


def _testing_flows(subject: Subject) -> Iterator[tuple[Process, Flow, frozenset[str]]]:
    for process in subject.processes:
        for flow in process.flows.values():
            codes = codes_tested(flow.condition)
            if codes is not None:
                yield process, flow, codes


@rule("exit_not_listed", walks=True)
def exit_not_listed(subject: Subject) -> Iterator[Complaint]:
    for process, flow, codes in _testing_flows(subject):
        tasks, foreign = humans_before(process, flow.source)
        if foreign or not tasks:
            continue
        possible = {DONE}.union(*(process.nodes[task].exits for task in tasks))
        if any(process.nodes[task].properties.get("expires") for task in tasks):
            possible.add(EXPIRED)
        for code in sorted(codes - possible):
            said = EXITS.get(code, Sentence(code, code))
            names = "、".join(sorted(called(process.nodes[task]) for task in tasks))
            yield (
                process.file,
                flow.id,
                Sentence(
                    f"条件にある終わり方「{said.ja}」({code})は、前の仕事({names})の「できなかったときの終わり方」にありません。そこに加えるか、条件から消してください。",
                    f'The condition looks for "{said.en}" ({code}), which is no way out of the task before ({names}). '
                    "Add it there or remove it here.",
                ),
            )


@rule("outcome_unavailable", walks=True)
def outcome_unavailable(subject: Subject) -> Iterator[Complaint]:
    for process, flow, _ in _testing_flows(subject):
        tasks, foreign = humans_before(process, flow.source)
        if not tasks and not foreign:
            yield (
                process.file,
                flow.id,
                Sentence(
                    "ここより前に人の仕事がないので、「直前の仕事の終わり方」(outcome)は見られません。記録された事実で条件を書いてください。",
                    "No task of a person comes before, so there is no outcome to look at. "
                    "Write the condition over recorded facts.",
                ),
            )
