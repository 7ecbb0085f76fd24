"""Bad input at the doors: the documented status or exit code, a sentence that says what is wrong, nothing written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from engine import schema
from engine.database import engine_for, transaction
from engine.schema.tables import metadata
from tests.engine.towns import a_town
from tests.web.conftest import STAFF, Served, Told, example
from tests.web.test_api import Notified
from web import shipped

# A refusal is entered in the ledger, and that a program used its token; a key is held while it is answered.
LEDGER = {"audit_entry", "audit_leaf", "audit_head", "api_token", "reply"}


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table but the ledger's."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in metadata().sorted_tables
            if table.name not in LEDGER
        }


# --- at the API ---


@pytest.mark.parametrize(
    ("who", "changes", "status", "code", "field"),
    [
        pytest.param("sato", {"nonsense": "1"}, 422, "answers_rejected", "nonsense", id="a field nobody asked"),
        pytest.param("sato", {"signed_at": "令和99年1月1日"}, 422, "answers_rejected", "signed_at", id="no such year"),
        pytest.param("sato", {"signed_at": "2026-02-30"}, 422, "answers_rejected", "signed_at", id="no such day"),
        pytest.param("sato", {"signature_type": ["x"]}, 422, "answers_rejected", "signature_type", id="another shape"),
        pytest.param("mori", {}, 403, "not_permitted", None, id="a task of another centre"),
        pytest.param("yamada", {}, 404, "not_found", None, id="a task nobody told them of"),
    ],
)
def test_a_completion_that_cannot_be_kept_leaves_everything_as_it_was(
    shipped_town_on_both: Served,
    notified: Notified,
    who: str,
    changes: Mapping[str, Any],
    status: int,
    code: str,
    field: str | None,
):
    opened = notified(shipped_town_on_both.as_("sato"))["opened"]
    task = next(task for task in opened if task["element"] == "sharing_consent")
    caller = shipped_town_on_both.as_(who)
    answers = {**example(shipped_town_on_both.as_("sato"), "sharing_consent"), **changes}
    before = everything(shipped_town_on_both.database)

    response = caller.post(f"/tasks/{task['id']}/completion", {"outcome": "done", "answers": answers}, key="k")

    told = response.get_json()
    assert (response.status_code, told["code"]) == (status, code)
    assert told["title"]
    assert told["detail"]
    assert field is None or told["errors"][field]
    assert everything(shipped_town_on_both.database) == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({"name": "flood_warning"}, 422, "unknown_message", id="a kind nobody knows"),
        pytest.param({"payload": {"born_on": "令和99年1月1日"}}, 422, "answers_rejected", id="no such year"),
        pytest.param({"payload": {"level": 4}}, 422, "answers_rejected", id="a key nobody reads"),
    ],
)
def test_a_message_that_cannot_be_kept_leaves_everything_as_it_was(
    shipped_town_on_both: Served, notified: Notified, body: Mapping[str, Any], status: int, code: str
):
    caller = shipped_town_on_both.as_("sato")
    case_id = notified(caller)["case_id"]
    sound = {
        "name": "birth_registered",
        "message_id": "m1",
        "correlation": {"case_id": case_id},
        "payload": {"born_on": "2026-04-05"},
    }
    before = everything(shipped_town_on_both.database)

    response = caller.post("/messages", {**sound, **body})

    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert everything(shipped_town_on_both.database) == before


# --- at the command line ---

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _not_closed(text: str) -> str:
    return text[: len(text) // 2]


def _bomb(text: str) -> str:
    return text.replace("?>", "?>" + BOMB, 1)


def _dangling(text: str) -> str:
    return text.replace('targetRef="', 'targetRef="nowhere_', 1)


def _unsafe(text: str) -> str:
    return text.replace('value="days_after(', 'value="__import__(', 1)


def _other_lane(text: str) -> str:
    return re.sub(r'(<bpmn:lane id="\w+" name=)"[^"]+"', r'\1"宇宙飛行士"', text, count=1)


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A town with the shipped bundle, and an environment that names it."""
    engine = engine_for(f"sqlite:///{tmp_path / 'town.db'}")
    schema.upgrade(engine)
    with transaction(engine) as session:
        a_town(session, staff=STAFF)
    assert shipped.publish(engine) == 1
    for name, value in {"ENV": "test", "LANGUAGE": "en", "DATABASE_URL": str(engine.url)}.items():
        monkeypatch.setenv(f"TSUNAGU_{name}", value)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("spoil", [_not_closed, _bomb, _dangling, _unsafe, _other_lane])
def test_definitions_that_are_wrong_are_found_by_lint_and_never_published(
    operator: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[str], str]
):
    processes, forms = (shipped.FOLDER.parents[1] / kind / shipped.FOLDER.name for kind in ("processes", "forms"))
    shutil.copytree(processes, tmp_path / "processes" / shipped.FOLDER.name)
    shutil.copytree(forms, tmp_path / "forms" / shipped.FOLDER.name)
    diagram = tmp_path / "processes" / shipped.FOLDER.name / "consent.bpmn"
    before_spoiled = diagram.read_text()
    diagram.write_text(spoil(before_spoiled))
    assert diagram.read_text() != before_spoiled
    before = everything(operator)

    linted = Told(capsys, "lint", str(tmp_path), "--json")
    published = Told(capsys, "publish", str(tmp_path), "--as", "ono", "--approved-by", "kato")

    assert linted.code == 1
    assert "consent.bpmn" in linted.out
    assert published.code == 1
    assert "consent.bpmn" in published.out + published.err
    assert everything(operator) == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/cases?born_on=令和99年", "born_on: 日付にしてください", id="a day nobody can read"),
        pytest.param("/tasks?due_before=x", "due_before: 日付にしてください", id="no day"),
        pytest.param("/tasks?limit=101", "limit: 1から100までの数", id="more than there is on a page"),
        pytest.param("/cases?cursor=zzz", "cursor: この一覧の前の答えにある next", id="a place no list gave out"),
        pytest.param("/tasks?state=odd", "state: 次のどれかにしてください: ", id="a state nobody knows"),
    ],
)
def test_a_parameter_that_is_wrong_is_told_what_it_wants(shipped_town: Served, path: str, said: str):
    answer = shipped_town.as_("sato").get(path)

    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]


def test_a_body_is_told_what_is_missing_and_what_nobody_knows(shipped_town: Served):
    answer = shipped_town.as_("sato").post("/clock", {"sett": "x"})
    consent = shipped_town.as_("sato").post("/messages", {"name": 7, "payload": {}})

    assert "sett: 知らない項目です。" in answer.get_json()["detail"]
    assert "message_id: この項目が要ります。" in consent.get_json()["detail"]
    assert "name: 文字列にしてください。" in consent.get_json()["detail"]
