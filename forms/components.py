"""A form as plain values: what is asked, of which kind, within which limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from forms.expressions import Expression, ValueType
from forms.sentences import Sentence


class ComponentType(StrEnum):
    """The form-js components we support.

    Fields: textfield (one line), textarea, number, datetime (a day; an instant when its subtype is "datetime"),
    select and radio (one option), checkbox (yes or no), checklist (several options), dynamiclist (rows of fields).
    Layout: group, text, separator.
    """

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    DATETIME = "datetime"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    GROUP = "group"
    DYNAMICLIST = "dynamiclist"
    TEXT = "text"
    SEPARATOR = "separator"


LAYOUT = frozenset({ComponentType.GROUP, ComponentType.TEXT, ComponentType.SEPARATOR})
CHOICES = frozenset({ComponentType.SELECT, ComponentType.RADIO, ComponentType.CHECKLIST})


class TextFormat(StrEnum):
    """What a one-line text holds, where it is more than words (`properties.format`, or told by the field's key).

    kana: full-width katakana. phone, postal, email: as their names say. digits, alnum: codes in half width.
    individual_number: 個人番号, twelve digits of which the last checks the others.
    """

    KANA = "kana"
    PHONE = "phone"
    POSTAL = "postal"
    EMAIL = "email"
    DIGITS = "digits"
    ALNUM = "alnum"
    INDIVIDUAL_NUMBER = "individual_number"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the code that is stored and what people read."""

    value: str
    label: Sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """How far answers may go. None: no limit of that kind.

    minimum, maximum: numbers. decimals: digits after the point. min_length, max_length: characters.
    pattern: must be found in the text. min_items, max_items: rows of a list or ticks of a checklist.
    not_future, not_past: against the day of answering. not_before, not_after: against a day, both ends allowed.
    """

    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    min_length: int | None = None
    max_length: int | None = None
    pattern: re.Pattern[str] | None = None
    min_items: int | None = None
    max_items: int | None = None
    not_future: bool = False
    not_past: bool = False
    not_before: Expression | None = None
    not_after: Expression | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One element of a form.

    key: "" for layout. show_if: None is always shown; a group hides what is inside it. fact: the fact its answer sets.
    calc: computed from the other fields. system: set by the system, nothing is asked of the caller (calc implies it).
    instant: a datetime that asks for the time too. example, default: as written in the file.
    A default starting with "=" is an expression over `today` and `now`; it stands for a field that was not sent at all.
    format_is_strict: the format was asked for by name, so a text it does not fit is refused; else it is kept as typed.
    ref: what the answer names (staff, organisation, …), for pickers. unit, collapsed: how it is shown.
    warn_if: when it holds, `warning` is said but nothing is refused. sensitive: S1-S5.
    children: of a group, or the fields of one row of a dynamiclist. subform: of a group, what the paper calls it; its
    answers lie beside all others. names_task: a choice the system sets that says which of its kind a task is.
    not_kept: its answer is checked like any other and then forgotten: it is in no accepted values and in no draft.
    """

    key: str
    type: ComponentType
    label: Sentence
    help: Sentence | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    show_if: Expression | None = None
    fact: str | None = None
    limits: Limits = field(default_factory=Limits)
    children: tuple[Component, ...] = ()
    format: TextFormat | None = None
    instant: bool = False
    calc: Expression | None = None
    system: bool = False
    names_task: bool = False
    example: Any = None
    default: Any = None
    warn_if: Expression | None = None
    warning: Sentence | None = None
    sensitive: str | None = None
    format_is_strict: bool = False
    ref: str | None = None
    unit: str | None = None
    collapsed: bool = False
    subform: str | None = None
    not_kept: bool = False

    @property
    def is_field(self) -> bool:
        """Whether it has an answer."""
        return self.type not in LAYOUT

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Its own expressions with the place each stands at (show_if, calc, warn_if, not_before, not_after)."""
        places = {
            "show_if": self.show_if,
            "calc": self.calc,
            "warn_if": self.warn_if,
            "not_before": self.limits.not_before,
            "not_after": self.limits.not_after,
        }
        return ((place, expression) for place, expression in places.items() if expression is not None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over several fields that must hold; said at `field` when it does not.

    level "error" refuses the answers, "warning" only says so. Not known (None) counts as holding.
    """

    expression: Expression
    field: str
    sentence: Sentence
    level: str


@dataclass(frozen=True, slots=True)
class FormFinding:
    """Something wrong with a form. `field`: the component's key ("" for the form), `level`: "error" or "warning"."""

    field: str
    rule: str
    level: str
    sentence: Sentence


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form as read from its file; two are equal when their key and version are.

    key: the file's stem. code: its number on paper ("FM01"). version: 12 hex digits of the file's SHA-256.
    findings: everything that is wrong with it; what could not be read is left out of `components`.
    """

    key: str
    code: str
    title: Sentence
    version: str
    components: tuple[Component, ...]
    rules: tuple[Rule, ...] = ()
    findings: tuple[FormFinding, ...] = ()

    def fields(self) -> Iterator[Component]:
        """Everything that has an answer, in reading order, groups opened, rows of lists left inside their list."""
        return (placed.component for placed in placed_fields(self.components))

    def types(self) -> dict[str, ValueType | None]:
        """The type of each name its expressions may read: its fields (a list: its number of rows) and `today`."""
        return types_of(self.components, {"today": ValueType.DATE})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and (self.key, self.version) == (other.key, other.version)

    def __hash__(self) -> int:
        return hash((self.key, self.version))


@dataclass(frozen=True, slots=True)
class PlacedField:
    """A field together with every condition it is shown under, its groups' included, and the subform it is part of."""

    component: Component
    conditions: tuple[Expression, ...]
    subform: str | None = None

    def needs(self) -> frozenset[str]:
        """The names that must be known before it is known whether it is shown and what a calculation gives."""
        needed = frozenset[str]().union(*(condition.names for condition in self.conditions))
        if self.component.calc is not None:
            needed |= self.component.calc.names
        rows = placed_fields(self.component.children) if self.component.type is ComponentType.DYNAMICLIST else []
        inside = frozenset[str]().union(*(row.needs() for row in rows))
        return needed | (inside - {row.component.key for row in rows})


def placed_fields(
    components: tuple[Component, ...], under: tuple[Expression, ...] = (), subform: str | None = None
) -> list[PlacedField]:
    """The fields among `components`, in reading order, groups opened."""
    placed: list[PlacedField] = []
    for component in components:
        conditions = under if component.show_if is None else (*under, component.show_if)
        if component.type is ComponentType.GROUP:
            placed.extend(placed_fields(component.children, conditions, component.subform or subform))
        elif component.is_field:
            placed.append(PlacedField(component, conditions, subform))
    return placed


def in_order_of_need(fields: list[PlacedField]) -> tuple[list[PlacedField], list[PlacedField]]:
    """The fields so that each comes after those it needs; and those that wait for each other."""
    waiting = {placed.component.key: placed for placed in fields}
    needs = {key: placed.needs() & waiting.keys() for key, placed in waiting.items()}
    ordered: list[PlacedField] = []
    while waiting:
        ready = [key for key in waiting if not needs[key] & waiting.keys()]
        if not ready:
            return ordered, list(waiting.values())
        ordered.extend(waiting.pop(key) for key in ready)
    return ordered, []


_TYPES = {
    ComponentType.NUMBER: ValueType.FLOAT,
    ComponentType.CHECKBOX: ValueType.BOOL,
    ComponentType.DATETIME: ValueType.DATE,
    ComponentType.DYNAMICLIST: ValueType.INT,
}


def types_of(components: tuple[Component, ...], around: dict[str, ValueType | None]) -> dict[str, ValueType | None]:
    """`around` plus the type of every field; a calculation has the type of what it computes."""
    placed = placed_fields(components)
    types = dict(around)
    types |= {p.component.key: _type_without_calc(p.component) for p in placed if p.component.calc is None}
    types |= {p.component.key: None for p in placed if p.component.calc is not None}
    for p in in_order_of_need(placed)[0]:
        if p.component.calc is not None:
            types[p.component.key] = p.component.calc.type(types)
    return types


def _type_without_calc(component: Component) -> ValueType:
    if component.type is ComponentType.NUMBER and component.limits.decimals == 0:
        return ValueType.INT
    if component.type is ComponentType.DATETIME and component.instant:
        return ValueType.INSTANT
    return _TYPES.get(component.type, ValueType.STR)
