"""Ages, weeks of pregnancy, and the school year that ends on 31 March.

All days are JST calendar days.
"""

from __future__ import annotations

from datetime import date, timedelta

from forms.durations import add_months
from forms.sentences import Sentence

TERM_DAYS = 280
"""Length of a pregnancy: the due date is week 40, day 0."""
LAST_WEEK = 42
"""Nobody speaks of a later week: from 42 on births are post-term (過期産). Past it one counts from the due date."""


def completed_months(born_on: date, on: date) -> int:
    """Age in completed months on the day `on`; negative before birth.

    A month is complete on the same day of the month, or on the month's last day when it has no such day.
    """
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    return months if on >= add_months(born_on, months) else months - 1


def completed_years(born_on: date, on: date) -> int:
    """Age in completed years on the day `on`, reached on the birthday; negative before birth."""
    return completed_months(born_on, on) // 12


def gestation_day(due_on: date, weeks: int) -> date:
    """The first day of that week of pregnancy; week 40 gives `due_on`."""
    return due_on - timedelta(days=TERM_DAYS - weeks * 7)


def gestation_weeks(due_on: date, on: date) -> int:
    """Completed weeks of pregnancy on the day `on`."""
    return _gestation_days(due_on, on) // 7


def _gestation_days(due_on: date, on: date) -> int:
    return TERM_DAYS - (due_on - on).days


def fiscal_year_start(day: date) -> date:
    """The 1 April with which the day's fiscal year (年度) began."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def fiscal_year_turning(born_on: date, years: int) -> date:
    """1 April of the fiscal year in which the child turns that age, counted as schools count (学年).

    A child born on 1 April turns the age on 31 March and so belongs with the older children.
    Source: 年齢計算ニ関スル法律, 学校教育法 第17条.
    """
    reached_on = add_months(born_on, 12 * years) - timedelta(days=1)
    return fiscal_year_start(reached_on)


def school_year_start(born_on: date) -> date:
    """The 1 April on which the child enters elementary school.

    It is the first one after the end of the day before the sixth birthday: 2 April 2019 to 1 April 2020 enter in 2026.
    Source: 学校教育法 第17条第1項, 年齢計算ニ関スル法律.
    """
    older = (born_on.month, born_on.day) <= (4, 1)
    return date(born_on.year + (6 if older else 7), 4, 1)


def age_text(born_on: date, on: date) -> Sentence:
    """The age as staff say it: 生後12日, 生後4か月, 1歳6か月, 6歳."""
    months = completed_months(born_on, on)
    if months < 0:
        return Sentence("出生前", "not yet born")
    if months < 1:
        days = (on - born_on).days
        return Sentence(f"生後{days}日", f"{_count(days, 'day')} old")
    years, rest = divmod(months, 12)
    if years == 0:
        return Sentence(f"生後{rest}か月", f"{_count(rest, 'month')} old")
    if rest == 0:
        return Sentence(f"{years}歳", _count(years, "year"))
    return Sentence(f"{years}歳{rest}か月", f"{_count(years, 'year')} {_count(rest, 'month')}")


def gestation_text(due_on: date, on: date) -> Sentence:
    """The stage of pregnancy as staff say it: 28週3日; once no pregnancy lasts so long, 予定日を21日過ぎ."""
    days = _gestation_days(due_on, on)
    if days < 0:
        return Sentence("妊娠前", "before pregnancy")
    weeks, rest = divmod(days, 7)
    if weeks > LAST_WEEK:
        past = (on - due_on).days
        return Sentence(f"予定日を{past}日過ぎ", f"{_count(past, 'day')} past the due date")
    return Sentence(f"{weeks}週{rest}日", f"{_count(weeks, 'week')} {_count(rest, 'day')}")


def grade_text(born_on: date, on: date) -> Sentence:
    """The class a child of this age is in: 0〜2歳児クラス, 年少, 年中, 年長, 小学1年 … 中学3年."""
    year = fiscal_year_start(on).year - school_year_start(born_on).year + 1
    if year > 9:
        return Sentence("義務教育修了", "past compulsory school")
    if year > 6:
        return Sentence(f"中学{year - 6}年", f"junior high school, year {year - 6}")
    if year > 0:
        return Sentence(f"小学{year}年", f"elementary school, year {year}")
    if year > -3:
        return Sentence(("年長", "年中", "年少")[-year], f"nursery class of {year + 5}-year-olds")
    if on < born_on:
        return Sentence("出生前", "not yet born")
    age = max(year + 5, 0)  # the class is named by the age on 1 April; those born since belong to the youngest
    return Sentence(f"{age}歳児クラス", f"nursery class of {age}-year-olds")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
