"""Databases to measure on, made for the occasion and dropped again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from engine import schema
from engine.database import engine_for, new_id

DATABASES = ("sqlite", "postgresql")
POSTGRESQL_URL = "TSUNAGU_BENCH_POSTGRESQL_URL"
_DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"


class NotThere(Exception):
    """No server of this kind answers."""


@contextmanager
def made(name: str) -> Iterator[Engine]:
    """An engine on a new database of this kind with all tables. Raises NotThere."""
    with _sqlite() if name == "sqlite" else _postgresql() as engine:
        schema.upgrade(engine)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="tsunagu-bench-") as folder:
        yield engine_for(f"sqlite:///{folder}/town.db")


@contextmanager
def _postgresql() -> Iterator[Engine]:
    address = make_url(os.environ.get(POSTGRESQL_URL) or _DEFAULT).set(drivername="postgresql+psycopg")
    server = sa.create_engine(
        address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool, connect_args={"connect_timeout": 3}
    )
    name = f"tsunagu_bench_{new_id().lower()}"
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    except sa.exc.OperationalError:
        raise NotThere(
            f"No PostgreSQL server answers where {POSTGRESQL_URL} says (or on 127.0.0.1:5432), so it was not measured."
        ) from None
    try:
        yield engine_for(address.set(database=name))
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
