"""The municipality's opening days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, direct, municipality_of, references, table_of


class ClosingDay(Base):
    """A day on which the municipality (or one centre) is closed beyond weekends and holidays: a local festival, say."""

    __tablename__ = "closing_day"
    __table_args__ = (UniqueConstraint("municipality_id", "day", "centre_id"), references("centre", "centre_id"))

    day: Mapped[date]
    name_ja: Mapped[str] = mapped_column(default="")
    centre_id: Mapped[str | None]


@lru_cache(maxsize=64)
def national_holidays(year: int) -> frozenset[date]:
    """The national holidays of Japan of a year, substitute days (振替休日, 国民の休日) included."""
    return frozenset(holidays.country_holidays("JP", years=year))


@lru_cache(maxsize=512)
def _open_days(closing_days: frozenset[date], year: int) -> frozenset[date]:
    """The opening days of a year. Source: rules.md: not Sat, Sun, national holiday, 29 Dec to 3 Jan."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    closed = national_holidays(year) | closing_days
    return frozenset(day for day in days if day.weekday() < 5 and not _is_new_year(day) and day not in closed)


def _is_new_year(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


class BusinessCalendar:
    """Which days the office is open (開庁日). Implements `forms.expressions.Calendar`.

    Two calendars with the same closing days share their years, so that making one costs nothing.
    """

    def __init__(self, closing_days: Collection[date] = ()) -> None:
        self.closing_days = frozenset(closing_days)

    def is_business_day(self, day: date) -> bool:
        return day in _open_days(self.closing_days, day.year)


_OF = table_of(ClosingDay).c
_CLOSING_DAYS = select(_OF.day).where(_OF.municipality_id == bindparam("town"), _OF.centre_id.is_(None))


def business_calendar(session: Session) -> BusinessCalendar:
    """The calendar of the session's municipality; closing days of single centres are not in it.

    A transaction reads it once; closing days are entered in transactions of their own.
    """
    town = municipality_of(session)
    known: dict[str, BusinessCalendar] = session.info.setdefault("calendars_read", {})
    if town not in known:
        known[town] = BusinessCalendar(direct(session).execute(_CLOSING_DAYS, {"town": town}).scalars().all())
    return known[town]
