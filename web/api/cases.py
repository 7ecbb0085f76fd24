"""Calls about families: open, find, look, what happened."""

from __future__ import annotations

from typing import Any

from engine.casework import cases, history, tasks, viewing
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import current

calls = Calls("cases", __name__, url_prefix="/api/v1", description="Families under support")


@calls.call("POST", "/cases", "case.open", body=s.AnswersIn(), answers={201: s.OpenedOut()}, refusals=(409,))
def open_case(body: dict[str, Any]) -> object:
    """Open a case from a pregnancy notification (answers of FM01)."""
    scope = current()
    return cases.open_case(scope.session, scope.actor, body["answers"], now=scope.now)


@calls.call("GET", "/cases", "case.find", query=s.CasesQuery(), answers={200: s.page_of(s.CaseOut)})
def find_cases(query: dict[str, Any]) -> object:
    """Find families by name, birth date, resident number or centre."""
    scope = current()
    return cases.list_cases(scope.session, scope.actor, **query, now=scope.now)


@calls.call("GET", "/cases/<row_id:case_id>", "case.show", answers={200: s.CaseOut()})
def show_case(case_id: str) -> object:
    """One family, cut to what the caller may see. The look is entered in the access ledger."""
    scope = current()
    return cases.show_case(scope.session, scope.actor, case_id, now=scope.now)


@calls.call(
    "GET",
    "/cases/<row_id:case_id>/timeline",
    "case.timeline",
    query=s.PageQuery(),
    answers={200: s.page_of(s.TimelineEntryOut)},
)
def timeline(query: dict[str, Any], case_id: str) -> object:
    """What happened in the case, newest first."""
    scope = current()
    return history.timeline(scope.session, scope.actor, case_id, **query, now=scope.now)


@calls.call(
    "GET",
    "/cases/<row_id:case_id>/tasks",
    "case.tasks",
    query=s.CaseTasksQuery(),
    answers={200: s.page_of(s.TaskOut)},
)
def case_tasks(query: dict[str, Any], case_id: str) -> object:
    """The work of one case. The look is entered in the access ledger."""
    scope = current()
    viewing.work_viewed(scope.session, scope.actor, case_id, now=scope.now)
    return tasks.worklist(scope.session, scope.actor, case_id=case_id, **query, now=scope.now)
