"""Triggers that refuse any change to rows that must never change, whoever asks and however.

They stand in the database itself, so that a slip in our code, a hurried repair by hand or a stolen application
password cannot rewrite a published process or the ledger without first taking them away, which is a deed of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_MESSAGE = "rows of this table are never changed or deleted"


def protect(connection: Connection, tables: list[str]) -> None:
    """Make the triggers of these tables anew. Tables that do not exist yet are left out."""
    present = set(sa.inspect(connection).get_table_names())
    make = _protect_postgresql if connection.dialect.name == "postgresql" else _protect_sqlite
    make(connection, [table for table in tables if table in present])


def _protect_sqlite(connection: Connection, tables: list[str]) -> None:
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )


def _protect_postgresql(connection: Connection, tables: list[str]) -> None:
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION tsunagu_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in tables:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_immutable ON {table}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tsunagu_refuse_change()"
        )
