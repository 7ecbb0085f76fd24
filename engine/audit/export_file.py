"""The ledger as a file that anyone can check without us (`tools/verify_ledger.py`)."""

from __future__ import annotations

from typing import TextIO

import orjson
from sqlalchemy.orm import Session

from engine.audit.entry import instant_text
from engine.audit.verification import heads_of, leaves_of
from engine.database import municipality_of


def export(session: Session, file: TextIO) -> int:
    """Write all sequenced entries in order, each head after the entries it covers, as JSON lines; how many entries.

    An entry line has `position`, `leaf_hash` (hex) and the hashed columns; a head line `tree_size` and `root_hash`.
    """
    town = municipality_of(session)
    session.flush()
    heads = iter(heads_of(session, town))
    head = next(heads, None)
    written = 0
    for row in leaves_of(session, town, 0):
        line = {
            "position": row.position,
            "leaf_hash": row.leaf.hex(),
            "municipality_id": row.municipality_id,
            "id": row.id,
            "at": instant_text(row.at) if row.at is not None else None,
            "actor": row.actor,
            "action": row.action,
            "about": row.about,
            "details": row.details,
        }
        _write(file, line)
        written += 1
        while head is not None and head.tree_size <= row.position + 1:
            _write(
                file,
                {"tree_size": head.tree_size, "root_hash": head.root_hash.hex(), "head_at": instant_text(head.at)},
            )
            head = next(heads, None)
    return written


def _write(file: TextIO, line: dict[str, object]) -> None:
    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode())
