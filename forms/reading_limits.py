"""How far answers may go, as form-js and our properties write it."""

from __future__ import annotations

import re

from forms.components import ComponentType, Limits
from forms.expressions import Expression
from forms.raw import Raw
from forms.reading_expressions import read_expression

LONGEST_TEXTFIELD = 200
LONGEST_TEXTAREA = 4000
MOST_ROWS = 50

_REPEATED_GROUP = re.compile(r"\)[*+{]|\\[1-9]|\(\?P=")
_UNBOUNDED = re.compile(r"[*+]|\{[0-9]*,\}")


def read_limits(raw: Raw, properties: Raw, kind: ComponentType) -> Limits:
    """The limits of one field, with the house's own where the file sets none."""
    validate = raw.inside("validate")
    longest = {ComponentType.TEXTFIELD: LONGEST_TEXTFIELD, ComponentType.TEXTAREA: LONGEST_TEXTAREA}.get(kind)
    most_rows = MOST_ROWS if kind is ComponentType.DYNAMICLIST else None
    max_length, max_items = validate.count("maxLength", 20_000), _items(validate, properties, "maxItems")
    limits = Limits(
        minimum=validate.number("min"),
        maximum=validate.number("max"),
        decimals=_decimals(raw),
        min_length=validate.count("minLength", 20_000),
        max_length=longest if max_length is None else max_length,
        pattern=_pattern(validate),
        min_items=_items(validate, properties, "minItems"),
        max_items=most_rows if max_items is None else max_items,
        not_future=properties.flag("not_future"),
        not_past=properties.flag("not_past"),
        not_before=_limit_expression(properties, "not_before"),
        not_after=_limit_expression(properties, "not_after"),
    )
    _check_ranges(raw, limits)
    return limits


def _items(validate: Raw, properties: Raw, name: str) -> int | None:
    count = validate.count(name, 500)
    return properties.count(name, 500) if count is None else count


def _decimals(raw: Raw) -> int:
    decimals = raw.count("decimalDigits", 9)
    if decimals is not None:
        return decimals
    increment = raw.text("increment") if isinstance(raw.values.get("increment"), str) else None
    return len(increment.partition(".")[2]) if increment and re.fullmatch(r"[0-9]*\.[0-9]{1,9}", increment) else 0


def _check_ranges(raw: Raw, limits: Limits) -> None:
    pairs = (
        (limits.minimum, limits.maximum),
        (limits.min_length, limits.max_length),
        (limits.min_items, limits.max_items),
    )
    if any(low is not None and high is not None and low > high for low, high in pairs):
        raw.findings.error(
            raw.place,
            "form_bad_limits",
            "下限が上限より大きくなっています。",
            "A lower limit is above its upper limit.",
        )


def _limit_expression(properties: Raw, name: str) -> Expression | None:
    source = properties.values.get(name)
    return None if source in (None, "") else read_expression(properties.place, source, properties.findings)


def _pattern(validate: Raw) -> re.Pattern[str] | None:
    """A pattern that cannot run away: short, no repeated groups or back references, few open-ended repetitions."""
    source = validate.text("pattern")
    if source is None:
        return None
    try:
        pattern = re.compile(source)
    except (re.error, RecursionError, OverflowError):
        pattern = None
    if pattern is None or len(source) > 200 or _REPEATED_GROUP.search(source) or len(_UNBOUNDED.findall(source)) > 3:
        validate.findings.error(
            validate.place,
            "form_bad_pattern",
            "形式(pattern)が読めないか、込み入りすぎています。かっこの繰り返しは使わず、短くしてください。",
            "The pattern cannot be read or is too intricate; keep it short, without repeated groups.",
        )
        return None
    return pattern
