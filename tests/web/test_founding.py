"""Starting: a real town from its description, an empty database in each environment, the first publication."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from engine import schema
from engine.database import engine_for
from engine.organisation import ROLES
from tests.web.conftest import Told
from web import demo_town, serving, shipped

TOWN = """
[municipality]
code = "112291"
name_ja = "和光市"
name_en = "Wako City"
[[centres]]
code = "north"
name_ja = "北センター"
name_en = "North centre"
[[districts]]
code = "kita"
name = "北中学校区"
centre = "north"
[[staff]]
login = "tanaka"
name = "田中 花子"
roles = [{ role = "process_designer" }]
[[staff]]
login = "mori"
name = "森 恵"
roles = [{ role = "centre_head", centre = "north" }]
[[parameters]]
name = "no_show_profile"
value = "standard"
"""
PASSWORD = "a long enough password"


@pytest.fixture
def production(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A production server before anything was done, with the description of a town beside it."""
    monkeypatch.setenv("TSUNAGU_ENV", "production")
    monkeypatch.setenv("TSUNAGU_SECRET_KEY", "k" * 32)
    (home / "town.toml").write_text(TOWN, encoding="utf-8")
    return home


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been served."""
    calls: list[str] = []
    monkeypatch.setattr(serving, "serve", lambda _app, host, port, **_more: calls.append(f"{host}:{port}"))
    return calls


def test_a_real_town_starts_with_five_commands(
    production: Path, served: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert Told(capsys, "schema", "upgrade").code == 0
    monkeypatch.setenv("TSUNAGU_NEW_PASSWORD", PASSWORD)
    founded = Told(capsys, "setup", "town.toml", "--json").document
    Told(capsys, "user", "password", "tanaka").succeeds()
    Told(capsys, "user", "add", "sato", "--role", "counter_clerk", "--centre", "north").succeeds()
    Told(capsys, "serve", "--port", "8765").succeeds()

    assert (founded["name_en"], founded["administrator"]) == ("Wako City", "administrator")
    assert "password" not in founded
    assert served == ["127.0.0.1:8765"]
    users = {user["login"]: user["roles"] for user in Told(capsys, "user", "list", "--json").document}
    assert users["administrator"] == ["system_administrator"]
    assert users["sato"] == ["counter_clerk"]
    versions = Told(capsys, "versions", "--json").document["items"]
    assert [(line["id"], line["is_current"]) for line in versions] == [(founded["version"], True)]
    profile = {item["name"]: item for item in Told(capsys, "parameters", "list", "--json").document["items"]}
    assert (profile["no_show_profile"]["value"], profile["no_show_profile"]["shipped"]) == ("standard", "wako")
    assert profile["no_show_profile"]["choices"] == ["wako", "standard"]
    assert Told(capsys, "work", "--once", "--json").document["failed"] == 0


def test_in_production_two_people_publish_by_tokens_they_signed_in_for(
    production: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    a_founded_town(capsys, monkeypatch)
    for login in ("tanaka", "mori"):
        Told(capsys, "user", "password", login).succeeds()
    shutil.copytree(shipped.FOLDER, "processes/seamless_support")
    shutil.copytree(shipped.FOLDER.parents[1] / "forms/seamless_support", "forms/seamless_support")
    with Path("processes/seamless_support/bundle.toml").open("a") as manifest:
        manifest.write("# ours\n")

    monkeypatch.setenv("TSUNAGU_PASSWORD", "wrong and long enough")
    assert Told(capsys, "token", "create", "--login", "tanaka").is_fault()
    monkeypatch.setenv("TSUNAGU_PASSWORD", PASSWORD)
    tokens = [
        Told(capsys, "token", "create", "--login", login, "--json").document["token"] for login in ("tanaka", "mori")
    ]
    monkeypatch.setenv("TSUNAGU_TOKEN", tokens[0])
    proposed = Told(capsys, "publish", ".", "--json").document
    monkeypatch.setenv("TSUNAGU_TOKEN", tokens[1])
    published = Told(capsys, "publish", "--approve", proposed["proposal_id"], "--json").document

    assert (proposed["state"], published["state"]) == ("open", "published")
    assert published["version"] == proposed["version"]


def test_a_password_nobody_gave_is_made_up_and_told_once(production: Path, capsys: pytest.CaptureFixture[str]):
    Told(capsys, "schema", "upgrade")

    founded = Told(capsys, "setup", "town.toml", "--administrator", "mori", "--json").document

    assert len(founded["password"]) >= 12
    assert "system_administrator" in {
        role
        for user in Told(capsys, "user", "list", "--json").document
        if user["login"] == "mori"
        for role in user["roles"]
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param(
            "town.toml", TOWN.replace("wako", "x").replace('"standard"', '"banana"'), "wako, standard", id="a value"
        ),
        pytest.param("town.toml", TOWN.replace("no_show_profile", "x"), "there is no parameter x", id="a parameter"),
        pytest.param("town.toml", "[municipality", "not TOML", id="no TOML"),
        pytest.param("town.toml", "municipality = 3", "municipality: write it as", id="no table"),
        pytest.param("town.json", '{"municipality": {"code": ""}}', "municipality: code must be text", id="JSON"),
        pytest.param("town.json", "[]", "JSON object", id="a list"),
    ],
)
def test_a_faulty_description_is_a_sentence_and_leaves_nothing(
    production: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
):
    Told(capsys, "schema", "upgrade")
    (production / name).write_text(text, encoding="utf-8")

    told = Told(capsys, "setup", name)

    assert told.is_fault(), (told.out, told.err)
    assert said in told.err
    assert "no municipality yet" in Told(capsys, "user", "list").err


def test_what_is_new_in_the_file_is_added_later(
    production: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    a_founded_town(capsys, monkeypatch)
    nursery = '[[partners]]\ncode = "hibari"\nkind = "nursery"\nname_ja = "ひばり保育園"\nname_en = "Hibari"\n'
    (production / "town.toml").write_text(TOWN + nursery, encoding="utf-8")

    added = Told(capsys, "setup", "town.toml", "--add", "--json").document["added"]

    assert {section: number for section, number in added.items() if number} == {"partners": 1}
    Told(capsys, "user", "add", "hoshi", "--role", "nursery_teacher", "--partner", "hibari").succeeds()


def test_a_town_is_not_set_up_twice(
    production: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    a_founded_town(capsys, monkeypatch)

    told = Told(capsys, "setup", "town.toml")

    assert told.is_fault()
    assert told.err.startswith("tsunagu: municipality_exists")


COMMANDS = [
    ["versions"],
    ["clock", "show"],
    ["user", "list"],
    ["parameters", "list"],
    ["audit", "verify"],
    ["task", "list", "--as", "public_health_nurse.north"],
    ["token", "create", "--as", "public_health_nurse.north"],
    ["clock", "advance", "P1D"],
    ["parameters", "set", "no_show_days", "calendar", "--from", "2026-04-01"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("stage", ["no tables", "no town"])
def test_on_an_empty_database_every_command_names_the_next_one(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], stage: str
):
    if stage == "no town":
        Told(capsys, "schema", "upgrade")

    told = Told(capsys, *arguments)

    assert told.is_fault(), (told.out, told.err)
    assert ("tsunagu schema upgrade" if stage == "no tables" else "tsunagu setup") in told.err


def test_production_does_not_serve_a_database_without_a_town(
    production: Path, served: list[str], capsys: pytest.CaptureFixture[str]
):
    assert "tsunagu schema upgrade" in Told(capsys, "serve").err
    Told(capsys, "schema", "upgrade")

    told = Told(capsys, "serve")

    assert told.is_fault()
    assert "tsunagu setup" in told.err
    assert served == []


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_a_demo_or_test_is_served_from_nothing_with_a_town_but_no_families(
    home: Path,
    served: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environment: str,
):
    monkeypatch.setenv("TSUNAGU_ENV", environment)

    told = Told(capsys, "serve", "--port", "8765")

    assert served == ["127.0.0.1:8765"]
    assert demo_town.PASSWORD in told.out
    assert Told(capsys, "task", "list", "--as", "public_health_nurse.north", "--json").document["items"] == []
    assert len(Told(capsys, "user", "list", "--json").document) > len(ROLES)
    assert Told(capsys, "seed", "--families", "1", "--json").document["made"] is True
    assert Told(capsys, "seed", "--families", "1", "--json").document["made"] is False


def test_serving_publishes_the_shipped_bundle_in_a_town_that_has_none(
    production: Path, served: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    from engine.database import transaction
    from tests.engine.towns import a_town

    engine = engine_for(os.environ["TSUNAGU_DATABASE_URL"])
    schema.upgrade(engine)
    with transaction(engine) as session:
        a_town(session)
    engine.dispose()
    assert Told(capsys, "versions", "--json").document["items"] == []

    Told(capsys, "serve").succeeds()

    assert [line["is_current"] for line in Told(capsys, "versions", "--json").document["items"]] == [True]


def test_the_findings_of_a_bundle_with_errors_are_printed_and_nothing_is_published(
    home: Path, capsys: pytest.CaptureFixture[str]
):
    Told(capsys, "schema", "upgrade")
    Told(capsys, "seed", "--families", "0")
    shutil.copytree(shipped.FOLDER, "processes/seamless_support")
    who = ("--as", "process_designer.north", "--approved-by", "centre_head.north")

    for findings, rule in (
        (Told(capsys, "publish", ".", *who, "--json"), "unknown_form"),
        (Told(capsys, "publish", "processes/seamless_support", *who, "--json"), "unknown_form"),
        (Told(capsys, "publish", "var", *who, "--json"), "no_bundle"),
    ):
        assert findings.code == 1
        told = json.loads(findings.out)["findings"]
        assert rule in {finding["rule"] for finding in told}
        assert set(told[0]) == {"file", "element", "rule", "level", "message_ja", "message_en"}
    text = Told(capsys, "publish", ".", *who)
    assert (text.code, "[unknown_form]" in text.out, text.err) == (1, True, "")
    assert len(Told(capsys, "versions", "--json").document["items"]) == 1
    for path in ("missing", "processes/seamless_support/bundle.toml"):
        assert Told(capsys, "publish", path, *who).is_fault()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["no_show_profile", "banana", "--from", "2026-04-01"], "wako, standard", id="a choice"),
        pytest.param(["no_show_days", "Business", "--from", "2026-04-01"], "business, calendar", id="another choice"),
        pytest.param(["consent_days", "-1", "--from", "2026-04-01"], "0 or more", id="below the range"),
        pytest.param(["consent_days", "99999", "--from", "2026-04-01"], "36525 or less", id="above the range"),
        pytest.param(["consent_days", "two", "--from", "2026-04-01"], "whole number", id="no number"),
        pytest.param(["consent_days", "1.5", "--from", "2026-04-01"], "whole number", id="half a day"),
        pytest.param(["consent_dayz", "1", "--from", "2026-04-01"], "parameter_unknown", id="an unknown name"),
        pytest.param(["consent_days", "1", "--from", "2026-02-30"], "Write --from like", id="no day"),
    ],
)
def test_a_parameter_that_is_not_allowed_is_one_sentence_and_changes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
):
    Told(capsys, "schema", "upgrade")
    Told(capsys, "seed", "--families", "0")
    before = Told(capsys, "parameters", "list", "--json").document

    told = Told(capsys, "parameters", "set", *dashed(arguments))

    assert told.is_fault(), (told.out, told.err)
    assert said in told.err
    assert Told(capsys, "parameters", "list", "--json").document == before


def test_a_parameter_is_kept_as_the_kind_it_is(home: Path, capsys: pytest.CaptureFixture[str]):
    Told(capsys, "schema", "upgrade")
    Told(capsys, "seed", "--families", "0")

    days = Told(capsys, "parameters", "set", "consent_days", "２１", "--from", "2020-04-01", "--json").document
    told = Told(capsys, "parameters", "set", "no_show_days", "calendar", "--from", "2020-04-01", "--json").document

    assert days["value"] == 21
    assert told == {"name": "no_show_days", "value": "calendar", "from": "2020-04-01"}
    values = {item["name"]: item["value"] for item in Told(capsys, "parameters", "list", "--json").document["items"]}
    assert (values["consent_days"], values["no_show_days"]) == (21, "calendar")


def dashed(arguments: list[str]) -> list[str]:
    """Options first, then what may begin with a dash."""
    return [*arguments[2:], "--", *arguments[:2]]


def a_founded_town(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSUNAGU_NEW_PASSWORD", PASSWORD)
    Told(capsys, "schema", "upgrade").succeeds()
    Told(capsys, "setup", "town.toml").succeeds()
