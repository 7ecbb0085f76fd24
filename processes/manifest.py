"""bundle.toml: what a bundle is called, its facts and its parameters."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.sentences import Sentence
from forms.values import ValueType
from processes import markup
from processes.findings import Finding, Unreadable
from processes.parameters import ParameterDefinition, define
from processes.vocabulary import CALL, FACT_RANGES, FACTS

SCOPES = ("case", "track", CALL)


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What may be true of a case or track under this name.

    scope: `track` = set inside a track it belongs to that track, outside it to the case; `case` = always the case;
    `call` = it belongs to one pass through a called process, so that two that run at once never read each other's: it
    begins unknown, and after the call the caller reads what was said in it. The track keeps what was said last, for
    people to see; diagrams do not read it there.
    minimum, maximum: smallest and largest value, where the meaning fixes them.
    """

    type: ValueType
    scope: str = "track"
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """bundle.toml as read; what could not be understood is left out and stands in `findings`.

    unclear: names in [facts] and [parameters] whose definition could not be understood.
    names_en: id of a step or process -> its English name.
    readable: False where the file is no TOML, so that nothing in it is known.
    """

    name: str
    title: Sentence
    journey: str = ""
    facts: Mapping[str, FactDefinition] = field(default_factory=dict)
    parameters: Mapping[str, ParameterDefinition] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unclear: frozenset[str] = frozenset()
    readable: bool = True
    names_en: Mapping[str, str] = field(default_factory=dict)


def read(file: str, data: bytes, folder: str) -> Manifest:
    """The manifest in a bundle.toml. folder: the bundle's folder name, its name until the file says otherwise."""
    try:
        table = tomllib.loads(markup.text_of(data))
    except Unreadable as fault:
        return _unreadable(folder, fault.finding(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return _unreadable(folder, Finding(file, "", "malformed_toml", "error", _malformed(error)))
    findings = list(_missing(file, table))
    facts = dict(_facts(file, table.get("facts"), findings))
    parameters = dict(_parameters(file, table.get("parameters"), findings))
    findings += [_clash(file, name) for name in facts if name in parameters]
    names_en = dict(_names(file, table.get("names_en"), findings))
    name = _text(table, "name") or folder
    return Manifest(
        name=name,
        title=Sentence(_text(table, "title_ja") or name, _text(table, "title_en") or name),
        journey=_text(table, "journey"),
        facts=facts,
        parameters=parameters,
        findings=tuple(findings),
        unclear=frozenset(finding.element for finding in findings if finding.rule in ("fact_type", "parameter_value")),
        names_en=names_en,
    )


def _unreadable(folder: str, finding: Finding) -> Manifest:
    return Manifest(folder, Sentence(folder, folder), findings=(finding,), readable=False)


def vocabulary_fact(name: str) -> FactDefinition:
    """A fact of the vocabulary as a bundle would declare it."""
    kind, scope = FACTS[name]
    return FactDefinition(kind, scope, *FACT_RANGES.get(name, (None, None)))


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def _missing(file: str, table: Mapping[str, Any]) -> Iterator[Finding]:
    for key in ("name", "title_ja", "title_en", "journey"):
        if not _text(table, key):
            yield Finding(
                file,
                key,
                "manifest_key",
                "error",
                Sentence(
                    f'bundle.tomlに{key}がありません。{key} = "…" を書いてください。',
                    f'bundle.toml lacks {key}. Write {key} = "…".',
                ),
            )


def _names(file: str, table: object, findings: list[Finding]) -> Iterator[tuple[str, str]]:
    if table is None:
        return
    if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
        findings.append(_no_table(file, "names_en"))
        return
    yield from ((id, name.strip()) for id, name in table.items() if name.strip())


def _facts(file: str, table: object, findings: list[Finding]) -> Iterator[tuple[str, FactDefinition]]:
    if table is None:
        return  # a bundle may do without
    if not isinstance(table, dict):
        findings.append(_no_table(file, "facts"))
        return
    for name, told in table.items():
        definition = _fact(name, told)
        if definition is None or not _is_name(name):
            findings.append(_bad_fact(file, name))
        else:
            yield name, definition


def _fact(name: str, told: object) -> FactDefinition | None:
    settings: Mapping[str, Any] = told if isinstance(told, dict) else {"type": told}
    if not set(settings) <= {"type", "scope", "minimum", "maximum"}:
        return None
    kind, scope = settings.get("type"), settings.get("scope", "track")
    lowest, highest = FACT_RANGES.get(name, (None, None))
    minimum, maximum = settings.get("minimum", lowest), settings.get("maximum", highest)
    whole = all(limit is None or type(limit) is int for limit in (minimum, maximum))
    if not isinstance(kind, str) or kind not in set(ValueType) or scope not in SCOPES or not whole:
        return None
    return FactDefinition(ValueType(kind), scope, minimum, maximum)


def _parameters(file: str, table: object, findings: list[Finding]) -> Iterator[tuple[str, ParameterDefinition]]:
    if table is None:
        return
    if not isinstance(table, dict):
        findings.append(_no_table(file, "parameters"))
        return
    for name, told in table.items():
        definition = define(name, told)
        if definition is None or not _is_name(name):
            findings.append(_bad_parameter(file, name))
        else:
            yield name, definition


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name == name.lower() and name not in RESERVED


RESERVED = frozenset(
    {"today", "now", "outcome", "and", "or", "not", "in", "if", "else", "is", "true", "false", "none", "null"}
)


def _malformed(error: Exception) -> Sentence:
    return Sentence(
        f"TOMLとして読めません({error})。書き方を直してください。",
        f"Not valid TOML ({error}). Mend the syntax.",
    )


def _no_table(file: str, key: str) -> Finding:
    return Finding(
        file,
        key,
        "manifest_key",
        "error",
        Sentence(
            f"bundle.tomlの{key}が表ではありません。[{key}] の形で書いてください。",
            f"{key} in bundle.toml is not a table. Write it as [{key}].",
        ),
    )


def _bad_fact(file: str, name: str) -> Finding:
    types = ", ".join(ValueType)
    return Finding(
        file,
        name,
        "fact_type",
        "error",
        Sentence(
            f"事実「{name}」の定義を読めません。半角小文字の名前に、型({types})を文字で書いてください。",
            f'The fact "{name}" cannot be understood. Give a lower-case ASCII name one of the types {types} as text.',
        ),
    )


def _bad_parameter(file: str, name: str) -> Finding:
    return Finding(
        file,
        name,
        "parameter_value",
        "error",
        Sentence(
            f"パラメーター「{name}」を読めません。半角小文字の名前に、文字・数・true/falseのどれか一つを書いてください。"
            "選択肢や範囲は {value = …, choices = […], minimum = …, maximum = …} と書き、valueもその中の値にします。",
            f'The parameter "{name}" cannot be understood. Give a lower-case ASCII name one text, number or '
            "true/false, or {value = …, choices = […], minimum = …, maximum = …} with a value that is allowed.",
        ),
    )


def _clash(file: str, name: str) -> Finding:
    return Finding(
        file,
        name,
        "name_twice",
        "error",
        Sentence(
            f"「{name}」が事実とパラメーターの両方にあります。どちらかの名前を変えてください。",
            f'"{name}" is both a fact and a parameter. Rename one of them.',
        ),
    )
