"""健診の日程: planning the sessions of one's centres, calling one off, and what families are asked to bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import organisation
from engine.casework import checkup_sessions
from engine.casework.invitations import SessionUnknown
from forms.compiler import AnswersRejected
from web import language, letters
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, text_without_nul

pages = new_pages("checkup_sessions", __name__)

SOON_DAYS = 60
FIELDS = ("centre", "kind", "days", "reception_from", "reception_until", "place", "capacity")


def _kinds() -> dict[str, str]:
    return {"3_4m": _("3〜4か月児健診"), "1y6m": _("1歳6か月児健診"), "3y": _("3歳児健診"), "5y": _("5歳児健診")}


@pages.app_template_filter("checkup_name")
def checkup_name(kind: str) -> str:
    """The check-up of this kind (CL_CHECKUP)."""
    return _kinds().get(kind, kind)


@pages.get("/settings/checkups")
@act("checkup_sessions.show")
def show() -> str:
    """The sessions from today on."""
    return _page()


@pages.post("/settings/checkups")
@act("checkup_sessions.enter")
def enter() -> Response | tuple[str, int]:
    """Plan sessions, on one day or several."""
    scope = current()
    asked = {name: text_without_nul(name, request.form.get(name, "")) for name in FIELDS}
    try:
        given = checkup_sessions.enter(scope.session, scope.actor, asked, now=scope.now)
    except AnswersRejected as rejected:
        return _page(asked, _say(rejected)), 422
    flash(_("健診の日程を登録しました。"), "success")
    if given:
        flash(_("日が決まっていなかった%(number)s件の案内に、日を入れました。", number=given), "info")
    return redirect(url_for("checkup_sessions.show"), 303)


@pages.get("/settings/checkups/<row_id:session_id>")
@act("checkup_sessions.invited")
def invited(session_id: str) -> str:
    """Who is invited to one session, and calling it off."""
    scope = current()
    planned = checkup_sessions.planned(scope.session, scope.actor, now=scope.now)
    one = next((each for each in planned if each.id == session_id), None)
    if one is None:
        raise SessionUnknown(session_id)
    children = checkup_sessions.invited(scope.session, scope.actor, session_id, now=scope.now)
    return render_template("checkup_session.html", one=one, children=children, kinds=_kinds())


@pages.post("/settings/checkups/<row_id:session_id>/off")
@act("checkup_sessions.call_off")
def call_off(session_id: str) -> Response:
    """The session is not held."""
    scope = current()
    told = checkup_sessions.call_off(scope.session, scope.actor, session_id, now=scope.now)
    flash(_("中止にしました。まだ発送していない案内は、ほかの日に変えました。"), "success")
    if told:
        flash(_("案内が届いている%(number)s人の家族に、電話などで知らせてください。", number=len(told)), "warn")
    return redirect(url_for("checkup_sessions.invited", session_id=session_id), 303)


@pages.post("/settings/checkups/bring")
@act("checkup_sessions.bring")
def bring() -> Response | tuple[str, int]:
    """What families are asked to bring to one kind."""
    scope = current()
    kind, ja, en = (text_without_nul(name, request.form.get(name, "")) for name in ("kind", "bring_ja", "bring_en"))
    try:
        checkup_sessions.set_bring(scope.session, scope.actor, kind, ja, en, now=scope.now)
    except AnswersRejected as rejected:
        errors = {f"{name}-{kind}": words for name, words in _say(rejected).items()}
        return _page({f"bring_ja-{kind}": ja, f"bring_en-{kind}": en}, errors), 422
    flash(_("持ち物の文を変えました。"), "success")
    return redirect(url_for("checkup_sessions.show"), 303)


def _say(rejected: AnswersRejected) -> dict[str, str]:
    return {name: language.say(sentences[0]) for name, sentences in rejected.errors.items()}


def _page(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    scope = current()
    planned = checkup_sessions.planned(scope.session, scope.actor, now=scope.now)
    horizon = showing.today() + timedelta(days=SOON_DAYS)
    own = set(checkup_sessions.own_centres(scope.actor))
    words = {}
    for kind in checkup_sessions.INVITED_KINDS:
        town = checkup_sessions.bring(scope.session, kind)
        words[kind] = town or (letters.BRING[kind].ja, letters.BRING[kind].en)
    return render_template(
        "checkup_sessions.html",
        soon=[each for each in planned if each.day <= horizon],
        later=[each for each in planned if each.day > horizon],
        centres=[each for each in organisation.centres(scope.session) if each.id in own],
        kinds=_kinds(),
        bring_words=words,
        typed=typed or {},
        errors=errors or {},
    )
