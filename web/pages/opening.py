"""A new family: the pregnancy notification, taken at any counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.access import Action, policy
from engine.access import load as load_standing
from engine.casework import cases, drafts, form_catalogue
from engine.casework.cases import CaseAlreadyOpen
from forms.compiler import AnswersRejected
from web import language
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.pages.case_drafts import OPENING, OPENING_FORM
from web.pages.fields import FormView
from web.pages.filling import Filling
from web.request_scope import act, current

pages = new_pages("opening", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/cases/new")
@act("case.show_opening", writes=False)
def show() -> Answer:
    """The notification, empty."""
    scope = current()
    policy.require(load_standing(scope.session, scope.actor, on=showing.today()), Action.OPEN_CASE)
    return _page(_filling().begun(_draft()))


@pages.post("/cases/new")
@act("case.open")
def open_case() -> Answer:
    """Open the case; a woman known already is shown instead of a second case."""
    scope = current()
    if request.form.get("act") == "discard":
        drafts.drop(scope.session, scope.actor, None, OPENING)
        return redirect(url_for("opening.show"), 303)
    filling = _filling()
    changed = filling.rows_changed()
    if changed is not None:
        return _page(changed)
    answers = filling.posted()
    try:
        opened = cases.open_case(scope.session, scope.actor, answers, now=scope.now)
    except AnswersRejected as rejected:
        general = [language.say(each) for each in rejected.errors.get("", ())]
        form = filling.drawn(answers, rejected.errors)
        return _page(form, general=general), 422
    except CaseAlreadyOpen as known:
        return _page(filling.drawn(answers), known), 409
    drafts.drop(scope.session, scope.actor, None, OPENING)
    flash(_("妊娠届を受け付け、ケースを開きました。"), "success")
    return redirect(url_for("case_tabs.show", case_id=opened.case_id), 303)


def _page(form: FormView, known: CaseAlreadyOpen | None = None, general: Sequence[str] = ()) -> str:
    return render_template("opening.html", form=form, known=known, general=general, draft=_draft())


def _draft() -> dict[str, Any] | None:
    scope = current()
    return drafts.kept(scope.session, scope.actor, None, OPENING)


def _filling() -> Filling:
    scope = current()
    return Filling(scope, form_catalogue.form(scope.session, scope.actor, OPENING_FORM), {})
