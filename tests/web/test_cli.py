"""The command line: exit codes, one line for a fault, one JSON document for `--json`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import schema
from engine.database import engine_for, transaction
from tests.engine.towns import a_town
from tests.web.conftest import STAFF, Told
from web import cli, shipped


@pytest.fixture
def town(home: Path) -> Iterator[Engine]:
    engine = engine_for(os.environ["TSUNAGU_DATABASE_URL"])
    schema.upgrade(engine)
    with transaction(engine) as session:
        a_town(session, staff=STAFF)
    yield engine
    engine.dispose()


def test_a_token_acts_as_its_person(town: Engine, capsys: pytest.CaptureFixture[str]):
    made = Told(capsys, "token", "create", "--as", "tanaka", "--json").document

    assert set(made) == {"token", "expires_at"}
    assert Told(capsys, "token", "revoke", made["token"], "--json").document == {"revoked": True}
    assert Told(capsys, "token", "revoke", made["token"]).is_fault()


def test_users_are_listed_with_roles_and_place(town: Engine, capsys: pytest.CaptureFixture[str]):
    users = Told(capsys, "user", "list", "--json").document

    assert {"login": "tanaka", "roles": ["public_health_nurse"], "centre": "north", "partner": None} in users
    assert {"login": "yamada", "roles": ["nursery_teacher"], "centre": None, "partner": "nursery"} in users


def test_a_user_is_added_with_a_role_at_a_centre(town: Engine, capsys: pytest.CaptureFixture[str]):
    added = Told(capsys, "user", "add", "midwife.south", "--role", "midwife", "--centre", "south", "--json").document

    assert added == {"login": "midwife.south", "roles": ["midwife"], "centre": "south", "partner": None}
    assert Told(capsys, "task", "list", "--as", "midwife.south", "--json").document == {"items": [], "next": None}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["user", "add", "x", "--role", "nobody"], id="an unknown role"),
        pytest.param(["user", "add", "x", "--role", "midwife", "--centre", "moon"], id="an unknown centre"),
        pytest.param(["user", "add", "tanaka", "--role", "midwife", "--centre", "north"], id="a login that is taken"),
        pytest.param(["user", "add", "", "--role", "midwife", "--centre", "north"], id="an empty login"),
        pytest.param(["user", "add", "a b", "--role", "midwife", "--centre", "north"], id="a login with a blank"),
        pytest.param(["user", "list", "--municipality", "999999"], id="an unknown municipality"),
        pytest.param(["task", "list", "--as", "nobody"], id="an unknown login"),
        pytest.param(["task", "list"], id="nobody acts"),
        pytest.param(["task", "complete", "x", "--as", "tanaka"], id="a task that is none"),
        pytest.param(["case", "show", "0" * 26, "--as", "tanaka"], id="a case that is none"),
        pytest.param(["case", "open", "--answers", "missing.json", "--as", "tanaka"], id="a missing file"),
        pytest.param(["message", "send", "moved_out", "--as", "tanaka"], id="a message about nobody"),
        pytest.param(["clock", "set", "tomorrow"], id="no instant"),
        pytest.param(["clock", "advance", "30 days"], id="no duration"),
        pytest.param(["parameters", "set", "x", "1", "--from", "soon"], id="no day"),
        pytest.param(["lint", "missing"], id="a path that is not there"),
        pytest.param(["nothing"], id="an unknown command"),
        pytest.param(["task", "list", "--nothing"], id="an unknown option"),
        pytest.param(["publish"], id="neither a folder nor a proposal"),
    ],
)
def test_a_fault_is_one_line_and_exit_2(town: Engine, capsys: pytest.CaptureFixture[str], arguments: list[str]):
    told = Told(capsys, *arguments)

    assert told.is_fault(), (told.code, told.out, told.err)


def test_the_clock_is_shown_set_and_advanced(town: Engine, capsys: pytest.CaptureFixture[str]):
    assert Told(capsys, "clock", "set", "2026-05-01", "--json").document["now"] == "2026-04-30T15:00:00+00:00"
    assert Told(capsys, "clock", "advance", "P1D", "--json").document == {
        "now": "2026-05-01T15:00:00+00:00",
        "fired": 0,
        "incidents": 0,
    }
    assert Told(capsys, "clock", "show", "--json").document == {
        "now": "2026-05-01T15:00:00+00:00",
        "today": "2026-05-02",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["task", "list", "--as", "tanaka"],
        ["clock", "set", "2026-05-01"],
        ["clock", "advance", "P1D"],
        ["seed"],
        ["demo", "--seed-only"],
        ["token", "create", "--as", "tanaka"],
    ],
    ids=" ".join,
)
def test_production_refuses_what_is_for_demo_and_test(
    town: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setenv("TSUNAGU_ENV", "production")
    monkeypatch.setenv("TSUNAGU_SECRET_KEY", "k" * 32)

    told = Told(capsys, *arguments)

    assert told.is_fault()
    assert "refused in production" in told.err


def test_in_production_a_program_acts_by_its_token(
    town: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    token = Told(capsys, "token", "create", "--as", "tanaka", "--json").document["token"]
    monkeypatch.setenv("TSUNAGU_ENV", "production")
    monkeypatch.setenv("TSUNAGU_TOKEN", token)

    assert Told(capsys, "task", "list", "--json").document == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("login", "may"), [(None, False), ("tanaka", False), ("ono", True)], ids=["nobody", "a nurse", "a designer"]
)
def test_in_production_a_parameter_is_set_by_somebody_who_may(
    town: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, login: str | None, may: bool
):
    shipped.publish(town)
    if login is not None:
        token = Told(capsys, "token", "create", "--as", login, "--json").document["token"]
        monkeypatch.setenv("TSUNAGU_TOKEN", token)
    monkeypatch.setenv("TSUNAGU_ENV", "production")
    monkeypatch.setenv("TSUNAGU_SECRET_KEY", "k" * 32)

    told = Told(capsys, "parameters", "set", "consent_days", "21", "--from", "2099-04-01")

    assert told.code == (0 if may else 2), told.err
    assert login is not None or "TSUNAGU_TOKEN" in told.err
    values = {item["name"]: item["value"] for item in Told(capsys, "parameters", "list", "--json").document["items"]}
    assert values["consent_days"] == 14  # until its day has come


def test_due_work_is_done_once_and_counted(town: Engine, capsys: pytest.CaptureFixture[str]):
    counts = Told(capsys, "work", "--once", "--json").document

    assert counts["timers"] == 0
    assert counts["failed"] == 0


def test_the_ledger_verifies_and_is_exported(town: Engine, home: Path, capsys: pytest.CaptureFixture[str]):
    Told(capsys, "token", "create", "--as", "tanaka")
    Told(capsys, "work", "--once")

    assert Told(capsys, "audit", "verify", "--json").document["sound"] is True
    assert Told(capsys, "audit", "export", "ledger.jsonl").code == 0
    lines = Told(capsys, "audit", "export").out.splitlines()
    assert Told(capsys, "audit", "export", "--json").document == {"lines": [json.loads(line) for line in lines]}
    assert "token.created" in (home / "ledger.jsonl").read_text()


def test_the_schema_is_upgraded_and_checked(home: Path, capsys: pytest.CaptureFixture[str]):
    assert Told(capsys, "schema", "check").is_fault()
    assert Told(capsys, "schema", "upgrade", "--json").document["current"]
    assert Told(capsys, "schema", "check").code == 0


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/town", "sqlite:///.", "sqlite:////dev/null/town.db"],
    ids=lambda url: url[:10],
)
def test_a_database_that_cannot_be_had_is_a_fault(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", url)

    told = Told(capsys, "versions")

    assert told.is_fault(), told.err
    assert "check TSUNAGU_DATABASE_URL" in told.err


def test_a_file_that_is_no_database_is_named_in_one_line_and_left_alone(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    file = home / "notes.txt"
    file.write_text("what we said on the telephone\n" * 100)
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", f"sqlite:///{file}")

    for arguments in (["versions"], ["schema", "upgrade"], ["work", "--once"]):
        told = Told(capsys, *arguments)
        assert told.is_fault(), told.err
        assert f"not a database: {file}" in told.err
    assert file.read_text().startswith("what we said")


@pytest.mark.parametrize(
    "arguments",
    [["versions"], ["schema", "check"], ["task", "list", "--as", "tanaka"], ["work", "--once"], ["audit", "verify"]],
    ids=" ".join,
)
def test_only_what_begins_a_database_makes_its_folder(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", f"sqlite:///{home}/new/town.db")

    told = Told(capsys, *arguments)

    assert told.is_fault(), told.err
    assert "schema upgrade" in told.err
    assert not (home / "new").exists()
    assert Told(capsys, "schema", "upgrade").code == 0
    assert (home / "new" / "town.db").exists()


def test_the_vocabulary_names_the_words(home: Path, capsys: pytest.CaptureFixture[str]):
    words = Told(capsys, "vocabulary", "--json").document

    assert words["facts"]["risk_level"]["type"] == "int"
    assert "days_after" in str(words["functions"])


def test_lint_passes_the_shipped_bundle(home: Path, capsys: pytest.CaptureFixture[str]):
    findings = Told(capsys, "lint", str(shipped.FOLDER), "--json").document["findings"]

    assert [finding for finding in findings if finding["level"] == "error"] == []


def test_lint_errors_are_exit_1_and_still_one_document(home: Path, capsys: pytest.CaptureFixture[str]):
    (home / "broken.bpmn").write_text("<bpmn")

    told = Told(capsys, "lint", "broken.bpmn", "--json")

    assert told.code == 1
    finding = json.loads(told.out)["findings"][0]
    assert set(finding) == {"file", "element", "rule", "level", "message_ja", "message_en"}


# --- as a process of its own ---------------------------------------------------------------------------------------


def command(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TSUNAGU_")}
    return subprocess.run(
        [sys.executable, "-c", "from web.cli import main; main()", *arguments],
        env={**kept, **environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_key_production_refuses_to_start_with_one_sentence(home: Path):
    told = command("serve", TSUNAGU_LANGUAGE="en", TSUNAGU_DATABASE_URL=os.environ["TSUNAGU_DATABASE_URL"])

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "tsunagu: The environment variable TSUNAGU_SECRET_KEY must be set in production"
        " (at least 32 random characters).\n"
    )


def test_a_port_in_use_is_a_fault(town: Engine):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = command(
            "serve",
            "--port",
            str(taken.getsockname()[1]),
            TSUNAGU_ENV="test",
            TSUNAGU_LANGUAGE="en",
            TSUNAGU_DATABASE_URL=os.environ["TSUNAGU_DATABASE_URL"],
        )

    assert told.returncode == 2
    assert "is it in use?" in told.stderr.splitlines()[-1]


def test_faults_are_told_in_japanese_by_default(home: Path):
    told = command("schema", "check", TSUNAGU_ENV="nowhere")

    assert told.returncode == 2
    assert "のいずれかにしてください" in told.stderr
