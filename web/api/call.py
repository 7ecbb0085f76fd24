"""How a call is declared: one decorator that reads, guards, answers and describes it alike for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import flask_smorest
import marshmallow as ma

from web import request_scope
from web.api.body import StrictParser
from web.api.once import HEADER, LONGEST, once, once_alone

View = Callable[..., Any]

_KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A repeat with the same key and body within 24 hours gets the first answer and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
}
_NAMES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    413: "REQUEST_ENTITY_TOO_LARGE",
    422: "UNPROCESSABLE_ENTITY",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


class Calls(flask_smorest.Blueprint):  # type: ignore[misc]
    """The calls about one noun."""

    ARGUMENTS_PARSER = StrictParser()

    def call(
        self,
        method: str,
        rule: str,
        action: str,
        *,
        answers: Mapping[int, ma.Schema],
        body: ma.Schema | None = None,
        query: ma.Schema | None = None,
        refusals: tuple[int, ...] = (),
        writes: bool = True,
        alone: bool = False,
    ) -> Callable[[View], View]:
        """Declare a call.

        action: what the ledger calls it when it is refused. answers: status → what it looks like; the first is the
        usual one, another is chosen by returning `(value, status)`. body and query arrive as the view's first
        arguments. writes, alone: see `request_scope.act`.
        """
        posts = method == "POST"

        def declare(view: View) -> View:
            wrapped: View = self._answering(view, answers)
            if query is not None:
                wrapped = self.arguments(query, location="query")(wrapped)
            if body is not None:
                wrapped = self.arguments(body)(wrapped)
            for status in sorted(_refusals(posts, body is not None, refusals)):
                wrapped = self.alt_response(status, response=_NAMES[status])(wrapped)
            if posts:
                wrapped = (once_alone if alone else once)(wrapped)
                wrapped = self.doc(parameters=[_KEY_PARAMETER])(wrapped)
            wrapped = request_scope.act(action, writes=writes, alone=alone)(wrapped)
            self.add_url_rule(rule, view_func=wrapped, methods=[method])
            return wrapped

        return declare

    def _answering(self, view: View, answers: Mapping[int, ma.Schema]) -> View:
        (usual, schema), *others = answers.items()
        wrapped: View = self.response(usual, schema)(view)
        for status, other in others:
            wrapped = self.alt_response(status, schema=other, success=True)(wrapped)
        return wrapped


def _refusals(posts: bool, has_body: bool, more: tuple[int, ...]) -> set[int]:
    always = {400, 401, 403, 404, 500, 503, *more}
    return always | ({422} if posts else set()) | ({413} if posts or has_body else set())
