"""What the server refuses before the application sees it: problem documents and pages, as for every other refusal."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from web import serving
from web.app import create_app
from web.settings import Settings, read


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The application behind the real server, with the least body the settings allow. Nothing here needs a database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('unread')}/none.db"
    found = read({"TSUNAGU_ENV": "test", "TSUNAGU_DATABASE_URL": url, "TSUNAGU_MAX_BODY_KIB": "16"})
    assert isinstance(found, Settings)
    server = serving.listen(create_app(found), "127.0.0.1", 0, threads=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield "127.0.0.1", int(server.effective_port)
    server.close()
    thread.join(10)


def ask(address: tuple[str, int], request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to these bytes."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


HOST = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Language: en\r\n"
POST = b"POST /api/v1/cases" + HOST + b"Content-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        pytest.param(POST + b"Content-Length: 3000000\r\n\r\n", 413, "too_large", id="a body far too large"),
        pytest.param(
            POST + b"Content-Length: 20000\r\n\r\n" + b"x" * 20000, 413, "too_large", id="a body a little too large"
        ),
        pytest.param(POST + b"Content-Length: abc\r\n\r\n{}", 400, "malformed", id="a length that is no number"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n{}", 400, "malformed", id="a length below nought"),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "malformed", id="two lengths"),
        pytest.param(POST + b"Transfer-Encoding: gzip\r\n\r\n", 400, "malformed", id="an unknown transfer coding"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "malformed", id="broken chunks"),
        pytest.param(POST + b"Bad Header\r\n\r\n", 400, "malformed", id="no header"),
        pytest.param(b"NONSENSE\r\n\r\n", 400, "malformed", id="no request line"),
        pytest.param(b"get /api/v1/tasks HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed", id="a small-letter method"),
        pytest.param(
            (b"GET /api/v1/tasks" + HOST + b"X: ").ljust(262_144, b"x"), 431, "headers_too_large", id="headers"
        ),
        pytest.param(b"BREW /api/v1/tasks" + HOST + b"\r\n", 405, "method_not_allowed", id="an unknown method"),
        pytest.param(b"DELETE /api/v1/tasks" + HOST + b"\r\n", 405, "method_not_allowed", id="a method not offered"),
        pytest.param(b"GET /api/v1/nothing" + HOST + b"\r\n", 404, "not_found", id="no such call"),
        pytest.param(b"GET /api/v1/tasks/%ff" + HOST + b"\r\n", 404, "not_found", id="a path that is no text"),
    ],
)
def test_under_api_every_refusal_is_a_problem_document(
    address: tuple[str, int], request_: bytes, status: int, code: str
):
    told, headers, body = ask(address, request_)

    problem = json.loads(body)
    assert (told, headers["content-type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_elsewhere_it_is_a_page(address: tuple[str, int]):
    request = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"

    status, headers, body = ask(address, request)

    assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "大きすぎます" in body.decode()
    assert "content-security-policy" in headers


@pytest.mark.parametrize(
    ("header", "status"), [(b"", 200), (b"X-Forwarded-For: 203.0.113.9\r\n", 404)], ids=["this machine", "by a proxy"]
)
def test_the_server_passes_on_that_a_proxy_was_in_between(address: tuple[str, int], header: bytes, status: int):
    """The figures are for this machine alone; who comes through the proxy is not on it."""
    told, _, _ = ask(address, b"GET /metrics" + HOST + header + b"\r\n")

    assert told == status
