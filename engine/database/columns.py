"""Column types that mean the same on both databases, and the base of all records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.database.ids import new_id


class UtcInstant(sa.TypeDecorator[datetime]):
    """An aware UTC instant, in and out, on both databases. A naive datetime is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("expected an aware instant, but got a naive datetime")
        instant = value.astimezone(UTC)
        return instant if dialect.name == "postgresql" else instant.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Day(sa.TypeDecorator[date]):
    """A calendar day (JST). An instant is refused, so that the two never mix silently."""

    impl = sa.Date
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | None:
        if isinstance(value, datetime):
            raise TypeError("expected a calendar day, but got an instant")
        return value


JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


@compiles(sa.JSON, "sqlite")
def _json_as_text(_type: object, _compiler: object, **_options: object) -> str:
    """SQLite gives a column declared JSON the numeric affinity: it would hand back 5 for 5.0."""
    return "TEXT"


def _enum_values(members: type[Enum]) -> list[str]:
    return [str(member.value) for member in members]


class Base(DeclarativeBase):
    """The root of all records: key `(municipality_id, id)`.

    A new record has its id at once; `municipality_id`, where not given, is taken from the session when it is flushed.
    """

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_1_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcInstant(),
        date: Day(),
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
        Enum: sa.Enum(Enum, native_enum=False, create_constraint=False, length=32, values_callable=_enum_values),
    }

    municipality_id: Mapped[str] = mapped_column(sa.String(26), primary_key=True, sort_order=-20)
    id: Mapped[str] = mapped_column(sa.String(26), primary_key=True, sort_order=-10)

    def __init__(self, **columns: Any) -> None:
        columns.setdefault("id", new_id())
        for name, value in columns.items():
            if not hasattr(type(self), name):
                raise TypeError(f"expected a column of {type(self).__name__}, but got {name!r}")
            setattr(self, name, value)


def table_of(record: type[Base]) -> sa.Table:
    """The table of a record, for statements that need no records: they cost a fraction of those that make them."""
    return cast(sa.Table, record.__table__)


def references(table: str, column: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key within the municipality: `(municipality_id, <column>)` → `table (municipality_id, id)`."""
    return sa.ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"], ondelete=ondelete
    )
