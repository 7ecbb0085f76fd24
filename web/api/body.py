"""Reading a request strictly: what cannot be meant is refused as malformed before anything is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from webargs.flaskparser import FlaskParser

from forms.sentences import Sentence
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

    def handle_error(self, error: ma.ValidationError, *_args: Any, **_options: Any) -> NoReturn:
        raise Malformed(*_what_is_wrong(error))


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


def _what_is_wrong(error: ma.ValidationError) -> tuple[Sentence, str]:
    """A sentence and the names meant. Messages of marshmallow are not shown; they exist in English only."""
    by_location = error.normalized_messages()  # type: ignore[no-untyped-call]
    faults: Any = next(iter(by_location.values()), {})
    if not isinstance(faults, Mapping):
        return Sentence("読み取れない要求です。", "The request cannot be read."), ""
    names = list(_names(faults))
    shown = ", ".join(name[:60] for name in names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return (
        Sentence(
            f"次の項目がないか、知らない項目か、書き方が違います: {shown}",
            f"Missing, unknown or wrongly written: {shown}",
        ),
        shown,
    )


def _names(faults: Mapping[Any, Any], above: str = "") -> list[str]:
    found: list[str] = []
    for key, below in faults.items():
        if key == "_schema":
            found.append(above or "body")
            continue
        name = f"{above}.{key}" if above else str(key)
        found.extend(_names(below, name) if isinstance(below, Mapping) else [name])
    return found
