"""Commands for the tamper-evident ledger."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict
from pathlib import Path

import click
import orjson
from sqlalchemy.orm import Session

from engine import audit as ledger
from forms.sentences import Sentence
from web.cli import door


@click.group("audit")
def audit() -> None:
    """The access ledger."""


@audit.command("verify")
@door.of_municipality
@door.as_json
def verify(municipality: str | None, as_json: bool) -> int:
    """Recompute the ledger and name the first entry that was altered, deleted or moved; exit 1 if there is one."""
    with door.town(municipality, read_only=True) as session:
        found = ledger.verify(session)
    told = {
        "sound": found.is_sound,
        "tree_size": found.tree_size,
        "root_hash": found.root_hash.hex(),
        "checked": found.checked,
        "unsequenced": found.unsequenced,
        "fault": asdict(found.fault) if found.fault is not None else None,
    }
    door.emit(told, as_json, lambda: [f"{name}: {value}" for name, value in told.items()])
    return 0 if found.is_sound else 1


@audit.command("export")
@click.argument("file", required=False, metavar="FILE")
@door.of_municipality
@door.as_json
def export(file: str | None, municipality: str | None, as_json: bool) -> None:
    """Write the ledger as JSON lines that can be checked without this program (standard output without FILE).

    With --json: one document, {lines}, or {file, entries} where FILE is written.
    """
    with door.town(municipality) as session:
        ledger.sequence(session)
        if file is None and not as_json:
            ledger.export(session, sys.stdout)
        elif file is None:
            lines = io.StringIO()
            ledger.export(session, lines)
            door.emit({"lines": [orjson.loads(line) for line in lines.getvalue().splitlines()]}, as_json)
        else:
            written = _write(session, file)
            door.emit({"file": file, "entries": written}, as_json, lambda: [])


def _write(session: Session, file: str) -> int:
    try:
        with Path(file).open("w", encoding="utf-8") as target:
            return ledger.export(session, target)
    except OSError:
        raise door.Fault(Sentence(f"ファイルに書けません: {file}", f"The file cannot be written: {file}")) from None


COMMANDS = (audit,)
