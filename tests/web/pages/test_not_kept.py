"""What a form only checks is nowhere afterwards: in no record, draft, text set aside, reply or correction."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import MetaData, delete, select, update

from engine import clock
from engine.casework import form_catalogue, people, records, tasks
from engine.casework.sign_ins import WebSession
from engine.database import transaction
from engine.workflow.task import Task
from tests.web.pages.conftest import MANAGER, PagesTown, Someone
from tests.web.pages.test_lost_session import hidden

CLERK = "counter_clerk.north"
NUMBER = "987654321093"  # not the one in the forms' examples, which stand in the database as part of the forms
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
AS_TYPED = "9876 5432 1093"
NOTIFICATION, BENEFIT = "pregnancy_notification", "benefit_application"


def places_of(town: PagesTown, *texts: str) -> list[str]:
    """Every "table.column" of the database in which one of the texts stands."""
    found = []
    tables = MetaData()
    tables.reflect(town.database)
    assert {"submission", "task", "draft", "case_draft", "audit_entry", "fact_sheet", "reply"} <= set(tables.tables)
    with town.database.connect() as connection:
        for table in tables.tables.values():
            for row in connection.execute(select(table)).mappings():
                found += [
                    f"{table.name}.{name}" for name, value in row.items() if any(t in _text(value) for t in texts)
                ]
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def example(town: PagesTown, form: str) -> dict[str, Any]:
    with transaction(town.database) as session:
        somebody = people.actor_of(session, CLERK)
        compiled = form_catalogue.form(session, somebody, form)
        return {
            **form_catalogue.example(session, somebody, compiled, on=date(2026, 4, 10)),
            "family_name": "輪田垣",
            "individual_number": NUMBER,
        }


def as_fields(answers: dict[str, Any], **changes: str) -> dict[str, Any]:
    """The answers as a browser posts them."""
    fields: dict[str, Any] = {}
    for key, value in (answers | changes).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            fields |= {f"{key}[{n}].{name}": each for n, row in enumerate(value) for name, each in row.items()}
        elif value is not False:
            fields[key] = "true" if value is True else value
    return fields


def put_draft(someone: Someone, path: str, fields: dict[str, Any]) -> int:
    pairs = [[name, str(value)] for name, value in fields.items()]
    headers = {"Accept": "application/json", "X-CSRFToken": someone.csrf()}
    return someone.client.put(path, json={"fields": pairs}, headers=headers).status_code


@pytest.mark.parametrize("form", [NOTIFICATION, BENEFIT])
def test_the_number_is_part_of_the_example_and_of_nothing_that_is_accepted(pages_town: PagesTown, form: str):
    with transaction(pages_town.database) as session:
        compiled = form_catalogue.form(session, people.actor_of(session, CLERK), form)
        answers = compiled.example(date(2026, 4, 10))
        accepted = compiled.accept(answers, on=date(2026, 4, 10))

    assert answers["individual_number"]
    assert accepted.values.keys() >= answers.keys() - {"individual_number"}
    assert "individual_number" not in accepted.values


def test_a_notification_taken_at_the_counter_leaves_no_number(pages_town: PagesTown):
    clerk, answers = pages_town.as_(CLERK), example(pages_town, NOTIFICATION)
    fields = as_fields(answers, individual_number=AS_TYPED)

    kept = put_draft(clerk, "/cases/new/draft", fields)
    of_draft = places_of(pages_town, NUMBER, AS_TYPED)
    typed = places_of(pages_town, "輪田垣")
    wrong = clerk.post("/cases/new", {**fields, "individual_number": WRONG})
    opened = clerk.post("/cases/new", fields)

    assert kept == 200
    assert typed == ["case_draft.answers"]
    assert of_draft == []
    assert wrong.status_code == 422
    assert "検査用数字" in wrong.get_data(as_text=True)
    assert opened.status_code == 303, opened.get_data(as_text=True)
    assert "submission.answers" in places_of(pages_town, "輪田垣")
    assert places_of(pages_town, NUMBER, AS_TYPED, WRONG) == []


def test_what_is_set_aside_without_a_session_holds_no_number(pages_town: PagesTown):
    clerk = pages_town.as_(CLERK)
    mark = hidden(clerk.get("/cases/new").get_data(as_text=True), "written_by")
    with transaction(pages_town.database) as session:
        session.execute(delete(WebSession))

    clerk.client.post("/cases/new", data={"written_by": mark, "family_name": "輪田垣", "individual_number": NUMBER})

    assert places_of(pages_town, "輪田垣") == ["case_draft.answers"]
    assert places_of(pages_town, NUMBER) == []


def test_neither_a_correction_nor_its_draft_keeps_it(pages_town: PagesTown):
    answers = example(pages_town, BENEFIT)
    case, manager = pages_town.case_id(), pages_town.as_(MANAGER)
    with transaction(pages_town.database) as session:
        somebody, now = people.actor_of(session, MANAGER), clock.now(session)
        record = records.record_submission(session, somebody, case, form=BENEFIT, answers=answers, now=now)
    path = f"/cases/{case}/records/{record.id}/correct"

    kept = put_draft(manager, f"/cases/{case}/drafts/{record.id}", as_fields(answers, bank="番号を確かめ直した"))
    of_draft = places_of(pages_town, "番号を確かめ直した")
    corrected = manager.post(path, as_fields(answers, bank="番号を確かめ直した"))

    assert (kept, of_draft) == (200, ["case_draft.answers"])
    assert corrected.status_code == 303, corrected.get_data(as_text=True)
    assert places_of(pages_town, "番号を確かめ直した") == ["submission.answers"]
    assert places_of(pages_town, NUMBER) == []


@pytest.fixture
def task(pages_town: PagesTown) -> str:
    """A task that asks the number; the shipped diagrams take such forms at the counter, a town's own may not."""
    found = pages_town.task("interview").id
    with transaction(pages_town.database) as session:
        session.execute(update(Task).where(Task.id == found).values(form=BENEFIT))
    return found


def test_drafts_of_a_task_by_page_and_by_interface_do_without_it(pages_town: PagesTown, task: str):
    manager, answers = pages_town.as_(MANAGER), example(pages_town, BENEFIT)
    with transaction(pages_town.database) as session:
        token, _until = people.create_token(session, people.actor_of(session, MANAGER))

    by_page = put_draft(manager, f"/tasks/{task}/draft", as_fields(answers, bank="画面から"))
    of_page = places_of(pages_town, "画面から")
    by_interface = pages_town.app.test_client().put(
        f"/api/v1/tasks/{task}/draft",
        json={"answers": answers | {"bank": "他課の窓口経由"}},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert (by_page, of_page) == (200, ["draft.answers"])
    assert by_interface.get_json()["draft"].keys() == answers.keys() - {"individual_number"}
    assert places_of(pages_town, "他課の窓口経由") == ["draft.answers"]
    assert places_of(pages_town, NUMBER) == []


def test_leaving_a_task_keeps_its_unchecked_answers_without_it(pages_town: PagesTown, task: str):
    with transaction(pages_town.database) as session:
        somebody, now = people.actor_of(session, MANAGER), clock.now(session)
        way = next(each for each in tasks.show_task(session, somebody, task, now=now).exits if each != "postponed")
        answers = {"bank": "途中まで", "individual_number": NUMBER}
        tasks.complete_task(session, somebody, task, outcome=way, answers=answers, note="来られない", now=now)

    assert places_of(pages_town, "途中まで") == ["submission.answers"]
    assert places_of(pages_town, NUMBER) == []
