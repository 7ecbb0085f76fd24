"""The bar that moves the town's calendar. Demo and test towns only; in production it does not exist."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.casework import town_calendar
from engine.clock import JST, ClockRefused
from engine.database import transaction
from forms.dates import DateError, parse_day
from web import language
from web.pages import days
from web.pages.blueprint import here
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, database

pages = new_pages("calendar_bar", __name__)

STEPS = ("P1D", "P7D", "P30D")
_FURTHEST = timedelta(days=366 * 20)
_LOOK_AHEAD = timedelta(days=366 * 8)
_MORNING = time(9)


@pages.post("/calendar")
@act("clock.move", alone=True)
def move() -> Response:
    """Move the calendar on; everything due on the way is done on its day."""
    back = redirect(here(request.form.get("back")), 303)
    scope = current()
    step = request.form.get("act", "")
    try:
        if step in STEPS:
            result = town_calendar.advance(database(), scope.actor, by=step, allowed=True)
        else:
            target = _next_stop() if step == "next" else _chosen()
            if target is None:
                flash(_("この先に予定はありません。"), "warn")
                return back
            result = town_calendar.advance(database(), scope.actor, set_to=target, allowed=True)
    except DateError as error:
        flash(language.say(error.sentence), "warn")
        return back
    except ClockRefused:
        flash(_("その日には進められません。暦は先へだけ進みます。"), "warn")
        return back
    day = days.long_day(days.today_of(result.now))
    words = ngettext(
        "%(day)sになりました。%(num)s件のことが自動で動きました。",
        "%(day)sになりました。%(num)s件のことが自動で動きました。",
        result.fired,
        day=day,
    )
    flash(words, "success")
    if result.incidents:
        flash(_("%(number)s件の処理が止まりました。見守りで確かめてください。", number=result.incidents), "warn")
    return back


def _next_stop() -> datetime | None:
    actor = current().actor
    with transaction(database(), read_only=True, municipality_id=actor.municipality_id) as session:
        return town_calendar.next_stop(session, within=town_calendar.show(session) + _LOOK_AHEAD)


def _chosen() -> datetime:
    """Nine in the morning of the day that was typed. Raises DateError, ClockRefused."""
    day = parse_day(request.form.get("day", ""))
    target = datetime.combine(day, _MORNING, JST).astimezone(UTC)
    if target - current().now > _FURTHEST:
        raise ClockRefused(target, current().now)
    return target
