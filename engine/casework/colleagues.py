"""Who else may do a piece of work: asked before the choice is offered, and again when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.access import Action, Actor, TaskSubject, actors_of_house, policy
from engine.cases import case as cases
from engine.casework.partnership import is_guest, standing_of
from engine.clock import jst_day
from engine.workflow import task as task_rows
from engine.workflow.task import Task


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the house: login, name, and the ids of the roles held today."""

    login: str
    name: str
    roles: tuple[str, ...]


def may_be_given(session: Session, colleague: Actor, task: Task, *, now: datetime) -> bool:
    """Whether the task is of the colleague's trade and place.

    People of the house must be able to do it without being named. At an agency it is the name that lets them in, so
    that only the trade is asked (OWN_DUTY).
    """
    named = colleague.staff_id if is_guest(colleague) else None
    standing = standing_of(session, colleague, task.case_ref, on=jst_day(now))
    work = TaskSubject(task.lane, task.centre_id, named, task.partner_id)
    return isinstance(policy.decide(standing, Action.COMPLETE_TASK, work), policy.Allowed)


def who_may_do(session: Session, task_ids: Sequence[str], *, now: datetime) -> list[Colleague]:
    """Everyone of the house to whom each of these tasks may be given, by login. Raises TaskUnknown.

    Five statements, however many people and tasks there are: the rule is asked of what was read together.
    """
    rows = task_rows.load_together(session, task_ids)
    held = cases.load_together(session, {task.case_ref for task in rows if task.case_ref})  # the standings find them
    found = {(task.case_ref, task.lane, task.centre_id, task.partner_id): task for task in rows}
    fitting = [
        Colleague(colleague.login, colleague.name, tuple(post.role for post in colleague.posts))
        for colleague in actors_of_house(session, on=jst_day(now))
        if all(may_be_given(session, colleague, task, now=now) for task in found.values())
    ]
    del held
    return fitting
