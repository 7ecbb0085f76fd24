"""Values that a form file itself proposes: defaults and examples, literal or computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from forms.components import Component
from forms.expressions import ExpressionError, Value, functions, parse
from forms.fields import field_for


def written(source: Any, names: Mapping[str, Value]) -> Any:
    """A default or example as in the file; text starting with "=" is an expression (None if it has no value)."""
    if isinstance(source, str) and source.startswith("="):
        try:
            return parse(source[1:]).evaluate(names, functions())
        except ExpressionError:
            return None
    if isinstance(source, list):
        return [written(item, names) for item in source]
    if isinstance(source, Mapping):
        return {key: written(item, names) for key, item in source.items()}
    return source


def default_answer(component: Component, names: Mapping[str, Value]) -> Any:
    """The answer of a field that was not sent at all: its default, read like an answer; None when it has none."""
    if component.default is None:
        return None
    try:
        return field_for(component).deserialize(written(component.default, names))
    except ValidationError:
        return None
