"""The case as a story: what happened, what will happen by itself, and where each diagram stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.cases import submission as submissions
from engine.casework.task_views import told_apart
from engine.casework.viewing import staff_names, viewed
from engine.casework.views import DiagramView, Page, StepState, TimelineEntry, Token, Upcoming
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow import event as events
from engine.workflow import instance as instances
from engine.workflow import timer as timers
from engine.workflow import versions
from engine.workflow.event import Event
from engine.workflow.task import Task, TaskState
from engine.workflow.timer import Timer
from engine.workflow.versions import Version
from forms.sentences import Sentence
from processes.bundle import Bundle
from processes.model import Process
from processes.reading_order import in_order_of_flow
from processes.vocabulary import EXITS, MESSAGES

KINDS: Mapping[str, tuple[str, str]] = {
    "case_opened": ("ケースを開きました", "The case was opened"),
    "case_closed": ("ケースを閉じました", "The case was closed"),
    "task_opened": ("「{name}」が始まりました", "“{name_en}” came up"),
    "task_completed": ("「{name}」を終えました", "“{name_en}” was finished"),
    "task_exit": ("「{name}」はできませんでした（{outcome}）", "“{name_en}” could not be done ({outcome_en})"),
    "task_put_off": ("「{name}」を{to}まで延期しました", "“{name_en}” was put off to {to_en}"),
    "task_cancelled": ("「{name}」は不要になりました", "“{name_en}” is no longer needed"),
    "task_expired": ("「{name}」の期限が過ぎました", "The time for “{name_en}” ran out"),
    "timer_fired": ("予定の日になりました（{name}）", "A planned day came ({name_en})"),
    "message": ("連絡を受け取りました（{message}）", "A message came in ({message_en})"),
    "track_started": ("{message}", "{message_en}"),
    "pregnancy_ended": ("妊娠期の支援を終えました", "Support during the pregnancy came to its end"),
    "child_ended": ("この子の支援を終えました", "Support of this child came to its end"),
    "track_ended": ("この件の対応を終えました", "This matter was dealt with"),
    "submission": ("「{name}」を記録しました", "“{name_en}” was recorded"),
    "consent_withdrawn": ("同意が撤回されました", "Consent was withdrawn"),
    "incident": ("「{name_id}」の処理が止まっています", "The step “{name_id}” has stopped"),
    "incident_resolved": ("止まっていた処理が進みました", "The stopped step went on"),
    "instance_ended": ("手続きが終わりました", "The process ended"),
    "window_failed": ("「{name_id}」の期限を計算できませんでした", "The days of “{name_id}” could not be computed"),
}
UNNAMED_TIMER = ("予定の日になりました", "A planned day came")
HIDDEN_KINDS = ("step",)
PUT_OFF = "task_put_off"


def timeline(
    session: Session,
    actor: Actor,
    case_id: str,
    *,
    cursor: str | None = None,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
    now: datetime,
) -> Page[TimelineEntry]:
    """What happened to the family, newest first. Raises CaseUnknown, Forbidden, Hidden."""
    case = viewed(session, actor, case_id, "timeline", now=now)
    rows = events.of_case(session, case_id, before=cursor, limit=limit + 1, kinds=kinds)
    shown = rows[:limit]
    names = staff_names(session, [row.actor_id for row in shown])
    version = versions.load(session, case.version_id)
    notes = submissions.notes_of(session, [row.details["submission"] for row in shown if row.kind == PUT_OFF])
    return Page([_entry(row, names, version, notes) for row in shown], shown[-1].id if len(rows) > limit else None)


def _entry(row: Event, names: Mapping[str, str], version: Version, notes: Mapping[str, str]) -> TimelineEntry:
    outcome = row.details.get("outcome") if row.details else None
    kind = _kind(row, outcome)
    ja, en = KINDS.get(kind, ("{name}", "{name}"))
    if kind == "timer_fired" and row.element is None:
        ja, en = UNNAMED_TIMER
    message = MESSAGES.get(str(row.details.get("name") or row.name))
    exit_text = EXITS.get(str(outcome))
    which = version.which((row.details or {}).get("told_apart_by", {}))
    words = {
        "name": told_apart(row.name or row.element or "", which.ja if which else ""),
        "name_en": told_apart(_english(row, version.bundle), which.en if which else ""),
        "name_id": row.name or row.element or "",
        "outcome": exit_text.ja if exit_text else outcome,
        "outcome_en": exit_text.en if exit_text else outcome,
        "to": _said(row.details.get("to")).ja,
        "to_en": _said(row.details.get("to")).en,
        "message": message.sentence.ja if message else row.name,
        "message_en": message.sentence.en if message else row.name,
    }
    is_task, is_answer = row.kind.startswith("task_"), row.kind == "submission"
    return TimelineEntry(
        id=row.id,
        at=row.at,
        kind=kind,
        text_ja=ja.format(**words),
        text_en=en.format(**words),
        actor=names.get(row.actor_id or ""),
        track_id=row.track_id,
        task_id=row.ref if is_task else None,
        submission_id=row.ref if is_answer else None,
        note=notes.get(str(row.details.get("submission")), "") if row.kind == PUT_OFF else "",
    )


def _said(day: str | None) -> Sentence:
    """A day of an event, as a sentence has it."""
    if not day:
        return Sentence("", "")
    on = date.fromisoformat(day)
    return Sentence(f"{on.month}月{on.day}日", f"{on.day} {on:%b %Y}")


def _kind(row: Event, outcome: str | None) -> str:
    """The kind as it is told: work left by an exit is not work finished, and each track ends in its own words."""
    if row.kind == "task_completed" and outcome not in (None, "done"):
        return "task_exit"
    if row.kind == "track_ended" and "/" not in (row.track_id or ""):
        return {"p": "pregnancy_ended", "c": "child_ended"}.get((row.track_id or "")[:1], row.kind)
    return row.kind


def _english(row: Event, bundle: Bundle) -> str:
    form = bundle.forms.get(str(row.details.get("form"))) if row.element is None else None
    return form.title.en if form is not None else bundle.english(row.element or row.name or "")


def upcoming(session: Session, actor: Actor, case_id: str, *, now: datetime) -> list[Upcoming]:
    """What will happen by itself, soonest first; days not known yet last."""
    case = viewed(session, actor, case_id, "upcoming", now=now)
    version = versions.load(session, case.version_id)
    return [_coming(timer, version) for timer in timers.of_case(session, case_id)]


def _coming(timer: Timer, version: Version) -> Upcoming:
    process = version.bundle.processes.get(timer.process)
    node = process.nodes.get(timer.element) if process else None
    rule = (node.event.expression or "") if node is not None else ""
    return Upcoming(
        name=(node.name if node else None) or timer.element,
        name_en=version.bundle.english(timer.element),
        process=timer.process,
        element=timer.element,
        track_id=timer.track_id,
        on=jst_day(timer.due_at) if timer.due_at else None,
        rule=rule,
        which=version.which(timer.told_apart_by),
    )


def diagrams(session: Session, actor: Actor, case_id: str, *, now: datetime) -> list[DiagramView]:
    """The diagrams this family is or was on, the journey first, each with its tokens and as steps in words."""
    case = viewed(session, actor, case_id, "diagrams", now=now)
    version = versions.load(session, case.version_id)
    walked: dict[str, dict[str, int]] = {}
    for walk in events.walks(session, case_id):
        for process, node, _flow in walk:
            counts = walked.setdefault(str(process), {})
            counts[str(node)] = counts.get(str(node), 0) + 1
    town = municipality_of(session)
    open_tasks = session.scalars(
        select(Task).where(Task.municipality_id == town, Task.case_ref == case_id, Task.state == TaskState.OPEN)
    ).all()
    waiting = timers.of_case(session, case_id)
    standing = {task.process for task in open_tasks} | {timer.process for timer in waiting}
    order = [
        version.bundle.journey,
        *sorted(standing - {version.bundle.journey}),
        *sorted(set(walked) - standing - {version.bundle.journey}),
    ]
    return [
        _diagram(version, version.bundle.processes[name], walked.get(name, {}), open_tasks, waiting)
        for name in dict.fromkeys(order)
        if name in version.bundle.processes
    ]


def _diagram(
    version: Version, process: Process, walked: Mapping[str, int], open_tasks: Sequence[Task], waiting: Sequence[Timer]
) -> DiagramView:
    tokens: dict[str, list[Token]] = {}
    for task in open_tasks:
        if task.process == process.id:
            which = version.which(task.local_values)
            tokens.setdefault(task.element, []).append(Token(task.track_id, which, task.id, task.due_on))
    for timer in waiting:
        if timer.process == process.id:
            on = jst_day(timer.due_at) if timer.due_at else None
            tokens.setdefault(timer.element, []).append(
                Token(timer.track_id, version.which(timer.told_apart_by), None, on)
            )
    following = {flow.target for flow in process.flows.values() if flow.source in tokens}
    steps = [
        StepState(
            element=node.id,
            name=node.name or "",
            name_en=version.bundle.english(node.id),
            kind=node.kind,
            lane=node.lane or "",
            lane_role=node.lane_role or "",
            state=_state(node.id, tokens, walked, following),
            times=walked.get(node.id, 0),
            here=tokens.get(node.id, []),
        )
        for node in in_order_of_flow(process)
    ]
    return DiagramView(
        process.id,
        process.name or process.id,
        version.bundle.english(process.id),
        version.bundle.files[process.file].decode(),
        steps,
    )


def _state(
    node: str, tokens: Mapping[str, Sequence[Token]], walked: Mapping[str, int], following: Collection[str]
) -> str:
    if node in tokens:
        return "active" if any(token.task_id for token in tokens[node]) else "waiting"
    return "done" if node in walked else "next" if node in following else "none"


def case_walks(session: Session) -> list[list[list[str | None]]]:
    """Every step walked by anyone, for the coverage of diagrams by the scenarios."""
    return list(events.walks(session))


def running(session: Session, case_id: str) -> int:
    """How many processes of the case still run."""
    return len(instances.of_case(session, case_id, running_only=True))
