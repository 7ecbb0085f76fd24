"""What is typed is never lost: not by a refusal, not by the same form in a second tab, and Enter finishes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.conftest import HEAD, NURSE, PagesTown, Someone, Window

SCRIPT = {"Accept": "application/json"}
CHOICE = "[data-draft-elsewhere]"
STATUS = "[data-draft-status]"


def keep(someone: Someone, path: str, *fields: list[str]) -> Any:
    return someone.client.put(path, json={"fields": list(fields)}, headers={**SCRIPT, "X-CSRFToken": someone.csrf()})


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        pytest.param("note", {"facts": "話した", "act": "save"}, id="note"),
        pytest.param("consents/new", {"explained_by": "話した", "act": "save"}, id="consent"),
        pytest.param("news/birth_registered", {"born_on": "話した"}, id="news"),
    ],
)
def test_a_refused_form_of_a_family_is_kept(pages_town: PagesTown, form: str, sent: dict[str, str]):
    nurse, path = pages_town.as_(NURSE), f"/cases/{pages_town.case_id()}/{form}"

    refused = nurse.post(path, sent)

    assert refused.status_code == 422
    assert "入れたものは下書きに残しました" in refused.get_data(as_text=True)
    assert "話した" in nurse.get(path).get_data(as_text=True)


def test_a_refused_notification_is_kept(pages_town: PagesTown):
    clerk = pages_town.as_("counter_clerk.north")

    assert clerk.post("/cases/new", {"family_name": "山口", "act": "open"}).status_code == 422

    assert 'value="山口"' in clerk.get("/cases/new").get_data(as_text=True)


@pytest.mark.parametrize("way", ["", "/could-not"])
def test_a_refused_task_is_kept_with_its_note(pages_town: PagesTown, way: str):
    head, task = pages_town.as_(HEAD), f"/tasks/{pages_town.task('interview').id}"
    name = "note" if way else "own_wishes"
    sent = {name: "途中の文", "act": "complete"}

    assert head.post(task + way, sent).status_code == 422

    assert "途中の文" in head.get(task + way).get_data(as_text=True)


def test_a_page_that_began_earlier_overwrites_nothing(pages_town: PagesTown):
    nurse, case = pages_town.as_(NURSE), f"/cases/{pages_town.case_id()}"
    first = keep(nurse, f"{case}/drafts/note", ["facts", "一"], ["draft_stamp", ""])
    stamp = first.get_json()["stamp"]

    late = keep(nurse, f"{case}/drafts/note", ["facts", "二"], ["draft_stamp", ""])
    refused = nurse.post(f"{case}/note", {"facts": "二", "draft_stamp": "", "act": "save"})

    assert (late.status_code, late.get_json()["code"], late.get_json()["stamp"]) == (409, "draft_elsewhere", stamp)
    assert refused.status_code == 422
    assert ">一</textarea>" in nurse.get(f"{case}/note").get_data(as_text=True).replace(">\n", ">")
    after = keep(nurse, f"{case}/drafts/note", ["facts", "二"], ["draft_stamp", stamp])
    assert after.status_code == 200
    assert keep(nurse, f"{case}/drafts/note", ["facts", "二"], ["draft_stamp", stamp]).status_code == 200


def test_putting_a_task_aside_in_a_second_tab_asks_first(pages_town: PagesTown):
    head, task = pages_town.as_(HEAD), f"/tasks/{pages_town.task('interview').id}"
    assert keep(head, f"{task}/draft", ["own_wishes", "一"], ["draft_stamp", ""]).status_code == 200

    asked = head.post(task, {"own_wishes": "二", "draft_stamp": "", "act": "later"})

    assert asked.status_code == 409
    page = asked.get_data(as_text=True)
    assert "この画面の内容を残す" in page
    assert "二" in page
    assert "一" in head.get(task).get_data(as_text=True)


@pytest.mark.parametrize("keeps_here", [True, False])
def test_two_tabs_ask_which_text_to_keep(site: PagesTown, window: Window, keeps_here: bool):
    first = window(site, NURSE)
    address = f"{site.address}/cases/{site.case_id()}/note"
    second = first.context.new_page()
    for page in (first, second):
        page.goto(address)
    write(first, "先のタブ")
    expect(first.locator(STATUS)).to_contain_text("に保存")

    write(second, "後のタブ")
    expect(second.locator(CHOICE)).to_be_visible()
    write(second, "後のタブの続き")
    second.locator("[data-draft-here]" if keeps_here else "[data-draft-there]").click()

    if keeps_here:
        expect(second.locator(STATUS)).to_contain_text("に保存")
        expect(second.locator(CHOICE)).to_be_hidden()
        second.reload()
        expect(text(second)).to_have_value("後のタブの続き")
    else:
        expect(text(second)).to_have_value("先のタブ")


def test_one_tab_never_meets_itself(site: PagesTown, window: Window):
    page = window(site, NURSE)
    page.goto(f"{site.address}/cases/{site.case_id()}/note")
    lost: list[int] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(1)
        route.fetch()  # it arrives, but its answer does not
        route.abort()

    page.route("**/drafts/note", lose)
    write(page, "一")
    expect(page.locator(STATUS)).to_contain_text("保存できていません")
    with page.expect_response(lambda answer: "一二" in (answer.request.post_data or "")) as last:
        write(page, "一二")

    assert last.value.ok
    expect(page.locator(CHOICE)).to_be_hidden()
    page.reload()
    expect(text(page)).to_have_value("一二")


@pytest.mark.parametrize("java_script", [True, False])
def test_enter_in_a_field_finishes_no_task(site: PagesTown, window: Window, java_script: bool):
    page = window(site, HEAD)
    if not java_script:
        page.route("**/bundle/app.js*", lambda route: route.abort())
    page.goto(f"{site.address}/tasks/{site.task('interview').id}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.focus("#event_date")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)

    assert sent == []
    page.goto(site.address)
    page.fill("#q", "佐藤")
    with page.expect_request(lambda request: request.method == "POST"):
        page.press("#q", "Enter")


def text(page: Page) -> Any:
    return page.locator("textarea[name=facts]")


def write(page: Page, words: str) -> None:
    text(page).fill(words)
