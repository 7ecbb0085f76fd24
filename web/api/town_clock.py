"""The call that moves a demo or test town's clock. In production it does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine import clock as engine_clock
from engine.casework import town_calendar
from forms.dates import DateError, add_duration
from forms.sentences import Sentence
from web.api import schemas as s
from web.api.call import Calls
from web.errors import Malformed
from web.request_scope import current, database

calls = Calls("clock", __name__, url_prefix="/api/v1", description="The calendar of a demo or test town")

FIRST_YEAR, LAST_YEAR = 2000, 2100
FURTHEST = timedelta(days=366 * 20)


@calls.call("POST", "/clock", "clock.move", body=s.ClockIn(), answers={200: s.ClockOut()}, refusals=(409,), alone=True)
def move(body: dict[str, Any]) -> object:
    """Move the town's clock forward; everything due on the way is done on its day."""
    scope = current()
    target = instant(body["set"]) if "set" in body else None
    by = duration(body["advance"], scope.now) if "advance" in body else None
    return town_calendar.advance(database(), scope.actor, set_to=target, by=by, allowed=True)


def instant(text: str) -> datetime:
    """A day (its beginning in Japan) or an instant; one without offset is Japanese time. Raises Malformed."""
    try:
        if "T" in text.upper():
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.combine(date.fromisoformat(text), time())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=engine_clock.JST)
        utc = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            Sentence(
                "2026-04-01 または 2026-04-01T09:00:00+09:00 の形で書いてください。",
                "Write it like 2026-04-01 or 2026-04-01T09:00:00+09:00.",
            ),
            "set",
        ) from None
    if not FIRST_YEAR <= utc.year <= LAST_YEAR:
        raise Malformed(
            Sentence(
                f"{FIRST_YEAR} 年から {LAST_YEAR} 年までにしてください。",
                f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.",
            ),
            "set",
        )
    return utc


def duration(text: str, now: datetime) -> str:
    """The duration itself, once it leads somewhere sensible. Raises Malformed."""
    try:
        target = add_duration(now, text)
    except DateError as error:
        raise Malformed(error.sentence, "advance") from None
    if target - now > FURTHEST:
        raise Malformed(Sentence("一度に進められるのは 20 年までです。", "At most 20 years at a time."), "advance")
    return text
