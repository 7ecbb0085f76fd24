"""The one place that reads the wall clock, and the town's own calendar for demo and test.

A town's clock, once set, stands still until it is moved: what happens on a day is then done on that day, however long
it takes. Without one, `now` is the system clock. Sessions, tokens and rate limits always use `wall_now`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped, Session

from engine.database import Base, municipality_of, table_of
from engine.errors import NotFound, Rejected

JST = ZoneInfo("Asia/Tokyo")


class TownClock(Base):
    """The instant at which a demo or test town stands. One row per municipality, its id that of the municipality."""

    __tablename__ = "town_clock"

    stands_at: Mapped[datetime]


_READ = "town_clock"  # what this transaction has read of the clocks, by municipality
_STANDS_AT = select(table_of(TownClock).c.stands_at).where(table_of(TownClock).c.municipality_id == bindparam("town"))


class ClockRefused(Rejected):
    """The town's clock may not be moved there. It stands where it stood."""

    code = "clock_refused"

    def __init__(self, wanted: datetime, stands_at: datetime) -> None:
        self.wanted = wanted
        self.stands_at = stands_at
        super().__init__(
            f"expected an instant not before {stands_at.isoformat()}, but got {wanted.isoformat()}, "
            "and a town that has cases moves forward only"
        )


class ClockNotMovable(NotFound):
    """In production there is no town clock to move."""

    def __init__(self) -> None:
        super().__init__("expected a demo or test environment, but the clock of this one cannot be moved")


def wall_now() -> datetime:
    """The system clock: an aware UTC instant."""
    return datetime.now(UTC)


def now(session: Session, municipality_id: str | None = None) -> datetime:
    """The town's instant (aware UTC): where its clock was set, else the system clock."""
    town = municipality_id or municipality_of(session)
    known: dict[str, datetime | None] = session.info.setdefault(_READ, {})
    if town not in known:
        known[town] = session.execute(_STANDS_AT, {"town": town}).scalar()
    return known[town] or wall_now()


def remember(session: Session, town: str, stands_at: datetime | None) -> None:
    """Let `now` use what another statement of this transaction has read of the town's clock; None: it has none."""
    session.info.setdefault(_READ, {})[town] = stands_at


def is_set(session: Session) -> bool:
    """Whether the town lives by a clock of its own."""
    return session.get(TownClock, _key(session)) is not None


def set_now(session: Session, instant: datetime, *, allowed: bool, has_cases: bool) -> None:
    """Move the town's clock to `instant`.

    allowed: whether the environment is demo or test.
    Raises ClockNotMovable, and ClockRefused for a step back in a town that has cases.
    """
    if not allowed:
        raise ClockNotMovable
    clock = session.get(TownClock, _key(session), with_for_update=True, populate_existing=True)
    stands_at = clock.stands_at if clock is not None else None
    if has_cases and instant < (stands_at or wall_now()):
        raise ClockRefused(instant, stands_at or wall_now())
    if clock is None:
        town = municipality_of(session)
        session.add(TownClock(municipality_id=town, id=town, stands_at=instant))
    else:
        clock.stands_at = instant
    session.flush()
    remember(session, municipality_of(session), instant)


def jst_day(instant: datetime) -> date:
    """The Japanese calendar day of an instant."""
    if instant.tzinfo is None:
        raise TypeError("expected an aware instant, but got a naive datetime")
    return instant.astimezone(JST).date()


def jst_midnight(day: date) -> datetime:
    """The UTC instant at which the Japanese calendar day begins."""
    return datetime.combine(day, time(), JST).astimezone(UTC)


def _key(session: Session) -> tuple[str, str]:
    town = municipality_of(session)
    return (town, town)
