"""What is said about values of the wrong type, the same when checked beforehand and when evaluated."""

from __future__ import annotations

from forms.functions import FunctionSignature
from forms.sentences import Sentence
from forms.values import ValueType


def wrong_count(signature: FunctionSignature, given: int) -> Sentence:
    """What to say about a call with too few or too many arguments."""
    return Sentence(
        f"{signature} の値の数が合いません({given}個あります)。",
        f"{signature} takes a different number of values than the {given} given.",
    )


def wrong_argument(signature: FunctionSignature, index: int, kind: ValueType | None) -> Sentence:
    """What to say about an argument of the wrong type."""
    parameter = signature.parameter(index)
    wanted = parameter.type.wording if parameter.type else Sentence("値", "a value")
    given = kind.wording if kind else Sentence("値", "a value")
    return Sentence(
        f"{signature} の{parameter.name}には{wanted.ja}が必要ですが、{given.ja}になっています。",
        f"{signature} needs {wanted.en} for {parameter.name}, but it is {given.en}.",
    )


def not_alike(signature: FunctionSignature) -> Sentence:
    """What to say about min or max over things that have no common order."""
    return Sentence(
        f"{signature} には同じ種類の値(数どうし、日付どうし)を渡してください。",
        f"{signature} needs values of one kind: all numbers, or all days.",
    )


def incomparable(kind: ValueType | None, other: ValueType | None) -> Sentence:
    """What to say about comparing things that have no common order."""
    a, b = (k.wording if k else Sentence("値", "a value") for k in (kind, other))
    hint = (
        Sentence("day_of(…) で日付にそろえてください。", " Use day_of(…) to get the day.")
        if {kind, other} == {ValueType.DATE, ValueType.INSTANT}
        else Sentence("", "")
    )
    return Sentence(f"{a.ja}と{b.ja}は比べられません。{hint.ja}", f"Cannot compare {a.en} with {b.en}.{hint.en}")


def needs_yes_or_no(kind: ValueType | None) -> Sentence:
    """What to say when and, or, not, if meet something else than yes or no."""
    given = kind.wording if kind else Sentence("値", "a value")
    return Sentence(
        f"and・or・not・ifには「はい・いいえ」の値が必要ですが、{given.ja}になっています。",
        f"and, or, not and if need yes or no, but this is {given.en}.",
    )


def needs_number(kind: ValueType | None) -> Sentence:
    """What to say when arithmetic meets something else than a number."""
    given = kind.wording if kind else Sentence("値", "a value")
    hint = (
        Sentence("日付の計算は days_after(日付, 日数) などを使ってください。", " Use days_after(day, n) for days.")
        if kind in (ValueType.DATE, ValueType.INSTANT)
        else Sentence("", "")
    )
    return Sentence(
        f"計算には数が必要ですが、{given.ja}になっています。{hint.ja}",
        f"Arithmetic needs numbers, but this is {given.en}.{hint.en}",
    )
