"""Answers given earlier, as label and words in the order of the form; what the form no longer knows comes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.components import Component, ComponentType, Form
from web import language
from web.pages.fields import answer_words, is_code
from web.pages.pickers import place_names


@dataclass(frozen=True, slots=True)
class Answered:
    """label and words; for a list `rows` holds the answers of each row; for a heading both are empty."""

    label: str
    words: str = ""
    rows: tuple[tuple[Answered, ...], ...] = ()
    heading: bool = False


def answered(form: Form, answers: Mapping[str, Any]) -> list[Answered]:
    """The answers to a form in words."""
    left = dict(answers)
    found = _level(form.components, left)
    return [*found, *(Answered(key, str(value)) for key, value in left.items() if value not in (None, "", [], False))]


def _level(components: Sequence[Component], left: dict[str, Any]) -> list[Answered]:
    found: list[Answered] = []
    for component in components:
        if component.type is ComponentType.GROUP:
            inside = _level(component.children, left)
            if inside:
                found.extend((Answered(language.say(component.label), heading=True), *inside))
        elif component.is_field:
            value = left.pop(component.key, None)
            if is_code(component, value):
                continue
            if component.type is ComponentType.DYNAMICLIST:
                rows = [row for row in value or [] if isinstance(row, Mapping)] if isinstance(value, list) else []
                if rows:
                    inside_rows = tuple(tuple(_level(component.children, dict(row))) for row in rows)
                    found.append(Answered(language.say(component.label), rows=inside_rows))
            elif words := _words(component, value):
                found.append(Answered(language.say(component.label), words))
    return found


def _words(component: Component, value: Any) -> str:
    if component.ref in ("district", "centre") and isinstance(value, str):
        return place_names().get(component.ref, {}).get(value, value)
    return answer_words(component, value)
