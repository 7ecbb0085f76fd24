"""The product as others see it: the real web server in a process of its own, and one client that keeps its line."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy.engine import Engine

from engine.database import new_id

START_SECONDS = 60


class CallFailed(Exception):
    """The server answered something else than was wanted: a fault of the product or of the measure."""


class Client:
    """One connection that is kept open, with a bearer token."""

    def __init__(self, port: int, token: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.took_ms = 0.0

    def get(self, path: str) -> Any:
        return self._call("GET", path, None, self._headers)

    def post(self, path: str, body: Any) -> Any:
        more = {"Content-Type": "application/json", "Idempotency-Key": new_id()}
        return self._call("POST", path, orjson.dumps(body), {**self._headers, **more})

    def close(self) -> None:
        self._line.close()

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        began = perf_counter()
        self._line.request(method, f"/api/v1{path}", body=body, headers=headers)
        response = self._line.getresponse()
        answer = response.read()
        self.took_ms = (perf_counter() - began) * 1000
        if response.status >= 300:
            raise CallFailed(f"{method} {path}: {response.status} {answer[:500].decode('utf-8', 'replace')}")
        return orjson.loads(answer)


@contextmanager
def served(engine: Engine, log: Path) -> Iterator[int]:
    """`tsunagu serve` in production's setting on this database, without due work; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {
        **os.environ,
        "TSUNAGU_ENV": "production",
        "TSUNAGU_HOST": "127.0.0.1",
        "TSUNAGU_SECRET_KEY": secrets.token_hex(32),
        "TSUNAGU_DATABASE_URL": engine.url.set(drivername=engine.url.get_backend_name()).render_as_string(
            hide_password=False
        ),
    }
    command = [
        sys.executable,
        "-c",
        "from web.cli import main; main()",
        "serve",
        "--without-worker",
        "--port",
        str(port),
    ]
    with log.open("wb") as lines:
        server = subprocess.Popen(command, env=environment, stdout=lines, stderr=lines)  # noqa: S603 - ourselves
        try:
            _wait(server, port, log)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise CallFailed(f"the server did not start: {log.read_text()[-2000:]}")
