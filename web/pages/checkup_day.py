"""健診の日: who came, who did not, who was seen elsewhere, down one column; then closing the day.

What is chosen is kept as the draft of each child's check-up task. Closing leaves the tasks of those who did not come by
their honest exits, after showing what follows for whom; whoever came keeps the task until the result is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine import clock
from engine.casework import invitations, tasks
from engine.casework.guidance import Exit, guidance
from engine.casework.views import TaskView
from engine.organisation.checkup_sessions import CheckupSession
from engine.workflow.task import TaskAlreadyCompleted, TaskClaimed
from web import language, set_aside, wording
from web.pages import days, showing
from web.pages.blueprint import pages as new_pages
from web.pages.posted import draft_pairs
from web.request_scope import act, current

pages = new_pages("checkup_day", __name__)

FORM, FIELD = "checkup_result", "attended"
PROCESS = "child_checkup"
CAME, STAYED_AWAY, ELSEWHERE = "yes", "no", "elsewhere"
EXITS: Mapping[str, str] = {STAYED_AWAY: "absent", ELSEWHERE: "done_elsewhere"}
_MOST = 100


@dataclass(frozen=True, slots=True)
class Child:
    """A child who may come today. came: yes, no, elsewhere, or empty while nobody has said.

    invited: the session it is invited to; None without one.
    """

    task: TaskView
    came: str
    invited: CheckupSession | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A task that closing the day leaves, and what follows."""

    task: TaskView
    exit: Exit


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
    children, today = _children(), showing.today()
    here = [each for each in children if each.invited is not None and each.invited.day == today]
    others = [each for each in children if each not in here]
    return render_template("checkups.html", groups=[("today", here), ("others", others)], number=len(children))


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
    return render_template("checkups_close.html", leaving=leaving)


@pages.post("/checkups/close")
@act("checkups.confirm")
def confirm() -> Response:
    """Leave the tasks named on the page that was confirmed."""
    scope = current()
    named = set(request.form.getlist("task"))
    done = 0
    for leaving in _leaving(_children()):
        if leaving.task.id not in named:
            continue
        note = _("%(day)sの健診日の出欠による。", day=days.long_day(showing.today()))
        try:
            tasks.complete_task(
                scope.session, scope.actor, leaving.task.id, outcome=leaving.exit.code, note=note, now=scope.now
            )
            done += 1
        except (TaskClaimed, TaskAlreadyCompleted):
            continue
    if done:
        flash(_("%(number)s人について、次の仕事を開きました。", number=done), "success")
    if done < len(named):
        flash(_("%(number)s人は、ほかの人が先に終えたか、出欠が変わりました。", number=len(named) - done), "warn")
    return redirect(url_for("checkup_day.show"), 303)


def _children() -> list[Child]:
    scope = current()
    lanes = {lane for post in scope.actor.posts for lane in post.lanes}
    page = tasks.worklist(scope.session, scope.actor, process=PROCESS, limit=_MOST, now=scope.now)
    today = showing.today()
    held = invitations.of_cases(scope.session, sorted({task.case_id for task in page.items if task.case_id}))
    return [
        Child(
            task,
            str((task.draft or {}).get(FIELD) or ""),
            held.get((task.case_id or "", task.track_id, str(task.fixed.get("checkup_type")))),
        )
        for task in page.items
        if task.form == FORM
        and task.lane in lanes
        and task.assignee in (None, scope.actor.login)
        and (task.may_start_on is None or task.may_start_on <= today)
    ]


def _keep_chosen(fields: MultiDict[str, str]) -> None:
    """Keep what was changed on the page, by the names of the tasks."""
    _keep({each.task.id: chosen for each in _children() if (chosen := fields.get(each.task.id, "")) != each.came})


def _keep(chosen: Mapping[str, str]) -> None:
    """Put the choices into the drafts of the tasks. chosen: task id -> yes, no, elsewhere or empty."""
    scope = current()
    drafts = {child.task.id: child.task.draft or {} for child in _children()}
    for task_id, came in chosen.items():
        if came not in ("", CAME, *EXITS):
            continue
        day = {"session_date": showing.today().isoformat()} if came == CAME else {}
        tasks.save_draft(scope.session, scope.actor, task_id, {**drafts[task_id], FIELD: came, **day}, now=scope.now)


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
            found.append(Leaving(child.task, way))
    return found
