"""What a diagram says about one piece of work before it is done: what follows an exit, what happens if nothing is done.

Read from the published diagram by its arrows, without running anything: the steps named are those that come next for
a person, or what happens by itself, as far as one can tell before the facts are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import organisation
from engine.access import Action, Actor, policy
from engine.casework.partnership import standing_of
from engine.casework.tasks import subject_of
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow import task as task_rows
from engine.workflow import timer as timers
from engine.workflow import versions
from forms import expressions
from forms.expressions import EvaluationError, ExpressionError, Value
from forms.sentences import Sentence
from processes.bundle import Bundle
from processes.model import Node, Process
from processes.vocabulary import DONE, EXITS

_FURTHEST = 12
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next. lane: role id of whoever does it, None where it happens by itself or several may."""

    name: Sentence
    lane: str | None = None


ENDS = NextStep(Sentence("この手続きはここで終わります", "This procedure ends here"))
CLOSES = NextStep(Sentence("この仕事は自動で閉じます", "This task closes by itself"))


@dataclass(frozen=True, slots=True)
class Exit:
    """One honest way out of a task. follows: the steps that come next; empty where none is known.

    waits: whether the town waits before they come; on: until which day, None while that depends on what is not known.
    """

    code: str
    sentence: Sentence
    follows: tuple[NextStep, ...]
    waits: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What happens by itself if the task stays undone. on: the day, None while it is not known. then: what follows."""

    step: NextStep
    on: date | None
    then: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidance:
    """may_do: whether the actor may finish the task. follows_done: the next steps after finishing it."""

    may_do: bool
    may_assign: bool
    exits: tuple[Exit, ...]
    follows_done: tuple[NextStep, ...]
    otherwise: tuple[Otherwise, ...]


def guidance(session: Session, actor: Actor, task_id: str, *, now: datetime) -> Guidance:
    """What to know before doing the task. Raises TaskUnknown, Forbidden, Hidden."""
    task = task_rows.load(session, task_id)
    standing = standing_of(session, actor, task.case_ref, on=jst_day(now), tasks=[subject_of(task)])
    policy.require(standing, Action.VIEW_TASK, subject_of(task))
    allowed = {
        action: isinstance(policy.decide(standing, action, subject_of(task)), policy.Allowed)
        for action in (Action.COMPLETE_TASK, Action.REASSIGN_TASK)
    }
    bundle = versions.load(session, task.version_id).bundle
    process = bundle.processes.get(task.process)
    node = process.nodes.get(task.element) if process else None
    if process is None or node is None:
        return Guidance(allowed[Action.COMPLETE_TASK], allowed[Action.REASSIGN_TASK], (), (), ())
    names = _names_known(session, bundle, jst_day(now))
    exits = tuple(_exit(bundle, process, node, code, names) for code in task.exits if code != EXPIRED)
    waiting = {row.element: row.due_at for row in timers.of_case(session, task.case_ref)} if task.case_ref else {}
    return Guidance(
        allowed[Action.COMPLETE_TASK],
        allowed[Action.REASSIGN_TASK],
        exits,
        _follows(bundle, process, node, DONE),
        tuple(_otherwise(bundle, process, node, task, waiting)),
    )


def _otherwise(
    bundle: Bundle, process: Process, node: Node, task: task_rows.Task, waiting: dict[str, datetime | None]
) -> Iterator[Otherwise]:
    """The timers on the task, and its last day."""
    for boundary in process.nodes.values():
        if boundary.attached_to == node.id and boundary.event.kind == "timer":
            due_at = waiting.get(boundary.id)
            steps = _walk(bundle, process, boundary.id, DONE) or (NextStep(_name(bundle, boundary)),)
            for step in steps:
                yield Otherwise(step, jst_day(due_at) if due_at else None)
    if task.expires_on is not None:
        yield Otherwise(CLOSES, task.expires_on, _follows(bundle, process, node, EXPIRED))


def _names_known(session: Session, bundle: Bundle, on: date) -> dict[str, Value]:
    """What expressions may read before anything is answered: today, and the town's parameters of the day."""
    own = organisation.parameters_on(session, municipality_of(session), on)
    return {**bundle.parameters, **own, "today": on}


def _exit(bundle: Bundle, process: Process, node: Node, code: str, names: Mapping[str, Value]) -> Exit:
    timers_on_the_way = list(_waits(process, _begin(process, node, code), code))
    days = [_day(each, names) for each in timers_on_the_way]
    known = [day for day in days if day is not None]
    return Exit(
        code,
        EXITS.get(code, Sentence(code, code)),
        _follows(bundle, process, node, code),
        bool(days),
        min(known) if known and len(known) == len(days) else None,
    )


def _waits(process: Process, start: str, outcome: str) -> Iterator[Node]:
    """The timers that are waited for before a person has something to do again."""
    pending, seen = [start], set[str]()
    while pending:
        for target in _targets(process, pending.pop(0), outcome):
            node = process.nodes[target]
            if target in seen or node.is_human or node.kind in ("callActivity", "endEvent"):
                continue
            seen.add(target)
            if node.event.kind == "timer":
                yield node
            else:
                pending.append(target)


def _day(timer: Node, names: Mapping[str, Value]) -> date | None:
    try:
        value = expressions.parse(timer.event.expression or "").evaluate(names, expressions.functions())
    except (ExpressionError, EvaluationError):
        return None
    return jst_day(value) if isinstance(value, datetime) else value if isinstance(value, date) else None


def _begin(process: Process, node: Node, outcome: str) -> str:
    """Where the way of the outcome begins: at a boundary event that catches it, else at the task."""
    for boundary in process.nodes.values():
        caught = boundary.attached_to == node.id and boundary.event.kind in ("error", "escalation")
        if caught and boundary.event.name == outcome:
            return boundary.id
    return node.id


def _follows(bundle: Bundle, process: Process, node: Node, outcome: str) -> tuple[NextStep, ...]:
    return _walk(bundle, process, _begin(process, node, outcome), outcome)


def _walk(
    bundle: Bundle, process: Process, start: str, outcome: str, *, into_calls: bool = True
) -> tuple[NextStep, ...]:
    """The next steps with a name that a person does or that happen by themselves, following this outcome.

    An end is named after what has been done by then ("was told"), which is no step to come: it is said as an end, and
    only where nothing comes before it.
    """
    found: dict[str, NextStep] = {}
    ends = False
    pending, seen = [start], set[str]()  # the start itself may come round again
    while pending and len(seen) < _FURTHEST * 4:
        at = pending.pop(0)
        for target in _targets(process, at, outcome):
            node = process.nodes[target]
            if target in seen:
                continue
            seen.add(target)
            if node.kind == "endEvent":
                ends = True
                continue
            if node.is_human or (node.kind in ("callActivity", "serviceTask") and node.name):
                found.setdefault(target, NextStep(_name(bundle, node), _lane(bundle, node, into_calls)))
                if node.kind != "serviceTask":
                    continue
            pending.append(target)
    return tuple(found.values())[:4] or ((ENDS,) if ends else ())


def _lane(bundle: Bundle, node: Node, into_calls: bool) -> str | None:
    """Who does the step: of a called diagram whoever begins it, where that is one role."""
    if node.is_human:
        return node.lane_role
    called = bundle.processes.get(node.called or "") if into_calls and node.kind == "callActivity" else None
    if called is None:
        return None
    starts = [each.id for each in called.nodes.values() if each.kind == "startEvent"]
    lanes = {step.lane for start in starts[:1] for step in _walk(bundle, called, start, DONE, into_calls=False)}
    lanes.discard(None)
    return lanes.pop() if len(lanes) == 1 else None


def _targets(process: Process, source: str, outcome: str) -> list[str]:
    """Where the arrows out of a node may lead when the last outcome was this one."""
    flows = [flow for flow in process.flows.values() if flow.source == source and flow.target in process.nodes]
    named = [flow for flow in flows if flow.condition and _reads_outcome(flow.condition)]
    certain = [flow for flow in named if _holds(flow.condition or "", outcome)]
    if certain:
        return [flow.target for flow in certain]
    return [flow.target for flow in flows if flow not in named]


def _reads_outcome(condition: str) -> bool:
    try:
        return "outcome" in expressions.parse(condition).names
    except ExpressionError:
        return False


def _holds(condition: str, outcome: str) -> bool:
    """Whether the condition can hold for this outcome, other facts not being known."""
    try:
        return not expressions.parse(condition).fails({"outcome": outcome}, expressions.functions())
    except (ExpressionError, EvaluationError):
        return False


def _name(bundle: Bundle, node: Node) -> Sentence:
    return Sentence(node.name or node.id, bundle.english(node.id))
