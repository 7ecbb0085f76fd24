"""One entry of the ledger: who did what, about which case, when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from sqlalchemy import Index, LargeBinary, Text, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.audit import merkle
from engine.database import Base, direct, municipality_of, new_id, table_of

Detail = str | int | bool | None | list[str]


class AuditEntry(Base):
    """A leaf of the ledger. Written once, in the transaction of what it tells of; the database refuses any change.

    about: the case id, or the id of whatever else it is about. details: canonical JSON, ids and codes only.
    leaf_hash: RFC 6962 leaf hash of all other columns (`leaf_data`).
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "municipality_id", "about", "id"), {"info": {"immutable": True}})

    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    about: Mapped[str | None]
    details: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


_INSERT = insert(table_of(AuditEntry))


def record(
    session: Session,
    action: str,
    *,
    by: str,
    about: str | None,
    now: datetime,
    details: Mapping[str, Detail] | None = None,
) -> str:
    """Write one entry in the caller's transaction; the id of the entry.

    by: a staff id, or a word such as `system`. details: ids, codes and counts, never personal data.
    It reads nothing and locks nothing, so that no two pieces of work ever wait for each other here.
    """
    town, entry_id, at = municipality_of(session), new_id(), now.astimezone(UTC)
    told = orjson.dumps(details or {}, option=orjson.OPT_SORT_KEYS).decode()
    direct(session).execute(
        _INSERT,
        {
            "municipality_id": town,
            "id": entry_id,
            "at": at,
            "actor": by,
            "action": str(action),
            "about": about,
            "details": told,
            "leaf_hash": merkle.leaf_hash(leaf_data(town, entry_id, at, by, str(action), about, told)),
        },
    )
    return entry_id


def leaf_data(
    municipality_id: str, entry_id: str, at: datetime, actor: str, action: str, about: str | None, details: str
) -> bytes:
    """What is hashed: one JSON object of all columns, keys sorted, no blanks, UTF-8; `details` as its stored text.

    Nothing but texts and null stands in it, so that any JSON library writes the same bytes.
    """
    columns = {
        "about": about,
        "action": action,
        "actor": actor,
        "at": instant_text(at),
        "details": details,
        "id": entry_id,
        "municipality_id": municipality_id,
    }
    return orjson.dumps(columns)


def instant_text(at: datetime) -> str:
    """UTC with microseconds and Z, always of the same length."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
