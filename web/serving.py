"""The embedded web server (waitress: threads in one process), with the worker inside where wanted.

For a city use gunicorn with `web.serving:application()` and `tsunagu work` beside it.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

from engine import schema
from web import log, settings, unread, worker
from web.app import create_app

_TAKEN_IN = 16  # times the largest body allowed


class CannotListen(Exception):
    """The address is in use or not ours."""


def serve(app: Flask, host: str, port: int, *, threads: int, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM; then stop taking requests, let the worker finish its step, and return.

    Raises CannotListen.
    """
    server = listen(app, host, port, threads=threads)
    inside = (
        worker.Worker(app.extensions["tsunagu.database"], app.extensions["tsunagu.metrics"]) if with_worker else None
    )
    signal.signal(signal.SIGTERM, _interrupt)
    if inside is not None:
        inside.start()
    log.logger.info("serving", host=host, port=port, pid=os.getpid())
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        if inside is not None:
            inside.stop()


def listen(app: Flask, host: str, port: int, *, threads: int) -> Any:
    """The server, listening but not yet answering. Raises CannotListen.

    It takes in bodies that the application then refuses as too large, up to a point: whoever is cut off while still
    sending may never see why.
    """
    listening: dict[int, Any] = {}
    try:
        server: Any = create_server(
            app,
            map=listening,
            host=host,
            port=port,
            threads=threads,
            ident="",
            channel_timeout=60,
            clear_untrusted_proxy_headers=False,  # web.app trusts as many proxies as the settings say, and no more
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] * _TAKEN_IN,
        )
    except (OSError, ValueError) as error:
        raise CannotListen from error
    channel = unread.channel(app)
    for each in listening.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = channel
    return server


def application() -> Flask:
    """The application for an outside server such as gunicorn: `gunicorn "web.serving:application()"`."""
    found = settings.read(os.environ)
    if not isinstance(found, settings.Settings):
        raise SystemExit(" ".join(fault.en for fault in found))
    log.configure(found.environment)
    app = create_app(found)
    try:
        state = schema.check(app.extensions["tsunagu.database"])
    except schema.SchemaTooNew as error:
        raise SystemExit(f"{error.code}: {error}") from None
    if not state.is_current:
        raise SystemExit(
            f"expected the database at {state.newest}, but it is at {state.current}: tsunagu schema upgrade"
        )
    return app


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
