"""Signing in and out."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from engine.casework.sign_ins import TooManySignIns
from web import sign_in as signing
from web.pages.blueprint import here
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current

pages = new_pages("entering", __name__)

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("/sign-in", endpoint="sign_in")
@act("session.open_page", writes=False, open_to_all=True)
def show_sign_in() -> Answer:
    """The page for signing in; whoever is signed in already goes on."""
    if current().somebody is not None:
        return redirect(here(request.args.get("next")), 303)
    return render_template("sign_in.html", errors=[], login="")


@pages.get("/session")
@act("session.show", writes=False, open_to_all=True)
def show_session() -> Response:
    """Whether somebody is signed in again, and the token the page's next call needs; asked by a page left open."""
    return jsonify({"signed_in": current().somebody is not None, "csrf_token": generate_csrf()})


@pages.get("/signed-in")
@act("session.signed_in", writes=False)
def signed_in() -> str:
    """The end of signing in beside a page that was left open."""
    return render_template("signed_in.html")


@pages.post("/sign-in")
@act("session.open", open_to_all=True, alone=True)
def try_to_sign_in() -> Answer:
    """Sign in. A wrong login and a wrong password are not told apart."""
    login, password = request.form.get("login", "")[:200].strip(), request.form.get("password", "")[:1000]
    if "\x00" in login + password:
        login = password = ""
    try:
        actor = signing.sign_in(login, password) if login and password else None
    except TooManySignIns as stopped:
        minutes = max(1, -(-stopped.retry_after_seconds // 60))
        words = _(
            "間違いが続いたため、しばらくサインインできません。%(minutes)s分ほど待ってください。", minutes=minutes
        )
        page = render_template("sign_in.html", errors=[words], login=login)
        return page, 429, {"Retry-After": str(stopped.retry_after_seconds)}
    if actor is None:
        words = _("職員番号かパスワードが違います。もう一度入れてください。")
        return render_template("sign_in.html", errors=[words], login=login), 422
    return redirect(here(request.form.get("next")), 303)


@pages.post("/sign-out")
@act("session.close", open_to_all=True)
def sign_out() -> Answer:
    """End this browser's session."""
    signing.sign_out(current().session)
    return redirect(url_for("entering.sign_in"), 303)
