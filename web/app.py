"""The Flask application: one function that puts the parts together. No work is done when a module is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from sqlalchemy.engine import Engine, make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.database import engine_for
from web import api, errors, log, metrics, probes, security, sign_in
from web.pages import register as pages
from web.request_scope import frame
from web.settings import Settings


class _OrjsonProvider(JSONProvider):
    """JSON by orjson: fast, strict, days and instants as ISO texts."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def create_app(settings: Settings, database: Engine | None = None) -> Flask:
    """The application for these settings, on their database or the one given."""
    app = Flask("web", template_folder="templates", static_folder="static")
    app.json = _OrjsonProvider(app)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_PARTS=2000,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        METRICS_TOKEN=settings.metrics_token,
        DEFAULT_LANGUAGE=settings.language,
        TRAP_HTTP_EXCEPTIONS=False,
        TRAP_BAD_REQUEST_ERRORS=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["tsunagu.settings"] = settings
    app.extensions["tsunagu.database"] = database or open_database(settings)
    app.url_map.strict_slashes = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    log.register(app)
    metrics.register(app, metrics.Metrics())
    security.register(app, settings)
    errors.register(app, frame)
    sign_in.register(app, settings)
    app.register_blueprint(probes.probes)
    api.register(app, settings)
    pages.register(app, settings)
    return app


def open_database(settings: Settings) -> Engine:
    """The engine for the settings' database; the folder of an SQLite file is made where it is missing."""
    file = database_file(settings)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    return engine_for(settings.database_url)


def database_file(settings: Settings) -> Path | None:
    """The file of an SQLite database; None for one in memory or on a server."""
    url = make_url(settings.database_url)
    held_in_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(url.database) if held_in_file and url.database else None
