"""予定: the work that falls due in the coming weeks, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from flask import render_template, request

from engine.casework import tasks
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current

pages = new_pages("coming", __name__)

SPAN = timedelta(days=14)
LIMIT = 100
_FURTHEST = timedelta(days=366 * 8)


@pages.get("/coming")
@act("worklist.coming", writes=False)
def show() -> str:
    """Two weeks at a time, from today on."""
    scope = current()
    today = showing.today()
    first = _first(request.args.get("from"), today)
    mine = request.args.get("of") == "me"
    page = tasks.worklist(
        scope.session,
        scope.actor,
        assignee="me" if mine else None,
        stands_from=first,
        stands_before=first + SPAN,
        cursor=request.args.get("cursor") or None,
        limit=LIMIT,
        now=scope.now,
    )
    return render_template(
        "coming.html",
        days=[(day, list(rows)) for day, rows in groupby(page.items, key=lambda task: task.stands_on)],
        next_cursor=page.next,
        first=first,
        last=first + SPAN - timedelta(days=1),
        earlier=max(today, first - SPAN) if first > today else None,
        later=first + SPAN,
        mine=mine,
    )


def _first(text: str | None, today: date) -> date:
    """The day the list begins with: today, or a later one that was asked for."""
    try:
        asked = date.fromisoformat(text or "")
    except ValueError:
        return today
    return min(max(asked, today), today + _FURTHEST)
