"""延期: work put off to a later day, with a reason. Only its place in the lists moves: what is due stays due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, Allowed, policy
from engine.cases.submission import Submission
from engine.casework import task_views
from engine.casework.own_parameters import PUT_OFF_DAYS, in_force
from engine.casework.partnership import standing_of
from engine.casework.tasks import subject_of
from engine.casework.views import TaskView
from engine.clock import jst_day
from engine.database import write
from engine.workflow import instance as instances
from engine.workflow import task as task_rows
from engine.workflow.event import Chronicle
from engine.workflow.task import Task
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

PUT_OFF = "put_off"
REASON_LENGTH = 500
NOT_LATER = Sentence("明日からあとの日を入れてください。", "Choose a day from tomorrow on.")
PAST_ITS_END = Sentence(
    "{day}に締め切られる仕事です。その前の日を入れてください。", "This work closes on {day}. Choose an earlier day."
)
TOO_FAR = Sentence("{day}までの日を入れてください。", "Choose a day up to {day}.")
REASON_MISSING = Sentence("延期する理由を書いてください。", "Please say why it is put off.")
REASON_TOO_LONG = Sentence("500文字以内で書いてください。", "Please keep it under 500 characters.")


def furthest(session: Session, *, on: date) -> date:
    """The last day to which work may be put off."""
    return on + timedelta(days=int(in_force(session, PUT_OFF_DAYS, on=on)))


def check(session: Session, to: date | None, reason: str, *, on: date) -> None:
    """What can be said of a day and a reason before any work is looked at. Raises AnswersRejected."""
    errors: dict[str, list[Sentence]] = {}
    if to is None or to <= on:
        errors["to"] = [NOT_LATER]
    elif to > (last := furthest(session, on=on)):
        errors["to"] = [_with_day(TOO_FAR, last)]
    if not reason.strip():
        errors["reason"] = [REASON_MISSING]
    elif len(reason) > REASON_LENGTH:
        errors["reason"] = [REASON_TOO_LONG]
    if errors:
        raise AnswersRejected(errors)


def put_off(session: Session, actor: Actor, task_id: str, *, to: date, reason: str, now: datetime) -> TaskView:
    """Put a task off to a day before it closes by itself. Whoever may do it may, and whoever leads its centre.

    Raises TaskAlreadyCompleted, TaskClaimed, AnswersRejected, Forbidden, Hidden; then nothing is written.
    """
    check(session, to, reason, on=jst_day(now))
    task = task_rows.load(session, task_id, lock=True)
    leads = _require(session, actor, task, now)
    task.require_open()
    if not leads:
        task.require_free_for(actor.staff_id)
    if task.expires_on is not None and to >= task.expires_on:
        raise AnswersRejected({"to": [_with_day(PAST_ITS_END, task.expires_on)]})
    task.put_off_to = to
    task.sort_on = task.place()
    note = Submission(
        case_id=task.case_ref,
        track_id=task.track_id,
        task_id=task.id,
        outcome=PUT_OFF,
        answers={},
        note=reason.strip(),
        author_id=actor.staff_id,
        submitted_at=now,
    )
    write(session, [note])
    _tell(session, actor, task, note, now)
    session.flush()
    return task_views.of_task(session, actor, task)


def _require(session: Session, actor: Actor, task: Task, now: datetime) -> bool:
    """Whether the actor leads the task's centre. Raises Forbidden or Hidden for who may neither do nor lead it."""
    standing = standing_of(session, actor, task.case_ref, on=jst_day(now))
    if isinstance(policy.decide(standing, Action.REASSIGN_TASK, subject_of(task)), Allowed):
        return True
    policy.require(standing, Action.COMPLETE_TASK, subject_of(task))
    return False


def _with_day(sentence: Sentence, day: date) -> Sentence:
    return Sentence(sentence.ja.format(day=f"{day.month}月{day.day}日"), sentence.en.format(day=f"{day:%-d %b %Y}"))


def _tell(session: Session, actor: Actor, task: Task, note: Submission, now: datetime) -> None:
    details = {"to": task.put_off_to.isoformat() if task.put_off_to else None, "submission": note.id}
    chronicle = Chronicle(session, instances.load(session, task.instance_id), now, actor.staff_id)
    chronicle.note(
        "task_put_off",
        track=task.track_id,
        process=task.process,
        element=task.element,
        name=task.name,
        ref=task.id,
        details=details,
    )
    chronicle.write()
    audit.record(
        session,
        "task.put_off",
        by=actor.staff_id,
        about=task.case_ref,
        now=now,
        details={"task": task.id, "to": details["to"]},
    )
