"""Calls about work: the worklist, taking a task, drafts, finishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.casework import tasks
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import Scope, current

calls = Calls("tasks", __name__, url_prefix="/api/v1", description="Work on the desks")


@calls.call("GET", "/tasks", "task.list", query=s.TasksQuery(), answers={200: s.page_of(s.TaskOut)}, writes=False)
def worklist(query: dict[str, Any]) -> object:
    """The work the caller may see, most urgent first."""
    scope = current()
    return tasks.worklist(scope.session, scope.actor, **query, now=scope.now)


@calls.call("GET", "/tasks/<row_id:task_id>", "task.show", answers={200: s.TaskOut()})
def show_task(task_id: str) -> object:
    """One task."""
    scope = current()
    return tasks.show_task(scope.session, scope.actor, task_id, now=scope.now)


@calls.call("POST", "/tasks/<row_id:task_id>/claim", "task.claim", answers={200: s.TaskOut()}, refusals=(409,))
def claim(task_id: str) -> object:
    """Take a task, so that no one else starts it."""
    scope = current()
    return tasks.claim_task(scope.session, scope.actor, task_id, now=scope.now)


@calls.call(
    "PUT",
    "/tasks/<row_id:task_id>/draft",
    "task.draft",
    body=s.AnswersIn(),
    answers={200: s.TaskOut()},
    refusals=(409, 422),
)
def save_draft(body: dict[str, Any], task_id: str) -> object:
    """Keep what was typed so far, unchecked."""
    scope = current()
    return tasks.save_draft(scope.session, scope.actor, task_id, body["answers"], now=scope.now)


@calls.call(
    "POST",
    "/tasks/<row_id:task_id>/completion",
    "task.complete",
    body=s.CompletionIn(),
    answers={200: s.CompletionOut()},
    refusals=(409,),
)
def complete(body: dict[str, Any], task_id: str) -> object:
    """Finish a task with the answers to its form, or leave it by an honest exit with a note."""
    scope = current()
    if body["answers"]:
        scope.if_refused = _keeping_as_draft(scope, task_id, body["answers"])
    return tasks.complete_task(scope.session, scope.actor, task_id, **body, now=scope.now)


def _keeping_as_draft(scope: Scope, task_id: str, answers: Mapping[str, Any]) -> Any:
    """What was typed is not lost because someone else was faster."""

    def keep(session: Session) -> None:
        tasks.save_draft(session, scope.actor, task_id, answers, now=scope.now)

    return keep
