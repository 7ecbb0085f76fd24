"""Transactions, and the one municipality each of them serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy import exc as sa_exc
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, UOWTransaction

from engine.database.columns import Base, table_of
from engine.database.connections import READ_ONLY, Busy
from engine.errors import EngineError, NotFound

_MUNICIPALITY = "municipality_id"


class NoMunicipality(EngineError):
    """A programming error: work on a town's rows was begun without saying which town."""

    code = "no_municipality"

    def __init__(self) -> None:
        super().__init__("expected the session to serve a municipality, but none was entered")


class ForeignRow(EngineError):
    """A programming error: a row of one municipality was written in the session of another."""

    code = "foreign_row"

    def __init__(self, table: str, row_id: str) -> None:
        super().__init__(f"expected {table} {row_id} to belong to the municipality of the session, but it does not")


class RowNotFound(NotFound):
    """No such row in this municipality."""

    def __init__(self, table: str, row_id: str) -> None:
        self.table = table
        self.row_id = row_id
        super().__init__(f"expected {table} {row_id} to exist, but it does not")


@contextmanager
def transaction(engine: Engine, *, read_only: bool = False, municipality_id: str | None = None) -> Iterator[Session]:
    """One transaction: commits at the end, rolls back on any exception. Records stay readable afterwards.

    The municipality may also be entered later (`enter_municipality`), when the caller is known.
    Raises Busy where the database could not be had in time.
    """
    bind = engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True}) if read_only else engine
    with Session(bind, expire_on_commit=False) as session:
        if municipality_id is not None:
            enter_municipality(session, municipality_id)
        try:
            with session.begin():
                yield session
        except sa_exc.TimeoutError as error:
            raise Busy("every connection was in use") from error


def enter_municipality(session: Session, municipality_id: str) -> None:
    """Let the session serve this municipality from now on."""
    session.info[_MUNICIPALITY] = municipality_id


def municipality_of(session: Session) -> str:
    """The municipality the session serves. Raises NoMunicipality where none was entered."""
    municipality_id = session.info.get(_MUNICIPALITY)
    if municipality_id is None:
        raise NoMunicipality
    return str(municipality_id)


def direct(session: Session) -> sa.Connection:
    """The transaction's connection, for statements on which no unsaved record of the session bears.

    They skip its flush and its unit of work, which cost more than the statements themselves.
    """
    return session.connection()


def write(session: Session, records: Sequence[Base]) -> None:
    """Insert new records of one kind, past the session's unit of work: rows that a step leaves behind.

    They are not the session's afterwards: what is changed in them later is not written.
    """
    if not records:
        return
    town = municipality_of(session)
    for record in records:
        if record.municipality_id is None:
            record.municipality_id = town
        elif record.municipality_id != town:
            raise ForeignRow(record.__tablename__, record.id)
    insert, columns = _insert(type(records[0]))
    said = {name for record in records for name in record.__dict__ if name in columns}
    direct(session).execute(insert, [{name: record.__dict__.get(name) for name in said} for record in records])


@cache
def _insert(record: type[Base]) -> tuple[sa.Insert, frozenset[str]]:
    """The statement of a table and the names of its columns."""
    table = table_of(record)
    return sa.insert(table), frozenset(table.columns.keys())


_Record = TypeVar("_Record", bound=Base)


def find(session: Session, record: type[_Record], row_id: str, *, lock: bool = False) -> _Record:
    """The row with this id in the session's municipality, locked and fresh if asked. Raises RowNotFound."""
    key = (municipality_of(session), row_id)
    found = session.get(record, key, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise RowNotFound(record.__tablename__, row_id)
    return found


def take_turns(session: Session, what: str, *, wait: bool = True) -> bool:
    """Let one transaction at a time do `what` in this municipality; the turn ends with the transaction.

    For counting on from a highest number and the like. Without `wait`: whether the turn was to be had at once.
    On SQLite a writing transaction is alone already. Raises Busy after the bounded wait.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    digest = hashlib.sha256(f"{municipality_of(session)} {what}".encode()).digest()
    key = int.from_bytes(digest[:8], signed=True)
    if wait:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        return True
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))))


def _stamp_municipality(session: Session, _flush: UOWTransaction, _objects: object) -> None:
    served = session.info.get(_MUNICIPALITY)
    for record in session.new:
        if not isinstance(record, Base):
            continue
        if record.municipality_id is None:
            record.municipality_id = municipality_of(session)
        elif served is not None and record.municipality_id != served:
            raise ForeignRow(record.__tablename__, record.id)


event.listen(Session, "before_flush", _stamp_municipality)
