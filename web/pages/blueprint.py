"""What all pages share: where somebody is sent who is not signed in, and refusals for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import EngineError
from forms.sentences import Sentence
from web import errors, language, refusals, set_aside, sign_in, wording

PROBLEM = "application/problem+json"


def pages(name: str, import_name: str) -> Blueprint:
    """A blueprint of pages."""
    blueprint = Blueprint(name, import_name)
    blueprint.register_error_handler(errors.NotSignedIn, _sign_in_first)
    blueprint.register_error_handler(CSRFError, _page_expired)
    return blueprint


def wants_json() -> bool:
    """Whether a script of ours asks, not a person."""
    return request.accept_mimetypes.best == "application/json"


def problem(status: int, code: str, detail: str, facts: Mapping[str, Any] | None = None) -> Response:
    """A refusal our scripts can show."""
    title = language.say(refusals.refusal(code, status).title)
    body = {"type": f"urn:tsunagu:refusal:{code}", "title": title, "status": status, "code": code, "detail": detail}
    return Response(orjson.dumps({**body, **(facts or {})}), status, mimetype=PROBLEM)


def refused_for_script(error: EngineError) -> Response:
    """An engine error as a problem document."""
    status, code = errors.status_and_code(error)
    sentence = getattr(error, "sentence", None)
    words = sentence if isinstance(sentence, Sentence) else refusals.refusal(code, status).detail
    return problem(status, code, language.say(words))


def here(target: str | None) -> str:
    """A path of our own to go on to; the first page for anything else."""
    parts = urlsplit(target or "")
    if (
        not parts.path.startswith("/")
        or parts.path.startswith("//")
        or parts.scheme
        or parts.netloc
        or "\\" in parts.path
    ):
        return url_for("today.show")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _sign_in_first(_error: Exception) -> AnyResponse:
    mark = set_aside.keep()
    if wants_json():
        return problem(401, "not_signed_in", language.say(wording.SET_ASIDE if mark else wording.SIGNED_OUT))
    asked = request.full_path.rstrip("?") if request.method == "GET" else _written_at(mark)
    why = "kept" if mark else "ended" if sign_in.had_session() else None
    return redirect(url_for("entering.sign_in", next=asked if asked != "/" else None, why=why), 303)


def _page_expired(_error: Exception) -> AnyResponse:
    """The page is older than the browser's cookie. What was typed into it stands in the page that replaces it."""
    mark = set_aside.keep()
    if mark is None or wants_json():
        return (
            errors.refuse(400, "csrf_rejected")
            if not wants_json()
            else problem(400, "csrf_rejected", language.say(refusals.refusal("csrf_rejected", 400).detail))
        )
    return redirect(mark.path, 303)


def _written_at(mark: set_aside.Mark | None) -> str | None:
    """The page that was sent: by its mark, else by where the browser says it came from."""
    if mark is not None:
        return mark.path
    came_from = urlsplit(request.referrer or "")
    return here(came_from.path) if came_from.netloc == request.host and came_from.path else None
