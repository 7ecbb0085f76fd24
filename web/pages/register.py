"""Puts the pages into the application: languages, what templates may use, and the views."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import Babel
from werkzeug.wrappers import Response

from web import language
from web.pages import (
    calendar_bar,
    case_acts,
    case_drafts,
    case_news,
    case_search,
    case_tabs,
    checkup_day,
    checkup_sessions,
    coming,
    design,
    design_files,
    design_proposals,
    entering,
    opening,
    own_settings,
    places,
    post,
    sheets,
    showing,
    standing_pages,
    supervision,
    task_page,
    telling,
    today,
)
from web.settings import Settings

_NOUNS = (
    entering,
    today,
    task_page,
    case_search,
    opening,
    own_settings,
    post,
    sheets,
    case_tabs,
    case_acts,
    case_drafts,
    case_news,
    checkup_day,
    checkup_sessions,
    coming,
    telling,
    supervision,
    design,
    design_files,
    design_proposals,
    standing_pages,
)
_A_YEAR = 365 * 24 * 3600


def register(app: Flask, settings: Settings) -> None:
    """Add the pages. The bar that moves the town's calendar exists in demo and test towns only."""
    Babel(app, locale_selector=language.current)
    showing.register(app, settings)
    app.jinja_env.globals["menu"] = places.menu
    for noun in _NOUNS:
        app.register_blueprint(noun.pages)
    if not settings.in_production:
        app.register_blueprint(calendar_bar.pages)

    @app.before_request
    def choose_language() -> Response | None:
        """`?lang=en` on any page: remembered by a cookie, and out of the address again."""
        chosen = request.args.get("lang")
        if chosen not in language.LANGUAGES or request.method != "GET" or request.path.startswith("/api/"):
            return None
        rest = "&".join(part for part in request.query_string.decode().split("&") if not part.startswith("lang="))
        response = redirect(f"{request.path}?{rest}" if rest else request.path, 303)
        response.set_cookie(
            language.COOKIE, chosen, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=settings.in_production
        )
        return response
