"""What can be wrong with the description of a town, each fault with its place; nothing in it makes this raise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from engine.organisation import passwords
from engine.organisation.places import PartnerKind
from engine.organisation.roles import ROLES
from forms.sentences import Sentence

Entry = Mapping[str, Any]
Check = Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 100 and value == value.strip()


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _day(value: object) -> bool:
    if type(value) is date:
        return True
    try:
        return isinstance(value, str) and date.fromisoformat(value) is not None
    except ValueError:
        return False


def _password(value: object) -> bool:
    return isinstance(value, str) and len(value) >= passwords.MINIMUM_LENGTH


def _list(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value)


def _value(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


_NEEDED: Mapping[str, Mapping[str, Check]] = {
    "municipality": {"code": _word, "name_ja": _word, "name_en": _word},
    "centres": {"code": _word, "name_ja": _text, "name_en": _text},
    "districts": {"code": _word, "name": _text, "centre": _word},
    "partners": {"code": _word, "kind": _word, "name_ja": _text, "name_en": _text},
    "staff": {"login": _word, "name": _text},
    "closing_days": {"day": _day},
    "parameters": {"name": _word, "value": _value},
    "roles": {"role": _word},
}
_POSSIBLE: Mapping[str, Mapping[str, Check]] = {
    "municipality": {},
    "centres": {"parent": _word, "district_independent": _flag, "phone": _text, "postal_code": _text, "address": _text},
    "districts": {"subcentre": _word, "valid_from": _day, "valid_to": _day},
    "partners": {"phone": _text, "address": _text},
    "staff": {
        "kana": _text,
        "password": _password,
        "roles": _list,
        "employment_type": _text,
        "qualification": _text,
        "employment_ends_on": _day,
    },
    "closing_days": {"name_ja": _text, "centre": _word},
    "parameters": {"valid_from": _day, "source": _text},
    "roles": {"centre": _word, "partner": _word, "valid_from": _day, "valid_to": _day},
}
_WANTED: Mapping[Check, Sentence] = {
    _text: Sentence("文字", "text"),
    _word: Sentence(
        "空でない文字(100文字まで、前後に空白なし)", "text of 1 to 100 characters without blanks around it"
    ),
    _flag: Sentence("true か false", "true or false"),
    _day: Sentence("2026-04-01 の形の日", "a day like 2026-04-01"),
    _password: Sentence(
        f"{passwords.MINIMUM_LENGTH}文字以上の文字", f"text of at least {passwords.MINIMUM_LENGTH} characters"
    ),
    _list: Sentence("表の並び", "a list of tables"),
    _value: Sentence("文字・数・true/false", "text, a number or true/false"),
}
SECTIONS = ("centres", "districts", "partners", "staff", "closing_days", "parameters")


def problems(description: Mapping[str, Any]) -> list[Sentence]:
    """Everything that is wrong: first the shape; where that is sound, what names something that is not there."""
    found = [_said(key, "ない項目です", "no such section") for key in description.keys() - {*SECTIONS, "municipality"}]
    about = description.get("municipality", {})
    found += _entry("municipality", "municipality", about)
    for section in SECTIONS:
        entries = description.get(section, ())
        if not _list(entries):
            found.append(_said(section, f"[[{section}]] の形で書いてください", f"write it as [[{section}]]"))
            continue
        for number, entry in enumerate(entries, 1):
            found += _entry(f"{section} {number}", section, entry)
    return found or list(_dangling(description))


def _entry(place: str, section: str, entry: object) -> Iterator[Sentence]:
    if not isinstance(entry, Mapping):
        yield _said(place, f"[{section}] の形で書いてください", f"write it as [{section}]")
        return
    checks = {**_NEEDED[section], **_POSSIBLE[section]}
    for key in sorted(_NEEDED[section].keys() - entry.keys()):
        yield _said(place, f"{key} がありません", f"{key} is missing")
    for key in sorted(entry.keys() - checks.keys(), key=str):
        yield _said(place, f"{key} という項目はありません", f"no such key {key}")
    for key, value in entry.items():
        if key in checks and not checks[key](value):
            wanted = _WANTED[checks[key]]
            yield _said(place, f"{key} は{wanted.ja}にしてください", f"{key} must be {wanted.en}")
        elif key == "roles":
            for number, posting in enumerate(value, 1):
                yield from _entry(f"{place} role {number}", "roles", posting)


def _dangling(description: Mapping[str, Any]) -> Iterator[Sentence]:
    centres = {entry["code"]: "parent" in entry for entry in description.get("centres", ())}
    partners = {entry["code"] for entry in description.get("partners", ())}
    main = {code for code, is_sub in centres.items() if not is_sub}
    for section, key in (("centres", "code"), ("partners", "code"), ("staff", "login")):
        values = [entry[key] for entry in description.get(section, ())]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield _said(section, f"{value} が二度あります", f"{value} is used twice")
    for entry in description.get("centres", ()):
        yield from _known(f"centre {entry['code']}", entry, "parent", main)
    for entry in description.get("districts", ()):
        for key in ("centre", "subcentre"):
            yield from _known(f"district {entry['code']}", entry, key, centres)
    for entry in description.get("partners", ()):
        yield from _known(f"partner {entry['code']}", entry, "kind", set(PartnerKind))
    for entry in description.get("closing_days", ()):
        yield from _known(f"closing day {entry['day']}", entry, "centre", centres)
    for entry in description.get("staff", ()):
        for posting in entry.get("roles", ()):
            yield from _posting(f"staff {entry['login']}", posting, centres, partners)


def _posting(place: str, posting: Entry, centres: Collection[str], partners: Collection[str]) -> Iterator[Sentence]:
    for key, codes in (("role", ROLES), ("centre", centres), ("partner", partners)):
        yield from _known(place, posting, key, codes)
    if "centre" in posting and "partner" in posting:
        yield _said(
            place,
            "配属先はセンターか連携機関のどちらか一つです",
            "a posting is at a centre or at a partner, not both",
        )


def _known(place: str, entry: Entry, key: str, codes: Collection[str]) -> Iterator[Sentence]:
    if key in entry and entry[key] not in codes:
        yield _said(place, f"{key} {entry[key]} はありません", f"there is no {key} {entry[key]}")


def _said(place: object, ja: str, en: str) -> Sentence:
    return Sentence(f"{place}: {ja}", f"{place}: {en}")
