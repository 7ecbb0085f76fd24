"""What somebody sent when their session was gone: kept apart for them alone until they have signed in again.

It is a draft like any other, under a name of its own: unchecked, one for each page and person, forgotten after a day.
Nobody is signed in when it is kept; whose it is, the door reads from the mark it put into the page (`web.set_aside`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.access import Actor
from engine.cases import draft

KEPT_FOR = timedelta(days=1)
_PREFIX = "set_aside:"

Fields = list[tuple[str, str]]


def keep(session: Session, staff_id: str, path: str, fields: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Keep the name-value pairs of a page's form for the member of staff who has to sign in again."""
    draft.keep(session, staff_id, None, _about(path), {"fields": [list(pair) for pair in fields]}, at=now)


def kept(session: Session, actor: Actor, path: str, *, now: datetime) -> Fields:
    """What the actor sent from the page without a session; empty where there is nothing."""
    found = draft.of(session, actor.staff_id, None, _about(path))
    if found is None or now - found.saved_at > KEPT_FOR:
        return []
    return [(name, value) for name, value in found.answers["fields"]]


def drop(session: Session, actor: Actor, path: str) -> None:
    """Forget it: it has become a draft, or was finished."""
    draft.drop(session, actor.staff_id, None, _about(path))


def forget_old(session: Session, *, now: datetime) -> int:
    """Forget what nobody came back for, in every town; how many. For the worker."""
    return draft.forget(session, _PREFIX, before=now - KEPT_FOR)


def _about(path: str) -> str:
    return _PREFIX + hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()[:40]
