"""What a step may look at and do, and how expressions in a diagram are given their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from forms.durations import JST
from forms.expressions import parse
from forms.values import Value

TRACK = "track"
OUTCOME = "outcome"
RESERVED = frozenset({TRACK, OUTCOME, "today", "now"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call of an operation by a service task; parameters are already evaluated."""

    operation: str
    parameters: Mapping[str, Value]
    track: str | None
    process: str
    element: str


class Surroundings(Protocol):
    """The world as one step sees it. Whatever it raises parks the step."""

    now: datetime

    def names(self, track: str | None) -> Mapping[str, Value]:
        """Facts and parameters, the track's facts over the case's, fresh after every set_facts."""
        ...

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The named functions expressions may call."""
        ...

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        """Take results that are declared facts."""
        ...

    def serve(self, call: ServiceCall) -> Mapping[str, Value] | None:
        """Carry out an operation; its results, if any."""
        ...

    def decide(self, decision_id: str, names: Mapping[str, Value]) -> dict[str, Value] | list[dict[str, Value]]:
        """Evaluate a decision table."""
        ...


def names(task: Any, at: datetime | None = None) -> dict[str, Value]:
    """Every name an expression at `task` may read.

    Facts and parameters, over them the branch's own data, what call activities hand over, today and now.
    at: the instant that counts as now (a timer's beginning); the step's own by default.
    """
    around = task.workflow.top_workflow.around
    now = at or around.now
    known = {**around.names(task.data.get(TRACK)), **task.data, **handed(task)}
    return {**known, "now": now, "today": now.astimezone(JST).date()}


def handed(task: Any) -> Mapping[str, Value]:
    """What the call activities around the task hand to it, by the facts of now: a corrected fact moves it too."""
    given: Mapping[str, Value] = task.workflow.top_workflow.handed_to(task.workflow)
    return given


def evaluate(task: Any, source: str, at: datetime | None = None) -> Value:
    """The value of an expression at `task`. Raises ExpressionError."""
    value: Value = parse(source).evaluate(names(task, at), task.workflow.top_workflow.around.functions())
    return value


def began(task: Any) -> datetime:
    """The instant the task's wait began (now, if nothing has said so yet)."""
    micros = task.internal_data.setdefault("began", in_micros(task.workflow.top_workflow.around.now))
    return _EPOCH + timedelta(microseconds=micros)


def in_micros(instant: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (instant - _EPOCH) // timedelta(microseconds=1)
