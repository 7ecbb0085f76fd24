"""The names of the town's processes, for filters and lists."""

from __future__ import annotations

from engine.casework import process_design
from engine.errors import Conflict
from web import language
from web.request_scope import Scope


def shown_process_names(scope: Scope) -> dict[str, str]:
    """Process id -> name in the reader's language: Japanese as drawn, English from the id."""
    names = process_names(scope)
    return names if language.current() == "ja" else {id: id.replace("_", " ").capitalize() for id in names}


def process_names(scope: Scope) -> dict[str, str]:
    """Process id -> Japanese name, of the version in force; in order of the names."""
    try:
        found = process_design.process_names(scope.session)
    except Conflict:  # nothing is published yet
        return {}
    return dict(sorted(found.items(), key=lambda item: item[1]))
