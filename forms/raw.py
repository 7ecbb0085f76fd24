"""Looking into JSON that people or programs wrote: every value is asked for with the type it must have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from forms.findings import Findings


class Raw:
    """One JSON object of a form file, with the place findings about it are reported at."""

    def __init__(self, values: Mapping[str, Any], place: str, findings: Findings) -> None:
        self.values = values
        self.place = place
        self.findings = findings

    def inside(self, key: str) -> Raw:
        """The object at `key`; empty when there is none or it is no object (which is a finding)."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, Mapping):
            self._wrong(key, "オブジェクト", "an object")
            value = None
        return Raw(value or {}, self.place, self.findings)

    def items(self, key: str) -> list[Any]:
        """The list at `key`; empty when there is none."""
        value = self.values.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self._wrong(key, "一覧", "a list")
        return []

    def text(self, key: str) -> str | None:
        """The sound, stripped text at `key`; None when missing or blank."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(key, "文字", "text")
            return None
        return sound(value).strip() or None

    def flag(self, key: str) -> bool:
        """The yes or no at `key`; form-js and its panels write true, false or a text of these."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        if value in ("true", "false", ""):
            return bool(value == "true")
        self._wrong(key, "true か false", "true or false")
        return False

    def number(self, key: str) -> float | None:
        """The finite number at `key`; form-js may write it as text."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        try:
            number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number) or abs(number) > 1e12:
            self._wrong(key, "数", "a number")
            return None
        return int(number) if number.is_integer() else number

    def count(self, key: str, most: int) -> int | None:
        """The whole number from 0 to `most` at `key`."""
        number = self.number(key)
        if number is None:
            return None
        if not isinstance(number, int) or not 0 <= number <= most:
            self._wrong(key, f"0から{most}までの整数", f"a whole number from 0 to {most}")
            return None
        return number

    def _wrong(self, key: str, ja: str, en: str) -> None:
        self.findings.error(
            self.place,
            "form_bad_value",
            f"「{key}」は{ja}でなければなりません。",
            f'"{key}" must be {en}.',
        )


def sound(text: str) -> str:
    """The text without lone surrogates, which no output can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
