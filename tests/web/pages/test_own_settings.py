"""What a person chooses for themselves."""

from __future__ import annotations

import pytest

from tests.web.pages.conftest import HEAD, NURSE, PagesTown
from web.demo_town import PASSWORD

NEW = "長くて覚えやすいパスワード"


def test_years_are_written_as_chosen(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)
    before = nurse.get("/").get_data(as_text=True)

    nurse.post("/settings", {"language": "ja", "years": "gregorian"})

    after = nurse.get("/").get_data(as_text=True)
    assert "令和8年4月10日(金)</time>" in before
    assert "2026年4月10日(金)</time>" in after


def test_the_language_is_chosen(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)

    nurse.post("/settings", {"language": "en"})

    assert "<h1>Settings</h1>" in nurse.get("/settings").get_data(as_text=True)


def test_a_new_password_signs_in_and_ends_other_sessions(pages_town: PagesTown):
    here, elsewhere = pages_town.as_(NURSE), pages_town.as_(NURSE)

    changed = here.post("/settings/password", {"old": PASSWORD, "new": NEW, "again": NEW})

    assert changed.status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    again = pages_town.visitor().post("/sign-in", {"login": NURSE, "password": NEW})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        pytest.param("wrong", NEW, NEW, "いまのパスワードが違います", id="wrong old one"),
        pytest.param(PASSWORD, "short", "short", "12文字以上にしてください", id="too short"),
        pytest.param(PASSWORD, NEW, NEW + "x", "2つとも同じ", id="not the same twice"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(pages_town: PagesTown, old: str, new: str, again: str, said: str):
    nurse = pages_town.as_(NURSE)

    refused = nurse.post("/settings/password", {"old": old, "new": new, "again": again})

    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)
    assert pages_town.visitor().post("/sign-in", {"login": NURSE, "password": PASSWORD}).status_code == 303


def test_guessing_the_old_password_is_stopped(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    statuses = [
        head.post("/settings/password", {"old": f"guess {number}", "new": NEW, "again": NEW}).status_code
        for number in range(30)
    ]

    assert statuses[0] == 422
    assert statuses[-1] == 429
