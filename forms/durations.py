"""Month arithmetic and ISO 8601 durations."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

from forms.sentences import Sentence

JST = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951, so a fixed offset is the whole truth."""

_DURATION = re.compile(
    r"P(?=[0-9T])(?:(?P<years>[0-9]{1,4})Y)?(?:(?P<months>[0-9]{1,5})M)?(?:(?P<weeks>[0-9]{1,5})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?"
)

Moment = TypeVar("Moment", date, datetime)


class DateError(ValueError):
    """A text that is no day or no duration. `sentence` says what is wrong and how to mend it."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


def add_months(start: Moment, months: int) -> Moment:
    """The same day of the month `months` later (negative: earlier), clamped: 31 January + 1 month = 28 or 29 February.

    Raises OverflowError outside the years 1-9999.
    """
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    last = calendar.monthrange(year, month0 + 1)[1]
    return start.replace(year=year, month=month0 + 1, day=min(start.day, last))


def add_duration(start: Moment, text: str) -> Moment:
    """`start` plus an ISO 8601 duration such as "P14D", "P1M" or "PT48H".

    Years and months are calendar months in Japan, clamped to the end of the month. A day takes no hours.
    An aware instant comes back in its own time zone. Raises DateError.
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise DateError(
            Sentence(
                "期間は P14D(14日)、P1M(1か月)、PT48H(48時間)のように書いてください。",
                'Write a duration like "P14D" (14 days), "P1M" (1 month) or "PT48H" (48 hours).',
            )
        )
    parts = {name: int(digits or 0) for name, digits in match.groupdict().items()}
    clock = timedelta(hours=parts["hours"], minutes=parts["minutes"], seconds=parts["seconds"])
    is_instant = isinstance(start, datetime)
    if clock and not is_instant:
        raise DateError(
            Sentence(
                "日付に時間・分・秒は足せません。日数か月数にしてください。",
                "A day takes no hours, minutes or seconds; use days or months.",
            )
        )
    months, days = parts["years"] * 12 + parts["months"], timedelta(days=parts["weeks"] * 7 + parts["days"])
    try:
        if isinstance(start, datetime) and start.tzinfo is not None:
            local = add_months(start.astimezone(JST), months) + days + clock
            return local.astimezone(start.tzinfo)
        return add_months(start, months) + days + clock
    except OverflowError:
        raise DateError(
            Sentence("期間が長すぎて、暦の範囲を超えます。", "The duration leads out of the calendar's range.")
        ) from None
