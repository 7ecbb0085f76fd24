"""Signing in and out, languages, refusals, and what production does not have."""

from __future__ import annotations

import pytest

from engine import clock
from engine.casework import form_catalogue, people, records, sign_ins
from engine.database import enter_municipality, transaction
from tests.web.conftest import settings_for
from tests.web.pages.conftest import DESIGNER, HEAD, NURSE, PARTNER, STRANGER, PagesTown
from web.app import create_app


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(pages_town: PagesTown):
    visitor = pages_town.visitor()

    asked = visitor.get("/cases")
    entered = visitor.post("/sign-in", {"login": HEAD, "password": "minamo-demo-2026", "next": "/cases"})

    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=/cases")
    assert entered.headers["Location"] == "/cases"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_foreign_place(pages_town: PagesTown, target: str):
    entered = pages_town.visitor().post("/sign-in", {"login": HEAD, "password": "minamo-demo-2026", "next": target})

    assert entered.headers["Location"] == "/"


def test_a_wrong_password_is_said_in_words_and_the_login_stays(pages_town: PagesTown):
    response = pages_town.visitor().post("/sign-in", {"login": HEAD, "password": "wrong"})

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "職員番号かパスワードが違います" in page
    assert f'value="{HEAD}"' in page


def test_guessing_is_stopped_with_a_sentence(pages_town: PagesTown):
    visitor = pages_town.visitor()
    for _ in range(sign_ins.FAILURES_PER_LOGIN):
        visitor.post("/sign-in", {"login": HEAD, "password": "wrong"})

    response = visitor.post("/sign-in", {"login": HEAD, "password": "minamo-demo-2026"})

    assert response.status_code == 429
    assert "分ほど待ってください" in response.get_data(as_text=True)
    assert int(response.headers["Retry-After"]) > 0


def test_who_signs_out_is_out(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)

    nurse.post("/sign-out")

    assert nurse.get("/").status_code == 303


def test_the_language_is_remembered_and_leaves_the_address(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)

    changed = nurse.get("/?of=centre&lang=en")

    assert changed.headers["Location"] == "/?of=centre"
    assert '<html lang="en">' in nurse.get("/").get_data(as_text=True)


def test_a_post_without_the_pages_token_is_refused_by_a_page(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)

    response = nurse.client.post("/sign-out")

    assert response.status_code == 400
    assert "画面の有効期限が切れました" in response.get_data(as_text=True)


@pytest.mark.parametrize("login", [STRANGER, PARTNER])
@pytest.mark.parametrize("page", ["", "/plan", "/records", "/consents", "/diagram", "/add", "/note", "/visit"])
def test_people_of_other_places_get_a_refusal_page_without_the_name(pages_town: PagesTown, login: str, page: str):
    stranger = pages_town.as_(login)

    response = stranger.get(f"/cases/{pages_town.case_id()}{page}")

    assert response.status_code == (403 if login == STRANGER else 404)
    assert "佐藤" not in response.get_data(as_text=True)


def test_a_task_of_another_centre_is_refused(pages_town: PagesTown):
    task = pages_town.task("interview")

    response = pages_town.as_(STRANGER).get(f"/tasks/{task.id}")

    assert response.status_code == 403
    assert "許可されていません" in response.get_data(as_text=True)


def test_what_is_not_allowed_is_absent_from_the_menu(pages_town: PagesTown):
    nurse, head = pages_town.as_(NURSE).get("/?of=centre"), pages_town.as_(HEAD).get("/")

    assert 'href="/supervision"' not in nurse.get_data(as_text=True)
    assert 'href="/design"' not in nurse.get_data(as_text=True)
    assert 'href="/supervision"' in head.get_data(as_text=True)


def test_a_designer_reads_no_families(pages_town: PagesTown):
    designer = pages_town.as_(DESIGNER)

    assert designer.get("/").headers["Location"] == "/design"
    assert designer.get("/cases").status_code == 403
    assert designer.get("/supervision").status_code == 403


def test_an_address_that_is_none_is_answered_in_words(pages_town: PagesTown):
    response = pages_town.as_(NURSE).get("/nowhere")

    assert response.status_code == 404
    assert "見つかりません" in response.get_data(as_text=True)


def test_production_has_no_calendar_to_move(pages_town: PagesTown):
    settings = settings_for(pages_town.database, TSUNAGU_ENV="production", TSUNAGU_SECRET_KEY="k" * 40)
    app = create_app(settings, pages_town.database)

    assert not [rule for rule in app.url_map.iter_rules() if rule.rule == "/calendar"]
    assert "calendar-bar" not in app.test_client().get("/sign-in").get_data(as_text=True)


def test_an_agency_finds_who_agreed_and_reads_neither_level_nor_work(pages_town: PagesTown):
    partner, case_id = pages_town.as_(PARTNER), pages_town.case_id()
    known = {"q": "佐藤 みのり 1995-01-01"}
    before = partner.post("/cases", known).get_data(as_text=True)
    with transaction(pages_town.database) as session:
        actor = people.actor_of(session, NURSE)
        enter_municipality(session, actor.municipality_id)
        now = clock.now(session)
        agreed = form_catalogue.form(session, actor, "sharing_consent").example(clock.jst_day(now))
        records.give_consent(session, actor, case_id, answers=agreed, now=now)

    after = partner.post("/cases", known).get_data(as_text=True)

    row = f'href="/cases/{case_id}"'
    assert row not in before
    assert row in after
    assert "いまの仕事" not in after
    assert "段階" not in after
    assert "いまの仕事" in pages_town.as_(NURSE).get("/cases").get_data(as_text=True)
