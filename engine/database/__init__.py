"""The database: one dialect-neutral base for SQLite (a village, a demo) and PostgreSQL (a city, the country).

Every row belongs to a municipality and says so first in its key, so that towns can be spread over servers.
A session serves one municipality; what it writes is stamped with it and can belong to no other.
Nothing here retries or commits on its own: `transaction` is entered at the edge.
"""

from engine.database.columns import JSON, Base, Day, UtcInstant, references, table_of
from engine.database.connections import Busy, engine_for
from engine.database.ids import id_at, new_id
from engine.database.transactions import (
    ForeignRow,
    NoMunicipality,
    RowNotFound,
    direct,
    enter_municipality,
    find,
    municipality_of,
    take_turns,
    transaction,
    write,
)

__all__ = [
    "Base",
    "Busy",
    "Day",
    "ForeignRow",
    "JSON",
    "NoMunicipality",
    "RowNotFound",
    "UtcInstant",
    "direct",
    "engine_for",
    "enter_municipality",
    "find",
    "id_at",
    "municipality_of",
    "new_id",
    "references",
    "table_of",
    "take_turns",
    "transaction",
    "write",
]
