"""The pages of one family: history, plan, records, consents, and where it stands in the diagrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, jsonify, request
from flask_babel import gettext as _

from engine.access import Action
from engine.casework import cases, form_catalogue, incidents, post, process_design, tasks, town_parameters
from engine.casework.history import KINDS
from engine.casework.partnership import is_guest
from engine.casework.views import DiagramView, StepState, SubmissionView, TaskView, Token
from forms.definition import Form
from processes.vocabulary import DONE
from web import language
from web.pages import days, received, showing
from web.pages.answers import Answered, answered
from web.pages.blueprint import pages as new_pages
from web.pages.family import family_of, render
from web.pages.process_names import process_names
from web.pages.rules_in_words import rule_in_words
from web.request_scope import Scope, act, current

pages = new_pages("case_tabs", __name__)

PAGE = 50
PLAN_FORM = "support_plan"
CHECKUP_FORM = "checkup_result"
# What a person filters the history by; each stands for the kinds of events behind it.
EVERYTHING = tuple(kind for kind in KINDS if kind != "task_exit")
BY_ITSELF = ("task_opened", "timer_fired", "incident", "incident_resolved", "window_failed", "instance_ended")
FILTERS: Mapping[str, tuple[str, ...]] = {
    "": tuple(kind for kind in EVERYTHING if kind not in BY_ITSELF),
    "work": ("task_completed", "task_expired", "task_cancelled", "task_put_off"),
    "records": ("submission",),
    "messages": ("message", "track_started", "consent_withdrawn"),
    "steps": BY_ITSELF,
    "all": EVERYTHING,
}


@pages.get("/cases/<row_id:case_id>")
@act("case.show")
def show(case_id: str) -> str:
    """経過: open work, what happened, what will happen by itself. Other houses: who it is, and their own work."""
    scope = current()
    family = family_of(scope, case_id)
    if is_guest(scope.actor):
        return render("case_for_agency.html", family, work=_work(scope, case_id))
    chosen = request.args.get("kind", "")
    chosen = chosen if chosen in FILTERS else ""
    page = cases.timeline(
        scope.session,
        scope.actor,
        case_id,
        cursor=request.args.get("cursor") or None,
        limit=PAGE,
        kinds=FILTERS[chosen],
        now=scope.now,
    )
    coming = cases.upcoming(scope.session, scope.actor, case_id, now=scope.now)
    names = process_names(scope)
    numbers = {each.name: each.value for each in town_parameters.list_parameters(scope.session, now=scope.now)}
    prints = showing.may_with_case(scope, case_id, Action.PRINT_LETTER)[Action.PRINT_LETTER.value]
    return render(
        "case.html",
        family,
        work=_work(scope, case_id),
        letters_received=received.letters_of(case_id),
        entries=page.items,
        next_cursor=page.next,
        chosen=chosen,
        runs_on=process_design.version_line(scope.session, family.case.version),
        filters=_filter_names(),
        coming=[(each, names.get(each.process, ""), rule_in_words(each.rule, numbers)) for each in coming],
        letters=post.of_case(scope.session, scope.actor, case_id, now=scope.now) if prints else [],
        stopped=incidents.open_incidents(scope.session, scope.actor, case_id=case_id, now=scope.now),
    )


def _work(scope: Scope, case_id: str) -> Sequence[TaskView]:
    """The family's open work that is the visitor's to see."""
    if not showing.may(Action.VIEW_WORKLIST):
        return ()
    return tasks.worklist(scope.session, scope.actor, case_id=case_id, limit=50, now=scope.now).items


def _filter_names() -> list[tuple[str, str]]:
    return [
        ("", _("おもなこと")),
        ("work", _("した仕事")),
        ("records", _("記録")),
        ("messages", _("連絡")),
        ("steps", _("自動の動き")),
        ("all", _("すべて")),
    ]


@pages.get("/cases/<row_id:case_id>/plan")
@act("case.plan")
def plan(case_id: str) -> str:
    """計画: the support plans of the family, the newest first."""
    scope = current()
    family = family_of(scope, case_id)
    found = _all_submissions(scope, case_id, PLAN_FORM)
    corrected = {each.corrects for each in found}
    standing = [each for each in found if each.id not in corrected]
    return render("plan.html", family, plans=[shown(scope, each, family.case.version) for each in standing])


def _all_submissions(scope: Scope, case_id: str, form: str) -> list[SubmissionView]:
    found: list[SubmissionView] = []
    cursor: str | None = None
    for _page in range(20):
        page = cases.submissions(scope.session, scope.actor, case_id, cursor=cursor, limit=100, now=scope.now)
        found.extend(each for each in page.items if each.form == form)
        cursor = page.next
        if cursor is None:
            break
    return found


@pages.get("/cases/<row_id:case_id>/records")
@act("case.records")
def records(case_id: str) -> str:
    """記録: the answers to every form, the newest first, corrections beside what they correct."""
    scope = current()
    family = family_of(scope, case_id)
    page = cases.submissions(
        scope.session, scope.actor, case_id, cursor=request.args.get("cursor") or None, limit=20, now=scope.now
    )
    corrected = {each.corrects for each in page.items if each.corrects}
    found = [shown(scope, each, family.case.version) for each in page.items]
    letters = received.letters_of(case_id) if not request.args.get("cursor") else []
    return render("records.html", family, letters=letters, records=found, next_cursor=page.next, corrected=corrected)


def shown(scope: Scope, submission: SubmissionView, version: str) -> dict[str, Any]:
    """A submission with its title and its answers in words."""
    form = _form(scope, submission.form, version)
    words: list[Answered] = answered(form, submission.answers) if form else []
    title = language.say(form.title) if form else submission.form
    if submission.outcome != DONE:
        title = _not_done(submission, title)
    return {"submission": submission, "title": title, "answers": words, "code": form.code if form else ""}


def _not_done(submission: SubmissionView, title: str) -> str:
    """What a record is called whose work was left by one of its exits: nothing was found out, so it is no result."""
    how = showing.outcome(submission.outcome)
    if submission.form == CHECKUP_FORM:
        return str(_("健診 未受診(%(how)s)", how=how))
    return str(_("%(title)s できなかった(%(how)s)", title=title, how=how))


def _form(scope: Scope, key: str, version: str) -> Form | None:
    try:
        return form_catalogue.form(scope.session, scope.actor, key, version=version).form
    except form_catalogue.FormUnknown:
        return None


@pages.get("/cases/<row_id:case_id>/consents")
@act("case.consents")
def consents(case_id: str) -> str:
    """同意と提供: who may see what, since when and until when."""
    scope = current()
    family = family_of(scope, case_id)
    found = cases.consents(scope.session, scope.actor, case_id, now=scope.now)
    day = showing.today()
    standing = [
        each for each in found if each.withdrawn_on is None and (each.valid_until is None or each.valid_until >= day)
    ]
    return render("consents.html", family, standing=standing, ended=[each for each in found if each not in standing])


@pages.get("/cases/<row_id:case_id>/diagram")
@act("case.diagram")
def diagram(case_id: str) -> str:
    """図(いまここ): a diagram with its tokens, and the same in words."""
    scope = current()
    family = family_of(scope, case_id)
    found = cases.diagrams(scope.session, scope.actor, case_id, now=scope.now)
    shown = _chosen(found, request.args.get("process", "")) or _standing(found)
    return render("diagram.html", family, diagrams=found, shown=shown, steps=_steps(shown) if shown else [])


def _chosen(found: list[DiagramView], process: str) -> DiagramView | None:
    return next((each for each in found if each.process == process), None)


def _standing(found: list[DiagramView]) -> DiagramView | None:
    """The first diagram on which a person's work stands, else the journey."""
    at_work = (each for each in found if any(step.state == "active" for step in each.steps))
    return next(at_work, found[0] if found else None)


def _steps(shown: DiagramView) -> list[StepState]:
    """The named steps in the order of the flow."""
    return [step for step in shown.steps if step.name]


@pages.get("/cases/<row_id:case_id>/diagram/<process>/drawing")
@act("case.diagram")
def drawing(case_id: str, process: str) -> Response:
    """The published diagram, for the viewer."""
    return Response(_one(case_id, process).xml, mimetype="application/xml")


@pages.get("/cases/<row_id:case_id>/diagram/<process>/state")
@act("case.diagram")
def state(case_id: str, process: str) -> Response:
    """Where the tokens stand, for the viewer."""
    steps = _one(case_id, process).steps
    by_state = {name: [step.element for step in steps if step.state == name] for name in ("done", "next", "active")}
    waiting = [
        {"id": step.element, "text": "、".join(_when(token) for token in step.here if token.on)}
        for step in steps
        if step.state == "waiting"
    ]
    return jsonify({**by_state, "waiting": waiting})


def _when(token: Token) -> str:
    day = days.short_day(token.on) if token.on else ""
    return f"{language.say(token.which)} {day}" if token.which else day


def _one(case_id: str, process: str) -> DiagramView:
    scope = current()
    found = _chosen(cases.diagrams(scope.session, scope.actor, case_id, now=scope.now), process)
    if found is None:
        abort(404)
    return found
