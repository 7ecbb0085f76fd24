"""From read answers to accepted ones: what is shown, what is missing, what is computed, what holds across fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forms import wording
from forms.components import CHOICES, Component, ComponentType, Form, PlacedField, in_order_of_need, placed_fields
from forms.dates import JST, wareki
from forms.defaults import default_answer
from forms.expressions import EvaluationError, Expression, Value, functions
from forms.sentences import Sentence

Errors = dict[str, list[Sentence]]


class Level:
    """The fields of one level (the form, or a row) in the order in which they can be settled."""

    def __init__(self, components: tuple[Component, ...]) -> None:
        placed = placed_fields(components)
        ordered, circular = in_order_of_need(placed)
        self.placed: list[PlacedField] = [*ordered, *circular]
        self.reading_order = [p.component.key for p in placed]
        self.components = {p.component.key: p.component for p in placed}
        self.not_kept = frozenset(key for key, component in self.components.items() if component.not_kept)
        self.rows = {
            key: Level(component.children)
            for key, component in self.components.items()
            if component.type is ComponentType.DYNAMICLIST
        }


@dataclass(slots=True)
class Settled:
    """One level after settling. `answers`: typed answers of shown fields, blanks left out; rows as list of Settled."""

    answers: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Component] = field(default_factory=dict)


class Settling:
    """One run over posted answers; collects errors and warnings by field (rows: "key[0].child")."""

    def __init__(self, on: date, known: Mapping[str, Value], fixed: Mapping[str, Value]) -> None:
        self.on = on
        self.fixed = fixed
        self.functions = functions()
        self.names: dict[str, Value] = {"now": start_of(on), **known, "today": on}
        self.errors: Errors = {}
        self.warnings: Errors = {}

    def settle(
        self,
        level: Level,
        read: Mapping[str, Any],
        refused: Mapping[str, Any],
        names: dict[str, Value],
        prefix: str = "",
    ) -> Settled:
        """Settle one level. read: typed answers by key; refused: what marshmallow said of the others.

        `names` is filled with what each field means to expressions.
        """
        settled = Settled()
        for placed in level.placed:
            component, key = placed.component, placed.component.key
            names[key] = None
            if not all(self._holds(condition, names) for condition in placed.conditions):
                continue
            settled.shown[key] = component
            if component.type is ComponentType.DYNAMICLIST:
                answer = self._rows(level, component, read, refused, names)
            else:
                answer = self._answer(component, read, refused, names, prefix)
            if answer is not None:
                settled.answers[key] = answer
                names[key] = named(answer)
        for key, component in settled.shown.items():
            self._check_limits(component, settled.answers.get(key), names, prefix + key)
        return settled

    def apply_rules(self, form: Form, settled: Settled) -> None:
        """Check the rules across fields, where the field they stand at is shown and sound."""
        for rule in form.rules:
            if rule.field not in settled.shown or any(name in self.errors for name in rule.expression.names):
                continue
            try:
                fails = rule.expression.fails(self.names, self.functions)
            except EvaluationError:
                fails = False
            if fails:
                said = self.errors if rule.level == "error" else self.warnings
                said.setdefault(rule.field, []).append(rule.sentence)

    def _answer(
        self,
        component: Component,
        read: Mapping[str, Any],
        refused: Mapping[str, Any],
        names: dict[str, Value],
        prefix: str,
    ) -> Any:
        key = component.key
        fixed = self.fixed.get(key) if not prefix else None
        if fixed is not None:
            return fixed_answer(component, fixed)
        if component.calc is not None:
            return self._value(component.calc, names)
        if component.system:
            return default_answer(component, self.names)
        if key in refused:
            self.errors.setdefault(prefix + key, []).extend(refused[key])
            return None
        answer = read[key] if key in read else default_answer(component, self.names)
        if answer is None and component.type is ComponentType.CHECKBOX and not component.required:
            answer = False
        if answer is None and component.required:
            self.errors.setdefault(prefix + key, []).append(missing(component))
        return answer

    def _rows(
        self,
        level: Level,
        component: Component,
        read: Mapping[str, Any],
        refused: Mapping[str, Any],
        names: dict[str, Value],
    ) -> list[Settled] | None:
        key = component.key
        said = refused.get(key, {})
        if isinstance(said, list):
            self.errors.setdefault(key, []).extend(said)
            return None
        rows: list[Settled] = []
        for place, posted in read.get(key) or ():
            row_refused = dict(said.get(place, {}))
            row = self.settle(level.rows[key], posted, row_refused, dict(names), f"{key}[{place}].")
            if row.answers or row_refused:
                rows.append(row)
        for place, messages in said.items():
            self._say_unplaced(key, place, messages, level.rows[key])
        least = component.limits.min_items or (1 if component.required else 0)
        asks = rows or self._asks_anything(level.rows[key], names)
        if len(rows) < least and not said and (component.required or rows) and asks:
            self.errors.setdefault(key, []).append(
                wording.required(component.label) if not rows else wording.too_few(component.label, least)
            )
        return rows or None

    def _asks_anything(self, row: Level, names: Mapping[str, Value]) -> bool:
        """Whether a row of the list could be filled at all: one whose fields are all hidden cannot be missing."""
        return bool(Settling(self.on, {}, {}).settle(row, {}, {}, dict(names)).shown)

    def _say_unplaced(self, key: str, place: int, messages: Mapping[str, list[Sentence]], row: Level) -> None:
        """Errors of a row that stand at no field of it: unknown keys, or no row at all."""
        for child, sentences in messages.items():
            if child not in row.components:
                self.errors.setdefault(f"{key}[{place}].{child}" if child else f"{key}[{place}]", []).extend(sentences)

    def _check_limits(self, component: Component, answer: Any, names: dict[str, Value], place: str) -> None:
        if isinstance(answer, date):
            self._check_day(component, answer, names, place)
        if component.warn_if is not None and component.warning is not None and self._holds(component.warn_if, names):
            self.warnings.setdefault(place, []).append(component.warning)

    def _check_day(self, component: Component, answer: date, names: dict[str, Value], place: str) -> None:
        limits, label = component.limits, component.label
        day = answer.astimezone(JST).date() if isinstance(answer, datetime) else answer
        said: list[Sentence] = []
        if limits.not_future and day > self.on:
            said.append(wording.in_the_future(label))
        if limits.not_past and day < self.on:
            said.append(wording.in_the_past(label))
        if (
            limits.not_before
            and (least := self._value(limits.not_before, names)) is not None
            and _lies(answer, least) < 0
        ):
            said.append(wording.too_early(label, *_shown(least)))
        if limits.not_after and (most := self._value(limits.not_after, names)) is not None and _lies(answer, most) > 0:
            said.append(wording.too_late(label, *_shown(most)))
        if said and component.calc is None:
            self.errors.setdefault(place, []).extend(said)

    def _holds(self, expression: Expression, names: Mapping[str, Value]) -> bool:
        """Whether a condition holds; one that has no value does not (a finding, or an answer was refused)."""
        try:
            return expression.holds(names, self.functions)
        except EvaluationError:
            return False

    def _value(self, expression: Expression, names: Mapping[str, Value]) -> Value:
        """What an expression gives; None where it has no value, such as a division by a zero that was answered."""
        try:
            return expression.evaluate(names, self.functions)
        except EvaluationError:
            return None


def start_of(on: date) -> datetime:
    """The first instant of a JST day: never later than the answers given on it."""
    return datetime(on.year, on.month, on.day, tzinfo=JST)


def missing(component: Component) -> Sentence:
    """What to say where a required answer is missing."""
    if component.type is ComponentType.CHECKBOX:
        return wording.tick_required(component.label)
    return (wording.choice_required if component.type in CHOICES else wording.required)(component.label)


def named(answer: Any) -> Value:
    """What an answer is to expressions: a checklist its codes joined by commas, a list its number of rows."""
    if isinstance(answer, list):
        return len(answer) if answer and isinstance(answer[0], Settled) else ",".join(answer)
    value: Value = answer
    return value


def fixed_answer(component: Component, fixed: Value) -> Any:
    """A value set by the system, in the shape the field's answer has."""
    return fixed.split(",") if component.type is ComponentType.CHECKLIST and isinstance(fixed, str) else fixed


def _lies(answer: date, limit: Value) -> int:
    """-1, 0 or 1 as the answer lies before, on or after the limit; days and instants meet as days in Japan."""
    if not isinstance(limit, date):
        return 0
    if isinstance(answer, datetime) is not isinstance(limit, datetime):
        answer, limit = _day(answer), _day(limit)
    return (answer > limit) - (answer < limit)


def _day(moment: date) -> date:
    return moment.astimezone(JST).date() if isinstance(moment, datetime) else moment


def _shown(limit: Value) -> tuple[str, str]:
    day = _day(limit) if isinstance(limit, date) else None
    return (wareki(day), day.isoformat()) if day else ("", "")
