"""The check-up day: attendance down one column, kept while it is chosen, and closing with what follows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.frontend.looking import axe_violations, sideways
from tests.web.pages.conftest import HEAD, NURSE, PARTNER, PagesTown, Window

CHECKUP = "checkup_result"


def days_pass(town: PagesTown) -> Any:
    """A child is born and its first check-up can be done; the open task."""
    head = town.as_(HEAD)
    born = {"born_on": "R8.4.9", "child_name": "陽菜"}
    head.post(f"/cases/{town.case_id()}/news/birth_registered", born)
    for _day in range(30):
        found = [task for task in town.work_of(NURSE, limit=100) if task.form == CHECKUP]
        if found:
            return found[0]
        head.post("/calendar", {"act": "P30D", "back": "/"})
    pytest.fail("no check-up came")


def test_after_the_birth_no_work_tells_weeks_of_pregnancy(pages_town: PagesTown):
    def pages() -> list[str]:
        nurse = pages_town.as_(HEAD)
        rows = [each for each in pages_town.work_of(HEAD, limit=100) if each.about.startswith("佐藤")]
        return [nurse.get(f"/tasks/{each.id}").get_data(as_text=True) for each in rows]

    before = pages()
    born = {"born_on": "R8.4.9", "child_name": "陽菜"}
    pages_town.as_(HEAD).post(f"/cases/{pages_town.case_id()}/news/birth_registered", born)
    after = pages()

    weeks = re.compile(r"\d+週\d日")
    assert before
    assert all(weeks.search(page) for page in before)
    assert after
    assert not any(weeks.search(page) for page in after)


def test_a_child_who_did_not_come_gets_the_follow_up_that_was_shown(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)

    asked = nurse.post("/checkups", {task.id: "no"}).get_data(as_text=True)
    still_open = [each.id for each in pages_town.work_of(NURSE, limit=100) if each.form == CHECKUP]
    closed = nurse.post("/checkups/close", {"task": task.id}, follow_redirects=True).get_data(as_text=True)

    assert "次は:" in asked
    assert still_open == [task.id]
    assert "1人について、次の仕事を開きました" in closed
    later = pages_town.work_of(HEAD, limit=100)
    assert task.id not in [each.id for each in later]
    assert "no_show_followup" in {each.process for each in later}


def test_the_visit_after_a_missed_check_up_is_among_the_visits_to_take_along(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)
    before = nurse.get("/visits?of=centre").get_data(as_text=True)

    nurse.post(f"/tasks/{task.id}/could-not", {"outcome": "absent", "note": "来なかった"})

    after = nurse.get("/visits?of=centre").get_data(as_text=True)
    assert "未受診の家庭訪問" not in before
    assert "未受診の家庭訪問" in after


def test_a_check_up_put_off_comes_again_and_says_so_beforehand(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)

    asked = nurse.get(f"/tasks/{task.id}/could-not").get_data(as_text=True)
    nurse.post(f"/tasks/{task.id}/could-not", {"outcome": "postponed", "note": "熱がある"})

    put_off = asked[asked.index('value="postponed"') :]
    assert "次は: すぐに 健診" in put_off[: put_off.index("</label>")]
    again = [each for each in pages_town.work_of(NURSE, limit=100) if each.form == CHECKUP]
    assert [each.name for each in again] == ["3〜4か月児健診"]
    assert again[0].id != task.id


def test_a_child_who_came_keeps_the_task_for_the_result(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)

    answer = nurse.post("/checkups", {task.id: "yes"}, follow_redirects=True).get_data(as_text=True)

    assert "健診の結果を入れてください" in answer
    (kept,) = [each for each in pages_town.work_of(NURSE, limit=100) if each.id == task.id]
    assert kept.draft is not None
    assert kept.draft["attended"] == "yes"


def test_closing_takes_only_what_was_confirmed(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)
    nurse.post("/checkups", {task.id: "yes"})

    page = nurse.post("/checkups/close", {"task": task.id}, follow_redirects=True).get_data(as_text=True)

    assert "出欠が変わりました" in page
    assert task.id in [each.id for each in pages_town.work_of(NURSE, limit=100)]


def test_a_partner_sees_no_child_on_the_list(pages_town: PagesTown):
    task = days_pass(pages_town)

    answer = pages_town.as_(PARTNER).get("/checkups")

    assert task.id not in answer.get_data(as_text=True)


def test_attendance_goes_by_keyboard_and_is_kept_while_chosen(site: PagesTown, window: Window):
    task = days_pass(site)
    page = window(site, NURSE)
    page.goto(f"{site.address}/checkups")
    assert axe_violations(page) == []

    page.focus("input[type=radio]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-draft-status]")).to_contain_text("に保存", timeout=3000)
    page.reload()

    expect(page.locator(f"input[name='{task.id}'][value=no]")).to_be_checked()
    page.set_viewport_size({"width": 390, "height": 900})
    assert sideways(page) <= 0
    page.locator(".bottom-bar button").press("Enter")
    expect(page.locator("h1")).to_have_text("健診の日を締める")
    assert axe_violations(page) == []


def test_a_check_up_nobody_came_to_is_recorded_as_such_with_its_note(pages_town: PagesTown):
    task, nurse = days_pass(pages_town), pages_town.as_(NURSE)

    nurse.post(f"/tasks/{task.id}/could-not", {"outcome": "absent", "note": "来なかった"})

    page = nurse.get(f"/cases/{task.case_id}/records").get_data(as_text=True)
    assert "<strong>健診 未受診(不在・来所なし)</strong>" in page
    assert "来なかった" in page
    assert "<strong>健診結果</strong>" not in page
    assert "書かれたことはありません" not in page
