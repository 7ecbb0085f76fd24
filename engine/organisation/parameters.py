"""Numbers a municipality may change, each valid from a day on.

A bundle ships a value for every parameter it names; a row here overrides it from its day. Nothing is overwritten:
what held on a past day can still be told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, direct, municipality_of, table_of

_READ = "parameters_read"
ParameterValue = str | int | float | bool


class Parameter(Base):
    """One value of one parameter from a day on. `source` is the tag of the rule behind it ([S23], a decision).

    taken_up_at: when running waits were computed again with it; None until its day has come.
    """

    __tablename__ = "parameter"
    __table_args__ = (Index(None, "municipality_id", "name", "valid_from"),)

    name: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(default="")
    set_by: Mapped[str | None]
    set_at: Mapped[datetime]
    taken_up_at: Mapped[datetime | None] = mapped_column(default=None)


def set_parameter(
    session: Session,
    name: str,
    value: ParameterValue,
    *,
    valid_from: date,
    now: datetime,
    by: str | None = None,
    source: str = "",
) -> Parameter:
    """Let a parameter have this value from the day on.

    Of two rows for one day the one entered later counts, even where the town's clock was set back in between.
    """
    row = Parameter(name=name, value=value, valid_from=valid_from, source=source, set_by=by, set_at=now)
    session.add(row)
    session.flush()
    session.info.pop(_READ, None)
    return row


_OF = table_of(Parameter).c
_VALID = (
    select(_OF.name, _OF.value)
    .where(_OF.municipality_id == bindparam("town"), _OF.valid_from <= bindparam("day"))
    .order_by(_OF.valid_from, _OF.id)
)


def parameters_on(session: Session, municipality_id: str | None, day: date) -> dict[str, ParameterValue]:
    """The municipality's own values that hold on the day, by name; what it never set is not in it.

    A transaction reads them once: a midnight's hundreds of steps share them.
    """
    known: dict[tuple[str, date], dict[str, ParameterValue]] = session.info.setdefault(_READ, {})
    wanted = (municipality_id or municipality_of(session), day)
    if wanted not in known:
        rows = direct(session).execute(_VALID, {"town": wanted[0], "day": day})
        known[wanted] = dict(rows.all())  # of several values of one name the last row counts
    return dict(known[wanted])


def not_taken_up(session: Session, day: date) -> list[Parameter]:
    """Values that hold by the day and with which running waits were not computed again yet."""
    query = select(Parameter).where(
        Parameter.municipality_id == municipality_of(session),
        Parameter.taken_up_at.is_(None),
        Parameter.valid_from <= day,
    )
    return list(session.scalars(query))


def next_change(session: Session, after: date) -> date | None:
    """The first day after `after` from which another value holds; None if none was decided."""
    return session.scalar(
        select(func.min(Parameter.valid_from)).where(
            Parameter.municipality_id == municipality_of(session), Parameter.valid_from > after
        )
    )


def history(session: Session, name: str) -> list[Parameter]:
    """All values a parameter ever had or will have, newest day first."""
    query = select(Parameter).where(Parameter.municipality_id == municipality_of(session), Parameter.name == name)
    return list(session.scalars(query.order_by(Parameter.valid_from.desc(), Parameter.id.desc())))
