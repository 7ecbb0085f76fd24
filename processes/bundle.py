"""A bundle: what one municipality does, as files. BPMN, DMN, forms and bundle.toml, read together."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import TypeVar

from forms import definition
from forms.definition import Form, FormDefinitionError
from forms.sentences import Sentence
from forms.values import Value, fits
from processes import bpmn, dmn, manifest, markup
from processes.decisions import Decision
from processes.findings import Finding, Unreadable
from processes.manifest import FactDefinition
from processes.model import Diagram, Process
from processes.parameters import ParameterDefinition
from processes.vocabulary import FACTS

T = TypeVar("T")
Named = TypeVar("Named", Process, Decision)

MANIFEST = "bundle.toml"
PROCESS_SUFFIXES = (".bpmn", ".dmn")
SUFFIXES = (*PROCESS_SUFFIXES, ".form")


class BundleError(Exception):
    """There is no bundle where one was expected, or more than one."""


@dataclass(frozen=True)
class Bundle:
    """Everything in a bundle that could be read, and findings for what could not.

    files: `processes/<bundle>/x.bpmn`, `forms/<bundle>/y.form` and the like -> bytes.
    version: sha256 of the sorted files, hex.
    processes, decisions: by id, the first of that id; forms: by key, which is the file's stem.
    diagrams: by file, also those whose ids repeat others'. tables: every decision read, by file.
    unclear: names of facts and parameters that bundle.toml tries to define, but nobody understands how.
    whole: False without a bundle.toml that can be read (a file looked at alone): facts and neighbours are unknown.
    """

    name: str
    title: Sentence
    journey: str
    facts: Mapping[str, FactDefinition]
    parameter_definitions: Mapping[str, ParameterDefinition]
    files: Mapping[str, bytes]
    version: str
    processes: Mapping[str, Process]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, Form]
    findings: tuple[Finding, ...]
    diagrams: Mapping[str, Diagram]
    tables: Mapping[str, Decision]
    unclear: frozenset[str]
    manifest_file: str
    whole: bool = True
    names_en: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> Mapping[str, Value]:
        """Parameter -> the shipped value."""
        return {name: definition.value for name, definition in self.parameter_definitions.items()}

    def english(self, id: str) -> str:
        """The English name of a step or process: as the bundle says, else made from the id."""
        return self.names_en.get(id) or id.replace("_", " ").capitalize()

    def form_file(self, key: str) -> str:
        """The file of a form; "" when the bundle has no such form."""
        return next((file for file in self.files if file.endswith(".form") and PurePosixPath(file).stem == key), "")


def read(path: Path) -> Bundle:
    """The one bundle in a folder: `path` holds processes/<bundle>/ and forms/<bundle>/, or is a bundle's own folder.

    Raises BundleError when there is none or more than one.
    """
    folders = bundle_folders(path)
    if len(folders) != 1:
        raise BundleError(f"expected exactly one bundle in {path.name}, but found {len(folders)}")
    files, findings = files_of(folders[0])
    return from_files(files, findings=findings)


def from_files(files: Mapping[str, bytes], *, findings: tuple[Finding, ...] = (), whole: bool = True) -> Bundle:
    """The bundle made of these files, named as in `Bundle.files`.

    whole: False for files looked at without their bundle. Otherwise raises BundleError unless exactly one
    processes/<bundle>/bundle.toml is among them.
    """
    manifests = [file for file in files if PurePosixPath(file).name == MANIFEST and file.startswith("processes/")]
    if whole and len(manifests) != 1:
        raise BundleError(f"expected one processes/<bundle>/{MANIFEST}, but found {len(manifests)}")
    manifest_file = manifests[0] if manifests else ""
    told = _manifest(manifest_file, files)
    found = list(findings) + list(told.findings)
    diagrams = dict(_read_all(files, ".bpmn", _diagram, found))
    tables = dict(_read_all(files, ".dmn", _table, found))
    forms = dict(_forms(files, found))
    return Bundle(
        name=told.name,
        title=told.title,
        journey=told.journey,
        facts={**_undeclared(told, tables), **told.facts},
        parameter_definitions=told.parameters,
        files=dict(files),
        version=version_of(files),
        processes=_first(process for diagram in diagrams.values() for process in diagram.processes),
        decisions=_first(tables.values()),
        forms=forms,
        findings=tuple(found),
        diagrams=diagrams,
        tables=tables,
        unclear=told.unclear,
        manifest_file=manifest_file,
        whole=whole and told.readable,
        names_en=told.names_en,
    )


def version_of(files: Mapping[str, bytes]) -> str:
    """sha256 (hex) over names and contents in the order of names."""
    digest = hashlib.sha256()
    for file in sorted(files):
        name, data = file.encode("utf-8", "replace"), files[file]
        digest.update(b"%d:%b%d:" % (len(name), name, len(data)))
        digest.update(data)
    return digest.hexdigest()


def bundle_folders(path: Path) -> list[Path]:
    """The folders under `path` that are bundles; `path` itself, its children, or those of its processes/."""
    if os.path.lexists(path / MANIFEST):
        return [path]
    for parent in (path / "processes", path):
        found = [child for child in _children(parent) if os.path.lexists(child / MANIFEST)]
        if found:
            return found
    return []


def files_of(folder: Path) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The files of the bundle in `folder`, named as in `Bundle.files`, and findings for those that cannot be read."""
    name = _printable(folder.resolve().name)
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for place, directory, suffixes in (
        ("processes", folder, (*PROCESS_SUFFIXES, ".toml")),
        ("forms", folder / ".." / ".." / "forms" / folder.resolve().name, (".form",)),
    ):
        for path in _children(directory):
            if path.suffix not in suffixes or (path.suffix == ".toml" and path.name != MANIFEST):
                continue
            file = f"{place}/{name}/{_printable(path.name)}"
            try:
                files[file] = read_bytes(path)
            except Unreadable as fault:
                findings.append(fault.finding(file))
    return files, tuple(findings)


def read_bytes(path: Path) -> bytes:
    """A regular file of a sane size. Raises Unreadable for folders, loops, devices and files without permission."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(
                "not_a_file",
                Sentence(
                    "ファイルではありません(フォルダーなど)。名前を変えるか、取り除いてください。",
                    "Not a regular file. Rename or remove it.",
                ),
            )
        if status.st_size > markup.MAX_BYTES:
            return path.open("rb").read(markup.MAX_BYTES + 1)
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "I/O error"
        raise Unreadable(
            "unreadable",
            Sentence(
                f"ファイルを開けません({reason})。リンクや権限を確かめてください。",
                f"The file cannot be opened ({reason}). Check links and permissions.",
            ),
        ) from None


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _manifest(file: str, files: Mapping[str, bytes]) -> manifest.Manifest:
    if not file:
        return manifest.Manifest("", Sentence("", ""))
    return manifest.read(file, files[file], PurePosixPath(file).parent.name)


def _undeclared(told: manifest.Manifest, tables: Mapping[str, Decision]) -> dict[str, FactDefinition]:
    """The vocabulary's facts, without names that the bundle uses for something else: parameters, outputs of tables."""
    other = {
        output.name
        for table in tables.values()
        for output in table.outputs
        if output.name in FACTS and not fits(output.type, FACTS[output.name][0])
    }
    return {name: manifest.vocabulary_fact(name) for name in FACTS if name not in told.parameters and name not in other}


def _read_all(
    files: Mapping[str, bytes], suffix: str, read_one: Callable[[str, bytes], T], findings: list[Finding]
) -> Iterator[tuple[str, T]]:
    for file in sorted(files):
        if file.endswith(suffix):
            try:
                yield file, read_one(file, files[file])
            except Unreadable as fault:
                findings.append(fault.finding(file))


def _forms(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, Form]]:
    for file in sorted(files):
        if file.endswith(".form"):
            key = PurePosixPath(file).stem
            try:
                yield key, _form(key, files[file])
            except FormDefinitionError as error:
                findings.append(Finding(file, "", "form_unreadable", "error", error.sentence))


# A designer lints after every stroke, and only one file has changed: what was read once is kept by its bytes.
_diagram = lru_cache(maxsize=256)(bpmn.read)
_table = lru_cache(maxsize=256)(dmn.read)
_form = lru_cache(maxsize=512)(definition.read)


def _first(things: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for thing in things:
        found.setdefault(thing.id, thing)
    return found
