"""Making up answers that pass: from the examples in the file, else from types, options and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from forms.answering import Level, start_of
from forms.components import Component, ComponentType, TextFormat
from forms.defaults import written
from forms.expressions import EvaluationError, Expression, Value, functions

_FORMATTED = {
    TextFormat.KANA: "サトウ",
    TextFormat.PHONE: "048-123-4567",
    TextFormat.POSTAL: "351-0192",
    TextFormat.EMAIL: "name@example.jp",
    TextFormat.DIGITS: "123456",
    TextFormat.ALNUM: "A-123",
    TextFormat.INDIVIDUAL_NUMBER: "123456789018",
}
_GUESSES = ("例", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "A", "a", "A1", "A-1", "サトウ")


class Examples:
    """Candidates for one form on one day, best first."""

    def __init__(self, level: Level, on: date) -> None:
        self._level = level
        self._on = on

    def candidates(self) -> Iterator[dict[str, Any]]:
        """Everything answered, as in the file; only what is required; the same without the file's examples."""
        yield self._answers(self._level, as_written=True, all_fields=True)
        yield self._answers(self._level, as_written=True, all_fields=False)
        yield self._answers(self._level, as_written=False, all_fields=True)
        yield self._answers(self._level, as_written=False, all_fields=False)

    def _answers(self, level: Level, *, as_written: bool, all_fields: bool) -> dict[str, Any]:
        names: dict[str, Value] = {"today": self._on, "now": start_of(self._on)}
        answers: dict[str, Any] = {}
        for placed in level.placed:
            component = placed.component
            has_example = as_written and component.example is not None
            if component.system or not (component.required or all_fields or has_example):
                if component.default is not None and not component.system:
                    answers[component.key] = None  # left blank on purpose: the default would fill it
                continue
            answer = written(component.example, names) if has_example else None
            if answer is None and component.type is ComponentType.DYNAMICLIST:
                rows = max(component.limits.min_items or 0, 1)
                row = self._answers(level.rows[component.key], as_written=as_written, all_fields=all_fields)
                answer = [dict(row) for _ in range(rows)]
            elif answer is None:
                answer = self._made_up(component, names)
            answers[component.key] = _json_ready(answer)
            names[component.key] = _named(answer)
        return answers

    def _made_up(self, component: Component, names: dict[str, Value]) -> Any:
        match component.type:
            case ComponentType.NUMBER:
                return _number(component)
            case ComponentType.DATETIME:
                return self._day(component, names)
            case ComponentType.SELECT | ComponentType.RADIO:
                return component.options[0].value if component.options else None
            case ComponentType.CHECKLIST:
                return [option.value for option in component.options[: max(component.limits.min_items or 0, 1)]]
            case ComponentType.CHECKBOX:
                return True
        return _text(component)

    def _day(self, component: Component, names: dict[str, Value]) -> Value:
        limits = component.limits
        least = [_day(_value(limits.not_before, names)), self._on if limits.not_past else None]
        most = [_day(_value(limits.not_after, names)), self._on if limits.not_future else None]
        low = max((day for day in least if day), default=None)
        high = min((day for day in most if day), default=None)
        day = self._on
        if low is not None and day < low:
            day = low
        if high is not None and day > high:
            day = high
        return start_of(day) if component.instant else day


def _value(expression: Expression | None, names: dict[str, Value]) -> Value:
    try:
        return None if expression is None else expression.evaluate(names, functions())
    except EvaluationError:
        return None


def _day(value: Value) -> date | None:
    """The first whole day not before an instant, or the day itself."""
    if isinstance(value, datetime):
        opening = start_of(value.date())
        return value.date() if value <= opening else value.date() + timedelta(days=1)
    return value if isinstance(value, date) else None


def _number(component: Component) -> int | float:
    limits = component.limits
    low, high = limits.minimum, limits.maximum
    number: float = 1
    if low is not None and number < low:
        number = low
    if high is not None and number > high:
        number = high
    step = 10.0**-limits.decimals
    rounded = round(number, limits.decimals)
    if low is not None and rounded < low:
        rounded = round(rounded + step, limits.decimals)
    if high is not None and rounded > high:
        rounded = round(rounded - step, limits.decimals)
    return int(rounded) if limits.decimals == 0 else rounded


def _text(component: Component) -> str:
    limits = component.limits
    if component.format is not None and (limits.pattern is None or limits.pattern.search(_FORMATTED[component.format])):
        return _FORMATTED[component.format]
    for guess in _GUESSES:
        text = guess + guess[-1] * max((limits.min_length or 0) - len(guess), 0)
        if (limits.pattern is None or limits.pattern.search(text)) and len(text) <= (limits.max_length or len(text)):
            return text
    return _GUESSES[0]


def _json_ready(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_json_ready(item) for item in answer]
    if isinstance(answer, dict):
        return {key: _json_ready(item) for key, item in answer.items()}
    return answer.isoformat() if isinstance(answer, date) else answer


def _named(answer: Any) -> Value:
    if isinstance(answer, list):
        return len(answer) if answer and isinstance(answer[0], dict) else ",".join(map(str, answer))
    return answer if isinstance(answer, str | int | float | date) else None
