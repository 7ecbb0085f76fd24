"""The log: one line per request, refusal and failure, without personal data.

A line holds the route's pattern, never the path or query (a search has names in it); the message of an unexpected
exception is left out, because a database driver may have put a row into it: its type and the places it came through
are enough to find it.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from types import TracebackType
from typing import TextIO, cast

import structlog
from flask import Flask, Response, g, request

from web.settings import Environment

logger: structlog.stdlib.BoundLogger = structlog.get_logger("tsunagu")
_tells_messages = False
_QUIET = ("waitress", "alembic", "flask-limiter")


class _StandardError:
    """Standard error as it is now, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(environment: Environment) -> None:
    """Lines to standard error: JSON in production, readable otherwise.

    Demo and test towns have no real people: there the message of an unexpected exception is told too.
    """
    global _tells_messages
    _tells_messages = environment is not Environment.PRODUCTION
    last = (
        structlog.processors.JSONRenderer()
        if environment is Environment.PRODUCTION
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def register(app: Flask) -> None:
    """One line at the end of every request."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        logger.info(
            "request",
            method=request.method if request.method in METHODS else "other",
            route=route(),
            status=response.status_code,
            code=g.get("refused"),
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            staff=g.get("staff_id"),
        )
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route() -> str:
    """The pattern that matched, such as `/api/v1/tasks/<row_id:task_id>`; "-" where none did."""
    return request.url_rule.rule if request.url_rule is not None else "-"


def refused(code: str) -> None:
    """Remember the code for the request's line."""
    g.refused = code


def unexpected(error: BaseException, doing: str = "request") -> None:
    """A fault of ours: type and places, no message and no values."""
    more = {"message": str(error)} if _tells_messages else {}
    logger.error("unexpected", doing=doing, kind=type(error).__name__, places=_places(error.__traceback__), **more)


def _places(origin: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(origin)[-12:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    return "/".join(filename.split("/")[-3:])
