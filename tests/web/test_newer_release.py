"""After a newer release has been at work: this one says so at every door and touches nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, select

from engine import schema
from engine.database import engine_for, transaction
from engine.workflow.instance import Instance
from tests.engine.towns import a_town
from tests.web.conftest import STAFF, Served, Told
from tests.web.test_api import Notified
from web import shipped

ROOT = Path(__file__).parents[2]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], None]:
    """Names a database in the environment, which says nothing else but the language."""

    def name(engine: Engine) -> None:
        url = engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)
        for variable in [variable for variable in os.environ if variable.startswith("TSUNAGU_")]:
            monkeypatch.delenv(variable)
        monkeypatch.setenv("TSUNAGU_DATABASE_URL", url)
        monkeypatch.setenv("TSUNAGU_LANGUAGE", "en")
        monkeypatch.setenv("TSUNAGU_SECRET_KEY", "k" * 32)

    return name


@pytest.fixture
def newer_database(tmp_path: Path, named: Callable[[Engine], None]) -> Iterator[Engine]:
    """A database that a later release has upgraded, named by the environment."""
    engine = engine_for(f"sqlite:///{tmp_path / 'newer.db'}")
    schema.upgrade(engine)
    _stand_at(engine, "9999")
    named(engine)
    yield engine
    engine.dispose()


def _stand_at(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.mark.parametrize("environment", ["production", "test"])
@pytest.mark.parametrize(
    "command", [["serve"], ["work", "--once"], ["schema", "upgrade"], ["schema", "check"]], ids=lambda part: part[0]
)
def test_no_command_starts_on_it(
    newer_database: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    environment: str,
):
    monkeypatch.setenv("TSUNAGU_ENV", environment)

    told = Told(capsys, *command)

    assert told.is_fault()
    assert told.err == "tsunagu: schema_too_new: The database is newer than this release. Use the newer release.\n"
    with newer_database.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"


def test_no_server_for_a_city_starts_on_it(empty_database: Engine, named: Callable[[Engine], None]):
    schema.upgrade(empty_database)
    _stand_at(empty_database, "9999")
    named(empty_database)
    command = [sys.executable, "-c", "from web.serving import application; application()"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}

    told = subprocess.run(command, capture_output=True, text=True, env=variables, timeout=60, check=False)

    assert told.returncode == 1
    assert told.stderr.startswith("schema_too_new: ")
    assert told.stderr.count("\n") == 1


def test_due_work_is_not_done_on_a_database_without_our_schema(
    tmp_path: Path, named: Callable[[Engine], None], capsys: pytest.CaptureFixture[str]
):
    engine = engine_for(f"sqlite:///{tmp_path / 'empty.db'}")
    named(engine)

    told = Told(capsys, "work", "--once")

    assert told.is_fault()
    assert "schema upgrade" in told.err
    assert not (tmp_path / "empty.db").exists() or sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_family_a_newer_release_moved_on_is_refused_in_words(shipped_town: Served, notified: Notified):
    caller = shipped_town.as_("sato")
    opened = notified(caller)
    task = next(task for task in opened["opened"] if task["element"] == "sharing_consent")
    with transaction(shipped_town.database) as session:
        instance = session.scalars(select(Instance)).one()
        assert instance.state_bytes is not None
        instance.state_bytes = instance.state_bytes[:2] + bytes([250]) + instance.state_bytes[3:]

    answers = caller.get("/forms/sharing_consent").get_json()["example"]
    response = caller.post(f"/tasks/{task['id']}/completion", {"outcome": "done", "answers": answers})

    assert (response.status_code, response.get_json()["code"]) == (409, "state_too_new")
    assert "新しい版" in response.get_json()["title"]
    assert caller.get(f"/tasks/{task['id']}").get_json()["state"] == "open"


def test_a_version_that_was_never_proposed_is_not_published(
    tmp_path: Path, named: Callable[[Engine], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    engine = engine_for(f"sqlite:///{tmp_path / 'town.db'}")
    schema.upgrade(engine)
    with transaction(engine) as session:
        a_town(session, staff=STAFF)
    assert shipped.publish(engine) == 1
    named(engine)
    monkeypatch.setenv("TSUNAGU_ENV", "test")
    before = Told(capsys, "versions", "--json").document

    for nobodys in ("0" * 26, "x"):
        assert Told(capsys, "publish", "--approve", nobodys, "--as", "kato").is_fault()

    assert Told(capsys, "versions", "--json").document == before
    engine.dispose()
