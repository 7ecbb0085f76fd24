"""A town worked from the console alone, on SQLite and PostgreSQL: what a script of section 5's commands would see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.web.conftest import Served, Told, a_woman, example, settings_for
from web import shipped
from web.app import create_app

NURSE = ("--as", "public_health_nurse.north")
FRIDAY = date(2026, 8, 7)

Run = Callable[..., Any]


@pytest.fixture
def run(home: Path, empty_database: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with --json in the demo town without families and answers its document."""
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", empty_database.url.render_as_string(hide_password=False))

    def run(*arguments: str) -> Any:
        return Told(capsys, *arguments, "--json").document

    run("schema", "upgrade")
    run("seed", "--families", "0")
    run("clock", "set", "2026-04-01")
    return run


@pytest.fixture
def answers(run: Run, empty_database: Engine, home: Path) -> Callable[..., str]:
    """A file with answers that a form accepts; `changes` come on top."""
    caller = Served(create_app(settings_for(empty_database), empty_database), empty_database).as_(NURSE[1])

    def write(form: str, **changes: Any) -> str:
        path = home / f"{form}.json"
        path.write_text(json.dumps({**example(caller, form), **changes}), encoding="utf-8")
        return path.name

    return write


def payload(**values: Any) -> str:
    Path("payload.json").write_text(json.dumps(values), encoding="utf-8")
    return "payload.json"


def open_tasks(run: Run, case_id: str) -> dict[str, dict[str, Any]]:
    """Element -> task, of the family's open work."""
    return {task["element"]: task for task in run("task", "list", "--case", case_id, *NURSE)["items"]}


def a_child_at_its_check_up(run: Run, answers: Callable[..., str]) -> str:
    """A family whose child, born in April, is waited for at the check-up in August."""
    case_id: str = run("case", "open", "--answers", answers("FM01", **a_woman()), *NURSE)["case_id"]
    born = payload(born_on="2026-04-01", child_name="花", child_kana="ハナ", sex="2", birth_weight_g=3000)
    run("message", "send", "birth_registered", "--case", case_id, "--payload", born, "--as", "registry_clerk.central")
    visit = open_tasks(run, case_id)["infant_visit"]
    done = run("task", "complete", visit["id"], "--answers", answers("FM09", next_action="none"), *NURSE)
    assert done["completed"]["outcome"] == "done"
    return case_id


def test_a_no_show_on_a_friday_is_followed_by_the_days_the_town_has_set(run: Run, answers: Callable[..., str]):
    families = [a_child_at_its_check_up(run, answers) for _ in range(3)]
    run("clock", "set", f"{FRIDAY}T10:00:00+09:00")
    first_contact = []

    for case_id, (profile, days) in zip(
        families, [("wako", "business"), ("wako", "calendar"), ("standard", "business")], strict=True
    ):
        run("parameters", "set", "no_show_profile", profile, "--from", str(FRIDAY))
        run("parameters", "set", "no_show_days", days, "--from", str(FRIDAY), "--as", "process_designer.north")
        check_up = open_tasks(run, case_id)["checkup"]
        missed = run("task", "complete", check_up["id"], "--outcome", "absent", "--note", "来所なし", *NURSE)
        first_contact += [(task["element"], task["due_on"]) for task in missed["opened"]]

    assert first_contact == [
        ("no_show_visit", "2026-08-10"),  # the next day is a Saturday: Monday
        ("no_show_visit", "2026-08-08"),
        ("first_phone", "2026-08-13"),  # three business days: the 11th is a holiday
    ]
    assert run("audit", "verify")["sound"] is True


def test_a_family_stays_on_the_version_it_began_on(run: Run, answers: Callable[..., str], home: Path):
    before = run("case", "open", "--answers", answers("FM01", **a_woman()), *NURSE)["case_id"]
    for part in ("processes", "forms"):
        shutil.copytree(shipped.FOLDER.parents[1] / part / shipped.FOLDER.name, home / part / shipped.FOLDER.name)
    with (home / "processes" / shipped.FOLDER.name / "bundle.toml").open("a") as manifest:
        manifest.write("# the second version\n")

    second = run("publish", ".", "--as", "process_designer.north", "--approved-by", "centre_head.north")["version"]
    after = run("case", "open", "--answers", answers("FM01", **a_woman()), *NURSE)["case_id"]

    versions = {line["id"]: line["is_current"] for line in run("versions")["items"]}
    assert versions.pop(second) is True
    assert list(versions.values()) == [False]
    assert [run("case", "show", case_id, *NURSE)["version"] for case_id in (before, after)] == [*versions, second]
    consent = open_tasks(run, before)["sharing_consent"]
    left = run(
        "task", "complete", consent["id"], "--outcome", "refused", "--note", "断られた", "--as", "counter_clerk.north"
    )
    assert left["completed"]["state"] == "completed"


def test_a_proposal_is_no_published_version(run: Run, home: Path):
    for part in ("processes", "forms"):
        shutil.copytree(shipped.FOLDER.parents[1] / part / shipped.FOLDER.name, home / part / shipped.FOLDER.name)
    with (home / "processes" / shipped.FOLDER.name / "bundle.toml").open("a") as manifest:
        manifest.write("# a proposal\n")

    proposal = run("publish", ".", "--as", "process_designer.north")

    assert proposal["state"] == "open"
    assert proposal["version"] not in [line["id"] for line in run("versions")["items"]]
    run("publish", "--approve", proposal["proposal_id"], "--as", "centre_head.north")
    newest = run("versions")["items"][0]
    assert newest["id"] == proposal["version"]
    assert (newest["proposed_by"], newest["approved_by"]) == ("process_designer.north", "centre_head.north")


def a_changed_copy(home: Path, note: str) -> None:
    """The shipped bundle in the home folder, with a remark that makes it another version."""
    for part in ("processes", "forms"):
        source = shipped.FOLDER.parents[1] / part / shipped.FOLDER.name
        shutil.copytree(source, home / part / shipped.FOLDER.name, dirs_exist_ok=True)
    with (home / "processes" / shipped.FOLDER.name / "bundle.toml").open("a") as manifest:
        manifest.write(f"# {note}\n")


def test_a_proposal_goes_back_is_withdrawn_or_is_overtaken(run: Run, home: Path, capsys: pytest.CaptureFixture[str]):
    designer, head = ("--as", "process_designer.north"), ("--as", "centre_head.north")
    a_changed_copy(home, "one")
    first = run("publish", ".", *designer)["proposal_id"]
    returned = run("publish", "--return", first, "--comment", "期限を直す", *head)
    withdrawn = run("publish", "--withdraw", run("publish", ".", *designer)["proposal_id"], *designer)
    early = run("publish", ".", *designer)["proposal_id"]
    a_changed_copy(home, "two")
    run("publish", ".", *designer, "--approved-by", "centre_head.north")

    told = Told(capsys, "publish", "--approve", early, *head)

    assert (returned["state"], withdrawn["state"]) == ("returned", "withdrawn")
    assert told.is_fault()
    assert "proposal_outdated" in told.err


def test_what_held_on_a_past_day_stays_once_a_family_is_known(
    run: Run, answers: Callable[..., str], capsys: pytest.CaptureFixture[str]
):
    yesterday, today = "2026-03-31", "2026-04-01"
    run("parameters", "set", "consent_days", "15", "--from", yesterday)
    run("case", "open", "--answers", answers("FM01", **a_woman()), *NURSE)

    told = Told(capsys, "parameters", "set", "consent_days", "20", "--from", yesterday)

    assert told.is_fault()
    assert "parameter_in_the_past" in told.err
    assert today in told.err
    assert run("parameters", "set", "consent_days", "20", "--from", today)["value"] == 20


def test_a_notice_about_nobody_known_is_put_before_a_person(run: Run):
    notice = payload(notice_kind="cgc_info", summary="気になる家庭がある")

    receipt = run("message", "send", "notice_received", "--payload", notice, "--as", "child_family_worker.cgc")

    assert receipt["status"] == "needs_person"
    (task,) = run("task", "list", "--as", "counter_clerk.central")["items"]
    assert (task["element"], task["case_id"]) == ("record_notice", None)
