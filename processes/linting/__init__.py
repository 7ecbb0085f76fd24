"""What is wrong with a bundle or a single file of one, all at once, each with how to mend it.

The designer in the browser, `tsunagu lint`, the publish gate and the tests all ask here, so that they agree. Checks
are small functions in a registry (`RULES`), grouped by what they look at: shapes the engine cannot run (`structure`,
`gateways`, `tracks`), the XML itself (`references`), the drawing (`drawing`), lanes and names (`lanes`), settings of
tasks (`tasks`), honest exits (`outcomes`), expressions (`conditions`), operations and messages (`services`), decision
tables (`tables`), forms and facts (`questions`), what a removed step leaves behind (`unused`).

Linting never raises for what a file holds: what cannot be read is a finding.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from forms.sentences import Sentence
from processes import bundle as bundles
from processes.bundle import Bundle
from processes.findings import Finding, Level, Unreadable
from processes.linting import (
    conditions,
    drawing,
    gateways,
    lanes,
    outcomes,
    questions,
    references,
    services,
    structure,
    tables,
    tasks,
    tracks,
    unused,
)
from processes.linting.place import place
from processes.linting.registry import RULES, Subject

__all__ = ["RULES", "Finding", "Level", "lint", "lint_bundle"]

_CHECKS = (
    structure,
    gateways,
    tracks,
    references,
    drawing,
    lanes,
    tasks,
    outcomes,
    conditions,
    services,
    tables,
    questions,
    unused,
)  # fmt: skip - importing a module enters its rules


_CAUSES = (
    *("call_cycle", "event_subprocess_place", "duplicate_id", "missing_id", "unknown_element"),
    *("dangling_reference", "wrong_reference", "duplicate_process"),
    *("journey_missing", "called_process_missing", "unknown_form", "unknown_decision", "unknown_operation"),
)
"""Rules whose findings make others: a thing that is missing or named twice is missed wherever it was meant."""

_BROKEN_WAYS = ("dead_end", "unreachable", "exit_not_listed")
"""Of the rules that follow the arrows those that say where the way breaks; the rest say what it then misses."""


def lint(path: Path) -> list[Finding]:
    """Findings for a folder holding processes/<bundle>/ and forms/<bundle>/, a bundle's own folder, or one file.

    A file inside a bundle is looked at with the rest of it, a lone file without facts and neighbours.
    Raises FileNotFoundError when there is nothing at `path`.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(f"expected a file or folder, but there is nothing at {path}")
    if os.path.isdir(path) and path.suffix not in bundles.SUFFIXES:
        return _lint_folder(path)
    return _lint_file(path)


def lint_bundle(bundle: Bundle) -> list[Finding]:
    """Every finding for the bundle: unreadable files, its forms' own findings, all checks. Errors and causes first."""
    subject = Subject(bundle)
    found = list(bundle.findings)
    for key, form in bundle.forms.items():
        file = bundle.form_file(key)
        found += [Finding(file, said.field, said.rule, _level(said.level), said.sentence) for said in form.findings]
    for rule in RULES.values():
        found += rule.findings(subject)
    told = (replace(each, message=_with_place(bundle, each)) for each in found)
    return sorted(dict.fromkeys(told), key=_turn)


def _turn(finding: Finding) -> tuple[str, int, str, str, str]:
    """Errors before warnings, causes before what may only follow from them; then by file and element."""
    rule = RULES.get(finding.rule)
    order = (*_CAUSES, "", *_BROKEN_WAYS)
    if rule is None:
        turn = -1  # what cannot be read comes before all that misses it
    elif finding.rule in order:
        turn = order.index(finding.rule)
    else:
        turn = len(order) if rule.walks else order.index("")
    return finding.level, turn, finding.file, finding.element, finding.rule


def _with_place(bundle: Bundle, finding: Finding) -> Sentence:
    """The sentence behind its place, so that it can be read without the picture."""
    where = place(bundle, finding.file, finding.element)
    return Sentence(f"{where.ja}: {finding.message.ja}", f"{where.en}: {finding.message.en}")


def _level(text: str) -> Level:
    return "error" if text == "error" else "warning"


def _lint_folder(path: Path) -> list[Finding]:
    found: list[Finding] = []
    folders = bundles.bundle_folders(path)
    for folder in folders:
        files, unreadable = bundles.files_of(folder)
        whole = any(file.endswith(f"/{bundles.MANIFEST}") for file in files)
        found += lint_bundle(bundles.from_files(files, findings=unreadable, whole=whole))
    return found if folders else _lint_without_manifest(path)


def _lint_without_manifest(path: Path) -> list[Finding]:
    """Say that bundle.toml is missing, and what can be said of the files without it."""
    missing = Finding(
        bundles.MANIFEST,
        "",
        "no_bundle",
        "error",
        Sentence(
            "ここに一式(bundle.toml)がありません。"
            "processes/<名前>/bundle.toml を置くか、フォルダーを選び直してください。",
            "There is no bundle here (no bundle.toml). Add processes/<name>/bundle.toml or choose another folder.",
        ),
    )
    files, unreadable = bundles.files_of(path)
    return [missing, *lint_bundle(bundles.from_files(files, findings=unreadable, whole=False))]


def _lint_file(path: Path) -> list[Finding]:
    folder = _bundle_around(path)
    if folder is not None:
        files, unreadable = bundles.files_of(folder)
        wanted = f"{'forms' if path.suffix == '.form' else 'processes'}/{folder.resolve().name}/{path.name}"
        if any(file.endswith(f"/{bundles.MANIFEST}") for file in files):
            whole = bundles.from_files(files, findings=unreadable)
            return [finding for finding in lint_bundle(whole) if finding.file == wanted]
    if path.suffix not in (*bundles.SUFFIXES, ".toml"):
        return [Finding(path.name, "", "unknown_file", "error", _UNKNOWN_FILE)]
    try:
        data = bundles.read_bytes(path)
    except Unreadable as fault:
        return [fault.finding(path.name)]
    return lint_bundle(bundles.from_files({path.name: data}, whole=False))


def _bundle_around(path: Path) -> Path | None:
    """The bundle's folder a file belongs to: its own, or processes/<bundle> beside forms/<bundle>."""
    parent = path.parent
    beside = parent / ".." / ".." / "processes" / parent.resolve().name
    candidates = (beside,) if path.suffix == ".form" else (parent,)
    return next((folder for folder in candidates if os.path.lexists(folder / bundles.MANIFEST)), None)


_UNKNOWN_FILE = Sentence(
    "この種類のファイルは点検できません。.bpmn、.dmn、.formのファイルかフォルダーを選んでください。",
    "This kind of file cannot be checked. Choose a .bpmn, .dmn or .form file, or a folder.",
)
