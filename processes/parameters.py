"""Parameters of a bundle: the shipped value of each and which values a municipality may give it instead."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from forms.sentences import Sentence
from forms.values import Value, type_of
from processes.vocabulary import PARAMETER_RANGES

LONGEST = 200
_SETTINGS = frozenset({"value", "choices", "minimum", "maximum"})


class ParameterError(Exception):
    """A value the parameter may not have. `sentence` says which it may."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """What bundle.toml says of one parameter.

    value: the shipped one, whose type every other must have. choices: the values there are; empty = any.
    minimum, maximum: of a number; None = no limit. Where bundle.toml says nothing the ending of the name decides
    (`PARAMETER_RANGES`), so that `visit_days` is never negative.
    """

    value: str | int | float | bool
    choices: tuple[str | int | float, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def read(self, text: str) -> str | int | float | bool:
        """The value this text stands for. Raises ParameterError."""
        plain = unicodedata.normalize("NFKC", text).strip()
        kind, sentence = next(told for type_, told in _READERS.items() if isinstance(self.value, type_))
        try:
            value = kind(plain)
        except (KeyError, ValueError):
            raise ParameterError(sentence) from None
        self.require(value)
        return value

    def require(self, value: object) -> None:
        """Raises ParameterError for a value of another type, outside the choices or out of range."""
        _, sentence = next(told for type_, told in _READERS.items() if isinstance(self.value, type_))
        if type_of(value) is not type_of(self.value) and not (type(value) is int and type(self.value) is float):
            raise ParameterError(sentence)
        if self.choices and value not in self.choices:
            words = ", ".join(map(str, self.choices))
            raise ParameterError(Sentence(f"{words} のどれかにしてください", f"use one of {words}"))
        if isinstance(value, str) and len(value) > LONGEST:
            raise ParameterError(
                Sentence(f"{LONGEST}文字以内にしてください", f"use at most {LONGEST} characters"),
            )
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._require_in_range(value)

    def _require_in_range(self, value: float) -> None:
        least, most = self.minimum, self.maximum
        if least is not None and value < least:
            raise ParameterError(Sentence(f"{least} 以上にしてください", f"use {least} or more"))
        if most is not None and value > most:
            raise ParameterError(Sentence(f"{most} 以下にしてください", f"use {most} or less"))


def define(name: str, told: object) -> ParameterDefinition | None:
    """A line of [parameters]: a bare value, or a table {value, choices?, minimum?, maximum?}; None for anything else.

    None also where the shipped value itself is not allowed.
    """
    settings: Mapping[str, object] = told if isinstance(told, dict) else {"value": told}
    value, choices = settings.get("value"), settings.get("choices", [])
    if not set(settings) <= _SETTINGS or not _is_value(value) or not isinstance(choices, list):
        return None
    least, most = _range(name, value)
    minimum, maximum = settings.get("minimum", least), settings.get("maximum", most)
    if not (minimum is None or _is_number(minimum)) or not (maximum is None or _is_number(maximum)):
        return None
    definition = ParameterDefinition(value, tuple(choices), minimum, maximum)
    try:
        definition.require(value)
    except ParameterError:
        return None
    return definition if all(type(choice) is type(value) for choice in choices) else None


def _range(name: str, value: Value | object) -> tuple[float | None, float | None]:
    if not _is_number(value):
        return None, None
    return next((limits for ending, limits in PARAMETER_RANGES.items() if name.endswith(ending)), (None, None))


def _is_value(value: object) -> TypeGuard[str | int | float | bool]:
    return isinstance(value, str | int | bool) or (isinstance(value, float) and math.isfinite(value))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        raise ValueError
    return float(text)


def _yes_or_no(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


# bool before int: True is an int to Python.
_READERS: Mapping[type, tuple[Callable[[str], str | int | float | bool], Sentence]] = {
    bool: (_yes_or_no, Sentence("true か false にしてください", "use true or false")),
    int: (_whole, Sentence("整数にしてください", "use a whole number")),
    float: (_number, Sentence("数にしてください", "use a number")),
    str: (str, Sentence("文字にしてください", "use text")),
}
