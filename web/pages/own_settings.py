"""設定: what a person chooses for themselves: the language, how years are written, the password."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework.sign_ins import TooManySignIns
from engine.organisation.staff import PasswordTooShort
from web import language
from web import sign_in as signing
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current

pages = new_pages("own_settings", __name__)

Answer = str | Response | tuple[str, int]
_A_YEAR = 365 * 24 * 3600
_MOST = 1000


@pages.get("/settings")
@act("settings.show", writes=False)
def show() -> Answer:
    """One's own settings."""
    return _page()


@pages.post("/settings")
@act("settings.choose", writes=False)
def choose() -> Answer:
    """Keep language and years in this browser."""
    response = redirect(url_for("own_settings.show"), 303)
    chosen = {language.COOKIE: ("language", language.LANGUAGES), language.DATES_COOKIE: ("years", ("era", "gregorian"))}
    for cookie, (field, known) in chosen.items():
        value = request.form.get(field, "")
        if value in known:
            secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(cookie, value, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=secure)
    flash(_("設定を残しました。"), "success")
    return response


@pages.post("/settings/password")
@act("settings.password", alone=True)
def change_password() -> Answer:
    """Change one's own password."""
    old, new, again = (request.form.get(name, "")[:_MOST] for name in ("old", "new", "again"))
    if "\x00" in new or new != again:
        return _page({"again": _("新しいパスワードが2つとも同じになるように入れてください。")}), 422
    try:
        if not signing.change_password(current().actor, old, new):
            return _page({"old": _("いまのパスワードが違います。")}), 422
    except PasswordTooShort:
        return _page({"new": _("12文字以上にしてください。")}), 422
    except TooManySignIns as stopped:
        minutes = max(1, -(-stopped.retry_after_seconds // 60))
        words = _("間違いが続いたため、しばらく変えられません。%(minutes)s分ほど待ってください。", minutes=minutes)
        return _page({"old": words}), 429
    flash(_("パスワードを変えました。ほかの端末はサインアウトしました。"), "success")
    return redirect(url_for("own_settings.show"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    return render_template("own_settings.html", errors=errors or {}, gregorian=language.western_years())
