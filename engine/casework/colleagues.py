"""Who else may do a piece of work: asked before the choice is offered, and again when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.access import Action, Actor, TaskSubject, policy
from engine.casework import people
from engine.casework.partnership import is_guest, standing_of
from engine.casework.people import UserView
from engine.clock import jst_day
from engine.workflow import task as task_rows
from engine.workflow.task import Task


def may_be_given(session: Session, colleague: Actor, task: Task, *, now: datetime) -> bool:
    """Whether the task is of the colleague's trade and place.

    People of the house must be able to do it without being named. At an agency it is the name that lets them in, so
    that only the trade is asked (OWN_DUTY).
    """
    named = colleague.staff_id if is_guest(colleague) else None
    standing = standing_of(session, colleague, task.case_ref, on=jst_day(now))
    work = TaskSubject(task.lane, task.centre_id, named, task.partner_id)
    return isinstance(policy.decide(standing, Action.COMPLETE_TASK, work), policy.Allowed)


def who_may_do(session: Session, task_ids: Sequence[str], *, now: datetime) -> list[UserView]:
    """Everyone of the house to whom each of these tasks may be given, by login. Raises TaskUnknown."""
    found = {
        (task.case_ref, task.lane, task.centre_id, task.partner_id): task
        for task in (task_rows.load(session, task_id) for task_id in task_ids)
    }
    fitting = []
    for user in people.list_users(session):
        if user.partner is not None:
            continue
        colleague = people.actor_of(session, user.login)
        if colleague is not None and all(may_be_given(session, colleague, task, now=now) for task in found.values()):
            fitting.append(user)
    return fitting
