"""A form's fields as the API shows them."""

from __future__ import annotations

from typing import Any

from forms.components import CHOICES, Component, ComponentType, Limits, PlacedField, placed_fields
from forms.expressions import Expression
from forms.sentences import Sentence


def described(components: tuple[Component, ...]) -> list[dict[str, Any]]:
    """One mapping per field, in reading order, groups opened; a list's row fields stand under its `fields`.

    Always: key, type, label, required, options, show_if (Python-like text or None), readonly. Where they apply: help,
    subform (what the paper calls the block the field is part of), fact, format, ref, unit, sens, default, calc,
    instant, limits, fields.
    """
    return [_field(placed) for placed in placed_fields(components)]


def _field(placed: PlacedField) -> dict[str, Any]:
    component = placed.component
    shown: dict[str, Any] = {
        "key": component.key,
        "type": component.type.value,
        "label": _both(component.label),
        "required": component.required and not component.system,
        "options": [{"value": option.value, "label": _both(option.label)} for option in component.options],
        "show_if": _joined(placed.conditions),
        "readonly": component.system,
    }
    extras = {
        "help": component.help and _both(component.help),
        "subform": placed.subform,
        "fact": component.fact,
        "format": component.format and component.format.value,
        "ref": component.ref,
        "unit": component.unit,
        "sens": component.sensitive,
        "default": component.default,
        "calc": component.calc and component.calc.source,
        "instant": component.instant or None,
        "limits": _limits(component) or None,
        "fields": described(component.children) if component.type is ComponentType.DYNAMICLIST else None,
    }
    return shown | {name: value for name, value in extras.items() if value is not None}


def _both(sentence: Sentence) -> dict[str, str]:
    return {"ja": sentence.ja, "en": sentence.en}


def _joined(conditions: tuple[Expression, ...]) -> str | None:
    if len(conditions) < 2:
        return conditions[0].source if conditions else None
    return " and ".join(f"({condition.source})" for condition in conditions)


_LIMITS: dict[ComponentType, tuple[str, ...]] = {
    ComponentType.TEXTFIELD: ("min_length", "max_length", "pattern"),
    ComponentType.TEXTAREA: ("min_length", "max_length", "pattern"),
    ComponentType.NUMBER: ("minimum", "maximum", "decimals"),
    ComponentType.DATETIME: ("not_future", "not_past", "not_before", "not_after"),
    ComponentType.DYNAMICLIST: ("min_items", "max_items"),
} | dict.fromkeys(CHOICES, ("min_items", "max_items"))


def _limits(component: Component) -> dict[str, Any]:
    limits: Limits = component.limits
    found: dict[str, Any] = {}
    for name in _LIMITS.get(component.type, ()):
        value = getattr(limits, name)
        if isinstance(value, Expression):
            value = value.source
        elif name == "pattern" and value is not None:
            value = value.pattern
        if value is not None and value is not False:
            found[name] = value
    return found
