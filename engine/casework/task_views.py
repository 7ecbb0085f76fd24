"""Task rows as people see them: names, labels and codes put in, drafts only one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import organisation
from engine.access import Actor
from engine.cases import family, tracks
from engine.cases.family import NameLine
from engine.casework.views import TaskView
from engine.database import municipality_of, table_of
from engine.organisation.staff import Staff
from engine.workflow import versions
from engine.workflow.task import FAR_OFF, Draft, Task
from engine.workflow.versions import Version
from forms.definition import Form
from forms.sentences import Sentence

_OF = table_of(Staff).c
_STAFF = select(_OF.id, _OF.login, _OF.name).where(
    _OF.municipality_id == bindparam("town"), _OF.id.in_(bindparam("ids", expanding=True))
)


def of_task(session: Session, actor: Actor, task: Task, version: Version | None = None) -> TaskView:
    """One task as this person sees it."""
    return of_tasks(session, actor, [task], version)[0]


def of_tasks(
    session: Session, actor: Actor, tasks: Sequence[Task], version: Version | None = None, *, with_drafts: bool = True
) -> list[TaskView]:
    """A list of tasks in their order; at most four further statements, however long the list."""
    if not tasks:
        return []
    town = municipality_of(session)
    codes = centre_codes(session)
    staff = _staff(session, town, actor, {task.assignee_id for task in tasks} | {task.closed_by for task in tasks})
    people = family.names_of(session, {task.about_ref for task in tasks if task.about_ref})
    due_days = tracks.due_days(session, {task.case_ref for task in tasks if task.case_ref})
    drafts = _drafts(session, town, actor, [task.id for task in tasks]) if with_drafts else {}
    return [_view(session, task, codes, staff, people, due_days, drafts.get(task.id), version) for task in tasks]


def centre_codes(session: Session) -> Mapping[str, str]:
    """Centre id -> code."""
    return {centre_id: line.code for centre_id, line in organisation.centre_lines(session).items()}


def _staff(session: Session, town: str, actor: Actor, ids: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """Staff id -> (login, name); what is known of the actor is not asked again."""
    known = {actor.staff_id: (actor.login, actor.name)}
    wanted = [staff_id for staff_id in ids if staff_id and staff_id not in known]
    if not wanted:
        return known
    rows = session.execute(_STAFF, {"town": town, "ids": wanted})
    return known | {staff_id: (login, name) for staff_id, login, name in rows}


def _drafts(session: Session, town: str, actor: Actor, ids: Sequence[str]) -> dict[str, Draft]:
    rows = session.scalars(
        select(Draft).where(Draft.municipality_id == town, Draft.staff_id == actor.staff_id, Draft.task_id.in_(ids))
    )
    return {draft.task_id: draft for draft in rows}


def _view(
    session: Session,
    task: Task,
    codes: Mapping[str, str],
    staff: Mapping[str, tuple[str, str]],
    people: Mapping[str, NameLine],
    due_days: Mapping[tuple[str, str], date],
    draft: Draft | None,
    version: Version | None,
) -> TaskView:
    person = people.get(task.about_ref or "")
    assignee = staff.get(task.assignee_id or "")
    closed_by = staff.get(task.closed_by or "")
    version = version or versions.load(session, task.version_id)
    which = version.which(task.local_values, form=task.form) if task.form else None
    return TaskView(
        id=task.id,
        case_id=task.case_ref,
        track_id=task.track_id,
        process=task.process,
        element=task.element,
        name=told_apart(task.name, which.ja if which else ""),
        name_en=told_apart(version.bundle.english(task.element), which.en if which else ""),
        lane=task.lane,
        centre=codes.get(task.centre_id, ""),
        assignee=assignee[0] if assignee else None,
        assignee_name=assignee[1] if assignee else None,
        form=task.form,
        exits=tuple(task.exits),
        may_start_on=task.may_start_on,
        due_on=task.due_on,
        late_on=task.late_on,
        expires_on=task.expires_on,
        priority=task.priority,
        state=str(task.state),
        outcome=task.outcome,
        draft=draft.answers if draft else None,
        draft_saved_at=draft.saved_at if draft else None,
        fixed=fixed_fields(session, task, version),
        about=person.name if person else "",
        about_kana=person.kana if person else "",
        track_label=person.relation if person else "",
        why=task.why,
        after=_after(version, task),
        put_off_to=task.put_off_to,
        stands_on=task.sort_on if task.sort_on != FAR_OFF else None,
        opened_at=task.opened_at,
        completed_at=task.closed_at,
        completed_by=closed_by[1] if closed_by else None,
        version=task.version_id,
        child_born_on=person.birth_date if person and person.relation == "child" else None,
        pregnancy_due_on=due_days.get((task.case_ref or "", tracks.root(task.track_id) or "")),
    )


def told_apart(name: str, which: str) -> str:
    """`健診` for `3〜4か月児健診` is the longer of the two; other work names its kind in brackets."""
    if not which:
        return name
    return which if name.casefold() in which.casefold() else f"{name}（{which}）"


def _after(version: Version, task: Task) -> Sentence | None:
    """The step after which the work came, and of which check-up; None where somebody gave a reason of their own."""
    step = version.step_ids.get(task.why) if task.why else None
    if step is None:
        return None
    which = version.which(task.local_values)
    return Sentence(
        told_apart(task.why, which.ja if which else ""),
        told_apart(version.bundle.english(step), which.en if which else ""),
    )


def fixed_fields(session: Session, task: Task, version: Version | None = None) -> dict[str, Any]:
    """Locals of the task that are fields of its form: the system sets them."""
    if not task.form or not task.local_values:
        return {}
    bundle = (version or versions.load(session, task.version_id)).bundle
    form = bundle.forms.get(task.form)
    keys = _keys(form) if form is not None else frozenset()
    return {name: value for name, value in task.local_values.items() if name in keys and value is not None}


@lru_cache(maxsize=512)
def _keys(form: Form) -> frozenset[str]:
    """The keys of a form's fields. A published form never changes."""
    return frozenset(field.key for field in form.fields())
