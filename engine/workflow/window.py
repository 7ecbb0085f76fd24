"""The window of a task: the days a diagram computes from facts, before, by and after which it is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from engine.clock import jst_day
from engine.workflow.spiff import OpenTask
from engine.workflow.surroundings import Knowledge
from forms.expressions import ExpressionError, Value, parse

NAMES = ("may_start", "due", "late", "expires")  # `late` after `due`: it is the day after, unless the diagram says when


def days(
    sources: Mapping[str, str], token: OpenTask, knowledge: Knowledge, failed: Callable[[str, str], None]
) -> dict[str, date | None]:
    """Window name -> its day as the facts stand now.

    The day of a check-up session comes before what the diagram computes: whoever is invited is due on that day.
    A day that cannot be computed is none and told to `failed` (window, error): work without a day is shown, work that
    vanished is not.
    """
    found: dict[str, date | None] = {}
    names: Mapping[str, Value] | None = None
    for window in NAMES:
        source, found[window] = sources.get(window), None
        if source:
            if names is None:
                names = _names(token, knowledge)
            try:
                found[window] = _day(parse(source).evaluate(names, knowledge.functions()))
            except ExpressionError as error:
                failed(window, str(error)[:200])
        elif window == "late" and (due_on := found["due"]) is not None:
            found[window] = due_on + timedelta(days=1)
    if invited_to := sources.get("session"):
        held = _session_day(invited_to, names, token, knowledge, failed)
        if held is not None:
            found["due"], found["late"] = held, held + timedelta(days=1)
    return found


def _session_day(
    source: str,
    names: Mapping[str, Value] | None,
    token: OpenTask,
    knowledge: Knowledge,
    failed: Callable[[str, str], None],
) -> date | None:
    """The day of the session to which the child is invited, if it was still to come when the work began."""
    try:
        kind = parse(source).evaluate(names or _names(token, knowledge), knowledge.functions())
    except ExpressionError as error:
        failed("session", str(error)[:200])
        return None
    held = knowledge.session_day(token.track, kind) if isinstance(kind, str) else None
    return held if held is not None and held >= jst_day(token.began) else None


def _names(token: OpenTask, knowledge: Knowledge) -> Mapping[str, Value]:
    began = {"today": jst_day(token.began), "now": token.began}
    return {**knowledge.names(token.track), **token.locals, **began}


def _day(value: Value) -> date | None:
    """A day as it is, an instant as its day in Japan, anything else as none."""
    if isinstance(value, datetime):
        return jst_day(value)
    return value if isinstance(value, date) else None
