"""Idempotency-Key: the same POST twice acts once and is answered twice.

Keys are per caller. The hash covers method, path and the canonical body. What is kept is in
`engine.casework.replies`, in the transaction of the act; only successful answers are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from sqlalchemy.orm import Session

from engine import clock
from engine.access import Actor
from engine.casework import replies
from engine.database import transaction
from forms.sentences import Sentence
from web import request_scope
from web.api.body import canonical
from web.errors import Malformed

HEADER = "Idempotency-Key"
LONGEST = 255


def once(view: Callable[..., Any]) -> Callable[..., Response]:
    """Answer a repeat with the first answer, within the request's transaction."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        key = _key()
        if key is None:
            return make_response(view(*args, **kwargs))
        scope = request_scope.current()
        if (kept := _first(scope.session, scope.actor, key)) is not None:
            return kept
        response = make_response(view(*args, **kwargs))
        _keep(scope.session, scope.actor, key, response)
        return response

    return answered


def once_alone(view: Callable[..., Any]) -> Callable[..., Response]:
    """The same for an act with transactions of its own: the claim is committed before it, and given up if it fails."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        key = _key()
        if key is None:
            return make_response(view(*args, **kwargs))
        database, actor = request_scope.database(), request_scope.current().actor
        with transaction(database, municipality_id=actor.municipality_id) as session:
            if (kept := _first(session, actor, key)) is not None:
                return kept
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


def _first(session: Session, actor: Actor, key: str) -> Response | None:
    said = f"{request.method} {request.path}\n".encode() + canonical(request.get_data())
    reply = replies.first(session, actor.staff_id, key, hashlib.sha256(said).hexdigest(), now=clock.wall_now())
    return Response(reply.body, reply.status, mimetype="application/json") if reply is not None else None


def _keep(session: Session, actor: Actor, key: str, response: Response) -> None:
    if response.status_code < 300:
        replies.keep(session, actor.staff_id, key, response.status_code, response.get_data())
