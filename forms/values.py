"""The kinds of value that facts, answers and expressions may have, and what goes wrong between them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from forms.sentences import Sentence

_TITLES = {
    "str": Sentence("文字", "text"),
    "int": Sentence("整数", "a whole number"),
    "float": Sentence("数", "a number"),
    "bool": Sentence("はい・いいえ", "yes or no"),
    "date": Sentence("日付", "a day"),
    "instant": Sentence("日時", "an instant"),
}

Value = str | int | float | bool | date | datetime | None
"""A flat value. `datetime` is always aware; None is "not known"."""


class ValueType(StrEnum):
    """The type of a fact, as `bundle.toml` spells it.

    str: text or a code. int, float: numbers (an int may stand wherever a float is expected). bool: yes or no.
    date: a calendar day in Japan. instant: a moment (aware datetime); it never mixes with a day unasked.
    """

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"

    @property
    def wording(self) -> Sentence:
        """What a person calls this type."""
        return _TITLES[self.value]


NUMBERS = frozenset({ValueType.INT, ValueType.FLOAT})

_BY_CLASS: dict[type, ValueType] = {
    str: ValueType.STR,
    bool: ValueType.BOOL,
    int: ValueType.INT,
    float: ValueType.FLOAT,
    datetime: ValueType.INSTANT,
    date: ValueType.DATE,
}


def type_of(value: object) -> ValueType | None:
    """The type of a value; None for None and for anything that is no Value."""
    known = _BY_CLASS.get(type(value))
    if known is None and value is not None:
        for cls, kind in _BY_CLASS.items():  # bool before int and datetime before date, as their classes demand
            if isinstance(value, cls):
                return kind
    return known


def fits(given: ValueType | None, wanted: ValueType | None) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected (None: not known, so not refused)."""
    return given is None or wanted is None or given is wanted or (given is ValueType.INT and wanted is ValueType.FLOAT)


class ExpressionError(Exception):
    """An expression that cannot be read. `sentence` says what is wrong and how to mend it."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


class EvaluationError(ExpressionError):
    """An expression that was read, but has no value for these facts (wrong kinds, division by zero, out of range)."""
