"""健診の日: who came, who did not, who was seen elsewhere, down one column; then closing the day.

What is chosen is kept as the draft of each child's check-up task. Closing leaves the tasks of those who did not come by
their honest exits, after showing what follows for whom; whoever came keeps the task until the result is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine import clock
from engine.casework import invitations, tasks
from engine.casework.guidance import Exit, guidance
from engine.casework.invitations import Invitation
from engine.casework.views import TaskView
from engine.clock import jst_day
from engine.errors import NotFound, NotPermitted
from engine.organisation.checkup_sessions import CheckupSession
from engine.workflow.task import TaskAlreadyCompleted, TaskClaimed
from web import language, set_aside, wording
from web.pages import days, showing
from web.pages.blueprint import pages as new_pages
from web.pages.posted import draft_pairs
from web.request_scope import act, current, text_without_nul

pages = new_pages("checkup_day", __name__)

FORM, FIELD = "checkup_result", "attended"
CAME, STAYED_AWAY, ELSEWHERE = "yes", "no", "elsewhere"
EXITS: Mapping[str, str] = {STAYED_AWAY: "absent", ELSEWHERE: "done_elsewhere"}
_MOST = 100


@dataclass(frozen=True, slots=True)
class Child:
    """A child who may come today. came: yes, no, elsewhere, or empty while nobody has said.

    invited: the session it is invited to; None without one. sent_at: when the letter was posted; None while it lies.
    """

    task: TaskView
    came: str
    invited: CheckupSession | None = None
    sent_at: datetime | None = None

    @property
    def sent_on(self) -> date | None:
        """The day the invitation was posted."""
        return jst_day(self.sent_at) if self.sent_at else None

    def held_on(self, today: date) -> date:
        """The day its attendance is about: that of a session that is over, else today."""
        if self.invited is not None and self.invited.called_off_at is None and self.invited.day == self.task.due_on:
            return min(self.invited.day, today)
        return today


@dataclass(frozen=True, slots=True)
class Group:
    """Children of one table. key: past, today, others; session: of a past one."""

    key: str
    children: Sequence[Child]
    session: CheckupSession | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A task that closing the day leaves. held_on: the day of the session it is about; note: what it says of that."""

    task: TaskView
    exit: Exit
    held_on: date

    @property
    def note(self) -> str:
        return str(_("%(day)sの健診日の出欠による。", day=days.long_day(self.held_on)))


@pages.get("/checkups")
@act("checkups.show")
def show() -> str:
    """The children whose check-up may be done today and whose task this person may finish."""
    scope = current()
    returned = set_aside.returned(scope.session, scope.actor)
    if returned is not None:
        _keep_chosen(returned)
        set_aside.forget(scope.session, scope.actor, request.path)
        flash(language.say(wording.RETURNED), "warn")
    children = _children()
    return render_template(
        "checkups.html", groups=_groups(children, showing.today()), number=len(children), opened=_opened()
    )


def _groups(children: Sequence[Child], today: date) -> list[Group]:
    """Sessions that are over and not closed first, the oldest on top; then today's; then whoever else may come."""
    past: dict[str, Group] = {}
    here, others = [], []
    for each in children:
        if each.invited is not None and each.held_on(today) < today:
            group = past.setdefault(each.invited.id, Group("past", [], each.invited))
            past[each.invited.id] = Group("past", [*group.children, each], each.invited)
        elif each.invited is not None and each.invited.day == today:
            here.append(each)
        else:
            others.append(each)
    return [*past.values(), Group("today", here), Group("others", others)]


@pages.put("/checkups/draft")
@act("checkups.draft")
def keep() -> Response:
    """Keep what is chosen while it is chosen."""
    _keep_chosen(draft_pairs())
    return jsonify({"saved_at": clock.wall_now().isoformat(timespec="seconds")})


@pages.post("/checkups")
@act("checkups.close")
def close() -> str | Response:
    """What closing the day will do; asked once more before it is done."""
    _keep_chosen(request.form)
    leaving = _leaving(_children())
    if not leaving:
        flash(_("来なかった人も、他で受けた人もいません。来た人は、健診の結果を入れてください。"), "info")
        return redirect(url_for("checkup_day.show"), 303)
    return render_template("checkups_close.html", leaving=[(each, _foreseen(each)) for each in leaving])


def _foreseen(leaving: Leaving) -> Sequence[TaskView]:
    """The work that leaving the task will open."""
    scope = current()
    return tasks.foresee(
        scope.session, scope.actor, leaving.task.id, outcome=leaving.exit.code, note=leaving.note, now=scope.now
    )


@pages.post("/checkups/close")
@act("checkups.confirm")
def confirm() -> Response:
    """Leave the tasks named on the page that was confirmed."""
    scope = current()
    named = set(request.form.getlist("task"))
    done, opened = 0, list[TaskView]()
    for leaving in _leaving(_children()):
        if leaving.task.id not in named:
            continue
        try:
            left = tasks.complete_task(
                scope.session, scope.actor, leaving.task.id, outcome=leaving.exit.code, note=leaving.note, now=scope.now
            )
            done += 1
            opened += left.opened
        except (TaskClaimed, TaskAlreadyCompleted):
            continue
    if done:
        flash(_("%(number)s人について、次の仕事を開きました。", number=done), "success")
    if done < len(named):
        flash(_("%(number)s人は、ほかの人が先に終えたか、出欠が変わりました。", number=len(named) - done), "warn")
    if opened:
        return redirect(url_for("checkup_day.show", opened=",".join(each.id for each in opened)), 303)
    return redirect(url_for("checkup_day.show"), 303)


def _opened() -> list[TaskView]:
    """The work that closing has opened, as far as it still waits and the visitor may see it."""
    scope = current()
    found = []
    named = text_without_nul("opened", request.args.get("opened", "")).split(",")
    for task_id in list(dict.fromkeys(filter(None, named)))[:_MOST]:
        with suppress(NotFound, NotPermitted):
            found.append(tasks.show_task(scope.session, scope.actor, task_id, now=scope.now))
    return [each for each in found if each.state == "open"]


def _children() -> list[Child]:
    scope = current()
    lanes = {lane for post in scope.actor.posts for lane in post.lanes}
    page = tasks.worklist(scope.session, scope.actor, process=invitations.PROCESS, limit=_MOST, now=scope.now)
    today = showing.today()
    held = invitations.of_cases(scope.session, sorted({task.case_id for task in page.items if task.case_id}))
    return [
        _child(task, held.get((task.case_id or "", task.track_id, str(task.fixed.get("checkup_type")))))
        for task in page.items
        if task.form == FORM
        and task.lane in lanes
        and task.assignee in (None, scope.actor.login)
        and (task.may_start_on is None or task.may_start_on <= today)
    ]


def _child(task: TaskView, invitation: Invitation | None) -> Child:
    came = str((task.draft or {}).get(FIELD) or "")
    if invitation is None:
        return Child(task, came)
    return Child(task, came, invitation.session, invitation.sent_at)


def _keep_chosen(fields: MultiDict[str, str]) -> None:
    """Keep what was changed on the page, by the names of the tasks."""
    _keep({each.task.id: chosen for each in _children() if (chosen := fields.get(each.task.id, "")) != each.came})


def _keep(chosen: Mapping[str, str]) -> None:
    """Put the choices into the drafts of the tasks. chosen: task id -> yes, no, elsewhere or empty."""
    scope = current()
    children = {child.task.id: child for child in _children()}
    for task_id, came in chosen.items():
        if came not in ("", CAME, *EXITS):
            continue
        child = children[task_id]
        day = {"session_date": child.held_on(showing.today()).isoformat()} if came == CAME else {}
        kept = {**(child.task.draft or {}), FIELD: came, **day}
        tasks.save_draft(scope.session, scope.actor, task_id, kept, now=scope.now)


def _leaving(children: list[Child]) -> list[Leaving]:
    scope = current()
    found = []
    for child in children:
        code = EXITS.get(child.came)
        if code is None:
            continue
        known = guidance(scope.session, scope.actor, child.task.id, now=scope.now)
        way = next((each for each in known.exits if each.code == code), None)
        if way is not None and known.may_do:
            found.append(Leaving(child.task, way, child.held_on(showing.today())))
    return found
