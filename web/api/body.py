"""Reading a request strictly: what cannot be meant is refused as malformed before anything is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from webargs.flaskparser import FlaskParser

from forms.sentences import Sentence
from web.api import wanted
from web.errors import Malformed
from web.request_scope import text_without_nul

DEEPEST = 20
_LARGEST_WHOLE = 2**63 - 1  # what a database column takes
_NAMED = 5


class StrictParser(FlaskParser):
    """Bodies: a JSON object with known keys only. Queries: unknown and empty parameters are passed over."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs wants it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": ma.RAISE,
        "query": ma.EXCLUDE,
    }
    DEFAULT_VALIDATION_STATUS = 400

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        return read_object(req)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        return {name: text_without_nul(name, value) for name, value in req.args.items() if value != ""}

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_options: Any) -> NoReturn:
        raise Malformed(*_what_is_wrong(error, schema))


def read_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises Malformed for anything else."""
    if not request.is_json:
        raise Malformed(
            Sentence(
                "Content-Type: application/json の本文にしてください。",
                "Send a body with Content-Type: application/json.",
            )
        )
    try:
        value = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise Malformed(Sentence("本文を JSON として読み取れません。", "The body cannot be read as JSON.")) from None
    if not isinstance(value, dict):
        raise Malformed(Sentence("本文は JSON のオブジェクトにしてください。", "The body must be a JSON object."))
    _require_plain(value)
    return value


def canonical(raw: bytes) -> bytes:
    """The same bytes for bodies that say the same (order of keys, blanks); what is no JSON stands for itself."""
    try:
        return orjson.dumps(orjson.loads(raw), option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return raw


def _require_plain(body: dict[str, Any]) -> None:
    """Raises Malformed for NUL characters, huge numbers and nesting no form has."""
    pending: list[tuple[Any, str, int]] = [(value, text_without_nul("", key), 1) for key, value in body.items()]
    while pending:
        value, where, depth = pending.pop()
        if isinstance(value, str):
            text_without_nul(where, value)
        elif isinstance(value, int):
            if abs(value) > _LARGEST_WHOLE:
                raise Malformed(Sentence("数が大きすぎます。", "The number is too large."), where)
        elif isinstance(value, dict | list):
            if depth >= DEEPEST:
                raise Malformed(Sentence("入れ子が深すぎます。", "It is nested too deeply."), where)
            if isinstance(value, dict):
                for key in value:
                    text_without_nul(where, key)
                value = list(value.values())
            pending.extend((item, where, depth + 1) for item in value)


def _what_is_wrong(error: ma.ValidationError, schema: ma.Schema) -> tuple[Sentence, str]:
    """What is wrong with each name, and the names. Messages of marshmallow are not shown: they are English only."""
    by_location = error.normalized_messages()  # type: ignore[no-untyped-call]
    faults: Any = next(iter(by_location.values()), {})
    if not isinstance(faults, Mapping):
        return Sentence("読み取れない要求です。", "The request cannot be read."), ""
    found = _faults(faults, schema)[:_NAMED]
    return (
        Sentence(
            " ".join(f"{name}: {wanted.ja}" for name, wanted in found),
            " ".join(f"{name}: {wanted.en}" for name, wanted in found),
        ),
        ", ".join(name for name, _ in found),
    )


def _faults(faults: Mapping[Any, Any], schema: ma.Schema | None, above: str = "") -> list[tuple[str, Sentence]]:
    """Each name that is wrong, and what to write there; names within lists and objects with the path to them."""
    found: list[tuple[str, Sentence]] = []
    for key, below in faults.items():
        if key == "_schema":
            found.append((above or "body", wanted.of(None)))
            continue
        name = f"{above}.{key}"[:60] if above else str(key)[:60]
        field = schema.fields.get(str(key)) if schema is not None else None
        if isinstance(below, Mapping):
            found.extend(_faults(below, getattr(field, "schema", None), name))
        elif field is None and schema is not None:
            found.append((name, wanted.UNKNOWN))
        elif field is not None and field.error_messages.get("required") in below:
            found.append((name, wanted.MISSING))
        elif field is not None and field.error_messages.get("invalid") in below:
            found.append((name, wanted.kind(field)))
        else:
            found.append((name, wanted.of(field)))
    return found
