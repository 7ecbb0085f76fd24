"""The check-up sessions of the demo town: each kind once a month at each main centre, through all its years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from engine import organisation
from engine.organisation import CentreKind
from engine.organisation.checkup_sessions import CheckupSession, plan

YEARS_AHEAD = 2
HALLS = {
    "north": "北《きた》保健《ほけん》センター 2階《かい》",
    "central": "中央《ちゅうおう》保健《ほけん》センター 1階《かい》",
    "south": "南《みなみ》公民館《こうみんかん》 ホール",
}
# Kind -> the week of the month and the weekday (0 = Monday), reception from and until, how many children.
MONTHLY = {
    "3_4m": (2, 1, "13:00", "13:45", 30),
    "1y6m": (3, 2, "13:00", "13:45", 30),
    "3y": (1, 3, "12:45", "13:30", 30),
    "5y": (4, 4, "13:15", "14:00", 24),
}


def make(session: Session, *, first: date, last: date) -> None:
    """Plan the sessions from the month of `first` to `YEARS_AHEAD` years after `last`."""
    calendar = organisation.business_calendar(session)
    months = [date(year, month, 1) for year in range(first.year, last.year + YEARS_AHEAD + 1) for month in range(1, 13)]
    plan(
        session,
        (
            each
            for centre in organisation.centres(session)
            if centre.kind == CentreKind.MAIN
            for month in months
            for each in _of_month(centre, month, calendar)
        ),
    )


def _of_month(
    centre: organisation.Centre, month: date, calendar: organisation.BusinessCalendar
) -> Iterator[CheckupSession]:
    for kind, (week, weekday, start, end, capacity) in MONTHLY.items():
        day = month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (week - 1))
        while not calendar.is_business_day(day):
            day += timedelta(days=1)
        yield CheckupSession(
            centre_id=centre.id,
            kind=kind,
            day=day,
            reception_from=start,
            reception_until=end,
            place=HALLS.get(centre.code, centre.name_ja),
            capacity=capacity,
        )
