"""A served town for tests of the doors: a real application on a fresh database, callers by token or by browser."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from engine import schema
from engine.casework import people
from engine.database import engine_for, new_id, transaction
from tests.engine.towns import a_description, a_town
from web import cli, log, shipped
from web.app import create_app
from web.settings import Settings, read

STAFF = [
    *a_description()["staff"],
    {"login": "sato", "name": "佐藤 受付", "roles": [{"role": "counter_clerk", "centre": "north"}]},
    {"login": "kato", "name": "加藤 長", "roles": [{"role": "centre_head", "centre": "north"}]},
    {"login": "mori", "name": "森 南", "roles": [{"role": "public_health_nurse", "centre": "south"}]},
    {"login": "ono", "name": "小野 設計", "roles": [{"role": "process_designer"}]},
]


ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What was logged, as production logs it, instead of lines on the screen."""
    monkeypatch.setattr(log, "_tells_messages", False)
    with structlog.testing.capture_logs() as lines:
        yield lines


def settings_for(engine: Engine, **changes: str) -> Settings:
    """Settings of a test town on this database."""
    found = read({"TSUNAGU_ENV": "test", "TSUNAGU_DATABASE_URL": "sqlite:///:memory:", **changes})
    assert isinstance(found, Settings), found
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests. Without it they are skipped, but on the CI machine that is a failure."""
    path = os.environ.get("TSUNAGU_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("expected chromium to be installed, but it is not on the path")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Caller:
    """Someone who calls the API with a bearer token; answers are asked for in Japanese."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, *, key: str | None = None, **options: Any) -> TestResponse:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.call("POST", path, json=json, headers={**headers, **options.pop("headers", {})}, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, json=json, **options)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **options.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)


@dataclass
class Served:
    """An application on a database with a town in it."""

    app: Flask
    database: Engine

    def as_(self, login: str) -> Caller:
        with transaction(self.database) as session:
            actor = people.actor_of(session, login)
            assert actor is not None
            token, _ = people.create_token(session, actor)
        return Caller(self.app.test_client(), token)


@pytest.fixture
def town(database: Engine) -> Served:
    """A served town without any published bundle, on SQLite and on PostgreSQL."""
    with transaction(database) as session:
        a_town(session, staff=STAFF)
    return Served(create_app(settings_for(database), database), database)


@pytest.fixture(scope="session")
def published_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the town and the shipped bundle, to be copied: publishing takes a second."""
    path = tmp_path_factory.mktemp("published") / "town.db"
    engine = engine_for(f"sqlite:///{path}")
    schema.create_all_for_tests(engine)
    _publish(engine)
    engine.dispose()
    return path


@pytest.fixture
def shipped_town(published_template: Path, tmp_path: Path) -> Iterator[Served]:
    """A served town that works by the shipped bundle, on SQLite."""
    path = tmp_path / "town.db"
    shutil.copyfile(published_template, path)
    engine = engine_for(f"sqlite:///{path}")
    yield Served(create_app(settings_for(engine), engine), engine)
    engine.dispose()


@pytest.fixture
def shipped_town_on_both(database: Engine) -> Served:
    """The same on SQLite and on PostgreSQL."""
    _publish(database)
    return Served(create_app(settings_for(database), database), database)


def _publish(engine: Engine) -> None:
    with transaction(engine) as session:
        a_town(session, staff=STAFF)
    assert shipped.publish(engine) == 1


@pytest.fixture
def notified() -> Callable[[Caller], dict[str, Any]]:
    """Opens a case through the API for a woman nobody knows yet; the answer."""

    def open_case(caller: Caller, **changes: Any) -> dict[str, Any]:
        response = caller.post("/cases", {"answers": {**example(caller, "FM01"), **a_woman(), **changes}})
        assert response.status_code == 201, response.get_data(as_text=True)
        opened: dict[str, Any] = response.get_json()
        return opened

    return open_case


def example(caller: Caller, form: str) -> dict[str, Any]:
    """Answers that a form accepts, as the API itself gives them."""
    response = caller.get(f"/forms/{form}")
    assert response.status_code == 200, response.get_data(as_text=True)
    answers: dict[str, Any] = response.get_json()["example"]
    return answers


def a_woman() -> dict[str, Any]:
    """A name and a resident number of nobody else's."""
    letters = "アイウエオカキクケコサシスセソタチツテト"
    number = int.from_bytes(new_id().encode()) % 10**12
    name = "".join(letters[int(digit)] for digit in str(number))
    return {"family_name": "試験", "family_name_kana": name, "resident_id": f"{number:012d}"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A test environment with an empty SQLite database of its own."""
    for name in [name for name in os.environ if name.startswith("TSUNAGU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TSUNAGU_ENV", "test")
    monkeypatch.setenv("TSUNAGU_LANGUAGE", "en")
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", f"sqlite:///{tmp_path}/var/town.db")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    return tmp_path


class Told:
    """What one run of the command said."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.code = cli.run(arguments)
        self.out, self.err = capsys.readouterr()

    @property
    def document(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    def succeeds(self) -> None:
        assert self.code == 0, self.err

    def is_fault(self) -> bool:
        """Exit 2, one line on standard error, nothing on standard output."""
        return self.code == 2 and self.err.count("\n") == 1 and self.err.startswith("tsunagu: ") and self.out == ""
