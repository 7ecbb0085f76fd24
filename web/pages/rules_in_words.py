"""A timer's rule as a half sentence: "分娩予定日の21日後". Where the rule is more than that, nothing is said."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from web import language

_FACTS: dict[str, tuple[str, str]] = {
    "due_on": ("分娩予定日", "the due date"),
    "born_on": ("生まれた日", "the day of birth"),
    "notified_on": ("妊娠届の日", "the day of notification"),
    "today": ("待ち始めた日", "the day the wait began"),
    "detected_on": ("未受診とわかった日", "the day the no-show was found"),
    "safety_from": ("安全確認を始めたとき", "the start of the safety check"),
    "invite_on": ("案内の日", "the day of the invitation"),
    "opens_on": ("始まる日", "the opening day"),
}
_ENTRY = ("小学校に入る年の4月1日", "1 April of the year of school entry")
_UNITS: dict[str, tuple[str, str]] = {
    "days_after": ("{n}日", "{n} days"),
    "months_after": ("{n}か月", "{n} months"),
    "years_after": ("{n}年", "{n} years"),
    "business_days_after": ("{n}開庁日", "{n} working days"),
    "hours_after": ("{n}時間", "{n} hours"),
}
_DURATION = re.compile(r"P(?:(?P<M>\d+)M|(?P<W>\d+)W|(?P<D>\d+)D|T(?P<H>\d+)H)")
_LENGTHS = {
    "M": ("{n}か月", "{n} months"),
    "W": ("{n}週間", "{n} weeks"),
    "D": ("{n}日", "{n} days"),
    "H": ("{n}時間", "{n} hours"),
}


def rule_in_words(rule: str, numbers: Mapping[str, object]) -> str:
    """The rule for people; empty where it cannot be said in one breath. numbers: the town's parameters."""
    if match := _DURATION.fullmatch(rule.strip().strip("\"'")):
        unit, number = next((name, value) for name, value in match.groupdict().items() if value)
        ja, en = _LENGTHS[unit]
        return f"始まってから{ja.format(n=number)}" if _ja() else f"{en.format(n=number)} after it began"
    try:
        return _said(ast.parse(rule, mode="eval").body, numbers)
    except SyntaxError:
        return ""


def _said(tree: ast.expr, numbers: Mapping[str, object]) -> str:
    match tree:
        case ast.Name(id=name) if name in _FACTS:
            return _FACTS[name][0 if _ja() else 1]
        case ast.Call(func=ast.Name(id="school_year_start")):
            return _ENTRY[0 if _ja() else 1]
        case ast.Call(func=ast.Name(id="gestation_day"), args=[ast.Name(), length]):
            week = _number(length, numbers)
            return "" if week is None else f"妊娠{week}週になる日" if _ja() else f"week {week} of pregnancy"
        case ast.Call(func=ast.Name(id=unit), args=[start, length]) if unit in _UNITS:
            return _counted(unit, _said(start, numbers), _number(length, numbers))
    return ""


def _counted(unit: str, start: str, number: int | None) -> str:
    """So many days after, or before where the number is negative."""
    if not start or number is None:
        return ""
    ja, en = (words.format(n=abs(number)) for words in _UNITS[unit])
    if _ja():
        return f"{start}の{ja}{'前' if number < 0 else '後'}"
    return f"{en} {'before' if number < 0 else 'after'} {start}"


def _number(tree: ast.expr, numbers: Mapping[str, object]) -> int | None:
    match tree:
        case ast.Constant(value=int() as number):
            return number
        case ast.Name(id=name):
            found = numbers.get(name)
            return found if isinstance(found, int) else None
        case ast.BinOp(left=ast.Constant(value=0), op=ast.Sub(), right=right):
            found = _number(right, numbers)
            return -found if found is not None else None
    return None


def _ja() -> bool:
    return language.current() == "ja"
