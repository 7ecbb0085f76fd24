"""A small served town for tests of the pages: three families at North, made once a worker and copied for each test."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from engine import clock, schema
from engine.casework import cases, form_catalogue, people, tasks
from engine.casework.views import TaskView
from engine.clock import JST
from engine.database import engine_for, transaction
from tests.web.conftest import settings_for
from web import demo
from web.app import create_app
from web.demo_town import PASSWORD

NOW = datetime(2026, 4, 10, 9, tzinfo=JST)
HEAD, NURSE, MANAGER = "centre_head.north", "public_health_nurse.north", "mch_care_manager.north"
STRANGER, PARTNER, DESIGNER = "public_health_nurse.south", "nursery_teacher.nursery", "process_designer.north"
FAMILIES = (
    ("佐藤", "みのり", "サトウ", "ミノリ"),
    ("鈴木", "ケイト", "スズキ", "ケイト"),
    ("高橋", "さくら", "タカハシ", "サクラ"),
)


def open_family(engine: Engine, town: str, number: int, names: tuple[str, ...]) -> str:
    """A pregnancy notified at North's counter; the case's id."""
    with transaction(engine, municipality_id=town) as session:
        clerk = people.actor_of(session, "counter_clerk.north")
        form = form_catalogue.form(session, clerk, "FM01")
        answers = {
            **form.example(date(2026, 4, 10)),
            "family_name": names[0],
            "given_name": names[1],
            "family_name_kana": names[2],
            "given_name_kana": names[3],
            "birth_date": f"1995-01-{number % 27 + 1:02d}",
            "resident_id": f"8{number:07d}",
            "junior_high_district": "north",
            "alias_name": "",
            "householder_name": "",
        }
        return cases.open_case(session, clerk, answers, now=clock.now(session)).case_id


@pytest.fixture(scope="session")
def pages_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo town's people and three families who notified a pregnancy today."""
    path = tmp_path_factory.mktemp("pages") / "town.db"
    engine = engine_for(f"sqlite:///{path}")
    schema.create_all_for_tests(engine)
    town = demo.set_up(engine, now=NOW)
    with transaction(engine, municipality_id=town) as session:
        clock.set_now(session, NOW, allowed=True, has_cases=False)
    for number, names in enumerate(FAMILIES):
        open_family(engine, town, number, names)
    engine.dispose()
    return path


@dataclass
class Someone:
    """A person at a browser without scripts."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def csrf(self) -> str:
        page = self.client.get("/accessibility").get_data(as_text=True)
        match = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert match is not None
        return match[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.csrf(), **(data or {})}, **options)


@dataclass
class PagesTown:
    """An application on its own copy of the town."""

    app: Flask
    database: Engine
    address: str = ""

    def visitor(self) -> Someone:
        return Someone(self.app.test_client())

    def as_(self, login: str) -> Someone:
        someone = self.visitor()
        response = someone.post("/sign-in", {"login": login, "password": PASSWORD})
        assert response.status_code == 303, response.get_data(as_text=True)
        return someone

    def work_of(self, login: str, **filters: Any) -> list[TaskView]:
        with transaction(self.database) as session:
            actor = people.actor_of(session, login)
            return list(tasks.worklist(session, actor, now=clock.now(session), **filters).items)

    def task(self, form: str, login: str = HEAD) -> TaskView:
        return next(each for each in self.work_of(login) if each.form == form)

    def case_id(self) -> str:
        found = next(each.case_id for each in self.work_of(HEAD) if each.about.startswith("佐藤"))
        assert found is not None
        return found


def _served(template: Path, folder: Path) -> PagesTown:
    path = folder / "town.db"
    shutil.copyfile(template, path)
    engine = engine_for(f"sqlite:///{path}")
    return PagesTown(create_app(settings_for(engine), engine), engine)


@pytest.fixture
def pages_town(pages_template: Path, tmp_path: Path) -> Iterator[PagesTown]:
    town = _served(pages_template, tmp_path)
    yield town
    town.database.dispose()


@pytest.fixture
def site(pages_template: Path, tmp_path: Path) -> Iterator[PagesTown]:
    """The same, listening on a port for a browser."""
    yield from _listening(_served(pages_template, tmp_path))


@pytest.fixture(scope="module")
def shared_site(pages_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesTown]:
    """One listening town for a module that only looks."""
    yield from _listening(_served(pages_template, tmp_path_factory.mktemp("site")))


def _listening(town: PagesTown) -> Iterator[PagesTown]:
    server = make_server("127.0.0.1", 0, town.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    town.address = f"http://127.0.0.1:{server.server_port}"
    yield town
    server.shutdown()
    thread.join()
    server.server_close()
    town.database.dispose()


Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Opens a browser of one's own, in which refused styles, scripts and console errors are remembered."""
    contexts: list[BrowserContext] = []

    def open_window(town: PagesTown, login: str | None = None, language: str = "ja", width: int = 1280) -> Page:
        context = browser.new_context(
            locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        context.add_init_script(
            "window.refused = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.refused.push(event.violatedDirective + ' ' + event.blockedURI));"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
        page.goto(f"{town.address}/sign-in?lang={language}")
        if login is not None:
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url(lambda address: "sign-in" not in address)
        return page

    yield open_window
    for context in contexts:
        context.close()
