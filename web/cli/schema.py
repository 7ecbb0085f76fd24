"""Commands for the database's schema."""

from __future__ import annotations

import click

from engine import schema as engine_schema
from web.cli import door


@click.group("schema")
def schema() -> None:
    """Database revisions."""


@schema.command("upgrade")
@door.as_json
def upgrade(as_json: bool) -> None:
    """Bring the database to this release's schema."""
    state = engine_schema.upgrade(door.bare_database(makes_it=True))
    door.emit({"current": state.current, "newest": state.newest}, as_json, lambda: [f"current: {state.current}"])


@schema.command("check")
@door.as_json
def check(as_json: bool) -> None:
    """Say whether the database has this release's schema; exit 2 if not."""
    state = door.require_current(door.bare_database())
    door.emit({"current": state.current, "newest": state.newest}, as_json, lambda: [f"current: {state.current}"])


COMMANDS = (schema,)
