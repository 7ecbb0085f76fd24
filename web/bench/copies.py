"""Copies of whole families: their rows under new ids, for lists as long as a city's.

It knows tables by name and no meaning of theirs: every value that is the id of a copied row becomes the id of its copy.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.database import new_id
from engine.schema.tables import metadata

_OWNED = {  # table → the column that names the case
    "case": "id",
    "person": "case_id",
    "address": "case_id",
    "pregnancy": "case_id",
    "child": "case_id",
    "fact_sheet": "case_id",
    "instance": "case_ref",
    "task": "case_ref",
    "timer": "case_ref",
}
_AT_ONCE = 500  # families to an insert

Row = dict[str, Any]


def fill_up(engine: Engine, town: str, wanted: int) -> None:
    """Copy the open families of the town until it has so many."""
    tables = {name: metadata().tables[name] for name in _OWNED}
    with engine.begin() as connection:
        originals = _families(connection, tables, town)
        known = len(originals)
        pending: dict[str, list[Row]] = defaultdict(list)
        for number in range(max(0, wanted - known)):
            for name, rows in _copy(originals[number % known], number).items():
                pending[name] += rows
            if number % _AT_ONCE == 0:
                _insert(connection, tables, pending)
        _insert(connection, tables, pending)
        connection.exec_driver_sql("ANALYZE")


def _families(connection: sa.Connection, tables: dict[str, sa.Table], town: str) -> list[dict[str, list[Row]]]:
    """The rows of each open case by table."""
    families: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for name, owner in _OWNED.items():
        table = tables[name]
        for row in connection.execute(sa.select(table).where(table.c.municipality_id == town)).mappings():
            families[row[owner]][name].append(dict(row))
    return [family for family in families.values() if family["case"][0]["state"] == "open"]


def _copy(family: dict[str, list[Row]], number: int) -> dict[str, list[Row]]:
    ids = {row["id"]: new_id() for rows in family.values() for row in rows}
    copied = {
        name: [
            {column: ids.get(value, value) if isinstance(value, str) else value for column, value in row.items()}
            for row in rows
        ]
        for name, rows in family.items()
    }
    copied["case"][0]["number"] = f"copy-{number}"
    return copied


def _insert(connection: sa.Connection, tables: dict[str, sa.Table], pending: dict[str, list[Row]]) -> None:
    for name, rows in pending.items():
        if rows:
            connection.execute(sa.insert(tables[name]), rows)
    pending.clear()
