"""Refusals of requests that never reach the application: too large, or not to be read as HTTP at all.

waitress answers those itself, in plain English text. Here they get what every other refusal gets: a problem document
under /api, a page elsewhere, in the caller's language and with the usual headers. Where not even the path can be
read, a problem document.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask
from werkzeug.test import EnvironBuilder

from web import errors, log, refusals

_FIRST_LINE = re.compile(rb"[A-Z]{1,20} (/[!-~]{0,2000})")
_UNKNOWN_PATH = "/api/"


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that waitress could not take in."""

    app: Flask

    def execute(self) -> None:
        try:
            response = refuse(self.app, self.request)
        except Exception as error:  # the server's own answer is better than none
            log.unexpected(error, "refusal")
            super().execute()
            return
        body = response.get_data()
        self.status = response.status
        self.response_headers.extend(
            (name, value) for name, value in response.headers.items() if name.lower() != "content-length"
        )
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def channel(app: Flask) -> type[HTTPChannel]:
    """waitress's connection, refusing as this application does."""
    task = type("Refusal", (Refusal,), {"app": app})
    return type("Channel", (HTTPChannel,), {"error_task_class": task})


def refuse(app: Flask, request: Any) -> Response:
    """The answer to waitress's half-read request. What it cannot do (a transfer coding, say) is malformed to us."""
    status = request.error.code if request.error.code in (413, 431, 500) else 400
    headers = [("Accept-Language", str(request.headers.get("ACCEPT_LANGUAGE", "")))]
    with app.request_context(EnvironBuilder(path=_path(request), headers=headers).get_environ()):
        return app.process_response(errors.refuse(status, refusals.BY_STATUS[status]))


def _path(request: Any) -> str:
    """The path as far as it was read: of the whole request, else of its first line."""
    for line in (request.header_plus.lstrip(), getattr(request, "first_line", b"")):
        if found := _FIRST_LINE.match(line):
            return found[1].partition(b"?")[0].decode()
    return _UNKNOWN_PATH
