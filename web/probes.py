"""What machines ask at the root, without sign-in: alive, ready, figures."""

from __future__ import annotations

import hmac
import ipaddress

import orjson
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from engine import schema
from engine.database import Busy
from engine.errors import EngineError
from web import metrics
from web.metrics import Metrics

probes = Blueprint("probes", __name__)


@probes.get("/healthz")
def healthz() -> Response:
    """The process answers. Says nothing of the database: restarting us would not mend that."""
    return _json(200, {"status": "ok"})


@probes.get("/readyz")
def readyz() -> Response:
    """Whether requests can be served: the database answers and its schema is that of this release."""
    database: Engine = current_app.extensions["tsunagu.database"]
    try:
        state = schema.check(database)
    except Busy:
        return _json(503, {"status": "database_busy"})
    except (EngineError, SQLAlchemyError, OSError) as error:
        return _json(503, {"status": getattr(error, "code", "not_ready")})
    if not state.is_current:
        return _json(503, {"status": "schema_outdated"})
    return _json(200, {"status": "ready"})


@probes.get("/metrics")
def figures() -> Response:
    """Figures for Prometheus: to this machine itself, or to whoever has the token. To all others it does not exist."""
    if not (_is_local() or _has_token()):
        abort(404)
    found: Metrics = current_app.extensions["tsunagu.metrics"]
    return Response(found.text(), content_type=metrics.CONTENT_TYPE)


for _view in (healthz, readyz, figures):
    _view.action = "probe"  # type: ignore[attr-defined]


def _is_local() -> bool:
    """Whether the caller is this machine itself. A request that a proxy passed on is not, wherever the proxy runs."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    expected: str | None = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


def _json(status: int, body: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
