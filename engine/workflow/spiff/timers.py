"""When a timer is due: our expressions, our calendar, and the instant the wait began.

`today` and `now` inside a timer are those of its beginning, so that it stands still however often it is looked at,
while a corrected fact moves it at the next look.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from engine.workflow.spiff.parking import StepFailed
from engine.workflow.spiff.surroundings import began, evaluate
from forms.durations import JST, add_duration
from forms.values import Value

FIRED = "fired"
CYCLE = "cycle"

_CYCLE = re.compile(r"R(\d{0,4})/(P[0-9A-Z]+)")


class Timer(EventDefinition):  # type: ignore[misc]  # the library is untyped
    """A timer of the diagram. It fires when told to, never by itself.

    kind: date, duration or cycle. expression: the text of its body. name: the id of its event.
    """

    def __init__(self, name: str, kind: str, expression: str) -> None:
        super().__init__(name)
        self.kind = kind
        self.expression = expression

    def has_fired(self, my_task: Any) -> bool:
        began(my_task)
        return self.name in my_task.internal_data.get(FIRED, ())

    def fire(self, my_task: Any) -> None:
        my_task.internal_data[FIRED] = [*my_task.internal_data.get(FIRED, ()), self.name]

    def catches(self, my_task: Any, event: Any) -> bool:
        return False

    def reset(self, my_task: Any) -> None:
        for name in (FIRED, CYCLE):
            my_task.internal_data.pop(name, None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timer) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


def due_at(task: Any, timer: Timer) -> datetime | None:
    """The UTC instant at which the timer is due; None while a fact it needs is missing.

    Raises StepFailed or an expression's error when its body cannot be understood.
    """
    value = evaluate(task, timer.expression, at=began(task))
    if value is None:
        return None
    if timer.kind == "cycle":
        _, period = _cycle(timer, value)
        return _occurrence(task, period, task.internal_data.get(CYCLE, 0) + 1)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), JST).astimezone(UTC)
    if isinstance(value, str):
        return add_duration(began(task), value).astimezone(UTC)
    raise StepFailed(
        "timer", f"expected {timer.name} to give a day, an instant or a duration, but got {type(value).__name__}"
    )


def passes(task: Any, timer: Timer, now: datetime) -> bool:
    """Count the occurrence of a cycle that is due at `now`, and with it all it missed; whether more are to come."""
    times, period = _cycle(timer, evaluate(task, timer.expression, at=began(task)))
    count = task.internal_data.get(CYCLE, 0) + 1
    while (times is None or count < times) and _occurrence(task, period, count + 1) <= now:
        count += 1
    task.internal_data[CYCLE] = count
    return times is None or count < times


def _cycle(timer: Timer, value: Value) -> tuple[int | None, str]:
    match = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise StepFailed("timer", f'expected {timer.name} to give a cycle like "R3/P7D", but it gives another value')
    return (int(match[1]) if match[1] else None), match[2]


def _occurrence(task: Any, period: str, count: int) -> datetime:
    """`count` periods after the wait began, each counted from there, so that month ends do not drift."""
    start = began(task)
    due: datetime = add_duration(start, re.sub(r"\d+", lambda number: str(int(number[0]) * count), period)).astimezone(
        UTC
    )
    if due <= start:
        raise StepFailed("timer", "expected a cycle to take time, but its period is empty")
    return due
