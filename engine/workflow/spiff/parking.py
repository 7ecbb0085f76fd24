"""A step that fails is parked: its token stays where it is, flagged with what went wrong, until somebody retries it."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from forms.values import ExpressionError

FAILED = "failed"


class StepFailed(Exception):
    """A step cannot go on, for a reason that names only elements of the diagram."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


def is_parked(task: Any) -> bool:
    return FAILED in task.internal_data


def park(task: Any, error: Exception, kind: str) -> None:
    """Keep the token at `task`, to be listed among the failures. A task that was only about to begin waits."""
    if isinstance(error, StepFailed):
        kind = error.kind
    task.internal_data[FAILED] = {"kind": kind, "error": _told(error)}
    if task.has_state(TaskState.ERROR):
        task._set_state(TaskState.READY)
    elif task.state < TaskState.WAITING:
        task._set_state(TaskState.WAITING)
    task.workflow.top_workflow.newly_failed.add(task.id)


def _told(error: Exception) -> str:
    """The error for the log: in words where we know that they hold no personal data, else only its type."""
    if isinstance(error, (StepFailed, EngineError, ExpressionError)):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__
