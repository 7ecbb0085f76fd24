"""仕事: one piece of work with its form; finishing it, or saying honestly why it could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.casework import form_catalogue, handed_on, invitations, tasks, viewing
from engine.casework.guidance import Guidance, guidance
from engine.casework.views import TaskView
from engine.database import transaction
from engine.errors import EngineError
from engine.workflow.task import TaskAlreadyCompleted, TaskClaimed
from forms.compiler import AnswersRejected, CompiledForm
from forms.components import Form
from forms.sentences import Sentence
from web import errors, language, set_aside, wording
from web.pages import draft_behind, received
from web.pages.answers import Answered, answered
from web.pages.blueprint import here, wants_json
from web.pages.blueprint import pages as new_pages
from web.pages.checkup_sessions import checkup_name
from web.pages.draft_behind import Behind
from web.pages.fields import FormView
from web.pages.filling import Filling
from web.pages.posted import draft_pairs
from web.request_scope import Scope, act, current, database, frame, text_without_nul

pages = new_pages("task_page", __name__)

Answer = str | Response | tuple[str, int]
NO_SHOW, MISSED = "no_show_followup", "no_show_record"
_OF_EXITS = ("note", "outcome")  # in a draft: why it could not be done, beside what stands in the form


@pages.get("/tasks/<row_id:task_id>")
@act("task.show")
def show(task_id: str) -> Answer:
    """The task with its form, filled with this person's draft."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    filling = _filling(scope, task)
    returned = filling.returned() if filling else None
    if returned is not None:
        task = tasks.save_draft(scope.session, scope.actor, task_id, returned, now=scope.now)
    found = received.letter(task)
    told = {} if task.draft else received.begins(task, found, filling.compiled.form if filling else None)
    told = {**told, **_missed(scope, task)}
    behind = draft_behind.begins(_part(task, filling))
    return _page(scope, task, filling.begun(task.draft, told) if filling else None, behind, found=found)


@pages.post("/tasks/<row_id:task_id>")
@act("task.complete")
def complete(task_id: str) -> Answer:
    """Finish the task, or keep what was typed and go; the buttons for rows only draw the form again."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    filling = _filling(scope, task)
    changed = filling.rows_changed() if filling else None
    if changed is not None:
        return _page(scope, task, changed, draft_behind.drawn_again())
    answers = filling.answers_in(received.with_candidate(request.form)) if filling else {}

    def keep(session: Session) -> None:
        tasks.save_draft(session, scope.actor, task_id, {**_beside(task), **answers}, now=scope.now)

    typed = filling.compiled.to_keep(answers) if filling else answers
    behind = draft_behind.sent(scope, _part(task, filling), typed, keep)
    if request.form.get("act") == "later" and behind.elsewhere:
        return _page(scope, task, filling.drawn(answers) if filling else None, behind), 409
    if request.form.get("act") == "later":
        tasks.save_draft(scope.session, scope.actor, task_id, answers, now=scope.now)
        flash(_("下書きに残しました。続きはいつでも入れられます。"), "success")
        return redirect(_back(), 303)
    try:
        done = tasks.complete_task(scope.session, scope.actor, task_id, answers=answers, now=scope.now)
    except AnswersRejected as rejected:
        form = filling.drawn(answers, rejected.errors) if filling else None
        return _page(scope, task, form, behind, general=_without_field(rejected)), 422
    for warning in done.warnings:
        flash(language.say(warning), "warn")
    return redirect(url_for("task_page.done", task_id=task_id, back=request.form.get("back")), 303)


@pages.get("/tasks/<row_id:task_id>/done")
@act("task.show_done")
def done(task_id: str) -> Answer:
    """What finishing the task led to."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    if task.state == "open":
        return redirect(url_for("task_page.show", task_id=task_id), 303)
    came = handed_on.after(scope.session, scope.actor, task_id, now=scope.now)
    return render_template("task_done.html", task=task, came=came, back=here(request.args.get("back")))


@pages.put("/tasks/<row_id:task_id>/draft")
@act("task.draft")
def save_draft(task_id: str) -> Answer:
    """Keep what stands in the form while it is typed."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    filling = _filling(scope, task)
    pairs = draft_pairs()
    answers = filling.answers_in(pairs) if filling else {"note": pairs.get("note", "")}
    saved = draft_behind.check(pairs, _part(task, filling), filling.compiled.to_keep(answers) if filling else answers)
    tasks.save_draft(scope.session, scope.actor, task_id, {**_beside(task), **answers}, now=scope.now)
    return saved


@pages.get("/tasks/<row_id:task_id>/could-not")
@act("task.show_exits")
def show_exits(task_id: str) -> Answer:
    """The honest ways out of the task, each with what follows."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    returned = set_aside.returned(scope.session, scope.actor)
    if returned is not None:
        _keep_note(scope, task, returned)
        set_aside.forget(scope.session, scope.actor, request.path)
        flash(language.say(wording.RETURNED), "warn")
        task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    chosen = request.args.get("outcome", "") or str((task.draft or {}).get("outcome") or "")
    return _exits_page(
        scope,
        task,
        draft_behind.begins(_said(task.draft)),
        chosen=chosen if chosen in task.exits else "",
        note=str((task.draft or {}).get("note") or ""),
    )


@pages.put("/tasks/<row_id:task_id>/could-not/draft")
@act("task.draft_exit")
def save_exit_draft(task_id: str) -> Answer:
    """Keep the note on why it could not be done while it is typed, beside what stands in the form."""
    scope = current()
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    pairs = draft_pairs()
    saved = draft_behind.check(pairs, _said(task.draft), _said(pairs))
    _keep_note(scope, task, pairs)
    return saved


def _keep_note(scope: Scope, task: TaskView, fields: MultiDict[str, str]) -> None:
    tasks.save_draft(scope.session, scope.actor, task.id, {**(task.draft or {}), **_typed_of(fields)}, now=scope.now)


def _said(fields: Mapping[str, Any] | None) -> dict[str, str]:
    """What a draft says of why it could not be done; empty where it says nothing."""
    said = _typed_of(fields or {})
    return said if any(said.values()) else {}


def _typed_of(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: text_without_nul(name, str(fields.get(name) or "")) for name in _OF_EXITS}


def _beside(task: TaskView) -> dict[str, Any]:
    """What the draft holds beside the form."""
    return {key: kept for key, kept in (task.draft or {}).items() if key in _OF_EXITS}


def _part(task: TaskView, filling: Filling | None) -> dict[str, Any]:
    """What the draft holds of the form."""
    known = {component.key for component in filling.compiled.form.fields()} if filling else {"note"}
    return {key: kept for key, kept in (task.draft or {}).items() if key in known or key not in _OF_EXITS}


@pages.post("/tasks/<row_id:task_id>/could-not")
@act("task.leave")
def leave(task_id: str) -> Answer:
    """Leave the task by one of its exits, with a note."""
    scope = current()
    outcome = text_without_nul("outcome", request.form.get("outcome", ""))[:60]
    note = text_without_nul("note", request.form.get("note", "")).replace("\r\n", "\n")
    task = tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)
    said = {"note": note, "outcome": outcome}
    answers = {key: value for key, value in (task.draft or {}).items() if key != "outcome"}

    def keep(session: Session) -> None:
        tasks.save_draft(session, scope.actor, task_id, {**(task.draft or {}), **said}, now=scope.now)

    behind = draft_behind.sent(scope, _said(task.draft), _said(said), keep)
    if outcome in ("", "done"):
        errors_found = {"outcome": [wording.CHOOSE_EXIT]}
        if not note.strip():
            errors_found["note"] = [tasks.NOTE_MISSING]
        return _exits_page(scope, task, behind, note=note, errors=errors_found), 422
    try:
        tasks.complete_task(
            scope.session, scope.actor, task_id, outcome=outcome, answers=answers, note=note, now=scope.now
        )
    except AnswersRejected as rejected:
        return _exits_page(scope, task, behind, chosen=outcome, note=note, errors=rejected.errors), 422
    return redirect(url_for("task_page.done", task_id=task_id, back=request.form.get("back")), 303)


@pages.post("/tasks/<row_id:task_id>/claim")
@act("task.claim")
def claim(task_id: str) -> Answer:
    """Take the task on, or give it back to the centre's list."""
    scope = current()
    if request.form.get("act") == "release":
        tasks.release_task(scope.session, scope.actor, task_id, now=scope.now)
        flash(_("センターの仕事に戻しました。"), "success")
    else:
        tasks.claim_task(scope.session, scope.actor, task_id, now=scope.now)
        flash(_("受け持ちました。"), "success")
    return redirect(url_for("task_page.show", task_id=task_id, back=request.form.get("back")), 303)


def _compiled(scope: Scope, task: TaskView) -> CompiledForm | None:
    if task.form is None:
        return None
    return form_catalogue.form(scope.session, scope.actor, task.form, version=task.version)


def _filling(scope: Scope, task: TaskView) -> Filling | None:
    compiled = _compiled(scope, task)
    return Filling(scope, compiled, task.fixed, about=task.about) if compiled else None


def _page(
    scope: Scope,
    task: TaskView,
    form: FormView | None,
    behind: Behind,
    general: tuple[str, ...] = (),
    found: received.Letter | None = None,
) -> str:
    known = guidance(scope.session, scope.actor, task.id, now=scope.now)
    compiled = _compiled(scope, task)
    return render_template(
        "task.html",
        task=task,
        received=found or received.letter(task),
        proposed=received.proposed(task),
        candidate=request.form.get("candidate", ""),
        invitation=_invitation(scope, task),
        form=form,
        general=general,
        behind=behind,
        guidance=known,
        works=_works(scope, task, known),
        typed=_typed(compiled.form, task.draft) if compiled and task.draft and task.state != "open" else [],
        back=here(request.values.get("back")),
    )


def _invitation(scope: Scope, task: TaskView) -> invitations.Sent | None:
    """For work on a child who did not come to a check-up: whether and when the invitation really left."""
    if task.process != NO_SHOW or task.case_id is None or task.fixed.get("target_kind", "checkup") != "checkup":
        return None
    return invitations.before(scope.session, task.case_id, task.track_id, until=task.opened_at)


def _missed(scope: Scope, task: TaskView) -> dict[str, Any]:
    """What the town knows already of what was missed, in the fields of its record."""
    if task.form != MISSED or task.draft:
        return {}
    found_on = tasks.found_missed_on(scope.session, scope.actor, task.id, now=scope.now)
    invitation = _invitation(scope, task)
    known = {
        "detected_at": found_on.isoformat() if found_on else None,
        "target_ref": checkup_name(invitation.kind) if invitation else None,
        "due_date": invitation.day.isoformat() if invitation and invitation.day else None,
    }
    return {key: value for key, value in known.items() if value}


def _typed(form: Form, draft: Mapping[str, Any]) -> list[Answered]:
    """A draft of a finished task in words; what was written on why it could not be done comes last."""
    known = {component.key for component in form.fields()}
    note = "" if "note" in known else str(draft.get("note") or "")
    words = answered(form, {key: value for key, value in draft.items() if key in known})
    return [*words, Answered(_("ようす"), note)] if note else words


def _works(scope: Scope, task: TaskView, known: Guidance) -> bool:
    """Whether this person may fill the form and finish the task now."""
    free = task.assignee is None or task.assignee == scope.actor.login
    return known.may_do and task.state == "open" and free


def _exits_page(
    scope: Scope,
    task: TaskView,
    behind: Behind,
    *,
    chosen: str = "",
    note: str = "",
    errors: Mapping[str, list[Sentence]] | None = None,
) -> str:
    said = {key: [language.say(each) for each in sentences] for key, sentences in (errors or {}).items()}
    return render_template(
        "could_not.html",
        task=task,
        guidance=guidance(scope.session, scope.actor, task.id, now=scope.now),
        chosen=chosen,
        note=note,
        errors=said,
        behind=behind,
        back=here(request.values.get("back")),
    )


def _without_field(rejected: AnswersRejected) -> tuple[str, ...]:
    """What is wrong with the whole, not with one field."""
    return tuple(language.say(each) for each in rejected.errors.get("", ()))


def _back() -> str:
    return here(request.form.get("back"))


@pages.errorhandler(EngineError)
def refused(error: EngineError) -> Any:
    """Conflicts tell who was faster and where the typed text is; other refusals are those of all pages."""
    if wants_json() or not isinstance(error, TaskClaimed | TaskAlreadyCompleted):
        return errors.engine_error(error)
    other = error.assignee_id if isinstance(error, TaskClaimed) else error.completed_by
    scope = current()
    name = ""  # of somebody else: one's own work, finished in another window, was nobody's race
    if other not in (None, scope.actor.staff_id):
        with transaction(database(), read_only=True, municipality_id=scope.actor.municipality_id) as session:
            name = viewing.staff_names(session, [other]).get(other or "", "")
    with frame():
        page = render_template(
            "conflict.html",
            finished=isinstance(error, TaskAlreadyCompleted),
            name=name,
            kept=scope.if_refused is not None,
            task_id=error.task_id,
        )
    return page, 409
