"""The names of the town's processes and of the files they are drawn in, for filters and lists."""

from __future__ import annotations

from engine.casework import process_design
from engine.errors import Conflict
from web import language
from web.request_scope import Scope


def process_names(scope: Scope) -> dict[str, str]:
    """Process id -> name in the reader's language, of the version in force; in order of the names."""
    try:
        found = process_design.process_names(scope.session)
    except Conflict:  # nothing is published yet
        return {}
    return dict(sorted(((id, language.say(name)) for id, name in found.items()), key=lambda item: item[1]))


def file_names(scope: Scope, draft_id: str) -> dict[str, str]:
    """Path of a draft's file -> what people call it, in the reader's language. Raises DraftUnknown."""
    found = process_design.file_names(scope.session, scope.actor, draft_id, now=scope.now)
    return {path: language.say(name) for path, name in found.items()}
