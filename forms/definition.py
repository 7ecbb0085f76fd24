"""Form files read into forms: what a designer wrote, with everything that is wrong with it, all at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from forms.components import (
    Component,
    ComponentType,
    Form,
    FormFinding,
    Limits,
    Option,
    Rule,
    TextFormat,
)
from forms.findings import Findings
from forms.form_checks import check
from forms.raw import Raw
from forms.reading import read_components
from forms.reading_expressions import read_expression
from forms.sentences import Sentence

__all__ = [
    "Component",
    "ComponentType",
    "Form",
    "FormDefinitionError",
    "FormFinding",
    "Limits",
    "Option",
    "Rule",
    "TextFormat",
    "read",
]

LARGEST_FILE_BYTES = 1_000_000


class FormDefinitionError(Exception):
    """A file that is no form at all: too large, not UTF-8, not JSON or not an object."""

    def __init__(self, key: str, sentence: Sentence) -> None:
        self.key = key
        self.sentence = sentence
        super().__init__(f"form {key}: {sentence.en}")


def read(key: str, data: bytes) -> Form:
    """The form in a `.form` file. `key`: the file's stem.

    Everything wrong inside is in the form's findings; what could not be read is left out of its components.
    Raises FormDefinitionError when nothing can be read.
    """
    document = _document(key, data)
    findings = Findings()
    raw = Raw(document, "", findings)
    properties = raw.inside("properties")
    _check_head(raw)
    form = Form(
        key=key,
        code=raw.text("id") or key,
        title=_title(properties, key),
        version=hashlib.sha256(data).hexdigest()[:12],
        components=read_components(raw.items("components"), findings),
        rules=_rules(properties),
    )
    check(form, findings)
    return Form(form.key, form.code, form.title, form.version, form.components, form.rules, findings.all())


def _document(key: str, data: bytes) -> Mapping[str, Any]:
    if len(data) > LARGEST_FILE_BYTES:
        raise FormDefinitionError(
            key, Sentence("様式のファイルが大きすぎます(1MBまで)。", "The file is larger than 1 MB.")
        )
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError, MemoryError):
        raise FormDefinitionError(
            key,
            Sentence("様式をJSON(UTF-8)として読めません。", "The form cannot be read as JSON in UTF-8."),
        ) from None
    if not isinstance(document, dict):
        raise FormDefinitionError(
            key, Sentence("様式はJSONのオブジェクトでなければなりません。", "A form must be a JSON object.")
        )
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_head(raw: Raw) -> None:
    if raw.values.get("type", "default") != "default":
        raw.findings.error(
            "", "form_unknown_type", "様式の種類(type)は default です。", 'The type of a form must be "default".'
        )
    if not raw.values.get("components"):
        raw.findings.error("", "form_empty", "様式に項目がありません。", "The form asks nothing.")


def _title(properties: Raw, key: str) -> Sentence:
    ja, en = properties.text("title_ja"), properties.text("title_en")
    if ja is None:
        properties.findings.warning(
            "",
            "form_missing_label",
            "様式の名前(title_ja)がありません。ファイル名で表示されます。",
            "The form's title (title_ja) is missing; it is shown by its file name.",
        )
    elif en is None:
        properties.findings.warning(
            "",
            "form_missing_english",
            "様式の英語の名前(title_en)がありません。",
            "The form's English title (title_en) is missing.",
        )
    return Sentence(ja or key, en or ja or key)


def _rules(properties: Raw) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for item in properties.items("rules"):
        raw = Raw(item if isinstance(item, Mapping) else {}, "", properties.findings)
        field, ja, en, level = raw.text("field"), raw.text("ja"), raw.text("en"), raw.text("level") or "error"
        if field is None or ja is None or level not in ("error", "warning"):
            raw.findings.error(
                field or "",
                "form_rule_unreadable",
                "きまり(rules)には expr・field・ja と level(error か warning)が必要です。",
                "A rule needs expr, field, ja, and level (error or warning).",
            )
            continue
        if en is None:
            raw.findings.warning(
                field,
                "form_missing_english",
                "きまりの英語の文(en)がありません。",
                "The rule's English text (en) is missing.",
            )
        expression = read_expression(field, raw.values.get("expr"), raw.findings)
        if expression is not None:
            rules.append(Rule(expression, field, Sentence(ja, en or ja), level))
    return tuple(rules)
