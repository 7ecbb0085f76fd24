"""Days as people in Japan write them, read into dates; and the door to everything else about dates."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime

from forms.ages import (
    age_text,
    completed_months,
    completed_years,
    fiscal_year_start,
    fiscal_year_turning,
    gestation_day,
    gestation_text,
    gestation_weeks,
    grade_text,
    school_year_start,
)
from forms.durations import JST, DateError, add_duration, add_months
from forms.eras import ERAS, Era, era_of, wareki, wareki_short, wareki_year
from forms.sentences import Sentence

__all__ = [
    "ERAS",
    "FIRST_DAY",
    "JST",
    "LAST_DAY",
    "DateError",
    "Era",
    "add_duration",
    "add_months",
    "age_text",
    "completed_months",
    "completed_years",
    "era_of",
    "fiscal_year_start",
    "fiscal_year_turning",
    "gestation_day",
    "gestation_text",
    "gestation_weeks",
    "grade_text",
    "parse_day",
    "parse_instant",
    "school_year_start",
    "wareki",
    "wareki_short",
    "wareki_year",
]

FIRST_DAY = date(1873, 1, 1)
"""The day Japan took the Gregorian calendar (太政官布告第337号); older days cannot be converted by counting years."""
LAST_DAY = date(2100, 12, 31)
"""No family's date lies beyond; 令和99年 is a slip of the pen."""

_LONGEST = 60
_ERA_NAMES = {name: era for era in ERAS for name in (era.name, era.name[0], era.letter, era.letter.lower())}
_ERA = "|".join(sorted(_ERA_NAMES, key=len, reverse=True))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-") | dict.fromkeys("・。、,", "."))
_WEEKDAY = re.compile(
    r"\((?:[月火水木金土日](?:曜日?)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?)\)|[月火水木金土日]曜日?$"
)
_BRACKETED_YEAR = re.compile(rf"\((?:(?P<era>{_ERA}))?(?P<year>元|[0-9]{{1,4}})年?\)")
_WITH_ERA = re.compile(
    rf"(?P<era>{_ERA})(?P<year>元|[0-9]{{1,3}})(?:年|[./-])(?P<month>[0-9]{{1,2}})(?:月|[./-])(?P<day>[0-9]{{1,2}})日?"
)
_WITH_ERA_TIGHT = re.compile(rf"(?P<era>{_ERA})(?P<year>[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})")
_GREGORIAN = re.compile(
    r"(?:西暦)?(?P<year>[0-9]{4})(?:年|[./-])(?P<month>[0-9]{1,2})(?:月|[./-])(?P<day>[0-9]{1,2})日?"
)
_GREGORIAN_TIGHT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_NO_ERA = re.compile(r"[0-9]{1,2}(?:年|[./-])[0-9]{1,2}(?:月|[./-])[0-9]{1,2}日?|[0-9]{6}")
_NO_DAY = re.compile(rf"(?:{_ERA})?(?:元|[0-9]{{1,4}})(?:年|[./-])(?:[0-9]{{1,2}}月?)?")
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十]+(?=[年月日])")
_KANJI_DIGITS = {kanji: digit for digit, kanji in enumerate("〇一二三四五六七八九")}


def parse_day(text: str) -> date:
    """The day that a text names, in any way in use in Japan.

    Read: R7.4.1, 令和7年4月1日, 令7.4.1, r070401, 令070401, 2025/4/1, 2025-04-01, 2025年4月1日, 20250401, 元年,
    kanji numerals, all in full or half width, with spaces, with the weekday or the other year in brackets.
    Raises DateError: no such day, a year the era never had (the sentence names the right one), outside
    FIRST_DAY..LAST_DAY, or not a date at all.
    """
    tidy = _tidied(text)
    tidy, year_in_brackets = _without_bracketed_year(tidy)
    if match := _WITH_ERA.fullmatch(tidy) or _WITH_ERA_TIGHT.fullmatch(tidy):
        day = _day_of_era(_ERA_NAMES[match["era"]], _era_year(match["year"]), int(match["month"]), int(match["day"]))
    elif match := _GREGORIAN.fullmatch(tidy) or _GREGORIAN_TIGHT.fullmatch(tidy):
        day = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    else:
        raise DateError(_unreadable(tidy))
    if year_in_brackets is not None and year_in_brackets != day.year:
        raise DateError(
            Sentence(
                f"かっこの中の年({year_in_brackets}年)と日付({day.year}年)が合いません。どちらかを直してください。",
                f"The year in brackets ({year_in_brackets}) and the date ({day.year}) differ; correct one of them.",
            )
        )
    return _within_reach(day)


def parse_instant(text: str) -> datetime:
    """The instant a text names: a day, then a time ("2025-04-01T09:30", "R7.4.1 9:30", "令和7年4月1日 9時30分").

    Japanese time unless an offset is given. Returns an aware datetime in JST. Raises DateError.
    """
    tidy = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).strip()
    try:
        instant = datetime.fromisoformat(tidy) if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", tidy) else None
    except ValueError:
        instant = None
    if instant is None:
        instant = _written_instant(tidy)
    aware = instant if instant.tzinfo else instant.replace(tzinfo=JST)
    try:
        local = aware.astimezone(JST)
    except OverflowError:
        raise DateError(_OUT_OF_REACH) from None
    _within_reach(local.date())
    return local


def _written_instant(text: str) -> datetime:
    match = re.fullmatch(
        r"(?P<day>.+?)(?:T|\s+|(?<=[日)])\s*)(?P<hour>[0-9]{1,2})(?::|時)(?:(?P<minute>[0-9]{1,2})分?)?", text
    )
    if match is None:
        raise DateError(
            Sentence(
                "日時は「令和7年4月1日 9:30」や「2025-04-01T09:30」のように、日付と時刻で入力してください。",
                'Enter a day and a time, such as "2025-04-01T09:30" or "R7.4.1 9:30".',
            )
        )
    day, hour, minute = parse_day(match["day"]), int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or minute > 59:
        raise DateError(
            Sentence("時刻は0時0分から23時59分までで入力してください。", "Enter a time between 0:00 and 23:59.")
        )
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JST)


def _tidied(text: str) -> str:
    """Half width, without spaces and weekday; kanji numerals as digits."""
    if len(text) > _LONGEST:
        raise DateError(_NOT_A_DAY)
    tidy = "".join(unicodedata.normalize("NFKC", text).split()).translate(_DASHES)
    tidy = _KANJI_NUMBER.sub(_digits_for_kanji, tidy)
    return _WEEKDAY.sub("", tidy)


def _digits_for_kanji(match: re.Match[str]) -> str:
    kanji = match.group()
    if "十" not in kanji:
        return "".join(str(_KANJI_DIGITS[k]) for k in kanji)
    tens, _, ones = kanji.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return kanji
    return str((_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[ones] if ones else 0))


def _without_bracketed_year(tidy: str) -> tuple[str, int | None]:
    match = _BRACKETED_YEAR.search(tidy)
    if match is None:
        return tidy, None
    year = _era_year(match["year"])
    if match["era"]:
        year = _ERA_NAMES[match["era"]].gregorian_year(year)
    return tidy[: match.start()] + tidy[match.end() :], year


def _era_year(text: str) -> int:
    return 1 if text == "元" else int(text)


def _day(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise DateError(
            Sentence(f"{month}月はありません。月は1から12までです。", f"There is no month {month}; use 1 to 12.")
        )
    if year < 1:
        raise DateError(_OUT_OF_REACH)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise DateError(
            Sentence(
                f"{year}年{month}月に{day}日はありません。{month}月は{last}日までです。",
                f"There is no day {day} in {year}-{month:02}; that month has {last} days.",
            )
        )
    return date(year, month, day)


def _day_of_era(era: Era, year: int, month: int, day: int) -> date:
    if year < 1:
        raise DateError(
            Sentence(
                f"{era.name}0年はありません。{era.name}は元年(1年)からです。",
                f"There is no year 0 of {era.romaji}; it begins with year 1.",
            )
        )
    found = _within_reach(_day(era.gregorian_year(year), month, day), era=era, year=year)
    if not era.covers(found):
        raise DateError(_wrong_era(era, year, found))
    return found


def _wrong_era(era: Era, year: int, found: date) -> Sentence:
    """Papers printed before a change of era bear years it never had; say which day they mean, and ask."""
    right = wareki(found, weekday=False)
    meant = wareki_year(found)
    whole_year = era.last is not None and found.year > era.last.year
    wrong = f"{era.name}{year}年" if whole_year else f"{era.name}{year}年{found.month}月{found.day}日"
    return Sentence(
        f"{wrong}は{meant if whole_year else right}です。「{right}」でよければ、そのように入力し直してください。",
        f"{era.romaji} {year} is not right for {found.isoformat()}, which is {right}; enter that if you mean it.",
    )


_OUT_OF_REACH = Sentence(
    f"日付は{FIRST_DAY.year}年から{LAST_DAY.year}年までで入力してください。年を確かめてください。",
    f"Enter a day between {FIRST_DAY.year} and {LAST_DAY.year}; check the year.",
)
_NOT_A_DAY = Sentence(
    "日付として読めません。「令和7年4月1日」「R7.4.1」「2025/4/1」のように入力してください。",
    'This is not a date. Enter it like "2025-04-01", "R7.4.1" or "令和7年4月1日".',
)


def _within_reach(day: date, *, era: Era | None = None, year: int = 0) -> date:
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    if era is None:
        raise DateError(_OUT_OF_REACH)
    raise DateError(
        Sentence(
            f"{era.name}{year}年は西暦{day.year}年です。{_OUT_OF_REACH.ja}",
            f"{era.romaji} {year} is {day.year}. {_OUT_OF_REACH.en}",
        )
    )


def _unreadable(tidy: str) -> Sentence:
    if _NO_ERA.fullmatch(tidy):
        return Sentence(
            "年の前に元号を付けるか、西暦4けたで入力してください(例: 令和7年4月1日、2025/4/1)。",
            'Say which era the year belongs to, or use a four-digit year (such as "R7.4.1" or "2025-04-01").',
        )
    if _NO_DAY.fullmatch(tidy):
        return Sentence(
            "年・月・日をすべて入力してください(例: 令和7年4月1日)。",
            'Enter year, month and day (such as "2025-04-01").',
        )
    return _NOT_A_DAY
