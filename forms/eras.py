"""Japanese eras: which one a day belongs to, and how a day is written in wareki.

Eras change by day, not by year: 昭和64年1月7日 is followed by 平成元年1月8日, 平成31年4月30日 by 令和元年5月1日.
Source: 元号法 and the cabinet orders on each change of era.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Era:
    """One era. `last` is None for the present one; Meiji and Taisho end on the day the next one began."""

    letter: str
    name: str
    romaji: str
    first: date
    last: date | None

    def gregorian_year(self, year: int) -> int:
        """The Gregorian year of the era's year 1, 2, …, whether or not the era lasted so long."""
        return self.first.year + year - 1

    def covers(self, day: date) -> bool:
        """Whether papers of `day` could bear this era."""
        return self.first <= day and (self.last is None or day <= self.last)


ERAS = (
    Era("M", "明治", "Meiji", date(1868, 10, 23), date(1912, 7, 30)),
    Era("T", "大正", "Taisho", date(1912, 7, 30), date(1926, 12, 25)),
    Era("S", "昭和", "Showa", date(1926, 12, 25), date(1989, 1, 7)),
    Era("H", "平成", "Heisei", date(1989, 1, 8), date(2019, 4, 30)),
    Era("R", "令和", "Reiwa", date(2019, 5, 1), None),
)


def era_of(day: date) -> Era | None:
    """The era a day belongs to (the later one on a day of change); None before Meiji."""
    for era in reversed(ERAS):
        if era.first <= day:
            return era
    return None


def wareki_year(day: date) -> str:
    """The year of a day: "令和8年", "令和元年"; "1850年" before Meiji."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年"
    year = day.year - era.first.year + 1
    return f"{era.name}{'元' if year == 1 else year}年"


def wareki(day: date, *, weekday: bool = True) -> str:
    """A day as letters and screens write it: "令和8年4月10日(金)"."""
    written = f"{wareki_year(day)}{day.month}月{day.day}日"
    return f"{written}({WEEKDAYS[day.weekday()]})" if weekday else written


def wareki_short(day: date) -> str:
    """A day as lists write it: "R8.4.10"; the first year of an era is 1."""
    era = era_of(day)
    year = day.year if era is None else f"{era.letter}{day.year - era.first.year + 1}"
    return f"{year}.{day.month}.{day.day}"
