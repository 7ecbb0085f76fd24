"""Days, ages and deadlines as the people of the centre say them, in both languages."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup

from engine.casework.views import TaskView
from engine.clock import JST, jst_day
from forms.dates import age_text, gestation_text, grade_text, wareki, wareki_short, wareki_year
from web import language

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_GRADES_FROM_MONTHS = 36


def long_day(day: date) -> str:
    """令和8年4月10日(金), or Fri 10 Apr 2026."""
    if language.current() == "ja":
        return f"{day.year}年{short_day(day)}" if language.western_years() else wareki(day)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_day_of(instant: datetime) -> str:
    """The day of an instant, in Japan."""
    return long_day(jst_day(instant))


def other_year(day: date) -> str:
    """The year in the other calendar, for small print: 2026年, or Reiwa 8."""
    if language.current() == "ja":
        return wareki_year(day) if language.western_years() else f"{day.year}年"
    era = wareki_short(day).split(".")[0]
    return f"{era}" if not era.isdigit() else wareki_year(day)


def short_day(day: date) -> str:
    """4月10日(金), or Fri 10 Apr: for days of this year."""
    if language.current() == "ja":
        return f"{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def near_day(day: date, today: date) -> str:
    """Without the year where it is clear which one is meant."""
    return short_day(day) if abs((day - today).days) < 180 else long_day(day)


def as_time(day: date | None, *, year: bool = True) -> Markup:
    """A day as an element: long form with the other calendar's year in small."""
    if day is None:
        return Markup("")
    small = Markup(" <small>{}</small>").format(other_year(day)) if year else Markup("")
    return Markup('<time datetime="{}">{}</time>{}').format(day.isoformat(), long_day(day), small)


def clock_time(instant: datetime) -> str:
    """10:42, in Japan."""
    return instant.astimezone(JST).strftime("%H:%M")


def as_instant(instant: datetime) -> Markup:
    """A day with the time, as an element."""
    local = instant.astimezone(JST)
    return Markup('<time datetime="{}">{} {}</time>').format(
        local.isoformat(timespec="minutes"), long_day(local.date()), local.strftime("%H:%M")
    )


def typed_day(text: str) -> str:
    """An ISO day as it stands in a field: R8.4.10 in Japanese, ISO in English. Anything else as it was typed."""
    try:
        day = date.fromisoformat(text)
        return text if language.western_years() else wareki_short(day)
    except ValueError:
        return text


def typed_instant(text: str) -> str:
    """An ISO instant as it stands in a field: R8.4.10 09:30, Japanese time."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return text
    if local.tzinfo is not None:
        local = local.astimezone(JST)
    day = local.date().isoformat() if language.western_years() else wareki_short(local.date())
    return f"{day} {local:%H:%M}"


def age(born_on: date | None, on: date) -> str:
    """生後4か月, 1歳6か月; from three years on with the class: 5歳2か月・年長."""
    if born_on is None:
        return ""
    words = language.say(age_text(born_on, on))
    if (on.year - born_on.year) * 12 + on.month - born_on.month < _GRADES_FROM_MONTHS or on.year - born_on.year > 15:
        return words
    return f"{words}{'・' if language.current() == 'ja' else ', '}{language.say(grade_text(born_on, on))}"


def years(born_on: date | None, on: date) -> str:
    """31歳: for grown-ups."""
    if born_on is None:
        return ""
    full = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return f"{full}歳" if language.current() == "ja" else f"{full} years"


def weeks(due_on: date | None, on: date) -> str:
    """28週3日."""
    return language.say(gestation_text(due_on, on)) if due_on is not None else ""


def stage(task: TaskView, on: date) -> str:
    """The age of the child, or how far the pregnancy is."""
    return age(task.child_born_on, on) or weeks(task.pregnancy_due_on, on)


def remaining(due_on: date, on: date) -> str:
    """あと3日 / 今日まで / 2日超過."""
    left = (due_on - on).days
    ja = language.current() == "ja"
    if left < 0:
        return f"{-left}日超過" if ja else f"{-left} {'day' if left == -1 else 'days'} late"
    if left == 0:
        return "今日まで" if ja else "Due today"
    return f"あと{left}日" if ja else f"{left} {'day' if left == 1 else 'days'} left"


def today_of(now: datetime) -> date:
    """The town's calendar day."""
    return jst_day(now)
