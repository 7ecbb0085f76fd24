"""The first answer to a request that carried an Idempotency-Key, kept 24 hours, so that a repeat acts only once.

The row is claimed before the act and filled after it, in the transaction of the act: both stand or neither does. The
unique constraint decides between two requests at the same moment: the other waits for the first to commit and then
gets its answer, or acts itself where the first was rolled back.

A refusal rolls the act back and its claim with it. Where it was the act's own answer (the caller says which those are)
it is kept in a transaction of its own (`keep_refusal`): the same request is refused in the same words, another one
under this key as reuse. Any other refusal (not signed in, not permitted, too many requests, busy) leaves it unused.

Instants here are those of the wall clock: a demo town that jumps a month ahead must not forget what was just asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from engine.database import Base, Busy, direct, municipality_of, new_id, table_of
from engine.errors import Rejected

KEPT = timedelta(hours=24)


class KeptReply(Base):
    """What one caller was answered under one key. `status` is None while the act is under way."""

    __tablename__ = "reply"
    __table_args__ = (UniqueConstraint("municipality_id", "caller", "key"), Index(None, "made_at"))

    caller: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was given: HTTP status and body, byte for byte."""

    status: int
    body: bytes


class KeyReused(Rejected):
    """The caller used this key less than 24 hours ago for something else."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("expected the request first made under this Idempotency-Key, but got another")


def first(session: Session, caller: str, key: str, body_hash: str, *, now: datetime) -> Reply | None:
    """The first answer under this key, or None: then the key is claimed and the caller must act and `keep`.

    caller: id of the person or sender; body_hash: a hash over method, path and body; now: wall clock.
    Raises KeyReused; Busy where another request holds the key and has not answered yet.
    """
    if _claim(session, caller, key, body_hash, now):
        return None
    kept = session.execute(
        select(KeptReply.body_hash, KeptReply.status, KeptReply.body, KeptReply.made_at).where(
            *_this(session, caller, key)
        )
    ).one_or_none()
    if kept is None:
        raise Busy("another request with this key was just undone")
    if kept.made_at <= now - KEPT:
        _renew(session, caller, key, body_hash, now)
        return None
    if kept.body_hash != body_hash:
        raise KeyReused
    if kept.status is None:
        raise Busy("another request with this key is under way")
    return Reply(kept.status, kept.body or b"")


def keep(session: Session, caller: str, key: str, status: int, body: bytes) -> None:
    """Keep the answer under a key this request has claimed."""
    direct(session).execute(_FILL, {**_names(session, caller, key), "answer_status": status, "answer": body})


def keep_refusal(
    session: Session, caller: str, key: str, body_hash: str, status: int, body: bytes, *, now: datetime
) -> Reply:
    """Keep a refusal whose act was rolled back. The first answer: this one, or one that was kept in the meantime.

    Raises KeyReused, Busy as `first` does; then nothing is kept.
    """
    kept = first(session, caller, key, body_hash, now=now)
    if kept is not None:
        return kept
    keep(session, caller, key, status, body)
    return Reply(status, body)


def release(session: Session, caller: str, key: str) -> None:
    """Give up a claim that was committed before its act, because the act was refused."""
    session.execute(delete(KeptReply).where(*_this(session, caller, key), KeptReply.status.is_(None)))


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete what was kept longer than 24 hours, in every municipality; how many. For the worker."""
    gone: Any = session.execute(delete(KeptReply).where(KeptReply.made_at <= now - KEPT))
    return int(gone.rowcount)


def _claim(session: Session, caller: str, key: str, body_hash: str, now: datetime) -> bool:
    row = {
        "municipality_id": municipality_of(session),
        "id": new_id(),
        "caller": caller,
        "key": key,
        "body_hash": body_hash,
        "made_at": now,
    }
    return direct(session).execute(_CLAIM[session.get_bind().dialect.name], row).first() is not None


_REPLY = table_of(KeptReply)
_CLAIM: dict[str, ReturningInsert[Any]] = {  # on PostgreSQL it waits for a claim that is not yet committed
    "postgresql": postgresql.insert(_REPLY).on_conflict_do_nothing().returning(_REPLY.c.id),
    "sqlite": sqlite.insert(_REPLY).on_conflict_do_nothing().returning(_REPLY.c.id),
}
_FILL = (
    update(_REPLY)
    .where(
        _REPLY.c.municipality_id == bindparam("town"),
        _REPLY.c.caller == bindparam("of_caller"),
        _REPLY.c.key == bindparam("of_key"),
    )
    .values(status=bindparam("answer_status"), body=bindparam("answer"))
)


def _names(session: Session, caller: str, key: str) -> dict[str, str]:
    return {"town": municipality_of(session), "of_caller": caller, "of_key": key}


def _renew(session: Session, caller: str, key: str, body_hash: str, now: datetime) -> None:
    session.execute(
        update(KeptReply)
        .where(*_this(session, caller, key))
        .values(body_hash=body_hash, status=None, body=None, made_at=now)
    )


def _this(session: Session, caller: str, key: str) -> tuple[Any, ...]:
    return (
        KeptReply.municipality_id == municipality_of(session),
        KeptReply.caller == caller,
        KeptReply.key == key,
    )
