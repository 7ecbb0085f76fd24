"""The draft behind a form: a page carries the stamp of the draft it began with, as its writer may have it open twice.

A form that is refused is kept as the draft, as if it had been saved while it was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import clock
from engine.casework.drafts import KeptElsewhere, require_untouched, stamp_of
from web.request_scope import Scope

FIELD = "draft_stamp"


@dataclass(frozen=True, slots=True)
class Behind:
    """stamp: what the page carries. elsewhere: another page kept something else, nothing of this one is kept yet.

    refused: what was sent was refused and is kept as the draft.
    """

    stamp: str
    elsewhere: bool = False
    refused: bool = False


def begins(kept: Mapping[str, Any] | None) -> Behind:
    """Of a page that opens with what is kept."""
    return Behind(stamp_of(kept))


def drawn_again() -> Behind:
    """Of a page that is only drawn with another row."""
    return Behind(request.form.get(FIELD, ""))


def sent(
    scope: Scope, kept: Mapping[str, Any] | None, typed: Mapping[str, Any], keep: Callable[[Session], object]
) -> Behind:
    """Of a form that was sent: where it is refused, `keep` makes what was typed the draft."""
    try:
        require_untouched(request.form.get(FIELD), kept, typed)
    except KeptElsewhere as found:
        return Behind(found.stamp, elsewhere=True)
    scope.if_refused = keep
    return Behind(stamp_of(typed), refused=True)


def check(pairs: MultiDict[str, str], kept: Mapping[str, Any] | None, typed: Mapping[str, Any]) -> Response:
    """The answer for a script that keeps what is typed. Raises KeptElsewhere."""
    require_untouched(pairs.get(FIELD), kept, typed)
    return jsonify({"saved_at": clock.wall_now().isoformat(timespec="seconds"), "stamp": stamp_of(typed)})
