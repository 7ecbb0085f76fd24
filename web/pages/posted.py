"""Answers out of what a browser posts: the same reading for a form sent and for a draft kept while typing.

A box that is not ticked is not sent at all; here it becomes an answer, so that it does not fall back to its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from forms.components import Component, ComponentType, Form, placed_fields
from web import wording
from web.api.body import read_object
from web.errors import Malformed
from web.request_scope import text_without_nul

_MOST_ROWS = 100
_MOST_FIELDS = 2000
_PLACE = re.compile(r"\[([0-9]{1,3})\]\.")


def draft_pairs() -> MultiDict[str, str]:
    """The name-value pairs of a draft in the request's body. Raises Malformed."""
    fields = read_object(request).get("fields")
    if not isinstance(fields, list) or len(fields) > _MOST_FIELDS or not all(_is_pair(each) for each in fields):
        raise Malformed(wording.DRAFT_UNREADABLE, "fields")
    return MultiDict([(name, value) for name, value in fields])


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)


def answers_of(form: Form, posted: MultiDict[str, str]) -> dict[str, Any]:
    """Field key -> what was typed, of every field that is asked; rows of a list as mappings, empty rows left out."""
    return _level((placed.component for placed in placed_fields(form.components)), posted, "")


def rows_of(component: Component, posted: MultiDict[str, str], prefix: str = "") -> list[dict[str, Any]]:
    """All rows of a list as they stand on the page, empty ones too."""
    start = f"{prefix}{component.key}["
    places = {
        int(match[1]) for name in posted if name.startswith(start) and (match := _PLACE.match(name, len(start) - 1))
    }
    fields = [placed.component for placed in placed_fields(component.children)]
    return [_level(fields, posted, f"{start}{place}].") for place in sorted(places)[:_MOST_ROWS]]


def _level(fields: Iterable[Component], posted: MultiDict[str, str], prefix: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for component in fields:
        if component.system:
            continue
        name = f"{prefix}{component.key}"
        if component.type is ComponentType.CHECKBOX:
            answers[component.key] = posted.get(name) is not None
        elif component.type is ComponentType.CHECKLIST:
            answers[component.key] = [text_without_nul(name, value) for value in posted.getlist(name)]
        elif component.type is ComponentType.DYNAMICLIST:
            answers[component.key] = [row for row in rows_of(component, posted, prefix) if _is_filled(row)]
        else:
            answers[component.key] = text_without_nul(name, posted.get(name, "")).replace("\r\n", "\n")
    return answers


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(value not in ("", False, [], None) for value in row.values())
