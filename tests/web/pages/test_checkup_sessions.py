"""健診の日程 and the letters that invite: planned, printed with day and place, changed, reissued, listed on the day."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from engine import clock
from engine.casework import people
from engine.clock import jst_day
from engine.database import transaction
from tests.web.frontend.looking import axe_violations, sideways
from tests.web.pages.conftest import DESIGNER, HEAD, NURSE, PARTNER, STRANGER, PagesTown, Someone, Window
from tests.web.pages.test_checkup_day import days_pass

CLERK = "counter_clerk.north"
PLANNED = {
    "centre": "north",
    "kind": "3_4m",
    "days": "R8.7.14\nR8.8.11",
    "reception_from": "13:00",
    "reception_until": "13:45",
    "place": "北《きた》保健《ほけん》センター",
    "capacity": "",
}


def page_of(someone: Someone, path: str) -> str:
    return someone.get(path).get_data(as_text=True)


def invited(town: PagesTown) -> str:
    """A child is born and invited to its first check-up; the letter's path."""
    head = town.as_(HEAD)
    head.post(f"/cases/{town.case_id()}/news/birth_registered", {"born_on": "R8.4.9", "child_name": "陽菜"})
    for _month in range(3):
        head.post("/calendar", {"act": "P30D", "back": "/"})
    found = re.search(
        r'<strong>3〜4か月児健診のご案内</strong>.*?href="(/post/\w+)"', page_of(town.as_(CLERK), "/post"), re.S
    )
    assert found is not None
    return found[1]


def test_the_invitation_says_day_hour_place_what_to_bring_and_whom_to_call(pages_town: PagesTown):
    entered = pages_town.as_(HEAD).post("/settings/checkups", PLANNED, follow_redirects=True).get_data(as_text=True)
    letter = invited(pages_town)
    clerk = pages_town.as_(CLERK)

    plain, kana, english = (page_of(clerk, f"{letter}?in={how}") for how in ("ja", "kana", "en"))

    assert "7月14日(火)" in entered
    for words in ("令和8年7月14日(火)", "午後1時から午後1時45分まで", "北保健センター", "母子健康手帳", "048-000-1001"):
        assert words in plain
    assert "別の日に変えられます" in plain
    assert "令和8年11月8日(日)までに受けてください" in plain
    assert "《" not in plain + kana + english
    assert "<ruby>母子<rp>(</rp><rt>ぼし</rt>" in kana
    assert "Tuesday, 14 July 2026" in english
    assert "1:00 p.m. to 1:45 p.m." in english
    assert "7月14日(火)の健診" in page_of(clerk, "/post")
    assert "7月14日(火)の健診" in page_of(clerk, f"/cases/{pages_town.case_id()}")


def test_without_a_session_the_letter_says_how_to_book_and_the_counter_is_warned(pages_town: PagesTown):
    letter = invited(pages_town)
    clerk = pages_town.as_(CLERK)

    printed = page_of(clerk, letter)

    assert "電話で予約してください。" in printed
    assert "令和8年7月9日(木)から令和8年11月8日(日)までに受けられます" in printed
    assert "健診の日程がありません" in printed
    assert "健診の日程がありません" in page_of(clerk, "/post")
    late = pages_town.as_(HEAD).post("/settings/checkups", PLANNED, follow_redirects=True).get_data(as_text=True)
    assert "日が決まっていなかった1件の案内に、日を入れました。" in late
    assert "健診の日程がありません" not in page_of(clerk, letter)


def test_a_letter_whose_day_has_passed_invites_to_book(pages_town: PagesTown):
    pages_town.as_(HEAD).post("/settings/checkups", {**PLANNED, "days": "R8.7.14"})
    letter = invited(pages_town)
    before = page_of(pages_town.as_(CLERK), letter)

    pages_town.as_(HEAD).post("/calendar", {"act": "P30D", "back": "/"})

    assert "電話で予約してください。" not in before
    assert "電話で予約してください。" in page_of(pages_town.as_(CLERK), letter)


def test_a_letter_printed_once_more_says_so(pages_town: PagesTown):
    letter = invited(pages_town)
    clerk = pages_town.as_(CLERK)
    first = page_of(clerk, letter)

    clerk.post(f"{letter}/sent", {})

    assert "再発行" not in first
    assert f'href="{letter}"' in page_of(clerk, "/post")
    assert "再発行" in page_of(clerk, letter)
    assert "Reissued" in page_of(clerk, f"{letter}?in=en")
    assert pages_town.as_(STRANGER).get(letter).status_code in (403, 404)


def test_the_family_asks_for_another_day(pages_town: PagesTown):
    pages_town.as_(HEAD).post("/settings/checkups", PLANNED)
    letter = invited(pages_town)
    clerk = pages_town.as_(CLERK)
    (other,) = re.findall(r'<option value="(\w+)">', page_of(clerk, letter))

    changed = clerk.post(f"{letter}/day", {"session": other}, follow_redirects=True).get_data(as_text=True)

    assert "健診の日を変えました。" in changed
    assert "令和8年8月11日" in changed
    assert clerk.post(f"{letter}/day", {"session": "0" * 26}).status_code == 404
    assert clerk.post(f"{letter}/day", {"session": "\x00"}).status_code == 400


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(pages_town: PagesTown):
    answer = pages_town.as_(HEAD).post("/settings/checkups", {**PLANNED, "days": "R8.2.30", "place": ""})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "直すところが2つあります" in page
    assert ">R8.2.30</textarea>" in page
    assert 'value="13:45"' in page


def test_a_session_called_off_names_the_families_to_tell(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    head.post("/settings/checkups", {**PLANNED, "days": "R8.8.11"})
    letter = invited(pages_town)
    pages_town.as_(CLERK).post(f"{letter}/sent", {})
    found = re.search(r'href="(/settings/checkups/\w+)"', page_of(head, "/settings/checkups"))
    assert found is not None

    after = head.post(f"{found[1]}/off", {}, follow_redirects=True).get_data(as_text=True)

    assert "案内が届いている1人の家族に、電話などで知らせてください。" in after
    assert "陽菜" in after
    assert "中止" in page_of(head, "/settings/checkups")


def test_the_town_writes_what_to_bring(pages_town: PagesTown):
    nurse = pages_town.as_(NURSE)
    letter = invited(pages_town)

    refused = nurse.post("/settings/checkups/bring", {"kind": "3_4m", "bring_ja": "体温計", "bring_en": ""})
    nurse.post(
        "/settings/checkups/bring", {"kind": "3_4m", "bring_ja": "体温計《たいおんけい》", "bring_en": "Thermometer"}
    )

    assert refused.status_code == 422
    printed = page_of(pages_town.as_(CLERK), letter)
    assert "<li>体温計</li>" in printed
    assert "バスタオル" not in printed


@pytest.mark.parametrize("login", [CLERK, DESIGNER, PARTNER])
def test_others_find_no_sessions_to_plan(pages_town: PagesTown, login: str):
    someone = pages_town.as_(login)

    assert "/settings/checkups" not in page_of(someone, "/settings")
    assert someone.get("/settings/checkups").status_code in (403, 404)
    assert someone.post("/settings/checkups", PLANNED).status_code in (403, 404)


def test_nobody_plans_for_another_centre(pages_town: PagesTown):
    assert pages_town.as_(HEAD).post("/settings/checkups", {**PLANNED, "centre": "south"}).status_code in (403, 404)


def test_the_day_lists_first_who_was_invited_for_it(pages_town: PagesTown):
    pages_town.as_(HEAD).post("/settings/checkups", {**PLANNED, "days": "R8.7.14"})
    days_pass(pages_town)
    nurse = pages_town.as_(NURSE)
    today = _today(pages_town)
    before = page_of(nurse, "/checkups")
    assert today < date(2026, 7, 14)

    for _day in range((date(2026, 7, 14) - today).days):
        pages_town.as_(HEAD).post("/calendar", {"act": "P1D", "back": "/"})

    on_the_day = page_of(nurse, "/checkups")
    assert "今日の健診のこども" not in before
    assert "健診日 7月14日(火)" in before
    assert "案内は未発送" in before
    assert "今日の健診のこども(1人)" in on_the_day
    assert "13:00〜13:45 北保健センター" in on_the_day
    assert "締めていない健診" not in on_the_day


def test_a_session_nobody_closed_stands_before_those_who_may_close_it_and_those_who_lead(pages_town: PagesTown):
    head, nurse = pages_town.as_(HEAD), pages_town.as_(NURSE)
    head.post("/settings/checkups", {**PLANNED, "days": "R8.7.14"})
    task = days_pass(pages_town)
    assert task.due_on == date(2026, 7, 14)
    for _day in range((date(2026, 7, 15) - _today(pages_town)).days):
        head.post("/calendar", {"act": "P1D", "back": "/"})

    work, day, watched = (page_of(nurse, "/"), page_of(nurse, "/checkups"), page_of(head, "/supervision"))

    for page in (work, watched):
        said = page[page.index("締めていない健診") :][:600]
        assert "7月14日(火) 3〜4か月児健診" in said
        assert "1人" in said
    assert 'href="/checkups">締める' in work
    assert '/checkups">締める' in watched, watched[watched.index("締めていない健診") :][:900]
    assert "締めていない健診</span> 7月14日(火) 3〜4か月児健診(1人)" in day
    assert "締めていない健診" not in page_of(pages_town.as_(PARTNER), "/")

    asked = nurse.post("/checkups", {task.id: "no"}).get_data(as_text=True)
    closed = nurse.post("/checkups/close", {"task": task.id}, follow_redirects=True).get_data(as_text=True)

    assert "7月14日(火)の健診" in asked
    assert "未受診の家庭訪問 7月16日(木)まで(保健師)" in asked
    (visit,) = [each for each in pages_town.work_of(NURSE, limit=100) if each.element == "no_show_visit"]
    assert f'href="/tasks/{visit.id}?back=/checkups"' in closed
    told = page_of(nurse, f"/tasks/{visit.id}")
    assert "健診日 7月14日(火)" in told
    assert "案内は未発送" in told
    for key, value in (("target_ref", "3〜4か月児健診"), ("due_date", "R8.7.14"), ("detected_at", "R8.7.15")):
        assert re.search(rf'name="{key}"[^>]*value="{value}', told), re.findall(rf'<[^>]*name="{key}"[^>]*>', told)
    assert "締めていない健診" not in page_of(nurse, "/") + page_of(head, "/supervision")


def test_a_letter_that_lies_is_marked_and_one_for_a_time_that_is_over_invites_nobody(pages_town: PagesTown):
    letter = invited(pages_town)
    clerk, head = pages_town.as_(CLERK), pages_town.as_(HEAD)
    waiting = page_of(clerk, "/post")

    for _month in range(6):
        head.post("/calendar", {"act": "P30D", "back": "/"})
    lying, sheet = page_of(clerk, "/post"), page_of(clerk, letter)

    assert re.search(r"\d+日発送していません", lying)
    assert f'action="{letter}/sent"' in waiting
    row = lying[lying.index(f'href="{letter}"') :][:700]
    assert "健診の期間が過ぎました" in row
    assert "健診の日程がありません" not in row
    assert "発送した</button>" not in row
    assert "健診の期間が過ぎました" in sheet
    assert 'class="letter"' not in sheet


def _today(town: PagesTown) -> date:
    with transaction(town.database, read_only=True) as session:
        assert people.actor_of(session, HEAD) is not None
        return jst_day(clock.now(session))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_planning_and_the_letter_are_sound_on_every_screen(site: PagesTown, window: Window, language: str):
    site.as_(HEAD).post("/settings/checkups", PLANNED)
    letter = invited(site)
    page = window(site, HEAD, language)

    for path in ("/settings/checkups", letter, f"{letter}?in=kana", f"{letter}?in=en", "/post"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site.address + path)
            assert axe_violations(page) == [], (path, width)
            assert not sideways(page), (path, width)
    page.goto(site.address + letter)
    page.emulate_media(media="print")
    expect(page.locator(".letter")).to_contain_text("様")
    for gone in (".letter-tools", ".page-header", ".button"):
        assert not [one for one in page.locator(gone).all() if one.is_visible()], gone
