"""Components as form-js writes them, read one by one; every fault becomes a finding and the rest is still read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forms.components import CHOICES, LAYOUT, Component, ComponentType, Option, TextFormat
from forms.expressions import Expression, negation, parse_feel
from forms.findings import Findings
from forms.raw import Raw, sound
from forms.reading_expressions import read_expression
from forms.reading_limits import read_limits
from forms.sentences import Sentence

DEEPEST = 12

_KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,63}")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SENSITIVITIES = {"S1", "S2", "S3", "S4", "S5"}
_GUESSED_FORMATS = (
    (re.compile(r"(?:.*_)?kana"), TextFormat.KANA),
    (re.compile(r"(?:.*_)?phone"), TextFormat.PHONE),
    (re.compile(r"(?:.*_)?postal_code"), TextFormat.POSTAL),
    (re.compile(r"individual_number"), TextFormat.INDIVIDUAL_NUMBER),
)


def read_components(
    items: list[Any], findings: Findings, *, in_row: bool = False, depth: int = 1
) -> tuple[Component, ...]:
    """The components of one level. What cannot be read is left out, with a finding."""
    if depth > DEEPEST:
        findings.error("", "form_too_deep", f"入れ子は{DEEPEST}段までです。", f"Nest at most {DEEPEST} levels deep.")
        return ()
    read = (_component(item, findings, in_row, depth) for item in items)
    return tuple(component for component in read if component is not None)


def _component(item: Any, findings: Findings, in_row: bool, depth: int) -> Component | None:
    if not isinstance(item, Mapping):
        findings.error(
            "", "form_bad_value", "部品はオブジェクトでなければなりません。", "A component must be an object."
        )
        return None
    place = next((sound(item[k]) for k in ("key", "id", "path") if isinstance(item.get(k), str) and item[k]), "")
    raw = Raw(item, place, findings)
    kind = _type(raw)
    if kind is None:
        return None
    properties = raw.inside("properties")
    common = {"show_if": _show_if(raw), "label": _label(raw, properties, kind), "help": _help(raw, properties)}
    if kind is ComponentType.GROUP:
        if raw.text("path"):
            findings.error(
                place,
                "form_group_path",
                "グループにpathは使えません。空にしてください。",
                "A group takes no path; leave it empty.",
            )
        inside = read_components(raw.items("components"), findings, in_row=in_row, depth=depth + 1)
        return Component(
            "",
            kind,
            children=inside,
            collapsed=properties.flag("collapsed"),
            subform=properties.text("subform"),
            **common,  # type: ignore[arg-type]
        )
    if kind in LAYOUT:
        return Component("", kind, **common)  # type: ignore[arg-type]
    key = _key(raw, kind)
    if key is None:
        return None
    if kind is ComponentType.DYNAMICLIST and in_row:
        findings.error(key, "form_list_in_list", "一覧の中に一覧は置けません。", "A list cannot stand inside a list.")
        return None
    return _field(key, kind, raw, properties, in_row, depth, common)


def _field(
    key: str, kind: ComponentType, raw: Raw, properties: Raw, in_row: bool, depth: int, common: dict[str, Any]
) -> Component:
    calc = properties.values.get("calc")
    read_calc = None if calc in (None, "") else read_expression(key, calc, raw.findings)
    text_format, strict = _format(key, kind, raw, properties)
    rows = read_components(raw.items("components"), raw.findings, in_row=True, depth=depth + 1)
    return Component(
        key,
        kind,
        required=raw.inside("validate").flag("required"),
        options=_options(raw, kind) if kind in CHOICES else (),
        fact=_fact(key, properties, in_row),
        limits=read_limits(raw, properties, kind),
        children=rows if kind is ComponentType.DYNAMICLIST else (),
        format=text_format,
        format_is_strict=strict,
        instant=_is_instant(raw, kind),
        calc=read_calc,
        system=properties.flag("system") or raw.flag("readonly") or read_calc is not None,
        names_task=properties.flag("names_task"),
        example=properties.values.get("example"),
        default=properties.values.get("default", raw.values.get("defaultValue")),
        warn_if=_warn_if(properties),
        warning=_warning(raw, properties),
        sensitive=_sensitivity(properties),
        ref=properties.text("ref"),
        unit=raw.text("unit") or properties.text("unit"),
        not_kept=properties.flag("not_kept"),
        **common,
    )


def _type(raw: Raw) -> ComponentType | None:
    name = raw.values.get("type")
    if isinstance(name, str) and name in ComponentType.__members__.values():
        return ComponentType(name)
    shown = sound(str(name))[:40]
    raw.findings.error(
        raw.place,
        "form_unknown_type",
        f"部品の種類「{shown}」は使えません。使えるのは {', '.join(ComponentType)} です。",
        f'The component type "{shown}" is not supported. Use {", ".join(ComponentType)}.',
    )
    return None


def _key(raw: Raw, kind: ComponentType) -> str | None:
    names = ("path", "key") if kind is ComponentType.DYNAMICLIST else ("key",)
    key = next((raw.text(name) for name in names if raw.values.get(name)), None)
    if key is not None and _KEY.fullmatch(key):
        return key
    raw.findings.error(
        raw.place,
        "form_bad_key",
        "項目のキーは英小文字で始め、英字・数字・_だけで64文字以内にしてください。",
        "A field's key starts with a small letter and has only letters, digits and _, 64 at most.",
    )
    return None


def _label(raw: Raw, properties: Raw, kind: ComponentType) -> Sentence:
    is_text = kind is ComponentType.TEXT
    ja = raw.text("text" if is_text else "label")
    en = properties.text("text_en" if is_text else "label_en")
    if kind is ComponentType.SEPARATOR or (kind is ComponentType.GROUP and ja is None):
        return Sentence("", "")
    if ja is None:
        raw.findings.error(raw.place, "form_missing_label", "見出し(label)がありません。", "The label is missing.")
        ja = raw.place
    if en is None:
        raw.findings.warning(
            raw.place,
            "form_missing_english",
            f"英語の見出し({'text_en' if is_text else 'label_en'})がありません。",
            f"The English {'text (text_en)' if is_text else 'label (label_en)'} is missing.",
        )
    return Sentence(ja, en or ja)


def _help(raw: Raw, properties: Raw) -> Sentence | None:
    ja, en = raw.text("description"), properties.text("help_en")
    if ja is None:
        return None
    if en is None:
        raw.findings.warning(
            raw.place,
            "form_missing_english",
            "英語の説明(help_en)がありません。",
            "The English help (help_en) is missing.",
        )
    return Sentence(ja, en or ja)


def _show_if(raw: Raw) -> Expression | None:
    hide = raw.inside("conditional").values.get("hide")
    if hide is None or hide == "" or hide is False:
        return None
    if isinstance(hide, str) and not hide.strip().startswith("="):
        raw.findings.error(
            raw.place,
            "form_bad_condition",
            "隠す条件(hide)は「=」で始めてください。",
            'A condition to hide must start with "=".',
        )
        return None
    hides = read_expression(raw.place, hide, raw.findings, parse_feel)
    return None if hides is None else negation(hides)


def _options(raw: Raw, kind: ComponentType) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for item in raw.items("values"):
        option = Raw(item if isinstance(item, Mapping) else {}, raw.place, raw.findings)
        value, ja, en = option.text("value"), option.text("label"), option.text("label_en")
        if value is None or ja is None or (kind is ComponentType.CHECKLIST and "," in value):
            raw.findings.error(
                raw.place,
                "form_bad_option",
                "選択肢には値(value、コンマなし)と見出し(label)が必要です。",
                "An option needs a value (without commas) and a label.",
            )
            continue
        if value in options:
            raw.findings.error(
                raw.place,
                "form_option_duplicate",
                f"選択肢の値「{value[:40]}」が2回あります。",
                f'The option value "{value[:40]}" appears twice.',
            )
            continue
        if en is None:
            raw.findings.warning(
                raw.place,
                "form_missing_english",
                f"選択肢「{value[:40]}」の英語(label_en)がありません。",
                f'The option "{value[:40]}" has no English label (label_en).',
            )
        options[value] = Option(value, Sentence(ja, en or ja))
    if not options:
        raw.findings.error(raw.place, "form_no_options", "選択肢がありません。", "There are no options to choose from.")
    return tuple(options.values())


def _fact(key: str, properties: Raw, in_row: bool) -> str | None:
    fact = properties.text("fact")
    if fact is None:
        return None
    if in_row or not _FACT.fullmatch(fact):
        properties.findings.error(
            key,
            "form_bad_fact",
            "事実(fact)の名前は英小文字・数字・_で書きます。一覧の行の項目は事実にできません。",
            "A fact's name has small letters, digits and _; a field inside a list cannot set a fact.",
        )
        return None
    return fact


def _format(key: str, kind: ComponentType, raw: Raw, properties: Raw) -> tuple[TextFormat | None, bool]:
    if kind is not ComponentType.TEXTFIELD:
        return None, False
    validation = raw.inside("validate").text("validationType")
    named = properties.text("format") or (validation if validation in ("phone", "email") else None)
    if named is None:
        return next((guess for pattern, guess in _GUESSED_FORMATS if pattern.fullmatch(key)), None), False
    if named in TextFormat.__members__.values():
        return TextFormat(named), True
    raw.findings.error(
        key,
        "form_bad_value",
        f"formatは {', '.join(TextFormat)} のどれかです。",
        f"format must be one of {', '.join(TextFormat)}.",
    )
    return None, False


def _is_instant(raw: Raw, kind: ComponentType) -> bool:
    subtype = raw.text("subtype") or "date"
    if kind is ComponentType.DATETIME and subtype not in ("date", "datetime"):
        raw.findings.error(
            raw.place,
            "form_unknown_type",
            "日時の種類(subtype)は date か datetime です。",
            'The subtype of a datetime must be "date" or "datetime".',
        )
    return kind is ComponentType.DATETIME and subtype == "datetime"


def _warn_if(properties: Raw) -> Expression | None:
    source = properties.values.get("warn_if")
    return None if source in (None, "") else read_expression(properties.place, source, properties.findings)


def _warning(raw: Raw, properties: Raw) -> Sentence | None:
    if properties.values.get("warn_if") in (None, ""):
        return None
    ja, en = properties.text("warn_ja"), properties.text("warn_en")
    if ja is None:
        raw.findings.error(
            raw.place,
            "form_missing_label",
            "注意の文(warn_ja)がありません。",
            "The warning's text (warn_ja) is missing.",
        )
        return Sentence("確かめてください。", "Please check.")
    return Sentence(ja, en or ja)


def _sensitivity(properties: Raw) -> str | None:
    sens = properties.text("sens")
    if sens is not None and sens not in _SENSITIVITIES:
        properties.findings.error(
            properties.place, "form_bad_value", "機微区分(sens)はS1〜S5です。", "sens must be one of S1 to S5."
        )
        return None
    return sens
