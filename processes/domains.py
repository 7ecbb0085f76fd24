"""Cutting the values an input may take into pieces, one value standing for each piece."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from forms.values import NUMBERS, Value, ValueType, type_of

ELSE = "\u2026else"
"""Stands for every text that no cell names."""


class UncheckableTable(Exception):
    """The table is faulty (unreadable cells, mixed types), so its coverage cannot be told."""


def kind_of(constants: Iterable[Value]) -> ValueType | None:
    kinds = {type_of(value) for value in constants}
    if kinds <= NUMBERS and kinds:
        return ValueType.FLOAT if ValueType.FLOAT in kinds else ValueType.INT
    return kinds.pop() if len(kinds) == 1 else None


def representatives(kind: ValueType | None, constants: list[Value], compared: bool) -> list[Value]:
    """One value for each piece of the domain, in order. compared: the variable also meets another variable."""
    expected = {type_of(value) for value in constants}
    if kind is not None and any(given is not kind and not {given, kind} <= NUMBERS for given in expected):
        raise UncheckableTable
    if kind is ValueType.BOOL:
        return [True, False]
    if kind is ValueType.STR:
        return [*dict.fromkeys(constants), ELSE, *([ELSE + "2"] if compared else [])]
    if kind in (ValueType.DATE, ValueType.INSTANT):
        return _around_days(kind, constants, compared)
    if kind in NUMBERS:
        numbers = [
            float(value) if isinstance(value, float) else value for value in constants if isinstance(value, int | float)
        ]
        return list(_around_numbers(kind, numbers, compared))
    if constants:
        raise UncheckableTable
    return [ELSE]


def _around_numbers(kind: ValueType | None, numbers: list[float], compared: bool) -> list[Value]:
    marks: list[float] = sorted(set(numbers)) or [0]
    if kind is ValueType.INT:
        spread = 2 if compared else 1
        around = {
            whole + step
            for mark in marks
            for whole in (math.floor(mark), math.ceil(mark))
            for step in range(-spread, spread + 1)
        }
        return list[Value](sorted(around))
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    outside = [marks[0] - 1, marks[-1] + 1, *([marks[0] - 2, marks[-1] + 2] if compared else [])]
    return list[Value](sorted({*marks, *between, *outside}))


def _around_days(kind: ValueType | None, constants: list[Value], compared: bool) -> list[Value]:
    step = timedelta(days=1) if kind is ValueType.DATE else timedelta(seconds=1)
    marks: list[date] = [value for value in constants if isinstance(value, date)]
    if not marks:
        day = date(2026, 4, 1)
        marks = [day if kind is ValueType.DATE else datetime.fromisoformat("2026-04-01T00:00:00+09:00")]
    spread = 2 if compared else 1
    around: set[date] = set()
    for mark in marks:
        for steps in range(-spread, spread + 1):
            try:
                around.add(mark + step * steps)
            except OverflowError:
                continue
    return list[Value](sorted(around))
