"""What is typed outside a task is kept while it is typed: notes, consents, corrections, a new case."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.pages.conftest import HEAD, MANAGER, NURSE, STRANGER, PagesTown, Someone, Window
from tests.web.pages.test_work import example, posted


def keep(someone: Someone, path: str, *fields: list[str]) -> Any:
    return someone.client.put(
        path, json={"fields": list(fields)}, headers={"Accept": "application/json", "X-CSRFToken": someone.csrf()}
    )


@pytest.mark.parametrize(
    ("form", "draft", "field"),
    [
        pytest.param("note", "drafts/note", "facts", id="note"),
        pytest.param("consents/new", "drafts/consent", "explained_by", id="consent"),
    ],
)
def test_a_form_goes_on_where_its_writer_stopped(pages_town: PagesTown, form: str, draft: str, field: str):
    nurse, case = pages_town.as_(NURSE), f"/cases/{pages_town.case_id()}"

    kept = keep(nurse, f"{case}/{draft}", [field, "書きかけの文"])

    assert kept.status_code == 200, kept.get_data(as_text=True)
    assert "書きかけの文" in nurse.get(f"{case}/{form}").get_data(as_text=True)
    assert "書きかけの文" not in pages_town.as_(MANAGER).get(f"{case}/{form}").get_data(as_text=True)


def test_a_draft_is_thrown_away_when_asked(pages_town: PagesTown):
    nurse, case = pages_town.as_(NURSE), f"/cases/{pages_town.case_id()}"
    keep(nurse, f"{case}/drafts/note", ["facts", "書きかけの文"])

    before = nurse.get(f"{case}/note").get_data(as_text=True)
    nurse.post(f"{case}/note", {"act": "discard"})

    assert "書きかけの文" in before
    assert "書きかけの文" not in nurse.get(f"{case}/note").get_data(as_text=True)


def test_a_recorded_note_leaves_no_draft(pages_town: PagesTown):
    nurse, case = pages_town.as_(NURSE), f"/cases/{pages_town.case_id()}"
    keep(nurse, f"{case}/drafts/note", ["facts", "書きかけの文"])

    done = nurse.post(f"{case}/note", {**posted(example(pages_town, "contact_note")), "act": "save"})

    assert done.status_code == 303, done.get_data(as_text=True)
    assert "下書きの続き" not in nurse.get(f"{case}/note").get_data(as_text=True)


def test_a_new_case_goes_on_where_its_clerk_stopped(pages_town: PagesTown):
    clerk = pages_town.as_("counter_clerk.north")

    kept = keep(clerk, "/cases/new/draft", ["family_name", "山口"])

    assert kept.status_code == 200
    assert 'value="山口"' in clerk.get("/cases/new").get_data(as_text=True)
    assert 'value="山口"' not in pages_town.as_(HEAD).get("/cases/new").get_data(as_text=True)


def test_nobody_keeps_drafts_about_families_of_others(pages_town: PagesTown):
    stranger, case = pages_town.as_(STRANGER), f"/cases/{pages_town.case_id()}"

    assert keep(stranger, f"{case}/drafts/note", ["facts", "x"]).status_code in (403, 404)
    assert keep(pages_town.as_(NURSE), f"{case}/drafts/nothing", ["facts", "x"]).status_code == 404


def test_a_note_is_kept_within_three_seconds_and_survives_a_reload(site: PagesTown, window: Window):
    page = window(site, NURSE)
    page.goto(f"{site.address}/cases/{site.case_id()}/note")

    page.locator("textarea").first.fill("電話で話した")
    expect(page.locator("[data-draft-status]")).to_contain_text("に保存", timeout=3000)
    page.reload()

    expect(page.locator("textarea").first).to_have_value("電話で話した")
