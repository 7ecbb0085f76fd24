"""What differs between two bundles, in sentences: so that who approves a version knows what she approves.

Compared by meaning, not by bytes: steps by their id, arrows by what they join, rows, fields, names. Where a file
differs in nothing of that (the layout, a comment), the comparison says so; no difference is ever passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from forms.sentences import Sentence
from processes.bundle import Bundle
from processes.comparison import diagrams, papers, tables
from processes.comparison.changes import Change, FileChange, Kind, Mark, came, went
from processes.comparison.diagrams import Side
from processes.element_words import file_called
from processes.in_words import Words
from processes.model import Process

__all__ = ["Change", "FileChange", "Kind", "Mark", "compare"]

_LAYOUT = Sentence(
    "図の置き方など、進み方に関わらないところだけが変わりました",
    "only the layout or other things that do not change the course",
)
_SMALL = Sentence(
    "言葉の説明や書き方など、細かいところだけが変わりました", "only comments or the way things are written have changed"
)


def compare(before: Bundle, after: Bundle) -> list[FileChange]:
    """Every file that differs, diagrams first, each with what differs in it."""
    files = dict.fromkeys((*after.files, *before.files))
    found = [_file(before, after, file) for file in files if before.files.get(file) != after.files.get(file)]
    order = list(Kind)
    return sorted(found, key=lambda change: (order.index(change.kind), change.file))


def _file(before: Bundle, after: Bundle, file: str) -> FileChange:
    kind = _kind(file)
    mark = Mark.ADDED if file not in before.files else Mark.REMOVED if file not in after.files else Mark.CHANGED
    here = after if mark is not Mark.REMOVED else before
    changes = tuple(_changes(kind, before, after, file))
    if not changes:
        whole = _LAYOUT if kind is Kind.DIAGRAM else _SMALL
        said = {Mark.ADDED: came(_THIS), Mark.REMOVED: went(_THIS), Mark.CHANGED: whole}[mark]
        changes = (Change(mark, "", said),)
    processes = here.diagrams[file].processes if file in here.diagrams else ()
    return FileChange(file, kind, file_called(here, file), mark, processes[0].id if processes else "", changes)


_THIS = Sentence("このファイル", "this file")


def _kind(file: str) -> Kind:
    suffix = PurePosixPath(file).suffix.removeprefix(".")
    return Kind(suffix) if suffix in set(Kind) else Kind.OTHER


def _changes(kind: Kind, before: Bundle, after: Bundle, file: str) -> Iterator[Change]:
    if kind is Kind.NUMBERS:
        yield from papers.compare_numbers(before, after)
    elif kind is Kind.DIAGRAM:
        yield from _diagram(before, after, file)
    elif kind is Kind.DECISION and file in before.tables and file in after.tables:
        yield from tables.compare(before.tables[file], Words(before), after.tables[file], Words(after))
    elif kind is Kind.FORM:
        key = PurePosixPath(file).stem
        if key in before.forms and key in after.forms:
            yield from papers.compare_forms(before.forms[key], after.forms[key])


def _diagram(before: Bundle, after: Bundle, file: str) -> Iterator[Change]:
    old, new = (
        {process.id: Side(process, Words(bundle)) for process in _processes(bundle, file)} for bundle in (before, after)
    )
    for id, side in new.items():
        if id in old:
            yield from diagrams.compare(old[id], side)
        else:
            yield from diagrams.everything(side, Mark.ADDED)
    for id, side in old.items():
        if id not in new:
            yield from diagrams.everything(side, Mark.REMOVED)


def _processes(bundle: Bundle, file: str) -> tuple[Process, ...]:
    return bundle.diagrams[file].processes if file in bundle.diagrams else ()
