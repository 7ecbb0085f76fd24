"""What may be added to a family: a visit, a note, news, a correction, consent given and withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.access import Action
from engine.casework import cases, drafts, follow_ups, form_catalogue, records
from forms.compiler import AnswersRejected
from forms.dates import DateError, parse_day
from forms.sentences import Sentence
from web import language, set_aside, wording
from web.pages import case_drafts, draft_behind, showing
from web.pages.blueprint import pages as new_pages
from web.pages.case_news import chosen_track, may_tell
from web.pages.draft_behind import Behind
from web.pages.family import Family, family_for, family_of, render
from web.pages.fields import FormView
from web.pages.filling import Filling
from web.pages.news import NEWS
from web.request_scope import Scope, act, current, text_without_nul

pages = new_pages("case_acts", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/cases/<row_id:case_id>/add")
@act("case.show_add")
def show_add(case_id: str) -> Answer:
    """Everything that may be added, each with what follows from it."""
    scope = current()
    family = family_of(scope, case_id)
    offered = [each for each in NEWS.values() if may_tell(scope, case_id, each.name)]
    begins_pregnancy = showing.may(Action.OPEN_CASE)
    if not offered and not begins_pregnancy:
        showing.require_with_case(scope, case_id, Action.SEND_MESSAGE)
    return render("add.html", family, news=offered)


@pages.get("/cases/<row_id:case_id>/visit")
@act("visit.show_request")
def show_visit(case_id: str) -> Answer:
    """Ask for a further visit."""
    family = family_for(current(), case_id, Action.START_PATHWAY)
    return render("visit.html", family, errors={}, note=_returned("note"))


@pages.post("/cases/<row_id:case_id>/visit")
@act("visit.request")
def request_visit(case_id: str) -> Answer:
    """Open the work of a further visit."""
    scope = current()
    family = family_for(scope, case_id, Action.START_PATHWAY)
    track, known = chosen_track(family.tracks())
    note = text_without_nul("note", request.form.get("note", "")).strip()
    errors: dict[str, list[str]] = {}
    if not known:
        errors["track"] = [language.say(wording.CHOOSE_TRACK)]
    if len(note) > follow_ups.WHY_LENGTH:
        errors["note"] = [_("%(most)s文字以内で書いてください。", most=follow_ups.WHY_LENGTH)]
    if errors:
        return render("visit.html", family, errors=errors, note=note), 422
    opened = follow_ups.request_visit(scope.session, scope.actor, case_id, track, note=note, now=scope.now)
    flash(
        _("訪問の仕事を開きました。") if opened else _("訪問を頼みました。いまの仕事が終わると開きます。"),
        "success",
    )
    return redirect(url_for("case_tabs.show", case_id=case_id), 303)


@pages.get("/cases/<row_id:case_id>/closure")
@act("closure.show_request")
def show_closure(case_id: str) -> Answer:
    """Ask that the support of the family end."""
    family = family_for(current(), case_id, Action.START_PATHWAY)
    return render("closure.html", family, errors={}, note=_returned("note"))


@pages.post("/cases/<row_id:case_id>/closure")
@act("closure.request")
def request_closure(case_id: str) -> Answer:
    """Hand the question to the head of the centre."""
    scope = current()
    family = family_for(scope, case_id, Action.START_PATHWAY)
    note = text_without_nul("note", request.form.get("note", "")).strip()
    errors: list[str] = []
    if not note:
        errors = [language.say(wording.REQUIRED)]
    elif len(note) > follow_ups.WHY_LENGTH:
        errors = [_("%(most)s文字以内で書いてください。", most=follow_ups.WHY_LENGTH)]
    if errors:
        return render("closure.html", family, errors={"note": errors}, note=note), 422
    follow_ups.request_closure(scope.session, scope.actor, case_id, note=note, now=scope.now)
    flash(_("終了を申し出ました。センター長が判断するまで、いまの仕事は続きます。"), "success")
    return redirect(url_for("case_tabs.show", case_id=case_id), 303)


def _returned(name: str) -> str:
    """What stood in the field of this page when it was sent without a session; empty where nothing was sent."""
    fields = set_aside.returned(current().session, current().actor)
    if fields is None:
        return ""
    flash(language.say(wording.RETURNED), "warn")
    return fields.get(name, "")


def _record_page(
    scope: Scope,
    family: Family,
    key: str,
    title: str,
    save: Callable[[Mapping[str, Any]], object] | None,
    *,
    kept: Mapping[str, Any] | None = None,
    lead: str = "",
    saved: str = "",
    after: str = "case_tabs.show",
    about: str,
) -> Answer:
    """A form outside a task: shown, drawn again with another row, refused with its errors, or kept.

    about: which draft of the case holds what is typed.
    """
    compiled = form_catalogue.form(scope.session, scope.actor, key, version=family.case.version)
    filling = Filling(scope, compiled, {}, about=family.case.title)
    draft = drafts.kept(scope.session, scope.actor, family.case.id, about)

    def page(form: FormView, behind: Behind, general: Sequence[str] = ()) -> str:
        url = url_for("case_drafts.keep", case_id=family.case.id, about=about)
        return render(
            "record.html",
            family,
            form=form,
            title=title,
            lead=lead,
            general=general,
            draft=draft,
            draft_url=url,
            behind=behind,
        )

    def keep(session: Session, typed: Mapping[str, Any]) -> None:
        drafts.keep(session, scope.actor, family.case.id, about, compiled, typed, now=scope.now)

    if save is None:
        returned = filling.returned()
        if returned is not None:
            keep(scope.session, returned)
            draft = compiled.to_keep(returned)
        return page(filling.begun({**(kept or {}), **(draft or {})}), draft_behind.begins(draft))
    if request.form.get("act") == "discard":
        drafts.drop(scope.session, scope.actor, family.case.id, about)
        return redirect(request.path, 303)
    changed = filling.rows_changed()
    if changed is not None:
        return page(changed, draft_behind.drawn_again())
    answers = filling.posted()
    behind = filling.sent(draft, answers, lambda session: keep(session, answers))
    try:
        save(answers)
    except AnswersRejected as rejected:
        general = [language.say(each) for each in rejected.errors.get("", ())]
        return page(filling.drawn(answers, rejected.errors), behind, general), 422
    drafts.drop(scope.session, scope.actor, family.case.id, about)
    flash(saved, "success")
    return redirect(url_for(after, case_id=family.case.id), 303)


@pages.get("/cases/<row_id:case_id>/note")
@act("submission.show_note")
def show_note(case_id: str) -> Answer:
    """A note of a talk, a phone call or a visit without a task."""
    return _note_page(case_id, post=False)


@pages.post("/cases/<row_id:case_id>/note")
@act("submission.record")
def record_note(case_id: str) -> Answer:
    """Keep the note."""
    return _note_page(case_id, post=True)


def _note_page(case_id: str, *, post: bool) -> Answer:
    scope = current()
    family = family_for(scope, case_id, Action.RECORD_SUBMISSION)
    track = request.form.get("track") or None
    tracks = {known for known, _words in family.tracks()}

    def save(answers: Mapping[str, Any]) -> object:
        return records.record_submission(
            scope.session,
            scope.actor,
            case_id,
            form=case_drafts.FORMS[case_drafts.NOTE],
            answers=answers,
            track_id=track if track in tracks else None,
            now=scope.now,
        )

    return _record_page(
        scope,
        family,
        case_drafts.FORMS[case_drafts.NOTE],
        _("相談・経過を記録"),
        save if post else None,
        saved=_("記録しました。"),
        about=case_drafts.NOTE,
    )


@pages.get("/cases/<row_id:case_id>/records/<row_id:submission_id>/correct")
@act("submission.show_correction")
def show_correction(case_id: str, submission_id: str) -> Answer:
    """Earlier answers, to be put right; the old ones stay."""
    return _correction_page(case_id, submission_id, post=False)


@pages.post("/cases/<row_id:case_id>/records/<row_id:submission_id>/correct")
@act("submission.correct")
def correct(case_id: str, submission_id: str) -> Answer:
    """Keep the corrected answers."""
    return _correction_page(case_id, submission_id, post=True)


def _correction_page(case_id: str, submission_id: str, *, post: bool) -> Answer:
    scope = current()
    family = family_for(scope, case_id, Action.RECORD_SUBMISSION)
    old = cases.submission(scope.session, scope.actor, case_id, submission_id, now=scope.now)

    def save(answers: Mapping[str, Any]) -> object:
        return records.record_submission(
            scope.session, scope.actor, case_id, form=old.form, answers=answers, corrects=old.id, now=scope.now
        )

    return _record_page(
        scope,
        family,
        old.form,
        _("記録を直す"),
        save if post else None,
        kept=old.answers,
        lead=_("もとの記録は消えずに残り、直したものが並びます。"),
        saved=_("直した記録を残しました。"),
        after="case_tabs.records",
        about=submission_id,
    )


@pages.get("/cases/<row_id:case_id>/consents/new")
@act("consent.show_new")
def show_consent(case_id: str) -> Answer:
    """The consent form, to be filled together with the family."""
    return _consent_page(case_id, post=False)


@pages.post("/cases/<row_id:case_id>/consents/new")
@act("consent.give")
def give_consent(case_id: str) -> Answer:
    """Keep what the family agreed to."""
    return _consent_page(case_id, post=True)


def _consent_page(case_id: str, *, post: bool) -> Answer:
    scope = current()
    family = family_for(scope, case_id, Action.GIVE_CONSENT)

    def save(answers: Mapping[str, Any]) -> object:
        return records.give_consent(scope.session, scope.actor, case_id, answers=answers, now=scope.now)

    return _record_page(
        scope,
        family,
        case_drafts.FORMS[case_drafts.CONSENT],
        _("同意を記録"),
        save if post else None,
        lead=_("同意しなくても、支援は変わりません。家族にそう伝えてから始めます。"),
        saved=_("同意を記録しました。"),
        after="case_tabs.consents",
        about=case_drafts.CONSENT,
    )


@pages.get("/cases/<row_id:case_id>/consents/<row_id:consent_id>/withdraw")
@act("consent.show_withdrawal")
def show_withdrawal(case_id: str, consent_id: str) -> Answer:
    """What withdrawing will do, before it is done."""
    return _withdrawal_page(case_id, consent_id, {}, on=_returned("on"))


@pages.post("/cases/<row_id:case_id>/consents/<row_id:consent_id>/withdraw")
@act("consent.withdraw")
def withdraw(case_id: str, consent_id: str) -> Answer:
    """Withdraw one consent from the day on."""
    scope = current()
    family = family_of(scope, case_id)
    typed = text_without_nul("on", request.form.get("on", ""))
    try:
        on = parse_day(typed)
        records.withdraw_consent(scope.session, scope.actor, case_id, consent_id, on=on, now=scope.now)
    except DateError as error:
        return _withdrawal_page(case_id, consent_id, {"on": [error.sentence]}, family, on=typed), 422
    except AnswersRejected as rejected:
        return _withdrawal_page(case_id, consent_id, rejected.errors, family, on=typed), 422
    flash(_("同意を撤回しました。この機関からは、もう見えません。"), "success")
    return redirect(url_for("case_tabs.consents", case_id=case_id), 303)


def _withdrawal_page(
    case_id: str,
    consent_id: str,
    errors: Mapping[str, Sequence[Sentence]],
    family: Family | None = None,
    *,
    on: str,
) -> str:
    scope = current()
    family = family or family_for(scope, case_id, Action.WITHDRAW_CONSENT)
    found = cases.consents(scope.session, scope.actor, case_id, now=scope.now)
    consent = next((each for each in found if each.id == consent_id and each.withdrawn_on is None), None)
    if consent is None:
        abort(404)
    said = [language.say(each) for each in errors.get("on", ())]
    shown = on if on or errors else showing.today().isoformat()
    return render("withdraw.html", family, consent=consent, errors=said, on=shown)
