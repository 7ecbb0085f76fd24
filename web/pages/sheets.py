"""Sheets to print and take along: a family on one page, its support plan, the visits a person has before them.

They are pages like the others; the stylesheet for print makes them A4. Addresses that are sealed stay out of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, render_template, request

from engine.casework import cases, tasks
from engine.casework.views import CaseView, PersonView, TaskView
from engine.errors import NotFound, NotPermitted
from web.pages import showing
from web.pages.blueprint import pages as new_pages
from web.pages.case_tabs import FILTERS, PLAN_FORM, shown
from web.pages.family import family_of, render
from web.request_scope import act, current

pages = new_pages("sheets", __name__)

_HISTORY = 15
_MOST_VISITS = 40


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to make, with the family as far as the visitor may see it."""

    task: TaskView
    case: CaseView
    person: PersonView | None


@pages.get("/cases/<row_id:case_id>/sheet")
@act("case.sheet")
def family_sheet(case_id: str) -> str:
    """A family on one page: who, how to reach them, what is open, what comes, what happened lately."""
    scope = current()
    family = family_of(scope, case_id)
    history = cases.timeline(
        scope.session, scope.actor, case_id, cursor=None, limit=_HISTORY, kinds=FILTERS[""], now=scope.now
    )
    return render(
        "sheet.html",
        family,
        work=tasks.worklist(scope.session, scope.actor, case_id=case_id, limit=50, now=scope.now).items,
        coming=[each for each in cases.upcoming(scope.session, scope.actor, case_id, now=scope.now) if each.on],
        consents=[
            each
            for each in cases.consents(scope.session, scope.actor, case_id, now=scope.now)
            if each.withdrawn_on is None and (each.valid_until is None or each.valid_until >= showing.today())
        ],
        entries=history.items,
    )


@pages.get("/cases/<row_id:case_id>/plan/<row_id:submission_id>")
@act("case.plan_sheet")
def plan_sheet(case_id: str, submission_id: str) -> str:
    """One support plan, for the family's hand, with room for those who sign."""
    scope = current()
    family = family_of(scope, case_id)
    found = cases.submission(scope.session, scope.actor, case_id, submission_id, now=scope.now)
    if found.form != PLAN_FORM:
        abort(404)
    return render("plan_sheet.html", family, plan=shown(scope, found, family.case.version))


@pages.get("/visits")
@act("worklist.visits")
def visits() -> str:
    """The visits that may be made this week, one's own or the centre's, with where and how to call."""
    scope = current()
    of = "centre" if request.args.get("of") == "centre" else "me"
    today = showing.today()
    sunday = today + timedelta(days=6 - today.weekday())
    page = tasks.worklist(
        scope.session,
        scope.actor,
        assignee="me" if of == "me" else None,
        visits_by=sunday,
        limit=_MOST_VISITS,
        now=scope.now,
    )
    spans: dict[str, list[Visit]] = {"today": [], "week": [], "later": []}
    for task in page.items:
        if (visit := _visit(task)) is not None:
            day = task.due_on or date.max
            spans["today" if day <= today else "week" if day <= sunday else "later"].append(visit)
    return render_template(
        "visits.html", spans=spans, number=len(page.items), of=of, sunday=sunday, more=page.next is not None
    )


def _visit(task: TaskView) -> Visit | None:
    """The visit with its family; None where the work may be seen but not the family."""
    scope = current()
    if task.case_id is None:
        return None
    try:
        case = cases.show_case(scope.session, scope.actor, task.case_id, now=scope.now)
    except (NotFound, NotPermitted):
        return None
    grown_up = (person for person in case.persons if person.relation != "child")
    return Visit(task, case, next(grown_up, None))
