"""The OpenAPI description: our problem documents, ids in paths, and the ways to sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
import orjson
from flask import Blueprint, Response
from werkzeug.routing import BaseConverter

from web.api.call import _NAMES
from web.errors import PROBLEM

ROW_ID_PATTERN = "[0-9A-HJKMNP-TV-Z]{26}"
FORM_KEY_PATTERN = "[A-Za-z0-9_-]{1,64}"


class RowId(BaseConverter):
    """An id in a path. What cannot be one is not found, without a look at the database."""

    regex = ROW_ID_PATTERN


class FormKey(BaseConverter):
    """A form's key: its file's stem or its code."""

    regex = FORM_KEY_PATTERN


class ProblemSchema(ma.Schema):
    """A refusal (RFC 9457). `code` is stable; title and detail are for people, in the language asked for."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    where = ma.fields.String(metadata={"description": "malformed: the parameters or keys meant"})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": "answers_rejected: field → what to mend"},
    )
    case_id = ma.fields.String(metadata={"description": "case_already_open: the open case, if the caller may see it"})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our problem documents in place of its own errors, which `web.errors` answers."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        for status, name in _NAMES.items():
            response: dict[str, Any] = {
                "description": HTTPStatus(status).phrase,
                "content": {PROBLEM: {"schema": ProblemSchema}},
            }
            if status == 503:
                response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
            self.spec.components.response(name, response, lazy=True)


def options() -> dict[str, Any]:
    """What the description says besides the calls."""
    return {
        "info": {
            "description": "Families' cases, the work on them and what is true of them, as far as the caller may see."
        },
        "servers": [{"url": "/"}],
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "`tsunagu token create --as LOGIN`"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "tsunagu",
                    "description": "A signed-in browser; unsafe methods need the header X-CSRFToken as well",
                },
            }
        },
        "security": [{"bearer": []}, {"session": []}],
    }


def serve(api: Api) -> Blueprint:
    """`GET /api/v1/openapi.json`, built once."""
    blueprint = Blueprint("openapi", __name__)
    built: list[bytes] = []

    @blueprint.get("/api/v1/openapi.json")
    def openapi() -> Response:
        if not built:
            built.append(orjson.dumps(api.spec.to_dict(), option=orjson.OPT_NON_STR_KEYS))
        return Response(built[0], mimetype="application/json")

    openapi.action = "openapi.read"  # type: ignore[attr-defined]
    return blueprint
