"""Staff work: take it on, keep what is typed, finish it or say why it could not be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, Standing, TaskSubject, policy
from engine.cases import case as cases
from engine.cases.submission import Submission
from engine.casework import matching, moves, people, task_views
from engine.casework.colleagues import may_be_given
from engine.casework.consenting import CONSENT_FORM, keep_consents
from engine.casework.contradictions import keep_first
from engine.casework.knowledge import CaseKnowledge
from engine.casework.matching import MATCH_FORM
from engine.casework.notified_woman import NOTIFICATION_FORM, require_district
from engine.casework.partnership import standing_of
from engine.casework.people import StaffUnknown
from engine.casework.viewing import open_subjects
from engine.casework.views import Completion, TaskView
from engine.casework.worklist import counts, worklist
from engine.clock import jst_day
from engine.database import write
from engine.errors import Rejected
from engine.workflow import task as task_rows
from engine.workflow import versions
from engine.workflow.step import Step
from engine.workflow.task import Task, TaskState
from forms.compiler import Accepted, AnswersRejected, compile_form
from forms.sentences import Sentence

DONE = "done"

__all__ = [
    "NotTheirWork",
    "StaffUnknown",
    "assign_task",
    "claim_task",
    "complete_task",
    "counts",
    "release_task",
    "save_draft",
    "show_task",
    "worklist",
]
OUTCOME_UNKNOWN = Sentence("この仕事で選べる結果ではありません。", "This is not an outcome of this task.")
NOTE_MISSING = Sentence("できなかった理由を書いてください。", "Please say why it could not be done.")
NOTE_TOO_LONG = Sentence("4000文字以内で書いてください。", "Please keep it under 4,000 characters.")
NOTE_LIMIT = 4000
ASKED = Sentence(
    "すでに登録されている日と違うため、前の日のままにして、担当者の確認にまわしました。",
    "It differs from the day known already. That day stays, and somebody is asked which one counts.",
)


def subject_of(task: Task) -> TaskSubject:
    """The task as the policy sees it."""
    return TaskSubject(task.lane, task.centre_id, task.assignee_id, task.partner_id)


def _permitted(session: Session, actor: Actor, task: Task, action: Action, now: datetime) -> Standing:
    """How the actor stands to the task's family; raises Forbidden or Hidden unless the act is allowed."""
    standing = standing_of(session, actor, task.case_ref, on=jst_day(now))
    policy.require(standing, action, subject_of(task))
    return standing


def show_task(session: Session, actor: Actor, task_id: str, *, now: datetime) -> TaskView:
    """One task with this person's draft. The view is entered in the ledger."""
    task = task_rows.load(session, task_id)
    _permitted(session, actor, task, Action.VIEW_TASK, now)
    audit.record(session, "task.viewed", by=actor.staff_id, about=task.case_ref, now=now, details={"task": task.id})
    return task_views.of_task(session, actor, task)


def found_missed_on(session: Session, actor: Actor, task_id: str, *, now: datetime) -> date | None:
    """The day on which it was found that the family did not come; None for work that is not about that."""
    task = task_rows.load(session, task_id)
    _permitted(session, actor, task, Action.VIEW_TASK, now)
    day = task.local_values.get("detected_on")
    return date.fromisoformat(day) if isinstance(day, str) else None


def claim_task(session: Session, actor: Actor, task_id: str, *, now: datetime) -> TaskView:
    """Take a task on. Raises TaskAlreadyCompleted, TaskClaimed."""
    task = task_rows.load(session, task_id, lock=True)
    _permitted(session, actor, task, Action.CLAIM_TASK, now)
    task.require_open()
    task.require_free_for(actor.staff_id)
    task.assignee_id = actor.staff_id
    audit.record(session, "task.claimed", by=actor.staff_id, about=task.case_ref, now=now, details={"task": task.id})
    session.flush()
    return task_views.of_task(session, actor, task)


def release_task(session: Session, actor: Actor, task_id: str, *, now: datetime) -> TaskView:
    """Give a task back to the centre's list. Raises TaskAlreadyCompleted, TaskClaimed."""
    task = task_rows.load(session, task_id, lock=True)
    _permitted(session, actor, task, Action.CLAIM_TASK, now)
    task.require_open()
    task.require_free_for(actor.staff_id)
    task.assignee_id = None
    audit.record(session, "task.released", by=actor.staff_id, about=task.case_ref, now=now, details={"task": task.id})
    session.flush()
    return task_views.of_task(session, actor, task)


def assign_task(session: Session, actor: Actor, task_id: str, login: str, *, now: datetime) -> TaskView:
    """Give a task to somebody who may do it. Raises TaskAlreadyCompleted, StaffUnknown, NotTheirWork."""
    task = task_rows.load(session, task_id, lock=True)
    _permitted(session, actor, task, Action.REASSIGN_TASK, now)
    task.require_open()
    colleague = people.actor_of(session, login)
    if colleague is None:
        raise StaffUnknown(login)
    if not may_be_given(session, colleague, task, now=now):
        raise NotTheirWork(task.id, colleague.staff_id)
    task.assignee_id = colleague.staff_id
    audit.record(
        session,
        "task.assigned",
        by=actor.staff_id,
        about=task.case_ref,
        now=now,
        details={"task": task.id, "to": colleague.staff_id},
    )
    session.flush()
    return task_views.of_task(session, actor, task)


class NotTheirWork(Rejected):
    """The person the task was to be given to may not do it: another trade, centre or agency."""

    code = "not_their_work"

    def __init__(self, task_id: str, staff_id: str) -> None:
        self.task_id = task_id
        self.staff_id = staff_id
        super().__init__(f"expected staff {staff_id} to be able to do task {task_id}, but it is not their work")


def save_draft(session: Session, actor: Actor, task_id: str, answers: Mapping[str, Any], *, now: datetime) -> TaskView:
    """Keep what has been typed, unchecked, for this person. A finished task keeps it too: typing is never lost.

    Fields the form does not keep are left out.
    """
    task = task_rows.load(session, task_id)
    _permitted(session, actor, task, Action.SAVE_DRAFT, now)
    form = versions.load(session, task.version_id).bundle.forms.get(task.form or "")
    kept = compile_form(form).to_keep(answers) if form else dict(answers)
    task_rows.keep_draft(session, task_id, actor.staff_id, kept, at=now)
    session.flush()
    return task_views.of_task(session, actor, task)


def complete_task(
    session: Session,
    actor: Actor,
    task_id: str,
    *,
    outcome: str = DONE,
    answers: Mapping[str, Any] | None = None,
    note: str = "",
    now: datetime,
) -> Completion:
    """Finish one task with the answers to its form, or leave it by one of its exits, and move its process on.

    outcome: done, or one of the task's exits; an exit needs only `note`. answers: field key -> value, unchecked.
    Raises TaskAlreadyCompleted, TaskClaimed, TaskNotStartable, AnswersRejected, Forbidden, Hidden; then nothing is
    written.
    """
    seen = task_rows.load(session, task_id)
    family = cases.load(session, seen.case_ref) if seen.case_ref else None  # held, so that it is read once
    _permitted(session, actor, seen, Action.COMPLETE_TASK, now)
    seen.require_open()
    with moves.opened(session, seen.instance_id, now=now, actor_id=actor.staff_id) as (step, knowledge):
        task = step.open_task(task_id)
        task.require_free_for(actor.staff_id)
        task.require_startable(jst_day(now))
        accepted = _accept(step, knowledge, task, outcome, answers or {}, note)
        _keep(step, knowledge, task, accepted, outcome, answers or {}, note)
        step.complete(task, outcome, accepted.facts if accepted else None)
    task_rows.drop_draft(session, task_id, actor.staff_id)
    audit.record(
        session,
        "task.completed",
        by=actor.staff_id,
        about=task.case_ref,
        now=now,
        details={"task": task.id, "outcome": outcome, "version": task.version_id},
    )
    opened = [row for row in step.opened if row.state == TaskState.OPEN]
    views = task_views.of_tasks(session, actor, [task, *opened], step.version, with_drafts=False)
    del family
    beside = [*knowledge.asked, *knowledge.opened_beside]
    seen_beside = _seen(session, actor, beside, now) if beside else []
    said = (ASKED,) if knowledge.asked else ()
    return Completion(views[0], [*views[1:], *seen_beside], (*_warnings(accepted), *said))


class _OnlyLooking(Exception):
    """Takes back what was tried."""


def foresee(
    session: Session, actor: Actor, task_id: str, *, outcome: str, note: str = "", now: datetime
) -> Sequence[TaskView]:
    """The work that leaving the task would open, with its days and whose it would be. Nothing of it is kept.

    The step is really taken, in a savepoint that is rolled back: only then decisions are made as they will be.
    Raises what `complete_task` raises.
    """
    found: Sequence[TaskView] = ()
    with suppress(_OnlyLooking), session.begin_nested():
        found = complete_task(session, actor, task_id, outcome=outcome, note=note, now=now).opened
        raise _OnlyLooking
    return found


def _seen(session: Session, actor: Actor, rows: Sequence[Task], now: datetime) -> list[TaskView]:
    """The work opened in other instances, as far as this person may see it."""
    standings: dict[str | None, Standing] = {}
    seen = []
    for row in (row for row in rows if row.state == TaskState.OPEN):
        if row.case_ref not in standings:
            tasks = open_subjects(session, row.case_ref) if row.case_ref else ()
            standings[row.case_ref] = standing_of(session, actor, row.case_ref, on=jst_day(now), tasks=tasks)
        if isinstance(policy.decide(standings[row.case_ref], Action.VIEW_TASK, subject_of(row)), policy.Allowed):
            seen.append(row)
    return task_views.of_tasks(session, actor, seen, with_drafts=False)


def _warnings(accepted: Accepted | None) -> tuple[Sentence, ...]:
    """What the form remarks without refusing, in reading order."""
    if accepted is None:
        return ()
    return tuple(sentence for sentences in accepted.warnings.values() for sentence in sentences)


def _accept(
    step: Step, knowledge: CaseKnowledge, task: Task, outcome: str, answers: Mapping[str, Any], note: str
) -> Accepted | None:
    """Check outcome, note and answers. None when there is no form to check."""
    if outcome != DONE and outcome not in task.exits:
        raise AnswersRejected({"outcome": [OUTCOME_UNKNOWN]})
    if len(note) > NOTE_LIMIT:
        raise AnswersRejected({"note": [NOTE_TOO_LONG]})
    if outcome != DONE:
        if not note.strip():
            raise AnswersRejected({"note": [NOTE_MISSING]})
        return None
    form = step.version.bundle.forms.get(task.form or "")
    if form is None:
        return None
    if task.form == MATCH_FORM:
        answers = matching.checked(step.session, answers)
    accepted = compile_form(form).accept(
        answers,
        on=knowledge.day,
        known=knowledge.names(task.track_id),
        fixed=task_views.fixed_fields(step.session, task, step.version),
    )
    if task.form == NOTIFICATION_FORM:
        require_district(step.session, accepted.values, knowledge.day)
    return accepted


def _keep(
    step: Step,
    knowledge: CaseKnowledge,
    task: Task,
    accepted: Accepted | None,
    outcome: str,
    answers: Mapping[str, Any],
    note: str,
) -> None:
    """Store the submission and what follows from it for the facts."""
    form = step.version.bundle.forms.get(task.form or "")
    unchecked = compile_form(form).to_keep(answers) if form else dict(answers)
    row = Submission(
        case_id=task.case_ref,
        track_id=task.track_id,
        task_id=task.id,
        form=task.form,
        form_version=form.version if form else None,
        outcome=outcome,
        answers=accepted.values if accepted else unchecked,
        note=note,
        author_id=step.actor_id,
        submitted_at=step.now,
    )
    write(step.session, [row])
    if accepted is None:
        return
    knowledge.set_facts(task.track_id, keep_first(knowledge, task.track_id, accepted.facts))
    if task.form == CONSENT_FORM and task.case_ref is not None:
        keep_consents(step.session, knowledge, row)
    if task.form == MATCH_FORM:
        matching.note_match(step, knowledge, task, accepted.values)
