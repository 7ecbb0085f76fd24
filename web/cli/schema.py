"""Commands for the database's schema."""

from __future__ import annotations

import click
from sqlalchemy.engine import Engine

from engine import schema as engine_schema
from engine.schema import SchemaState
from forms.sentences import Sentence
from web.cli import door


@click.group("schema")
def schema() -> None:
    """Database revisions."""


@schema.command("upgrade")
@door.as_json
def upgrade(as_json: bool) -> None:
    """Bring the database to this release's schema."""
    state = engine_schema.upgrade(door.database())
    door.emit({"current": state.current, "newest": state.newest}, as_json, lambda: [f"current: {state.current}"])


@schema.command("check")
@door.as_json
def check(as_json: bool) -> None:
    """Say whether the database has this release's schema; exit 2 if not."""
    state = require_current(door.database())
    door.emit({"current": state.current, "newest": state.newest}, as_json, lambda: [f"current: {state.current}"])


def require_current(engine: Engine) -> SchemaState:
    """Where the database stands. Raises Fault where that is not this release's schema, SchemaTooNew."""
    state = engine_schema.check(engine)
    if not state.is_current:
        raise door.Fault(
            Sentence(
                f"データベースが {state.newest} になっていません。tsunagu schema upgrade を実行してください。",
                f"The database is at {state.current or 'nothing'}, not {state.newest}; run tsunagu schema upgrade.",
            )
        )
    return state


COMMANDS = (schema,)
