"""What a message carries: checked against the vocabulary, days in whatever way they were written."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from forms.ages import completed_years
from forms.compiler import AnswersRejected
from forms.dates import DateError, parse_day, parse_instant
from forms.expressions import Value
from forms.sentences import Sentence
from processes.vocabulary import MESSAGES

CHILDREN = "children"  # of birth_registered: children born together, each a payload of its own
MOST_CHILDREN = 9
REQUIRED = Sentence("必要な値です。", "This value is required.")
DAY_KEYS = frozenset(
    {"edd", "birth_date", "lost_on", "died_on", "moved_on", "move_date", "withdrawn_on", "examined_on", "occurred_on"}
)
ALIASES: Mapping[str, Sequence[str]] = {"due_on": ("edd",), "born_on": ("birth_date",)}


UNREADABLE = Sentence("この値は読み取れません。", "This value cannot be read.")
TOO_LONG = Sentence("文字が長すぎます。", "This text is too long.")
TOO_LARGE = Sentence("内容が大きすぎます。", "The message is too large.")
LONGEST_PAYLOAD = 50_000
LONGEST_TEXT = 4_000
LONGEST: Mapping[str, int] = {
    "child_name": 60,
    "child_kana": 60,
    "name": 60,
    "kana": 60,
    "family_name": 60,
    "given_name": 60,
    "family_name_kana": 60,
    "given_name_kana": 60,
    "resident_id": 20,
    "sex": 10,
}
SEXES: Mapping[str, str] = {
    **dict.fromkeys(("1", "male", "m", "男", "男性", "男児"), "1"),
    **dict.fromkeys(("2", "female", "f", "女", "女性", "女児"), "2"),
    **dict.fromkeys(("9", "unknown", "other", "不明", "その他"), "9"),
}
NOT_YET = Sentence("この日はまだ来ていません。", "This day has not come yet.")
TOO_LONG_AGO = Sentence(
    "子どもの生年月日として古すぎます。日付を確かめてください。", "Too long ago for a child. Check the day."
)
NO_DUE_DATE = Sentence(
    "分娩予定日として遠すぎます。日付を確かめてください。", "Too far away for a due date. Check the day."
)
ADULT_AGE = 18
FARTHEST_DUE = timedelta(days=2 * 365)  # either way; which days fit a pregnancy is for its form and its people to say
MESSAGE_ID_LENGTH = 200
TRACK_ID_LENGTH = 20


def check_envelope(message_id: object, correlation: Mapping[str, Any]) -> None:
    """The sender's id and the correlation are texts that can be kept. Raises AnswersRejected."""
    errors: dict[str, list[Sentence]] = {}
    if not isinstance(message_id, str) or not message_id.strip():
        errors["message_id"] = [REQUIRED]
    elif len(message_id) > MESSAGE_ID_LENGTH or not _can_be_kept(message_id):
        errors["message_id"] = [UNREADABLE]
    for key in ("case_id", "resident_id", "track_id"):
        value = correlation.get(key)
        if value in (None, ""):
            continue
        longest = TRACK_ID_LENGTH if key == "track_id" else LONGEST_TEXT
        if not isinstance(value, str | int) or len(str(value)) > longest or not _can_be_kept(str(value)):
            errors[f"correlation.{key}"] = [UNREADABLE]
    if errors:
        raise AnswersRejected(errors)


def check(name: str, payload: Mapping[str, Any], facts: Mapping[str, str], *, on: date) -> None:
    """Every known key has a readable value and every required one is there. Other keys are kept as they are.

    facts: name -> type of the facts a payload key may set. on: the day it came in.
    Raises AnswersRejected with everything that is wrong.
    """
    errors: dict[str, list[Sentence]] = {}
    try:
        text = json.dumps(payload, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise AnswersRejected({"payload": [UNREADABLE]}) from None
    if len(text) > LONGEST_PAYLOAD:
        raise AnswersRejected({"payload": [TOO_LARGE]})
    if "\\u0000" in text or not _can_be_kept(text):
        raise AnswersRejected({"payload": [UNREADABLE]})
    if name == "birth_registered" and payload.get(CHILDREN) not in (None, ""):
        _check_children(name, payload, facts, on)
        return
    for parameter in MESSAGES[name].payload:
        spellings = (parameter.name, *ALIASES.get(parameter.name, ()))
        if parameter.required and all(payload.get(key) in (None, "") for key in spellings):
            errors[parameter.name] = [REQUIRED]
    for key, value in payload.items():
        wrong = _fault(name, key, value, _kind(name, key) or facts.get(key)) if value not in (None, "") else None
        if wrong is not None:
            errors[key] = [wrong]
        elif value not in (None, "") and (impossible := _impossible(name, key, value, on)) is not None:
            errors[key] = [impossible]
    if errors:
        raise AnswersRejected(errors)


def _impossible(name: str, key: str, value: Any, on: date) -> Sentence | None:
    """What no family can mean by a day of birth or a due date that was read."""
    if name == "birth_registered" and key in ("born_on", *ALIASES["born_on"]):
        born_on = parse_day(str(value))
        if born_on > on:
            return NOT_YET
        return TOO_LONG_AGO if completed_years(born_on, on) >= ADULT_AGE else None
    if key in ("due_on", *ALIASES["due_on"]):
        return NO_DUE_DATE if abs(parse_day(str(value)) - on) > FARTHEST_DUE else None
    return None


def _check_children(name: str, payload: Mapping[str, Any], facts: Mapping[str, str], on: date) -> None:
    """Each child with what is said of all of them is a sound payload. Raises AnswersRejected."""
    children = payload[CHILDREN]
    sound = isinstance(children, list) and 0 < len(children) <= MOST_CHILDREN
    if not sound or not all(isinstance(child, Mapping) and CHILDREN not in child for child in children):
        raise AnswersRejected({CHILDREN: [UNREADABLE]})
    errors: dict[str, list[Sentence]] = {}
    for number, child in enumerate(children):
        try:
            check(name, {**payload, **child, CHILDREN: None}, facts, on=on)
        except AnswersRejected as rejected:
            errors |= {f"{CHILDREN}[{number}].{key}": list(said) for key, said in rejected.errors.items()}
    if errors:
        raise AnswersRejected(errors)


def _fault(name: str, key: str, value: Any, kind: str | None) -> Sentence | None:
    """What is wrong with one value; None if nothing is, or if nothing is known of the key."""
    if isinstance(value, str) and len(value) > LONGEST.get(key, LONGEST_TEXT):
        return TOO_LONG
    if kind is None and key not in LONGEST:
        return None
    if not isinstance(value, str | int | float | bool):
        return UNREADABLE
    if key == "sex":
        return None if str(value).strip().lower() in SEXES else UNREADABLE
    if kind in ("date", "instant"):
        try:
            parse_day(str(value)) if kind == "date" else parse_instant(str(value))
        except DateError as error:
            return error.sentence
        return None
    return None if _converted(value, kind or "str") is not None else UNREADABLE


def _converted(value: Any, kind: str) -> Value:
    """A plain value in its type; whole numbers may come as digits. None if it is of another type."""
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if kind in ("int", "float"):
        number = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
        try:
            figure = int(number) if kind == "int" and not isinstance(number, float) else float(number)
        except ValueError:
            return None
        if kind == "int" and isinstance(figure, float):
            return int(figure) if figure.is_integer() and abs(figure) <= MOST else None
        return figure if abs(figure) <= MOST else None
    return value if isinstance(value, str) else str(value)


MOST = 1_000_000_000


def _can_be_kept(text: str) -> bool:
    """Whether every database takes the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def normalised(name: str, payload: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, Any]:
    """The payload's scalars in their types, with days and instants as ISO text; likewise each of a birth's `children`.

    `payload` has been checked.
    """
    plain: dict[str, Any] = {}
    if name == "birth_registered" and payload.get(CHILDREN):
        plain[CHILDREN] = [normalised(name, child, facts) for child in payload[CHILDREN]]
    for key, value in payload.items():
        if value in (None, "") or not isinstance(value, str | int | float | bool):
            continue
        kind = _kind(name, key) or facts.get(key)
        if key == "sex":
            plain[key] = SEXES[str(value).strip().lower()]
        elif kind == "date":
            plain[key] = parse_day(str(value)).isoformat()
        elif kind == "instant":
            plain[key] = parse_instant(str(value)).isoformat()
        else:
            plain[key] = _converted(value, kind) if kind else value
    return plain


def _kind(name: str, key: str) -> str | None:
    if key in DAY_KEYS:
        return "date"
    known = MESSAGES.get(name)
    parameter = next((each for each in known.payload if each.name == key), None) if known else None
    return str(parameter.type) if parameter else None
