"""A small web site for the browser tests: the built files, and pages under the policy the product sends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATIC = Path(__file__).parents[3] / "web" / "static"
BASE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DESIGNER_POLICY = BASE_POLICY + "; style-src-attr 'unsafe-inline'"
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}


@dataclass
class Answer:
    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: str


class Site:
    """Pages by path; what was sent to it stands in `received`, oldest first."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | Callable[[Received], Answer]] = {}
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, path: str, answer: Answer | Callable[[Received], Answer], *, method: str = "GET") -> None:
        self.answers[(method, path)] = answer

    def page(self, path: str, body: str, *, entries: tuple[str, ...] = ("app",), language: str = "ja") -> str:
        """Serve `body` inside the head of README section 1; the address of the page."""
        styles = "".join(
            f'<link rel="stylesheet" href="/static/bundle/{entry}.css">'
            for entry in entries
            if (STATIC / "bundle" / f"{entry}.css").exists()
        )
        scripts = "".join(f'<script type="module" src="/static/bundle/{entry}.js"></script>' for entry in entries)
        policy = DESIGNER_POLICY if "designer" in entries else BASE_POLICY
        self.put(
            path,
            Answer(
                f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                '<meta name="csrf-token" content="token-1"><title>つなぐ</title>'
                '<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">'
                f'<link rel="stylesheet" href="/static/tsunagu.css">{styles}{scripts}'
                f"</head><body>{body}</body></html>",
                headers={"Content-Security-Policy": policy},
            ),
        )
        return self.url + path

    def sent(self, method: str, path: str) -> list[Received]:
        return [one for one in self.received if (one.method, one.path) == (method, path)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                path = self.path.split("?")[0]
                received = Received(self.command, path, dict(self.headers), self.rfile.read(length).decode())
                site.received.append(received)
                answer = site.answers.get((self.command, path)) or static(path)
                if callable(answer):
                    answer = answer(received)
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def do_PUT(self) -> None:
                self.answer()

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output clean."""

        return Handler


def static(path: str) -> Answer:
    file = (STATIC / path.removeprefix("/static/")).resolve()
    if path.startswith("/static/") and file.is_relative_to(STATIC.resolve()) and file.is_file():
        return Answer(file.read_bytes(), KINDS.get(file.suffix, "application/octet-stream"))
    return Answer("not found", status=404)
