"""What a parameter or a field of a body wants, in a sentence: said where something else was sent."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from forms.sentences import Sentence
from web.api.cursor import Cursor

MISSING = Sentence("この項目が要ります。", "This is needed.")
UNKNOWN = Sentence("知らない項目です。", "There is no such field.")
_OTHERWISE = Sentence("書き方が違います。", "It is not written as expected.")
# The first kind that fits counts: a date is a kind of DateTime in marshmallow, a Boolean none of Integer.
_BY_KIND: tuple[tuple[type[fields.Field[Any]], Sentence], ...] = (
    (fields.Date, Sentence("日付にしてください（例 2026-04-01）。", "Give a day, such as 2026-04-01.")),
    (
        fields.DateTime,
        Sentence(
            "時差つきの日時にしてください（例 2026-04-01T09:00:00+09:00）。",
            "Give an instant with its offset, such as 2026-04-01T09:00:00+09:00.",
        ),
    ),
    (fields.Boolean, Sentence("true か false にしてください。", "Give true or false.")),
    (fields.Integer, Sentence("整数にしてください。", "Give a whole number.")),
    (fields.List, Sentence("配列にしてください。", "Give an array.")),
    (fields.Mapping, Sentence("オブジェクトにしてください。", "Give an object.")),
    (
        Cursor,
        Sentence(
            "この一覧の前の答えにある next をそのまま渡してください。",
            "Give the `next` of this list's answer before, unchanged.",
        ),
    ),
    (fields.String, Sentence("文字列にしてください。", "Give a text.")),
)


def of(field: fields.Field[Any] | None) -> Sentence:
    """What the field takes: one of its choices, a number between bounds, a text of some length, a day …"""
    for rule in field.validators if field is not None else ():
        if isinstance(rule, validate.OneOf):
            choices = ", ".join(str(choice) for choice in rule.choices)
            return Sentence(f"次のどれかにしてください: {choices}", f"Give one of: {choices}")
        if isinstance(rule, validate.Range) and rule.min is not None and rule.max is not None:
            return Sentence(
                f"{rule.min}から{rule.max}までの数にしてください。", f"Give a number from {rule.min} to {rule.max}."
            )
        if isinstance(rule, validate.Length) and rule.max is not None:
            return Sentence(f"{rule.max}文字までにしてください。", f"Give at most {rule.max} characters.")
    return kind(field)


def kind(field: fields.Field[Any] | None) -> Sentence:
    """Of what kind the field is."""
    return next((said for known, said in _BY_KIND if isinstance(field, known)), _OTHERWISE)
