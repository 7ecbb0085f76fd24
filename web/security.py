"""Headers that keep a page to itself, and the three content security policies.

default: our own files only, no inline anything. modeler: bpmn-js places things with style attributes. editor: dmn-js
and form-js add style elements too, by nonce. No profile allows inline script or eval. A view chooses with `@csp`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

from flask import Flask, Response, current_app, g, request

from web.settings import Settings

Profile = Literal["default", "modeler", "editor"]
View = TypeVar("View", bound=Callable[..., Any])

_POLICY = (
    "default-src 'none'; script-src 'self'{script}; style-src 'self'{style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ATTRIBUTES = "; style-src-attr 'unsafe-inline'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def csp(profile: Profile) -> Callable[[View], View]:
    """Choose the content security policy of a view; put it outside `act`, just below the route."""

    def choose(view: View) -> View:
        view.csp = profile  # type: ignore[attr-defined]
        return view

    return choose


def nonce() -> str:
    """This answer's nonce, for the one script tag whose style elements the editor profile lets in."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)


def policy(profile: Profile) -> str:
    """The Content-Security-Policy of a profile."""
    if profile == "editor":
        allowed = f" 'nonce-{nonce()}'"
        return _POLICY.format(script=allowed, style=allowed) + _ATTRIBUTES
    return _POLICY.format(script="", style="") + (_ATTRIBUTES if profile == "modeler" else "")


def register(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer. What a view set itself stays."""
    app.jinja_env.globals["csp_nonce"] = nonce

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", policy(_profile()))
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Accept-Language, Cookie")
        if settings.in_production:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response


def _profile() -> Profile:
    view = current_app.view_functions.get(request.endpoint or "")
    return cast(Profile, getattr(view, "csp", "default"))
