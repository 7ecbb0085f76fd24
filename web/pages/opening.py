"""A new family: the pregnancy notification, taken at any counter."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.access import Action, policy
from engine.access import load as load_standing
from engine.casework import cases, form_catalogue
from engine.casework.cases import CaseAlreadyOpen
from forms.compiler import AnswersRejected
from web import language
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.pages.filling import Filling
from web.request_scope import act, current

pages = new_pages("opening", __name__)

Answer = str | Response | tuple[str, int]
FORM = "pregnancy_notification"


@pages.get("/cases/new")
@act("case.show_opening", writes=False)
def show() -> Answer:
    """The notification, empty."""
    scope = current()
    policy.require(load_standing(scope.session, scope.actor, on=showing.today()), Action.OPEN_CASE)
    return render_template("opening.html", form=_filling().begun(None), known=None, general=())


@pages.post("/cases/new")
@act("case.open")
def open_case() -> Answer:
    """Open the case; a woman known already is shown instead of a second case."""
    scope = current()
    filling = _filling()
    changed = filling.rows_changed()
    if changed is not None:
        return render_template("opening.html", form=changed, known=None, general=())
    answers = filling.posted()
    try:
        opened = cases.open_case(scope.session, scope.actor, answers, now=scope.now)
    except AnswersRejected as rejected:
        general = [language.say(each) for each in rejected.errors.get("", ())]
        form = filling.drawn(answers, rejected.errors)
        return render_template("opening.html", form=form, known=None, general=general), 422
    except CaseAlreadyOpen as known:
        form = filling.drawn(answers)
        return render_template("opening.html", form=form, known=known, general=()), 409
    flash(_("妊娠届を受け付け、ケースを開きました。"), "success")
    return redirect(url_for("case_tabs.show", case_id=opened.case_id), 303)


def _filling() -> Filling:
    scope = current()
    return Filling(scope, form_catalogue.form(scope.session, scope.actor, FORM), {})
