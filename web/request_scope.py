"""What one request stands on: who acts, what day it is in the town, and the one transaction.

Every view is declared with `act`, which names the action (for the ledger and the convention test) and opens the
scope: the body is read before the transaction begins, so that a slow client never holds the database's write lock;
the transaction is committed when the view returned an answer below 400, and rolled back on any error.
A refusal must outlive its request, whose transaction rolls back: it is recorded in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, make_response, request
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from engine import audit, clock
from engine.access import Actor
from engine.access.policy import Hidden
from engine.casework import people
from engine.database import Busy, enter_municipality, transaction
from engine.errors import Conflict, EngineError, NotPermitted
from forms.sentences import Sentence
from web import set_aside, sign_in
from web.errors import Malformed, NotSignedIn
from web.set_aside import WrittenByAnother

View = TypeVar("View", bound=Callable[..., Any])

_NOT_A_TOKEN = 200  # longer texts are not looked up


@dataclass(slots=True)
class Scope:
    """One request's surroundings.

    if_refused: run in a transaction of its own after a conflict, or the view's own refusal, rolled the request's back.
    """

    action: str
    _session: Session | None = None
    _actor: Actor | None = None
    now: datetime = field(default_factory=clock.wall_now)
    by_token: bool = False
    stale_session: str | None = None
    if_refused: Callable[[Session], object] | None = None

    @property
    def session(self) -> Session:
        if self._session is None:
            raise RuntimeError("expected a view with a transaction, but this one works without")
        return self._session

    @property
    def actor(self) -> Actor:
        """Who acts. Raises NotSignedIn."""
        if self._actor is None:
            raise NotSignedIn
        return self._actor

    @property
    def somebody(self) -> Actor | None:
        """Who acts, or None: for pages that are open to all."""
        return self._actor


def current() -> Scope:
    """The scope of the request being answered."""
    return cast(Scope, g.scope)


def database() -> Engine:
    """The application's database engine, for acts that open their own transactions."""
    return cast(Engine, current_app.extensions["tsunagu.database"])


def act(action: str, *, writes: bool = True, open_to_all: bool = False, alone: bool = False) -> Callable[[View], View]:
    """Declare what a view does, and run it in a scope.

    writes: False opens a read-only transaction; a view that records who looked at a family writes.
    open_to_all: nobody need be signed in.
    alone: the view's act opens its own transactions; only the actor is found beforehand.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def scoped(*args: Any, **kwargs: Any) -> Response:
            request.get_data()
            scope = g.scope = Scope(action)
            try:
                response = _run(scope, view, args, kwargs, writes=writes, open_to_all=open_to_all, alone=alone)
            except EngineError as error:
                _after_refusal(scope, error)
                raise
            _note_use(scope)
            return response

        scoped.action = action  # type: ignore[attr-defined]
        return cast(View, scoped)

    return declare


class _Undo(Exception):
    """The view itself answered with a refusal: roll back, then send it."""

    def __init__(self, response: Response) -> None:
        self.response = response


def _run(
    scope: Scope,
    view: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    writes: bool,
    open_to_all: bool,
    alone: bool,
) -> Response:
    refusal: Response | None = None
    try:
        with transaction(database(), read_only=alone or not writes) as session:
            scope._session = session
            _enter(scope, session, open_to_all=open_to_all)
            if not alone:
                response = _answer(view, args, kwargs)
                _forget_set_aside(scope, session)
                return response
    except _Undo as undo:
        refusal = undo.response
    finally:
        scope._session = None
    if refusal is None:
        return make_response(view(*args, **kwargs))
    _keep_typed(scope)
    return refusal


def _answer(view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Response:
    response = make_response(view(*args, **kwargs))
    if response.status_code >= 400:
        raise _Undo(response)
    return response


def _forget_set_aside(scope: Scope, session: Session) -> None:
    """What was sent without a session is in good hands once the page was sent with one."""
    mark = set_aside.mark_of_request() if scope.somebody is not None and not scope.by_token else None
    if mark is not None:
        set_aside.forget(session, scope.actor, mark.path)


def _enter(scope: Scope, session: Session, *, open_to_all: bool) -> None:
    """Find the actor by bearer token or by the browser's session, and the town's clock. Raises NotSignedIn."""
    header = request.headers.get("Authorization")
    if header is not None:
        scope._actor = _bearer(session, header)
        scope.by_token = True
    else:
        scope._actor, scope.stale_session = sign_in.visitor(session)
        if scope._actor is None and not open_to_all:
            raise NotSignedIn
        if scope._actor is not None or not request.path.startswith("/api/"):
            sign_in.protect_from_forgery()
        if scope._actor is not None and not open_to_all:
            set_aside.require_own(scope._actor)
    if scope._actor is not None:
        enter_municipality(session, scope._actor.municipality_id)
        g.staff_id = scope._actor.staff_id
        scope.now = clock.now(session)


@contextmanager
def frame() -> Iterator[None]:
    """While a page is drawn that refuses: the menu and the centre of whoever is signed in need a session to read.

    The request's own transaction has ended by then, or there never was one, at an address that leads nowhere.
    """
    scope = g.scope = g.get("scope") or Scope("refusal")
    if scope._session is not None:
        yield
        return
    with transaction(database(), read_only=True) as session:
        if scope._actor is None and "Authorization" not in request.headers:
            scope._actor, _stale = sign_in.visitor(session)
        if scope._actor is not None:
            enter_municipality(session, scope._actor.municipality_id)
            scope.now = clock.now(session)
            scope._session = session
        try:
            yield
        finally:
            scope._session = None


def _bearer(session: Session, header: str) -> Actor:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= _NOT_A_TOKEN:
        raise NotSignedIn
    actor = people.actor_of_token(session, token)
    if actor is None:
        raise NotSignedIn
    return actor


def _after_refusal(scope: Scope, error: EngineError) -> None:
    """Keep what must outlive the rolled-back request: the refusal in the ledger, the text that was typed."""
    actor = scope.somebody
    if actor is None:
        return
    if isinstance(error, WrittenByAnother):
        set_aside.keep()
    if isinstance(error, NotPermitted | Hidden):
        with transaction(database(), municipality_id=actor.municipality_id) as ledger:
            audit.record(
                ledger,
                f"{scope.action}.refused",
                by=actor.staff_id,
                about=_about(),
                now=scope.now,
                details={"code": error.code},
            )
    if isinstance(error, Conflict) and not isinstance(error, Busy):
        _keep_typed(scope)


def _keep_typed(scope: Scope) -> None:
    """The text that was sent outlives the refusal."""
    actor = scope.somebody
    if actor is None or scope.if_refused is None:
        return
    with suppress(EngineError), transaction(database(), municipality_id=actor.municipality_id) as session:
        scope.if_refused(session)


def _about() -> str | None:
    """The id in the path: of the case where there is one, else of whatever was asked for."""
    named: dict[str, str] = request.view_args or {}
    return named.get("case_id") or next(iter(named.values()), None)


def _note_use(scope: Scope) -> None:
    if scope.stale_session is not None:
        with transaction(database()) as session:
            sign_in.touch(session, scope.stale_session)


def text_without_nul(where: str, text: str) -> str:
    """The text itself. Raises Malformed where it holds a NUL byte, which no field of any kind may."""
    if "\x00" in text:
        raise Malformed(
            Sentence("使えない文字(NUL)が含まれています。", "It contains a NUL character, which is not allowed."), where
        )
    return text
