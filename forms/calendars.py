"""Which days are business days, and counting by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

import holidays

from forms.sentences import Sentence
from forms.values import EvaluationError

_DAY = timedelta(days=1)
_LONGEST_CLOSURE_DAYS = 60
_MOST_BUSINESS_DAYS = 5000


class Calendar(Protocol):
    """Knows the closing days of one municipality."""

    def is_business_day(self, day: date) -> bool:
        """Whether the office is open on the calendar day."""
        ...


class NationalCalendar:
    """The calendar where a municipality has said nothing of its own.

    Closed: Saturday, Sunday, national holidays and 29 December to 3 January.
    Source: 地方自治法 第4条の2 (municipal holidays), 国民の祝日に関する法律.
    """

    def is_business_day(self, day: date) -> bool:
        """Whether a Japanese municipal office is open on the day."""
        if day.weekday() >= 5 or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
            return False
        return day not in _national_holidays(day.year)


@lru_cache(maxsize=256)
def _national_holidays(year: int) -> Mapping[date, str]:
    return holidays.country_holidays("JP", years=year, expand=False)


def next_business_day(calendar: Calendar, day: date) -> date:
    """The first business day after `day`; `day` itself never counts."""
    return _step(calendar, day, _DAY)


def on_business_day(calendar: Calendar, day: date) -> date:
    """The day itself where the office is open, else the first business day after it."""
    return day if calendar.is_business_day(day) else next_business_day(calendar, day)


def business_days_after(calendar: Calendar, day: date, count: int) -> date:
    """The day that lies `count` business days after `day` (first day not counted); negative counts back."""
    if abs(count) > _MOST_BUSINESS_DAYS:
        raise EvaluationError(
            Sentence(
                f"営業日数は{_MOST_BUSINESS_DAYS}日までです。",
                f"Business days can be counted up to {_MOST_BUSINESS_DAYS}.",
            )
        )
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day = _step(calendar, day, step)
    return day


def _step(calendar: Calendar, day: date, step: timedelta) -> date:
    for _ in range(_LONGEST_CLOSURE_DAYS):
        day += step
        if calendar.is_business_day(day):
            return day
    raise EvaluationError(
        Sentence(
            f"{_LONGEST_CLOSURE_DAYS}日続けて閉庁日になっています。暦を確かめてください。",
            f"The calendar is closed for {_LONGEST_CLOSURE_DAYS} days on end; check it.",
        )
    )
