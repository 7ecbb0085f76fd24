"""What finishing a piece of work opened: what the person may see, and of the rest to which house and role it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.access import Action, Actor, policy
from engine.casework import notices, task_views
from engine.casework.partnership import standing_of
from engine.casework.tasks import subject_of
from engine.casework.views import TaskView
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow.task import Task, TaskState

_MOST = 50


@dataclass(frozen=True, slots=True)
class HandedOn:
    """opened: work the person may see. elsewhere: (code of the centre, lane) of what went to others."""

    opened: Sequence[TaskView]
    elsewhere: Sequence[tuple[str, str]]


def after(session: Session, actor: Actor, task_id: str, *, now: datetime) -> HandedOn:
    """The open work that came up with or after the end of this task: in its process, and at the family it is about."""
    town = municipality_of(session)
    task = session.get(Task, (town, task_id))
    if task is None or task.closed_at is None:
        return HandedOn([], [])
    case_ref = task.case_ref or notices.brought_to(session, task)
    about = [Task.instance_id == task.instance_id, *([Task.case_ref == case_ref] if case_ref else [])]
    rows = session.scalars(
        select(Task)
        .where(Task.municipality_id == town, or_(*about), Task.state == TaskState.OPEN)
        .where(Task.opened_at >= task.closed_at)
        .order_by(Task.sort_on, Task.priority, Task.id)
        .limit(_MOST)
    ).all()
    seen = [row for row in rows if _sees(session, actor, row, now)]
    codes = task_views.centre_codes(session) if len(seen) < len(rows) else {}
    others = [(codes.get(row.centre_id, ""), row.lane) for row in rows if row not in seen]
    return HandedOn(task_views.of_tasks(session, actor, seen), list(dict.fromkeys(others)))


def _sees(session: Session, actor: Actor, task: Task, now: datetime) -> bool:
    standing = standing_of(session, actor, task.case_ref, on=jst_day(now))
    return isinstance(policy.decide(standing, Action.VIEW_TASK, subject_of(task)), policy.Allowed)
