"""The session has gone while somebody typed: nothing typed is lost, and nobody else gets it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, func, select

from engine import clock
from engine.cases.draft import CaseDraft
from engine.casework import cases, form_catalogue, people, records
from engine.casework.sign_ins import WebSession
from engine.database import transaction
from tests.web.pages.conftest import HEAD, MANAGER, NURSE, PagesTown, Someone, Window
from tests.web.pages.test_checkup_day import days_pass
from web.demo_town import PASSWORD
from web.worker import sweep

TEXT = "夜中に三度起きるとのこと"


def end_sessions(town: PagesTown) -> None:
    """What an idle hour, a new role or a lost terminal does."""
    with transaction(town.database) as session:
        session.execute(delete(WebSession))


def lose_cookie(someone: Someone) -> None:
    someone.client.delete_cookie("tsunagu")


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert match is not None, name
    return match[1]


def marked(someone: Someone, path: str, **fields: Any) -> dict[str, Any]:
    page = someone.get(path).get_data(as_text=True)
    return {"csrf_token": hidden(page, "csrf_token"), "written_by": hidden(page, "written_by"), **fields}


def sign_in(someone: Someone, login: str, answer: Any) -> Any:
    """Follow the redirect to the sign-in page and sign in there, as the page's own form would."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = someone.get(answer.location).get_data(as_text=True)
    form = {name: hidden(page, name) for name in ("csrf_token", "next")}
    return page, someone.client.post("/sign-in", data={**form, "login": login, "password": PASSWORD})


def forms_of(town: PagesTown) -> dict[str, tuple[str, str]]:
    """Kind of page -> its address and a field to write in."""
    case = f"/cases/{town.case_id()}"
    task = f"/tasks/{town.task('interview').id}"
    return {
        "task": (task, "own_wishes"),
        "exit": (f"{task}/could-not", "note"),
        "new case": ("/cases/new", "family_name"),
        "note": (f"{case}/note", "facts"),
        "consent": (f"{case}/consents/new", "explained_by"),
        "news": (f"{case}/news/concern_raised", "concern"),
        "closure": (f"{case}/closure", "note"),
        "visit": (f"{case}/visit", "note"),
    }


KINDS = ("task", "exit", "new case", "note", "consent", "news", "closure", "visit")


@pytest.mark.parametrize("lose", [end_sessions, lose_cookie], ids=["session ended", "cookie lost"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_without_a_session_stands_in_the_form_after_signing_in(
    pages_town: PagesTown, kind: str, lose: Any
):
    nurse = pages_town.as_(MANAGER)
    path, field = forms_of(pages_town)[kind]
    form = marked(nurse, path, **{field: TEXT})
    lose(pages_town if lose is end_sessions else nurse)

    sent = nurse.client.post(path, data=form)
    page, entered = sign_in(nurse, MANAGER, sent)

    assert "入力した内容は預かっています" in page
    assert TEXT not in page + sent.location
    assert entered.location == path
    back = nurse.get(path).get_data(as_text=True)
    assert TEXT in back
    assert "サインインが切れる前の入力です" in back


@pytest.mark.parametrize("lose", [end_sessions, lose_cookie], ids=["session ended", "cookie lost"])
def test_the_day_of_a_withdrawal_outlives_the_session(pages_town: PagesTown, lose: Any):
    nurse, case = pages_town.as_(NURSE), pages_town.case_id()
    with transaction(pages_town.database) as session:
        somebody = people.actor_of(session, NURSE)
        example = form_catalogue.form(session, somebody, "sharing_consent").example(date(2026, 4, 10))
        given = {**example, "agencies": ["nursery"]}
        records.give_consent(session, somebody, case, answers=given, now=clock.now(session))
        consent = cases.consents(session, somebody, case, now=clock.now(session))[0].id
    path = f"/cases/{case}/consents/{consent}/withdraw"
    form = marked(nurse, path, on="R8.4.9")
    lose(pages_town if lose is end_sessions else nurse)

    page, entered = sign_in(nurse, NURSE, nurse.client.post(path, data=form))

    back = nurse.get(entered.location).get_data(as_text=True)
    assert entered.location == path
    assert "入力した内容は預かっています" in page
    assert 'name="on" value="R8.4.9"' in back
    assert "サインインが切れる前の入力です" in back


@pytest.mark.parametrize("lose", [end_sessions, lose_cookie], ids=["session ended", "cookie lost"])
def test_who_came_to_the_check_up_outlives_the_session(pages_town: PagesTown, lose: Any):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)
    form = marked(nurse, "/checkups", **{task.id: "elsewhere"})
    lose(pages_town if lose is end_sessions else nurse)

    page, entered = sign_in(nurse, NURSE, nurse.client.post("/checkups", data=form))

    back = nurse.get(entered.location).get_data(as_text=True)
    chosen = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)" checked>', back)
    assert entered.location == "/checkups"
    assert "入力した内容は預かっています" in page
    assert chosen == [(task.id, "elsewhere")]
    assert "サインインが切れる前の入力です" in back
    assert "サインインが切れる前の入力です" not in nurse.get("/checkups").get_data(as_text=True)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_who_signs_in_there_gets_it(pages_town: PagesTown, kind: str):
    nurse = pages_town.as_(MANAGER)
    path, field = forms_of(pages_town)[kind]
    form = marked(nurse, path, **{field: TEXT})
    end_sessions(pages_town)

    _page, entered = sign_in(nurse, HEAD, nurse.client.post(path, data=form))

    assert TEXT not in nurse.get(entered.location).get_data(as_text=True)
    assert TEXT in pages_town.as_(MANAGER).get(path).get_data(as_text=True)


def test_text_without_our_mark_is_not_kept(pages_town: PagesTown):
    nurse, stranger = pages_town.as_(MANAGER), pages_town.visitor()
    path = f"/tasks/{pages_town.task('interview').id}"
    forged = marked(nurse, path)["written_by"][:-3] + "abc"

    for mark in ("", "x.y.z", forged):
        stranger.client.post(path, data={"written_by": mark, "own_wishes": TEXT})

    with transaction(pages_town.database, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(CaseDraft)) == 0
    assert TEXT not in pages_town.as_(MANAGER).get(path).get_data(as_text=True)


def test_a_page_of_one_person_is_not_sent_under_the_session_of_another(pages_town: PagesTown):
    path = f"/tasks/{pages_town.task('interview').id}"
    form = marked(pages_town.as_(MANAGER), path, own_wishes=TEXT, act="later")
    head = pages_town.as_(HEAD)

    refused = head.post(path, {name: value for name, value in form.items() if name != "csrf_token"})

    assert refused.status_code == 409
    assert "ほかの職員が開いたもの" in refused.get_data(as_text=True)
    assert TEXT not in head.get(path).get_data(as_text=True)
    assert TEXT in pages_town.as_(MANAGER).get(path).get_data(as_text=True)


def test_a_page_older_than_the_cookie_is_shown_again_with_its_text(pages_town: PagesTown):
    nurse = pages_town.as_(MANAGER)
    path = f"/tasks/{pages_town.task('interview').id}"
    form = marked(nurse, path, own_wishes=TEXT)

    answer = nurse.client.post(path, data={**form, "csrf_token": "of another cookie"})

    assert (answer.status_code, answer.location) == (303, path)
    assert TEXT in nurse.get(path).get_data(as_text=True)


def test_later_typing_is_not_overwritten_by_what_was_set_aside(pages_town: PagesTown):
    nurse = pages_town.as_(MANAGER)
    path = f"/tasks/{pages_town.task('interview').id}"
    form = marked(nurse, path)
    mark = ["written_by", form["written_by"]]
    end_sessions(pages_town)
    headers = {"Accept": "application/json"}
    refused = nurse.client.put(f"{path}/draft", json={"fields": [["own_wishes", "はじめ"], mark]}, headers=headers)
    nurse.post("/sign-in", {"login": MANAGER, "password": PASSWORD})

    kept = nurse.client.put(
        f"{path}/draft",
        json={"fields": [["own_wishes", TEXT], mark]},
        headers={**headers, "X-CSRFToken": nurse.csrf()},
    )

    assert (refused.status_code, refused.get_json()["code"]) == (401, "not_signed_in")
    assert "預かっています" in refused.get_json()["detail"]
    assert kept.status_code == 200
    page = nurse.get(path).get_data(as_text=True)
    assert TEXT in page
    assert "はじめ" not in page


def test_what_nobody_came_back_for_is_forgotten(pages_town: PagesTown, monkeypatch: pytest.MonkeyPatch):
    nurse = pages_town.as_(MANAGER)
    path = f"/tasks/{pages_town.task('interview').id}"
    form = marked(nurse, path, own_wishes=TEXT)
    end_sessions(pages_town)
    nurse.client.post(path, data=form)
    later = clock.wall_now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "wall_now", lambda: later)

    sweep(pages_town.database)

    with transaction(pages_town.database, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(CaseDraft)) == 0


def test_news_that_is_being_written_is_kept_and_thrown_away_when_asked(pages_town: PagesTown):
    nurse = pages_town.as_(MANAGER)
    path = f"/cases/{pages_town.case_id()}/news/concern_raised"

    kept = nurse.client.put(
        f"{path}/draft",
        json={"fields": [["concern", TEXT]]},
        headers={"Accept": "application/json", "X-CSRFToken": nurse.csrf()},
    )
    before = nurse.get(path).get_data(as_text=True)
    others = pages_town.as_(HEAD).get(path).get_data(as_text=True)
    nurse.post(path, {"act": "discard"})

    assert kept.status_code == 200
    assert TEXT in before
    assert TEXT not in others
    assert TEXT not in nurse.get(path).get_data(as_text=True)


def test_an_open_page_waits_for_its_writer_to_sign_in_beside_it_and_goes_on(site: PagesTown, window: Window):
    page = window(site, MANAGER)
    path = f"/cases/{site.case_id()}/note"
    page.goto(site.address + path)
    end_sessions(site)
    page.context.clear_cookies()
    page.locator("#facts").fill(TEXT)
    notice = page.locator(".sign-in-again")
    expect(notice).to_contain_text("入力したものは預かっています")

    with page.expect_popup() as opened:
        notice.get_by_role("link", name="別の画面でサインインする").click()
    beside = opened.value
    beside.fill("#login", MANAGER)
    beside.fill("#password", PASSWORD)
    beside.press("#password", "Enter")
    expect(beside.locator("h1")).to_have_text("サインインしました")
    beside.close()
    page.bring_to_front()
    page.locator("#facts").press_sequentially("。")

    expect(notice).to_have_count(0)
    expect(page.locator("[data-draft-status]")).to_contain_text("に保存")
    expect(page.locator("#facts")).to_have_value(TEXT + "。")
    page.get_by_role("button", name="記録する").click()
    page.wait_for_url(f"**/cases/{site.case_id()}")
    with transaction(site.database, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(CaseDraft)) == 0


def test_a_form_sent_by_click_without_a_session_comes_back_whole(site: PagesTown, window: Window):
    page = window(site, MANAGER)
    path = f"/tasks/{site.task('interview').id}"
    page.goto(site.address + path)
    page.locator("#own_wishes").fill(TEXT)
    end_sessions(site)

    page.get_by_role("button", name="あとで続ける").click()
    page.wait_for_url("**/sign-in?**")
    expect(page.locator("main")).to_contain_text("入力した内容は預かっています")
    assert TEXT not in page.content()
    page.fill("#login", MANAGER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"**{path}")

    expect(page.locator("#own_wishes")).to_have_value(TEXT)
