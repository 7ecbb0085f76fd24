"""The pregnancy notification, taken at any counter: of a new family, and of one that is supported already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.access import Action, policy
from engine.access import load as load_standing
from engine.casework import cases, drafts, form_catalogue, further_pregnancy
from engine.casework.cases import CaseAlreadyOpen
from engine.casework.further_pregnancy import JourneyOver, PregnancyUnderWay
from forms.compiler import AnswersRejected
from web import language
from web.pages import draft_behind, showing
from web.pages.blueprint import pages as new_pages
from web.pages.case_drafts import OPENING, OPENING_FORM, PREGNANCY
from web.pages.draft_behind import Behind
from web.pages.family import Family, family_of, render
from web.pages.fields import FormView
from web.pages.filling import Filling
from web.request_scope import act, current

pages = new_pages("opening", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/cases/new")
@act("case.show_opening")
def show() -> Answer:
    """The notification, empty."""
    scope = current()
    policy.require(load_standing(scope.session, scope.actor, on=showing.today()), Action.OPEN_CASE)
    filling = _filling()
    returned = filling.returned()
    if returned is not None:
        drafts.keep(scope.session, scope.actor, None, OPENING, filling.compiled, returned, now=scope.now)
    kept = _draft()
    return _page(filling.begun(kept), draft_behind.begins(kept))


@pages.post("/cases/new")
@act("case.open")
def open_case() -> Answer:
    """Open the case; a woman known already is shown instead of a second case."""
    scope = current()
    policy.require(load_standing(scope.session, scope.actor, on=showing.today()), Action.OPEN_CASE)
    if request.form.get("act") == "discard":
        drafts.drop(scope.session, scope.actor, None, OPENING)
        return redirect(url_for("opening.show"), 303)
    filling = _filling()
    changed = filling.rows_changed()
    if changed is not None:
        return _page(changed, draft_behind.drawn_again())
    answers = filling.posted()

    def keep(session: Session) -> None:
        drafts.keep(session, scope.actor, None, OPENING, filling.compiled, answers, now=scope.now)

    behind = filling.sent(_draft(), answers, keep)
    try:
        opened = cases.open_case(scope.session, scope.actor, answers, now=scope.now)
    except AnswersRejected as rejected:
        general = [language.say(each) for each in rejected.errors.get("", ())]
        form = filling.drawn(answers, rejected.errors)
        return _page(form, behind, general=general), 422
    except CaseAlreadyOpen as known:
        return _page(filling.drawn(answers), behind, known), 409
    drafts.drop(scope.session, scope.actor, None, OPENING)
    flash(_("妊娠届を受け付け、ケースを開きました。"), "success")
    return redirect(url_for("case_tabs.show", case_id=opened.case_id), 303)


def _page(form: FormView, behind: Behind, known: CaseAlreadyOpen | None = None, general: Sequence[str] = ()) -> str:
    return render_template("opening.html", form=form, known=known, general=general, draft=_draft(), behind=behind)


def _draft() -> dict[str, Any] | None:
    scope = current()
    return drafts.kept(scope.session, scope.actor, None, OPENING)


def _filling() -> Filling:
    scope = current()
    return Filling(scope, form_catalogue.form(scope.session, scope.actor, OPENING_FORM), {})


@pages.get("/cases/<row_id:case_id>/pregnancy")
@act("pregnancy.show_notification")
def show_further(case_id: str) -> Answer:
    """The notification of a family's next pregnancy: begun with the woman as she is known."""
    scope = current()
    family = family_of(scope, case_id)
    try:
        known = further_pregnancy.known_answers(scope.session, scope.actor, case_id, now=scope.now)
    except (PregnancyUnderWay, JourneyOver) as refused:
        return _further_page(family, None, Behind(""), refused=refused), 409
    filling = _further_filling(family)
    returned = filling.returned()
    if returned is not None:
        drafts.keep(scope.session, scope.actor, case_id, PREGNANCY, filling.compiled, returned, now=scope.now)
    kept = drafts.kept(scope.session, scope.actor, case_id, PREGNANCY)
    return _further_page(family, filling.begun({**known, **(kept or {})}), draft_behind.begins(kept))


@pages.post("/cases/<row_id:case_id>/pregnancy")
@act("pregnancy.notify")
def notify_further(case_id: str) -> Answer:
    """Take it; also with what was typed for a new case before the woman was found to be known."""
    scope = current()
    family = family_of(scope, case_id)
    if request.form.get("act") == "discard":
        drafts.drop(scope.session, scope.actor, case_id, PREGNANCY)
        return redirect(url_for("opening.show_further", case_id=case_id), 303)
    filling = _further_filling(family)
    changed = filling.rows_changed()
    if changed is not None:
        return _further_page(family, changed, draft_behind.drawn_again())
    answers = filling.posted()

    def keep(session: Session) -> None:
        drafts.keep(session, scope.actor, case_id, PREGNANCY, filling.compiled, answers, now=scope.now)

    behind = filling.sent(drafts.kept(scope.session, scope.actor, case_id, PREGNANCY), answers, keep)
    try:
        further_pregnancy.notify_further_pregnancy(scope.session, scope.actor, case_id, answers, now=scope.now)
    except AnswersRejected as rejected:
        general = [language.say(each) for each in rejected.errors.get("", ())]
        return _further_page(family, filling.drawn(answers, rejected.errors), behind, general=general), 422
    except (PregnancyUnderWay, JourneyOver) as refused:
        return _further_page(family, filling.drawn(answers), behind, refused=refused), 409
    drafts.drop(scope.session, scope.actor, case_id, PREGNANCY)
    if request.form.get("act") == "from_opening":
        drafts.drop(scope.session, scope.actor, None, OPENING)
    flash(_("次の妊娠の届を受け付けました。"), "success")
    return redirect(url_for("case_tabs.show", case_id=case_id), 303)


def _further_page(
    family: Family,
    form: FormView | None,
    behind: Behind,
    *,
    refused: PregnancyUnderWay | JourneyOver | None = None,
    general: Sequence[str] = (),
) -> str:
    scope = current()
    return render(
        "further_pregnancy.html",
        family,
        form=form,
        general=general,
        under_way=isinstance(refused, PregnancyUnderWay),
        over=isinstance(refused, JourneyOver),
        draft=drafts.kept(scope.session, scope.actor, family.case.id, PREGNANCY),
        behind=behind,
    )


def _further_filling(family: Family) -> Filling:
    scope = current()
    compiled = form_catalogue.form(scope.session, scope.actor, OPENING_FORM, version=family.case.version)
    return Filling(scope, compiled, {}, about=family.case.title)
