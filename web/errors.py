"""Refusals as HTTP: the only place that knows which error is which status.

`/api` answers `application/problem+json` (RFC 9457) with a stable `code`; everything else gets a page. Nothing here
repeats what the client sent, and no message of an exception leaves the house: those are English, for the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.casework import people
from engine.database import transaction
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Rejected
from forms.compiler import AnswersRejected
from forms.sentences import Sentence
from web import language, log, refusals

PROBLEM = "application/problem+json"

_STATUS_BY_KIND: tuple[tuple[type[EngineError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (Conflict, 409),
    (Rejected, 422),
)
# Codes whose status is not that of their kind, and the name they have at the door.
SPECIAL: dict[str, tuple[int, str]] = {
    "busy": (503, "database_busy"),
    "malformed": (400, "malformed"),
    "too_many_requests": (429, "too_many_requests"),
}
# What the client may be told besides the code, by code: attribute of the error -> member of the answer.
_FACTS: dict[str, tuple[str, ...]] = {
    "case_already_open": ("case_id",),
    "task_not_startable": ("may_start_on",),
    "clock_refused": ("stands_at",),
    "draft_elsewhere": ("stamp",),
}


# Who was faster, by code: attribute of the error with the staff id -> member of the answer with the login.
_COLLEAGUE: dict[str, tuple[str, str]] = {
    "task_claimed": ("assignee_id", "assignee"),
    "task_already_completed": ("completed_by", "completed_by"),
}


class NotSignedIn(Exception):
    """There is no valid token or session, so nobody to act."""


class Malformed(Exception):
    """The request cannot be read as this call. `where`: the parameter or key meant; empty for the whole body."""

    def __init__(self, sentence: Sentence, where: str = "") -> None:
        self.sentence = sentence
        self.where = where
        super().__init__(sentence.en)


def register(app: Flask, frame: Callable[[], AbstractContextManager[None]]) -> None:
    """Answer every exception that leaves a view. frame: what a page of its own needs while it is drawn."""
    app.extensions["tsunagu.frame"] = frame
    app.register_error_handler(EngineError, engine_error)
    app.register_error_handler(AnswersRejected, _answers_rejected)
    app.register_error_handler(Malformed, _malformed)
    app.register_error_handler(NotSignedIn, lambda _error: refuse(401, "not_signed_in", headers=_CHALLENGE))
    app.register_error_handler(CSRFError, lambda _error: refuse(400, "csrf_rejected"))
    app.register_error_handler(DataError, _data_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="tsunagu"'}


def refuse(
    status: int,
    code: str,
    *,
    title: str | None = None,
    detail: str | None = None,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a refusal: a problem document under /api and at the probes, else a page."""
    words = refusals.refusal(code, status)
    title, explanation = title or language.say(words.title), detail or language.say(words.detail)
    log.refused(code)
    if _wants_page():
        response = _page(status, code, title, explanation)
    else:
        body = {
            "type": f"urn:tsunagu:refusal:{code}",
            "title": title,
            "status": status,
            "code": code,
            "detail": explanation,
        }
        response = Response(orjson.dumps({**body, **(facts or {})}), status, mimetype=PROBLEM)
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response


def status_and_code(error: EngineError) -> tuple[int, str]:
    """HTTP status and public code of an engine error."""
    if error.code in SPECIAL:
        return SPECIAL[error.code]
    for kind, status in _STATUS_BY_KIND:
        if isinstance(error, kind):
            return status, error.code
    return 500, "internal"


def engine_error(error: EngineError) -> Response:
    """The answer for a refusal by the engine."""
    status, code = status_and_code(error)
    if status == 500:
        return _unexpected(error)
    if isinstance(getattr(error, "errors", None), Mapping):
        return _answers_rejected(error)
    facts = {name: value for name in _FACTS.get(code, ()) if (value := getattr(error, name, None)) is not None}
    facts |= _colleague(error, code)
    seconds = getattr(error, "retry_after_seconds", 1 if status == 503 else None)
    headers = {"Retry-After": str(seconds)} if seconds is not None else {}
    sentence = getattr(error, "sentence", None)
    detail = language.say(sentence) if isinstance(sentence, Sentence) else _detail(code)
    return refuse(status, code, title=_title(error, code), detail=detail, facts=facts, headers=headers)


def _title(error: EngineError, code: str) -> str | None:
    """Who finished the task, where somebody did."""
    finisher = getattr(error, "completed_by", None)
    if code != "task_already_completed" or finisher is None:
        return None
    own = finisher == g.scope.actor.staff_id
    return language.say(refusals.OWN_WORK if own else refusals.COLLEAGUES_WORK)


def _detail(code: str) -> str | None:
    """What to do now, and that what was typed is kept, where something was."""
    if code not in _COLLEAGUE or g.scope.if_refused is None:
        return None
    kept, then = refusals.KEPT_AS_DRAFT, refusals.REFUSALS[code].detail
    return language.say(Sentence(kept.ja + then.ja, f"{kept.en} {then.en}"))


def _colleague(error: EngineError, code: str) -> dict[str, str]:
    """The login of the person who was faster, where the refusal is about one."""
    attribute, member = _COLLEAGUE.get(code, ("", ""))
    staff_id = getattr(error, attribute, None) if attribute else None
    if staff_id is None:
        return {}
    town = g.scope.actor.municipality_id
    with transaction(current_app.extensions["tsunagu.database"], read_only=True, municipality_id=town) as session:
        login = people.login_of(session, staff_id)
    return {member: login} if login is not None else {}


def _answers_rejected(error: Any) -> Response:
    """422 with the sentences of every field, in the caller's language."""
    errors = {field: [language.say(sentence) for sentence in sentences] for field, sentences in error.errors.items()}
    return refuse(422, "answers_rejected", facts={"errors": errors})


def _malformed(error: Malformed) -> Response:
    facts = {"where": error.where} if error.where else {}
    return refuse(400, "malformed", detail=language.say(error.sentence), facts=facts)


def _http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]  # redirects
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    code = refusals.BY_STATUS.get(status, "malformed" if status < 500 else "internal")
    return refuse(status, code, headers=headers)


def _data_error(error: DataError) -> Response:
    """The database cannot hold a value the client sent. A check is missing further up: it is logged as our fault."""
    log.unexpected(error)
    return refuse(400, "malformed")


def _unexpected(error: Exception) -> Response:
    log.unexpected(error)
    return refuse(500, "internal")


def _wants_page() -> bool:
    if request.accept_mimetypes.best == "application/json":  # a script of our pages asks, not a person
        return False
    return not request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))


def _page(status: int, code: str, title: str, detail: str) -> Response:
    """The page of `templates/error.html`; without it the bare sentences, so that an error never causes another."""
    own = status < 500 and status != 401  # a failing database is not asked again
    frame = current_app.extensions["tsunagu.frame"] if own else nullcontext
    try:
        with frame():
            text = render_template("error.html", status=status, code=code, title=title, detail=detail)
    except TemplateNotFound:
        text = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{detail}</p>"
    return Response(text, status, mimetype="text/html")
