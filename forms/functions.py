"""The functions an expression may call: what they take, what they give, and how they are bound to a calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from forms import ages, calendars
from forms.calendars import Calendar, NationalCalendar
from forms.durations import JST, add_months
from forms.sentences import Sentence
from forms.values import EvaluationError, Value, ValueType

BOOL, DATE, INSTANT, INT, STR = ValueType.BOOL, ValueType.DATE, ValueType.INSTANT, ValueType.INT, ValueType.STR

Function = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function. `type` None: a number, a day or an instant, the same for all arguments."""

    name: str
    type: ValueType | None


@dataclass(frozen=True, slots=True)
class FunctionSignature:
    """What a function is called with and what comes back.

    variadic: the last parameter may be repeated. result None: the type of the arguments.
    choices: the only texts a str parameter accepts, by parameter name.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: ValueType | None
    description: Sentence
    variadic: bool = False
    choices: Mapping[str, tuple[str, ...]] | None = None

    def takes(self, count: int) -> bool:
        """Whether it may be called with that many arguments."""
        return count >= len(self.parameters) if self.variadic else count == len(self.parameters)

    def parameter(self, index: int) -> Parameter:
        """The parameter an argument at that place fills."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def __str__(self) -> str:
        listed = ", ".join(p.name for p in self.parameters) + (", …" if self.variadic else "")
        return f"{self.name}({listed})"


COUNTING = ("business", "calendar")


def _signature(
    name: str, result: ValueType | None, ja: str, en: str, variadic: bool = False, **parameters: ValueType | None
) -> FunctionSignature:
    listed = tuple(Parameter(key, kind) for key, kind in parameters.items())
    choices = {"counting": COUNTING} if "counting" in parameters else None
    return FunctionSignature(name, listed, result, Sentence(ja, en), variadic, choices)


_SIGNATURES = (
    _signature("days_after", DATE, "dayのn日後", "the day n days after", day=DATE, n=INT),
    _signature("days_before", DATE, "dayのn日前", "the day n days before", day=DATE, n=INT),
    _signature(
        "months_after",
        DATE,
        "dayのnか月後(その日がない月は月末)",
        "the same day n months later, or that month's last day",
        day=DATE,
        n=INT,
    ),
    _signature(
        "years_after",
        DATE,
        "dayのn年後(2月29日は28日)",
        "the same day n years later (29 to 28 February)",
        day=DATE,
        n=INT,
    ),
    _signature(
        "business_days_after", DATE, "dayの翌日から数えてn開庁日目", "the day n business days after", day=DATE, n=INT
    ),
    _signature("next_business_day", DATE, "dayの翌日以降の最初の開庁日", "the first business day after", day=DATE),
    _signature(
        "deadline_after",
        DATE,
        'dayのn日後。countingが"business"なら開庁日で数え、開庁日になる。"calendar"なら暦日で数える',
        'the day n days after, counted in "business" days (always one of them) or "calendar" days',
        day=DATE,
        n=INT,
        counting=STR,
    ),
    _signature("days_between", INT, "startからendまでの日数", "days from start to end", start=DATE, end=DATE),
    _signature("hours_after", INSTANT, "instantのn時間後", "the instant n hours later", instant=INSTANT, n=INT),
    _signature("day_of", DATE, "日時の日本での日付", "the day of an instant in Japan", instant=INSTANT),
    _signature(
        "date", DATE, '日付の文字("2025-04-01")を日付にする', 'the day an ISO text names ("2025-04-01")', text=STR
    ),
    _signature(
        "school_year_start",
        DATE,
        "小学校に入学する4月1日(4月1日生まれは早生まれ)",
        "the 1 April of entering school (born 1 April: with the older children)",
        born_on=DATE,
    ),
    _signature("fiscal_year_start", DATE, "dayの年度の4月1日", "the 1 April that began the fiscal year", day=DATE),
    _signature(
        "fiscal_year_turning",
        DATE,
        "years歳になる年度の4月1日(学年の数え方)",
        "1 April of the fiscal year of turning that age, as schools count",
        born_on=DATE,
        years=INT,
    ),
    _signature(
        "gestation_day", DATE, "妊娠weeks週0日の日", "the first day of that week of pregnancy", due_on=DATE, weeks=INT
    ),
    _signature("gestation_weeks", INT, "on現在の妊娠週数", "completed weeks of pregnancy", due_on=DATE, on=DATE),
    _signature("completed_months", INT, "on現在の満月齢", "age in completed months", born_on=DATE, on=DATE),
    _signature("completed_years", INT, "on現在の満年齢", "age in completed years", born_on=DATE, on=DATE),
    _signature(
        "includes",
        BOOL,
        "コンマ区切りのcodesにcodeが含まれるか(複数選択の答えに使う)",
        "whether comma-joined codes (a checklist's answer) include one code",
        codes=STR,
        code=STR,
    ),
    _signature("min", None, "いちばん小さい(早い)もの", "the smallest or earliest", variadic=True, a=None, b=None),
    _signature("max", None, "いちばん大きい(遅い)もの", "the largest or latest", variadic=True, a=None, b=None),
)

FUNCTIONS: Mapping[str, FunctionSignature] = MappingProxyType({s.name: s for s in _SIGNATURES})
"""Every function by name: the vocabulary shown to designers and the only calls an expression may make."""


def functions(calendar: Calendar | None = None) -> Mapping[str, Function]:
    """All FUNCTIONS bound to a calendar; None: the national one.

    They expect arguments of the right type and never None (expressions see to both), and raise EvaluationError,
    OverflowError or ValueError when there is no such day.
    """
    return _nationally_bound() if calendar is None else _bound(calendar)


@cache
def _nationally_bound() -> Mapping[str, Function]:
    return _bound(NationalCalendar())


def _bound(calendar: Calendar) -> Mapping[str, Function]:
    def business_days_after(day: date, n: int) -> date:
        return calendars.business_days_after(calendar, day, n)

    def deadline_after(day: date, n: int, counting: str) -> date:
        if counting == "business":
            return calendars.on_business_day(calendar, business_days_after(day, n))
        if counting == "calendar":
            return day + timedelta(days=n)
        raise EvaluationError(_counting_unknown())

    return MappingProxyType(
        _FREE_OF_CALENDAR
        | {
            "business_days_after": business_days_after,
            "next_business_day": lambda day: calendars.next_business_day(calendar, day),
            "deadline_after": deadline_after,
        }
    )


def _counting_unknown() -> Sentence:
    return Sentence(
        'deadline_afterの数え方は "business"(開庁日)か "calendar"(暦日)です。',
        'deadline_after counts in "business" or "calendar" days.',
    )


def _day_from_text(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EvaluationError(
            Sentence(
                'date("…") の日付は date("2025-04-01") のように書いてください。', 'Write a day as date("2025-04-01").'
            )
        ) from None


def _years_after(day: date, n: int) -> date:
    return add_months(day, 12 * n)


def _smallest(*values: Any) -> Value:
    smallest: Value = min(values)
    return smallest


def _largest(*values: Any) -> Value:
    largest: Value = max(values)
    return largest


def _day_of(instant: datetime) -> date:
    return instant.astimezone(JST).date()


_FREE_OF_CALENDAR: dict[str, Function] = {
    "days_after": lambda day, n: day + timedelta(days=n),
    "days_before": lambda day, n: day - timedelta(days=n),
    "months_after": add_months,
    "years_after": _years_after,
    "days_between": lambda start, end: (end - start).days,
    "hours_after": lambda instant, n: instant + timedelta(hours=n),
    "day_of": _day_of,
    "date": _day_from_text,
    "school_year_start": ages.school_year_start,
    "fiscal_year_start": ages.fiscal_year_start,
    "fiscal_year_turning": ages.fiscal_year_turning,
    "gestation_day": ages.gestation_day,
    "gestation_weeks": ages.gestation_weeks,
    "completed_months": ages.completed_months,
    "completed_years": ages.completed_years,
    "includes": lambda codes, code: code in codes.split(","),
    "min": _smallest,
    "max": _largest,
}
