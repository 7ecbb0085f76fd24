"""Idempotency-Key: the same POST twice acts once and is answered twice.

Keys are per caller. The hash covers method, path and the canonical body. What is kept is in
`engine.casework.replies`: a success in the transaction of the act, a refusal by the act (409, 422) in one of its own. A
request that never came to act (400, 401, 403, 404, 429, 503) may be made again under its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Response, after_this_request, make_response, request
from sqlalchemy.orm import Session

from engine import clock
from engine.access import Actor
from engine.casework import replies
from engine.database import transaction
from engine.errors import EngineError
from forms.sentences import Sentence
from web import request_scope
from web.api.body import canonical
from web.errors import PROBLEM, Malformed

HEADER = "Idempotency-Key"
LONGEST = 255
REFUSED_BY_ACT = (409, 422)


def once(view: Callable[..., Any]) -> Callable[..., Response]:
    """Answer a repeat with the first answer, within the request's transaction."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        key = _key()
        if key is None:
            return make_response(view(*args, **kwargs))
        scope, said = request_scope.current(), _said()
        if (kept := _first(scope.session, scope.actor, key, said)) is not None:
            return kept
        _then_keep_refusal(scope.actor, key, said)
        response = make_response(view(*args, **kwargs))
        _keep(scope.session, scope.actor, key, response)
        return response

    return answered


def once_alone(view: Callable[..., Any]) -> Callable[..., Response]:
    """The same for an act with transactions of its own: the claim is committed before it.

    If the act fails it is given up, to be made anew with the refusal where that is kept.
    """

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        key = _key()
        if key is None:
            return make_response(view(*args, **kwargs))
        database, actor, said = request_scope.database(), request_scope.current().actor, _said()
        with transaction(database, municipality_id=actor.municipality_id) as session:
            if (kept := _first(session, actor, key, said)) is not None:
                return kept
        _then_keep_refusal(actor, key, said)
        try:
            response = make_response(view(*args, **kwargs))
        except Exception:
            with transaction(database, municipality_id=actor.municipality_id) as session:
                replies.release(session, actor.staff_id, key)
            raise
        with transaction(database, municipality_id=actor.municipality_id) as session:
            _keep(session, actor, key, response)
        return response

    return answered


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise Malformed(
            Sentence(
                f"Idempotency-Key は {LONGEST} 文字までの英数字・記号にしてください。",
                f"Idempotency-Key must be 1 to {LONGEST} printable ASCII characters.",
            ),
            HEADER,
        )
    return key


def _said() -> str:
    """What is asked, as a hash."""
    said = f"{request.method} {request.path}\n".encode() + canonical(request.get_data())
    return hashlib.sha256(said).hexdigest()


def _first(session: Session, actor: Actor, key: str, said: str) -> Response | None:
    reply = replies.first(session, actor.staff_id, key, said, now=clock.wall_now())
    return _again(reply) if reply is not None else None


def _again(reply: replies.Reply) -> Response:
    if reply.status < 400:
        return Response(reply.body, reply.status, mimetype="application/json")
    return Response(reply.body, reply.status, mimetype=PROBLEM, headers={"Cache-Control": "no-store"})


def _then_keep_refusal(actor: Actor, key: str, said: str) -> None:
    """Once the act was refused and is rolled back, keep what was answered; failing that, answer all the same."""
    database = request_scope.database()

    def keep(response: Response) -> Response:
        if response.status_code in REFUSED_BY_ACT:
            body, now = response.get_data(), clock.wall_now()
            with suppress(EngineError), transaction(database, municipality_id=actor.municipality_id) as session:
                first = replies.keep_refusal(session, actor.staff_id, key, said, response.status_code, body, now=now)
                return response if first.body == body else _again(first)
        return response

    after_this_request(keep)


def _keep(session: Session, actor: Actor, key: str, response: Response) -> None:
    if response.status_code < 300:
        replies.keep(session, actor.staff_id, key, response.status_code, response.get_data())
