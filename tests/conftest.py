"""Databases for tests: every test that asks for `database` runs on SQLite and on PostgreSQL.

PostgreSQL is looked for at TSUNAGU_TEST_POSTGRESQL_URL (default: the local server, user postgres). Where it cannot be
reached its half is skipped, but under CI it fails. Each test process makes its own database and drops it at the end,
so that any number of processes may run side by side.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.engine import URL, Engine, make_url

from engine import schema
from engine.database import engine_for, id_at, new_id
from engine.organisation import passwords
from engine.schema.tables import metadata
from tests.features.coverage import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown

pytest_plugins = ["tests.engine.workflow.spiff.figures"]
__all__ = ["pytest_sessionfinish", "pytest_terminal_summary", "pytest_testnodedown"]

POSTGRESQL_URL = os.environ.get(
    "TSUNAGU_TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres?connect_timeout=3"
)

PREFIX = "tsunagu_test_"


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Hash with the least of effort: a town of staff is set up in many tests, and none of them is attacked."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "tsunagu.db"
    engine = engine_for(f"sqlite:///{path}")
    schema.create_all_for_tests(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def make_postgresql() -> Iterator[Callable[[], URL]]:
    """Makes empty PostgreSQL databases and drops them when the session ends."""
    server = sa.create_engine(make_url(POSTGRESQL_URL), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    made: list[str] = []

    def make() -> URL:
        name = PREFIX + new_id().lower()
        try:
            with server.connect() as connection:
                if not made:
                    _drop_forgotten(connection)
                connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
                connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        except sa.exc.OperationalError as error:
            if os.environ.get("CI", "").lower() in ("true", "1"):
                pytest.fail(f"PostgreSQL is not reachable: {error.orig}")
            pytest.skip("PostgreSQL is not reachable")
        made.append(name)
        return make_url(POSTGRESQL_URL).set(database=name)

    yield make
    for name in made:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _drop_forgotten(connection: sa.Connection) -> None:
    """Drop what killed test runs left behind: the name tells when a database was made."""
    old = PREFIX + id_at(datetime.now(UTC) - timedelta(hours=6)).lower()
    query = sa.text("SELECT datname FROM pg_database WHERE datname LIKE :mine AND datname < :old")
    for name in connection.scalars(query, {"mine": f"{PREFIX}%", "old": old}).all():
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_with_tables(make_postgresql: Callable[[], URL]) -> Iterator[Engine]:
    engine = engine_for(make_postgresql())
    schema.create_all_for_tests(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a database with all tables and no rows."""
    if request.param == "postgresql":
        engine = request.getfixturevalue("postgresql_with_tables")
        _empty(engine)
        yield engine
        return
    path = request.getfixturevalue("tmp_path") / "tsunagu.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    engine = engine_for(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a database without any table, for tests of the schema itself."""
    if request.param == "postgresql":
        engine = engine_for(request.getfixturevalue("make_postgresql")())
    else:
        engine = engine_for(f"sqlite:///{request.getfixturevalue('tmp_path') / 'empty.db'}")
    yield engine
    engine.dispose()


def _empty(engine: Engine) -> None:
    """Truncate the tables that have rows; truncating all would cost a tenth of a second each time."""
    tables = sorted(metadata().tables)
    probe = " UNION ALL ".join(f"(SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\"))" for table in tables)
    with engine.begin() as connection:
        filled = connection.exec_driver_sql(probe).scalars().all()
        if filled:
            connection.exec_driver_sql("TRUNCATE " + ", ".join(f'"{table}"' for table in filled) + " CASCADE")
