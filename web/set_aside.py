"""Typing outlives the session: what is sent without one is set aside for whoever was given the page.

Every page with a form to write in carries a mark, signed by us: which person of which town was given which page. It
holds no secret, but nobody else can make one, so text that comes with a mark is from a page we gave out. Without a
session, under another person's session, or with a CSRF token of a lost cookie, the text is kept for the person of the
mark and shown to nobody else; signed in again, they find it in the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import orjson
from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import clock
from engine.access import Actor
from engine.casework import set_aside
from engine.database import transaction
from engine.errors import Conflict

FIELD = "written_by"
_LONGEST = timedelta(days=7)  # as long as any session may last
_MOST_FIELDS = 2000
_OURS = frozenset({FIELD, "csrf_token", "draft_stamp", "act", "back", "add_row", "remove_row"})


class WrittenByAnother(Conflict):
    """The page was given to one person and sent under the session of another."""

    code = "written_by_another"


@dataclass(frozen=True, slots=True)
class Mark:
    """Who was given the page at `path`. not_kept: its fields that are kept nowhere, so neither here."""

    municipality_id: str
    staff_id: str
    path: str
    not_kept: tuple[str, ...] = ()

    def keeps(self, name: str) -> bool:
        """Whether what stands in the field of this name, or of this name within a row, may be set aside."""
        return name not in _OURS and name.rpartition(".")[2] not in self.not_kept


def mark(actor: Actor, path: str, not_kept: Iterable[str] = ()) -> str:
    """The text of the hidden field `written_by` for a page of this person."""
    return _serializer().dumps([actor.municipality_id, actor.staff_id, path, sorted(not_kept)])


def mark_of_request() -> Mark | None:
    """The mark that came with the request; None where there is none, or none of ours."""
    if "set_aside_mark" not in g:
        text = next((value for name, value in _fields() if name == FIELD), "")
        try:
            g.set_aside_mark = Mark(*_serializer().loads(text, max_age=int(_LONGEST.total_seconds())))
        except (BadData, TypeError):
            g.set_aside_mark = None
    found: Mark | None = g.set_aside_mark
    return found


def require_own(actor: Actor) -> None:
    """Raises WrittenByAnother where the page was given to somebody else."""
    found = mark_of_request()
    if found is not None and found.staff_id != actor.staff_id:
        raise WrittenByAnother("expected a page given to the person who is signed in, but it was given to another")


def keep() -> Mark | None:
    """Set aside what the refused request holds, in a transaction of its own; the mark, None where nothing was kept."""
    found = mark_of_request()
    if found is None:
        return None
    fields = [(name, value) for name, value in _fields() if found.keeps(name) and "\x00" not in name + value]
    if not any(value for _name, value in fields):
        return None
    database = current_app.extensions["tsunagu.database"]
    with transaction(database, municipality_id=found.municipality_id) as session:
        set_aside.keep(session, found.staff_id, found.path, fields, now=clock.wall_now())
    return found


def returned(session: Session, actor: Actor) -> MultiDict[str, str] | None:
    """What the actor sent from this very page without a session, to be put into its form again."""
    fields = set_aside.kept(session, actor, request.path, now=clock.wall_now())
    return MultiDict(fields) if fields else None


def forget(session: Session, actor: Actor, path: str) -> None:
    """It has become a draft, or was finished."""
    set_aside.drop(session, actor, path)


def _fields() -> list[tuple[str, str]]:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return []
    if not request.is_json:
        return list(request.form.items(multi=True))[:_MOST_FIELDS]
    try:
        pairs = orjson.loads(request.get_data()).get("fields")
    except (orjson.JSONDecodeError, AttributeError):
        return []
    return list(_pairs(pairs))[:_MOST_FIELDS] if isinstance(pairs, list) else []


def _pairs(found: list[object]) -> Iterable[tuple[str, str]]:
    for each in found:
        if isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each):
            yield each[0], each[1]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="tsunagu.written-by")
