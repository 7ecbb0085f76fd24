"""Who is signed in at a browser, and who tried in vain: rows, so that every web worker sees the same.

A session is a row, not a signed cookie alone: signing out, leaving the service or losing a terminal ends it at once.
The cookie carries the row's id; 80 of its bits are random, and the cookie is signed besides.
Failed attempts are counted here rather than in the memory of one worker, which several workers would multiply.
All instants are those of the wall clock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, new_id
from engine.errors import Rejected

WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 30
_TOUCH_EVERY = timedelta(minutes=1)


class WebSession(Base):
    """One browser in which a member of staff is signed in."""

    __tablename__ = "web_session"
    __table_args__ = (Index(None, "id"), Index(None, "municipality_id", "staff_id"))

    staff_id: Mapped[str]
    login: Mapped[str]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class FailedSignIn(Base):
    """A sign-in that failed. `who` is a hash of the login or the address tried; the town is not known yet ("-")."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index(None, "who", "at"),)

    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TooManySignIns(Rejected):
    """Too many failed attempts for this login or from this address."""

    code = "too_many_requests"

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"expected fewer failed sign-ins, but there were too many within {WINDOW}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives unused, and at all."""

    idle: timedelta
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that stands. `stale`: its last use should be written down again."""

    id: str
    login: str
    stale: bool


def open_session(session: Session, staff_id: str, login: str, *, now: datetime) -> str:
    """Enter a browser session for the person; its id, to be put into the cookie."""
    row = WebSession(staff_id=staff_id, login=login, opened_at=now, seen_at=now)
    session.add(row)
    session.flush()
    return row.id


def standing(session: Session, session_id: str, limits: Limits, *, now: datetime) -> SignedIn | None:
    """The session with this id, of whichever municipality; None where it ended, ran out or never was."""
    row = session.execute(
        select(WebSession.login, WebSession.opened_at, WebSession.seen_at).where(WebSession.id == session_id)
    ).one_or_none()
    if row is None or now - row.seen_at > limits.idle or now - row.opened_at > limits.lifetime:
        return None
    return SignedIn(session_id, row.login, now - row.seen_at > _TOUCH_EVERY)


def touch(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that the session was used."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now))


def close_session(session: Session, session_id: str) -> None:
    """End one browser session; one that has ended stays so."""
    session.execute(delete(WebSession).where(WebSession.id == session_id))


def close_all(session: Session, staff_id: str) -> None:
    """End every browser session of a person (left the service, lost a terminal, changed the password)."""
    session.execute(delete(WebSession).where(WebSession.staff_id == staff_id))


def require_few_failures(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Raises TooManySignIns while this login or this address has failed too often within a quarter of an hour."""
    for who, most in ((_who("login", login), FAILURES_PER_LOGIN), (_who("address", address), FAILURES_PER_ADDRESS)):
        failed = select(func.count(), func.min(FailedSignIn.at)).where(
            FailedSignIn.who == who, FailedSignIn.at > now - WINDOW
        )
        count, oldest = session.execute(failed).one()
        if count >= most:
            raise TooManySignIns(max(1, int((oldest + WINDOW - now).total_seconds()) + 1))


def record_failure(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Count a failed attempt against both the login and the address."""
    for who in (_who("login", login), _who("address", address)):
        session.add(FailedSignIn(municipality_id="-", id=new_id(), who=who, at=now))


def clear_failures(session: Session, login: str) -> None:
    """The person got in: earlier slips no longer count against the login."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.who == _who("login", login)))


def forget_old(session: Session, limits: Limits, *, now: datetime) -> int:
    """Delete sessions and failures that no longer count; how many. For the worker."""
    ended = session.execute(
        delete(WebSession).where(
            (WebSession.seen_at < now - limits.idle) | (WebSession.opened_at < now - limits.lifetime)
        )
    )
    old = session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - WINDOW))
    return _rows(ended) + _rows(old)


def _who(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text.strip().casefold()}".encode("utf-8", "replace")).hexdigest()


def _rows(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
