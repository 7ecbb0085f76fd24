"""Alembic's entry: runs the revisions on the connection it is handed, or on TSUNAGU_DATABASE_URL for developers."""

from __future__ import annotations

import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from engine.database import JSON, Day, UtcInstant, engine_for
from engine.schema.tables import metadata


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy, so that a revision never changes when our code does."""
    if kind != "type":
        return False
    if isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, Day):
        return "sa.Date()"
    if item is JSON or type(item) is type(JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with engine_for(os.environ["TSUNAGU_DATABASE_URL"]).begin() as opened:
        run(opened)
