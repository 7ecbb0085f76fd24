"""The database schema and its revisions.

`upgrade` brings a database to this release in one transaction, `check` says where it stands. A database that a newer
release has already changed is refused rather than guessed at. `create_all_for_tests` makes the same tables from the
records at once; a test proves that both ways lead to the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from engine.errors import Conflict
from engine.schema.protection import protect
from engine.schema.tables import immutable_tables, metadata

__all__ = ["SchemaState", "SchemaTooNew", "check", "create_all_for_tests", "upgrade"]

_HOME = Path(__file__).parent
_UPGRADE_LOCK = 7_348_201  # one upgrade at a time, whichever server it is started on


@dataclass(frozen=True, slots=True)
class SchemaState:
    """current: the revision of the database, None when it is empty. newest: the one this release needs."""

    current: str | None
    newest: str
    missing: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        return not self.missing


class SchemaTooNew(Conflict):
    """The database has a revision this release does not know: a newer release has been at work on it."""

    code = "schema_too_new"

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(f"expected a revision this release knows, but the database is at {revision!r}")


def check(engine: Engine) -> SchemaState:
    """Where the database stands. Raises SchemaTooNew."""
    with engine.connect() as connection:
        return _state(connection)


def upgrade(engine: Engine) -> SchemaState:
    """Bring the database to this release; a second time changes nothing. Raises SchemaTooNew, leaving it as it was."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        state = _state(connection)
        if not state.is_current:
            command.upgrade(_config(connection), "head")
            protect(connection, immutable_tables())
        return _state(connection)


def create_all_for_tests(engine: Engine) -> None:
    """Make all tables from the records, without revisions. For tests only."""
    with engine.begin() as connection:
        metadata().create_all(connection)
        protect(connection, immutable_tables())


def _state(connection: Connection) -> SchemaState:
    scripts = ScriptDirectory.from_config(_config(connection))
    current = MigrationContext.configure(connection).get_current_revision()
    chain = [script.revision for script in scripts.walk_revisions()][::-1]
    if current is not None and current not in chain:
        raise SchemaTooNew(current)
    done = chain.index(current) + 1 if current is not None else 0
    return SchemaState(current, chain[-1] if chain else "", tuple(chain[done:]))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HOME))
    config.set_main_option("version_locations", str(_HOME / "revisions"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
