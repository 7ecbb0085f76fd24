"""Signing in at a browser: Flask-Login over a session row that can be ended, CSRF, and the brake on guessing.

The cookie is signed and carries nothing but the id of a row of `engine.casework.sign_ins`; Flask-Login's user id is
that row's id, so that ending the row signs the browser out wherever it is. Attempts are counted in the database and
not by Flask-Limiter: its memory storage counts per worker, and a limit that grows with the number of workers is none.
"""

from __future__ import annotations

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session

from engine import clock
from engine.access import Actor
from engine.casework import people, sign_ins
from engine.casework.sign_ins import Limits, SignedIn
from engine.database import transaction
from web.settings import Settings

_csrf = CSRFProtect()


class Visitor(UserMixin):  # type: ignore[misc]
    """The browser's session as Flask-Login sees it."""

    def __init__(self, session_id: str) -> None:
        self.id = session_id


def register(app: Flask, settings: Settings) -> None:
    """Cookies, Flask-Login and CSRF. CSRF is checked by `protect_from_forgery`, not on requests with a token."""
    app.config.update(
        SESSION_COOKIE_NAME="tsunagu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.in_production,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        LIMITS=Limits(settings.session_idle, settings.session_lifetime),
    )
    _csrf.init_app(app)
    manager = LoginManager()
    manager.session_protection = None  # it would sign out whoever's address changes; the row is what protects
    manager.init_app(app)
    manager.user_loader(lambda session_id: Visitor(session_id))


def visitor(session: Session) -> tuple[Actor | None, str | None]:
    """The person whose session this browser holds; and the session's id where its use should be noted again."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None, None
    if not current_user.is_authenticated:
        return None, None
    standing: SignedIn | None = sign_ins.standing(session, current_user.id, _limits(), now=clock.wall_now())
    if standing is None:
        return None, None
    g.web_session = standing.id
    return people.actor_of(session, standing.login), standing.id if standing.stale else None


def had_session() -> bool:
    """Whether this browser was signed in before: its cookie still names a session, which has ended."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and current_user.is_authenticated


def protect_from_forgery() -> None:
    """Raises CSRFError for an unsafe request by cookie without the page's token (field or X-CSRFToken)."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _csrf.protect()


def sign_in(login: str, password: str) -> Actor | None:
    """Sign the browser in; None where login and password do not fit. Opens its own transactions.

    Raises TooManySignIns.
    """
    now, address = clock.wall_now(), request.remote_addr or ""
    database = current_app.extensions["tsunagu.database"]
    with transaction(database, read_only=True) as session:
        sign_ins.require_few_failures(session, login, address, now=now)
    with transaction(database) as session:
        actor = people.sign_in(session, login, password)
        if actor is not None:
            sign_ins.clear_failures(session, login)
            session_id = sign_ins.open_session(session, actor.staff_id, actor.login, now=now)
    if actor is None:
        with transaction(database) as session:
            sign_ins.record_failure(session, login, address, now=now)
        return None
    login_user(Visitor(session_id))
    return actor


def change_password(actor: Actor, old: str, new: str) -> bool:
    """Give the actor a new password and this browser a new session; False where the old one is wrong.

    Every other browser of the person is signed out. Opens its own transactions. Raises TooManySignIns,
    PasswordTooShort.
    """
    now, address = clock.wall_now(), request.remote_addr or ""
    database, town = current_app.extensions["tsunagu.database"], actor.municipality_id
    with transaction(database, read_only=True) as session:
        sign_ins.require_few_failures(session, actor.login, address, now=now)
    with transaction(database, municipality_id=town) as session:
        changed = people.change_password(session, actor, old, new)
        if changed:
            session_id = sign_ins.open_session(session, actor.staff_id, actor.login, now=now)
    if not changed:
        with transaction(database) as session:
            sign_ins.record_failure(session, actor.login, address, now=now)
        return False
    login_user(Visitor(session_id))
    return True


def sign_out(session: Session) -> None:
    """End this browser's session, in the database and in the cookie."""
    if (session_id := g.get("web_session")) is not None:
        sign_ins.close_session(session, session_id)
    logout_user()


def touch(session: Session, session_id: str) -> None:
    """Note that the session was used just now."""
    sign_ins.touch(session, session_id, now=clock.wall_now())


def _limits() -> Limits:
    limits: Limits = current_app.config["LIMITS"]
    return limits
