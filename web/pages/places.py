"""Where somebody may go: the menu and the doors of the first page, by what their postings allow and what work they do.

What is not theirs is absent. One place decides for every page.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from engine.access import Action
from engine.casework.invitations import PROCESS
from engine.casework.own_work import OwnWork, own_work
from engine.casework.partnership import is_guest
from engine.errors import EngineError
from web.pages import checkup_day, showing
from web.request_scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """One entry. apart: it stands by itself, for those who design and not for those who work with families."""

    key: str
    path: str
    words: str
    apart: bool = False


def menu() -> list[Place]:
    """The places of the visitor, in the order of the menu."""
    if showing.visitor() is None:
        return []
    at_work, sees = showing.may(Action.VIEW_WORKLIST), showing.may(Action.VIEW_CASE)
    post = _("発送") if showing.may(Action.PRINT_LETTER) else _("お知らせ")
    offered = (
        (at_work, Place("today", "/", _("今日"))),
        (showing.may(Action.SEARCH_CASES), Place("cases", "/cases", _("ケース"))),
        (at_work and bool(_own_work().forms), Place("coming", "/coming", _("予定"))),
        (_is_of_other_house(), Place("tell", "/tell", _("知らせる"))),
        (at_work, Place("post", "/post", post)),
        (showing.may(Action.SUPERVISE), Place("supervision", "/supervision", _("見守り"))),
        (
            showing.may(Action.EDIT_DRAFT, Action.APPROVE_VERSION)
            or (showing.may(Action.VIEW_DEFINITIONS) and not sees),
            Place("design", "/design", _("業務設計"), apart=True),
        ),
    )
    return [place for allowed, place in offered if allowed]


def of_the_day() -> list[Place]:
    """The lists beside today's work, for those to whom such work comes."""
    own = _own_work()
    offered = (
        (checkup_day.FORM in own.forms, Place("checkups", "/checkups", _("健診の日"))),
        (own.visits, Place("visits", "/visits", _("訪問先の一覧"))),
    )
    return [place for allowed, place in offered if allowed]


def close_checkups_at() -> str:
    """Where a past check-up session is closed; for those who do no check-ups, the work itself."""
    return "/checkups" if checkup_day.FORM in _own_work().forms else f"/?of=centre&kind={PROCESS}&due=overdue"


def home() -> str:
    """Where the visitor begins: the first of their places, else their own settings."""
    return next((place.path for place in menu()), "/settings")


def _is_of_other_house() -> bool:
    actor = showing.visitor()
    return actor is not None and is_guest(actor) and showing.may(Action.SEND_MESSAGE)


def _own_work() -> OwnWork:
    """The visitor's work by the diagrams, read once a request; none where nobody's scope is open."""
    scope: Scope | None = g.get("scope")
    actor = showing.visitor()
    if scope is None or actor is None:
        return OwnWork()
    if "own_work" not in g:
        try:
            g.own_work = own_work(scope.session, actor)
        except (RuntimeError, EngineError):  # a page that opens its own transactions; a town that runs nothing yet
            g.own_work = OwnWork()
    found: OwnWork = g.own_work
    return found
