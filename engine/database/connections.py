"""Engines for SQLite and PostgreSQL, set up alike: durable, bounded in every wait, silent about values."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext, make_url

from engine.errors import Conflict, EngineError
from forms.sentences import Sentence

LOCK_WAIT_SECONDS = 5
STATEMENT_SECONDS = 60
READ_ONLY = "tsunagu_read_only"

_BUSY_SQLSTATES = {"55P03", "40P01", "40001", "57014"}  # lock wait over, deadlock, serialisation, statement cancelled
_SQLITE_BUSY_CODES = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED


class NotADatabase(EngineError):
    """The file named as the database holds something else. Nothing in it was touched."""

    code = "not_a_database"

    def __init__(self, file: str) -> None:
        self.sentence = Sentence(
            f"このファイルはデータベースではありません: {file}。TSUNAGU_DATABASE_URL をご確認ください。",
            f"This file is not a database: {file}; check TSUNAGU_DATABASE_URL.",
        )
        super().__init__("expected the file to be an SQLite database, but it is none")


class Busy(Conflict):
    """The database could not be had within the bounded wait. Nothing was written; trying again may help."""

    code = "busy"
    retry_after_seconds = 1

    def __init__(self, what: str) -> None:
        super().__init__(f"expected the database within {LOCK_WAIT_SECONDS} s, but {what}")


def engine_for(url: str | URL, *, pool_size: int = 10, echo: bool = False) -> Engine:
    """An engine for SQLite or PostgreSQL, set up so that a committed step survives and no wait is without end."""
    address = make_url(url)
    settings: dict[str, Any] = {
        "json_serializer": _to_json,
        "json_deserializer": orjson.loads,
        "echo": echo,
        "hide_parameters": True,
    }
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            address,
            connect_args={"timeout": LOCK_WAIT_SECONDS, "check_same_thread": False},
            **settings,
            **_sqlite_pool(address, pool_size),
        )
        event.listen(engine, "connect", partial(_prepare_sqlite, address.database or ""))
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "reset", _reset_sqlite)
    else:
        options = f"-c lock_timeout={LOCK_WAIT_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s -c timezone=UTC"
        engine = sa.create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"options": options},
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=LOCK_WAIT_SECONDS,
            pool_pre_ping=True,
            **settings,
        )
    event.listen(engine, "handle_error", _hide_values)
    event.listen(engine, "handle_error", _translate_busy)
    return engine


def _sqlite_pool(address: URL, pool_size: int) -> dict[str, Any]:
    if address.database in (None, "", ":memory:"):
        return {"poolclass": sa.StaticPool}
    return {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": LOCK_WAIT_SECONDS}


def _prepare_sqlite(file: str, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        connection.close()
        raise NotADatabase(file) from None


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: taking it later, after a read, could fail with no wait at all."""
    if connection.get_execution_options().get(READ_ONLY):
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reset_sqlite(connection: Any, _record: object, _state: object) -> None:
    connection.execute("PRAGMA query_only=OFF")


def _hide_values(context: ExceptionContext) -> None:
    """PostgreSQL quotes the failing row in the detail of its message; personal data must not reach a log."""
    diagnostics = getattr(context.original_exception, "diag", None)
    if diagnostics is None or diagnostics.message_primary is None:
        return
    context.original_exception.args = (diagnostics.message_primary,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"{diagnostics.sqlstate} {diagnostics.message_primary}",)


def _translate_busy(context: ExceptionContext) -> None:
    original = context.original_exception
    sqlstate = getattr(original, "sqlstate", None)
    sqlite_code = getattr(original, "sqlite_errorcode", None)
    if sqlstate in _BUSY_SQLSTATES:
        raise Busy(f"it answered {sqlstate}") from original
    if sqlite_code is not None and sqlite_code & 0xFF in _SQLITE_BUSY_CODES:
        raise Busy("another writer held it") from original


def _to_json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
