"""ケース: finding a family by name, kana, birth day or case number; posted, so that no name stands in an address."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.casework import cases
from engine.casework.partnership import is_guest
from forms.dates import DateError, parse_day
from web import wording
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, text_without_nul

pages = new_pages("case_search", __name__)

Answer = str | Response
PAGE = 50
_HAS_DIGIT = frozenset("0123456789０１２３４５６７８９元")


@pages.get("/cases")
@act("case.find")
def show() -> Answer:
    """The newest families, and the field to search."""
    return _page("")


@pages.post("/cases")
@act("case.find")
def search() -> Answer:
    """The families found."""
    q = text_without_nul("q", request.form.get("q", "")).strip()[:100]
    if q:
        return _page(q)
    state, level = (request.form.get(name) or None for name in ("state", "level"))
    return redirect(url_for("case_search.show", state=state if state == "closed" else None, level=level), 303)


def _page(q: str) -> str:
    scope = current()
    centre = request.values.get("centre", "")
    centre = centre if centre in showing.centre_names() else ""
    closed = request.values.get("state") == "closed"
    chosen = _level(request.values.get("level", ""))
    name, born_on = _name_and_day(q)
    page = cases.find_cases(
        scope.session,
        scope.actor,
        q=name or None,
        born_on=born_on,
        centre=centre or None,
        level=chosen,
        state="closed" if closed else "open",
        cursor=request.values.get("cursor") or None,
        limit=PAGE,
        now=scope.now,
    )
    return render_template(
        "cases.html",
        page=page,
        q=q,
        name=name,
        centre=centre,
        closed=closed,
        born_on=born_on,
        level=chosen,
        from_outside=is_guest(scope.actor),
    )


def _level(text: str) -> int | Literal["none"] | None:
    if text == "none":
        return "none"
    return int(text) if text in {str(number) for number in wording.LEVELS} else None


def _name_and_day(q: str) -> tuple[str, date | None]:
    """The name or number typed, and the birth date, which may be its last words: `佐藤 みのり 平成7年1月1日`."""
    words = q.split()
    for first in range(len(words)):
        day = _day(" ".join(words[first:]))
        if day is not None:
            return " ".join(words[:first]), day
    return q, None


def _day(q: str) -> date | None:
    """The day the words name; None where they are a name or a number."""
    if not _HAS_DIGIT & set(q):
        return None
    try:
        return parse_day(q)
    except DateError:
        return None
