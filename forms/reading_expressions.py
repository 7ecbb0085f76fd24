"""Expressions inside form files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forms.expressions import Expression, ExpressionError, parse
from forms.findings import Findings
from forms.raw import sound


def read_expression(
    place: str, source: Any, findings: Findings, read: Callable[[str], Expression] = parse
) -> Expression | None:
    """An expression at a place, or None with a finding."""
    if not isinstance(source, str):
        findings.error(place, "form_bad_condition", "式は文字で書いてください。", "Write the expression as text.")
        return None
    try:
        return read(source)
    except ExpressionError as error:
        ja, en = error.sentence.ja, error.sentence.en
        findings.error(place, "form_bad_condition", f"「{sound(source[:80])}」: {ja}", f'"{sound(source[:80])}": {en}')
        return None
