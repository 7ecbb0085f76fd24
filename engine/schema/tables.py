"""Every record of the engine, gathered so that the schema sees all tables."""

from __future__ import annotations

import importlib
import pkgutil

import sqlalchemy as sa

import engine
from engine.database import Base

_OWN = "engine.schema"


def metadata() -> sa.MetaData:
    """The metadata of all tables, whichever module they stand in."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if not module.name.startswith((_OWN, "engine.workflow.spiff")):
            importlib.import_module(module.name)
    return Base.metadata


def immutable_tables() -> list[str]:
    """Tables whose rows are never changed or deleted: those marked with `info={"immutable": True}`."""
    return sorted(name for name, table in metadata().tables.items() if table.info.get("immutable"))
