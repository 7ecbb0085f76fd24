"""Puts the calls into the application and their description together."""

from __future__ import annotations

from flask import Flask

from web.api import cases, description, forms, messages, processes, records, tasks, town_clock
from web.settings import Settings

_NOUNS = (cases, tasks, records, forms, messages, processes)


def register(app: Flask, settings: Settings) -> None:
    """Add `/api/v1`. The clock's call exists in demo and test towns only."""
    app.url_map.converters["row_id"] = description.RowId
    app.url_map.converters["form_key"] = description.FormKey
    app.config.update(API_TITLE="Tsunagu", API_VERSION="v1", OPENAPI_VERSION="3.0.3")
    api = description.Api(app, spec_kwargs=description.options())
    api.register_converter(description.RowId, lambda _converter: _pattern(description.ROW_ID_PATTERN))
    api.register_converter(description.FormKey, lambda _converter: _pattern(description.FORM_KEY_PATTERN))
    for noun in _NOUNS:
        api.register_blueprint(noun.calls)
    if not settings.in_production:
        api.register_blueprint(town_clock.calls)
    app.register_blueprint(description.serve(api))


def _pattern(regex: str) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{regex}$"}
