"""A form as the template draws it: every field with its words, value, errors and condition.

The components are those of the `.form` file, in its order; nothing is decided here that the compiler decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.compiler import CompiledForm
from forms.components import Component, ComponentType, TextFormat, placed_fields
from forms.expressions import Value
from forms.sentences import Sentence
from web import language
from web.pages import days
from web.pages.conditions import condition_json
from web.pages.pickers import Pickers

LONG_CHOICE = 7
_A_NAME = 60  # characters
_INPUT_MODES = {
    TextFormat.PHONE: "tel",
    TextFormat.DIGITS: "numeric",
    TextFormat.INDIVIDUAL_NUMBER: "numeric",
    TextFormat.EMAIL: "email",
}
_SHORT = 20


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """One element of the page. `name` is what is posted and the element's id; `shown`: the server would ask it now.

    asked: the same of everything under it; until the script has looked itself, nothing else stands in sight.
    """

    kind: str
    name: str
    key: str
    label: str
    help: str = ""
    required: bool = False
    readonly: bool = False
    value: Any = ""
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    condition: str | None = None
    depends: str = ""
    shown: bool = True
    asked: bool = True
    unit: str = ""
    collapsed: bool = False
    mode: str = ""
    width: str = ""
    children: tuple[FieldView, ...] = ()
    rows: tuple[tuple[FieldView, ...], ...] = ()
    template: tuple[FieldView, ...] = ()
    most: int = 50
    suggestions: tuple[str, ...] = ()

    @property
    def across(self) -> bool:
        """Whether short choices stand side by side."""
        return len(self.choices) <= LONG_CHOICE and all(_columns(choice.label) <= 24 for choice in self.choices)

    @property
    def many(self) -> bool:
        """Whether the choices are so many that they stand in columns."""
        return len(self.choices) > LONG_CHOICE

    def anything_wrong(self) -> bool:
        """Whether it or anything inside has an error: then a folded group is open."""
        inside = (*self.children, *(each for row in self.rows for each in row))
        return bool(self.errors) or any(each.anything_wrong() for each in inside)


@dataclass(frozen=True, slots=True)
class FormView:
    """fields: top-level elements. summary: (field name, sentence) of everything wrong, in reading order.

    not_kept: the keys of its fields that are not kept.
    """

    title: str
    code: str
    fields: tuple[FieldView, ...]
    summary: tuple[tuple[str, str], ...] = ()
    not_kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Drawing:
    values: Mapping[str, Any]
    errors: Mapping[str, Sequence[Sentence]]
    shown: frozenset[str]
    fields: frozenset[str]
    known: Mapping[str, Value]
    fixed: Mapping[str, Any]
    empty_rows: Mapping[str, int] = field(default_factory=dict)
    pickers: Pickers = field(default_factory=Pickers)
    labels: Mapping[str, str] = field(default_factory=dict)


def form_view(
    compiled: CompiledForm,
    values: Mapping[str, Any],
    *,
    on: date,
    errors: Mapping[str, Sequence[Sentence]] | None = None,
    fixed: Mapping[str, Any] | None = None,
    known: Mapping[str, Value] | None = None,
    empty_rows: Mapping[str, int] | None = None,
    pickers: Pickers | None = None,
) -> FormView:
    """The form filled with these answers (typed or JSON-ready). empty_rows: list key -> blank rows to add."""
    drawing = _Drawing(
        {**values, **(fixed or {})},
        errors or {},
        compiled.shown(values, on=on, known=known or {}, fixed=fixed or {}),
        frozenset(placed.component.key for placed in placed_fields(compiled.form.components)),
        known or {},
        fixed or {},
        empty_rows or {},
        pickers or Pickers(),
        {each.key: language.say(each.label) for each in compiled.form.fields() if not each.system},
    )
    fields = tuple(_views(drawing, compiled.form.components, "", drawing.values))
    wrong = tuple((key, language.say(sentence)) for key, sentences in drawing.errors.items() for sentence in sentences)
    return FormView(language.say(compiled.form.title), compiled.form.code, fields, wrong, compiled.not_kept)


def _views(
    drawing: _Drawing, components: Sequence[Component], prefix: str, values: Mapping[str, Any]
) -> list[FieldView]:
    found = (_view(drawing, component, prefix, values) for component in components)
    return [view for view in found if view is not None]


def _view(drawing: _Drawing, component: Component, prefix: str, values: Mapping[str, Any]) -> FieldView | None:
    common: dict[str, Any] = {
        "key": component.key,
        "label": language.say(component.label),
        "help": language.say(component.help) if component.help else "",
        "condition": _condition(drawing, component, prefix),
        "depends": _depends(drawing, component),
    }
    if component.type is ComponentType.GROUP:
        children = tuple(_views(drawing, component.children, prefix, values))
        if not children:
            return None
        asked = any(child.asked for child in children)
        return FieldView("group", "", children=children, collapsed=component.collapsed, asked=asked, **common)
    if not component.is_field:
        return FieldView(component.type.value, "", **common)
    return _field(drawing, component, f"{prefix}{component.key}", values, common)


def _depends(drawing: _Drawing, component: Component) -> str:
    """The fields whose answers decide whether it is asked, for who has no script: 「届出人」."""
    if component.show_if is None:
        return ""
    names = [label for key, label in drawing.labels.items() if key in component.show_if.names]
    return "".join(f"「{name}」" for name in names) if language.current() == "ja" else ", ".join(names)


def _condition(drawing: _Drawing, component: Component, prefix: str) -> str | None:
    if component.show_if is None:
        return None
    # What the system fixes is shown as text and cannot be asked in the browser: it counts as known.
    inside = (drawing.fields - drawing.fixed.keys()) | (component.show_if.names if prefix else frozenset())
    return condition_json(component.show_if, inside, {**drawing.known, **drawing.fixed})


def _field(
    drawing: _Drawing, component: Component, name: str, values: Mapping[str, Any], common: dict[str, Any]
) -> FieldView | None:
    value = values.get(component.key)
    fixed = component.key in drawing.fixed
    readonly = component.system or fixed
    if readonly and value in (None, "", []) and component.calc is None:
        return None  # the system sets it later; there is nothing to see yet
    if readonly and (value in (None, "") or is_code(component, value)) and component.calc is not None:
        return None
    if component.type is ComponentType.DYNAMICLIST:
        return _list(drawing, component, name, value, common)
    options = _options(drawing, component, value)
    return FieldView(
        "fixed" if readonly else _kind(component, options),
        name,
        required=component.required and not readonly,
        readonly=readonly,
        value=answer_words(component, value) if readonly else _shown_value(component, value),
        choices=tuple(Choice(code, label, _is_chosen(value, code)) for code, label in options),
        errors=tuple(language.say(sentence) for sentence in drawing.errors.get(name, ())),
        shown=_is_shown(drawing, component, name),
        asked=_is_asked(drawing, name),
        unit=component.unit or "",
        mode=_mode(component),
        width=_width(component),
        suggestions=tuple(drawing.pickers.suggestions.get(component.ref or "", ())),
        **common,
    )


def _options(drawing: _Drawing, component: Component, value: Any) -> list[tuple[str, str]]:
    """Code and label of what may be chosen; a code kept earlier that is offered no more stays to be seen."""
    if component.options:
        return [(option.value, language.say(option.label)) for option in component.options]
    offered = list(drawing.pickers.choices.get(component.ref or "", ()))
    if offered and isinstance(value, str) and value and value not in {code for code, _ in offered}:
        offered.append((value, value))
    return offered


def _is_shown(drawing: _Drawing, component: Component, name: str) -> bool:
    """What the browser can decide itself is shown until it does; without script everything can be filled."""
    return component.show_if is None or name in drawing.shown or "[" in name


def _is_asked(drawing: _Drawing, name: str) -> bool:
    """Rows are for the browser: the row of the template is in no answers yet."""
    return name in drawing.shown or "[" in name


def _columns(text: str) -> int:
    """How wide a text is, in half-width letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _list(drawing: _Drawing, component: Component, name: str, value: Any, common: dict[str, Any]) -> FieldView:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    blank = drawing.empty_rows.get(name, 0 if rows or not component.required else 1)
    views = [
        tuple(_views(drawing, component.children, f"{name}[{place}].", row))
        for place, row in enumerate([*rows, *([{}] * blank)])
    ]
    return FieldView(
        "dynamiclist",
        name,
        required=component.required,
        rows=tuple(views),
        template=tuple(_views(drawing, component.children, f"{name}[0].", {})),
        errors=tuple(language.say(sentence) for sentence in drawing.errors.get(name, ())),
        most=component.limits.max_items or 50,
        shown=_is_shown(drawing, component, name),
        asked=_is_asked(drawing, name),
        **common,
    )


def _kind(component: Component, options: Sequence[tuple[str, str]]) -> str:
    if options and not component.options:
        return "select"
    if component.type is ComponentType.DATETIME:
        return "instant" if component.instant else "day"
    if component.type is ComponentType.SELECT and len(component.options) <= 4:
        return "radio" if component.required else "select"
    return component.type.value


def _mode(component: Component) -> str:
    if component.type is ComponentType.NUMBER:
        return "decimal" if component.limits.decimals else "numeric"
    return _INPUT_MODES.get(component.format, "") if component.format else ""


def _width(component: Component) -> str:
    if component.type is ComponentType.NUMBER:
        return "number"
    longest = component.limits.max_length
    if component.format in (TextFormat.POSTAL, TextFormat.PHONE):
        return "middle"
    if longest is not None and longest <= _SHORT:
        return "short"
    return "middle" if longest is not None and longest <= _A_NAME else ""


def _shown_value(component: Component, value: Any) -> Any:
    if value is None:
        return ""
    if component.type is ComponentType.DATETIME and isinstance(value, str):
        return days.typed_instant(value) if component.instant else days.typed_day(value)
    return value


def _is_chosen(value: Any, code: str) -> bool:
    return code in value if isinstance(value, list) else str(value) == code


def answer_words(component: Component, value: Any) -> str:
    """An answer as people read it: labels for codes, yes and no, days in wareki."""
    ja = language.current() == "ja"
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return ("はい" if value else "いいえ") if ja else ("Yes" if value else "No")
    if component.options:
        labels = {option.value: language.say(option.label) for option in component.options}
        codes = value if isinstance(value, list) else [value]
        return ("、" if ja else ", ").join(labels.get(str(code), str(code)) for code in codes)
    if component.type is ComponentType.DATETIME and isinstance(value, str):
        return _day_words(value)
    return str(value)


def is_code(component: Component, value: Any) -> bool:
    """Whether a calculated value is a word for the diagrams only; what it was computed from stands on the form."""
    day = component.type is ComponentType.DATETIME
    return component.calc is not None and isinstance(value, str) and not component.options and not day


def _day_words(value: str) -> str:
    try:
        if len(value) == 10:
            return days.long_day(date.fromisoformat(value))
    except ValueError:
        return value
    return days.typed_instant(value)
