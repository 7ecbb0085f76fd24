"""What others wrote is read where it is dealt with: in the list, on the task, and in the form it already answers."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from engine import clock
from engine.casework import form_catalogue, messages, people, tasks
from engine.casework.views import TaskView
from engine.database import transaction
from tests.web.pages.conftest import NURSE, PagesTown

CGC, NURSERY = "child_family_worker.cgc", "nursery_teacher.nursery"
CLERK, LEAD = "counter_clerk.north", "integrated_support_lead.north"
TEXT = "左腕にあざ。<b>母</b>は「転んだ」と話す。\n訪問してほしい。"


def send(town: PagesTown, by: str, *, case_id: str | None = None, number: str = "1", **payload: Any) -> None:
    with transaction(town.database) as session:
        actor = people.actor_of(session, by)
        assert actor is not None
        messages.receive(
            session,
            actor,
            name="notice_received",
            message_id=number,
            correlation={"case_id": case_id} if case_id else {},
            payload={"district": "north", **payload},
            now=clock.now(session),
        )


def receipt(town: PagesTown) -> TaskView:
    return town.task("notice_received", CLERK)


def page(town: PagesTown, login: str, path: str) -> str:
    response = town.as_(login).get(path)
    assert response.status_code == 200
    return str(response.get_data(as_text=True))


def field(html: str, name: str) -> str:
    """What stands in a field of the form, or which of its options is chosen."""
    area = re.search(rf'<textarea id="{name}"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    if area is not None:
        return unescape(area[1])
    chosen = re.search(rf'name="{name}" value="([^"]*)" checked', html)
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', html, re.DOTALL)
    option = re.search(r'value="([^"]*)" selected', select[0]) if select else None
    typed = re.search(rf'<input (?!type="checkbox")[^>]*id="{name}" name="{name}" value="([^"]*)"', html)
    checked = re.search(rf'type="checkbox" id="{name}" name="{name}" value="true" checked', html)
    found = chosen or option or (typed if select is None else None)
    if checked:
        return "true"
    return unescape(found[1]) if found else ""


def test_the_task_shows_the_text_as_it_was_written(pages_town: PagesTown):
    send(pages_town, CGC, summary=TEXT, notice_kind="cgc_info", persons=[{"name": "佐藤 健", "relation": "父"}])

    html = page(pages_town, CLERK, f"/tasks/{receipt(pages_town).id}")

    assert "左腕にあざ。&lt;b&gt;母&lt;/b&gt;は「転んだ」と話す。\n訪問してほしい。</blockquote>" in html
    assert "<b>母</b>" not in html
    assert "県中央児童相談所" in html
    assert "氏名 佐藤 健・続柄 父" in html
    assert '<time datetime="2026-04-10T09:00+09:00">' in html


def test_the_receipt_begins_with_what_the_sender_said_and_judges_nothing(pages_town: PagesTown):
    send(
        pages_town,
        CGC,
        summary=TEXT,
        notice_kind="cgc_watch",
        child_name="佐藤 ひかり",
        birth_date="2025-04-01",
        mother_name="佐藤 みのり",
        requested_action="訪問",
        infant=True,
        urgency="B",
        decision="open",
        assigned_to="よその人",
    )

    html = page(pages_town, CLERK, f"/tasks/{receipt(pages_town).id}")

    assert field(html, "content") == TEXT
    assert field(html, "child_hint") == "子の氏名: 佐藤 ひかり\n生年月日: 令和7年4月1日(火)"
    assert field(html, "family_hint") == "母の氏名: 佐藤 みのり"
    answers = {key: field(html, key) for key in ("from_org", "kind", "channel", "requested_action", "urgency")}
    assert answers == {
        "from_org": "cgc",
        "kind": "cgc_watch",
        "channel": "online",
        "requested_action": "訪問",
        "urgency": "B",
    }
    assert field(html, "received_at") == "R8.4.10 09:00"
    assert [field(html, key) for key in ("infant", "injury_visible")] == ["true", ""]
    assert [field(html, key) for key in ("decision", "legal_ground")] == ["", ""]
    assert field(html, "assigned_to") == "担当者未定"


@pytest.mark.parametrize(
    ("key", "value"),
    [("notice_kind", "未知の種別"), ("urgency", "Z"), ("infant", "はい"), ("requested_action", ["訪問", "電話"])],
)
def test_what_the_form_could_not_take_is_shown_but_not_filled_in(pages_town: PagesTown, key: str, value: Any):
    send(pages_town, CGC, summary="内容", **{key: value})

    html = page(pages_town, CLERK, f"/tasks/{receipt(pages_town).id}")

    assert field(html, {"notice_kind": "kind"}.get(key, key)) == ""
    assert all(each in html for each in ([value] if isinstance(value, str) else value))


def test_a_draft_stands_over_what_the_message_says(pages_town: PagesTown):
    send(pages_town, CGC, summary=TEXT)
    task = receipt(pages_town)
    clerk = pages_town.as_(CLERK)
    clerk.post(f"/tasks/{task.id}", {"act": "later", "content": "電話で聞き直した"})

    html = clerk.get(f"/tasks/{task.id}").get_data(as_text=True)

    assert field(html, "content") == "電話で聞き直した"
    assert "左腕にあざ" in html


def test_the_one_who_matches_reads_it_too_and_finds_the_family_named(pages_town: PagesTown):
    case_id = pages_town.case_id()
    send(pages_town, CGC, case_id=case_id, summary=TEXT)
    task = receipt(pages_town)
    with transaction(pages_town.database) as session:
        clerk = people.actor_of(session, CLERK)
        assert clerk is not None
        now = clock.now(session)
        answers = form_catalogue.form(session, clerk, "notice_received").example(now.date())
        tasks.complete_task(session, clerk, task.id, answers=answers, now=now)

    html = page(pages_town, LEAD, f"/tasks/{pages_town.task('notice_match', LEAD).id}")

    assert "左腕にあざ" in html
    assert f'href="/cases/{case_id}">佐藤 みのり' in html
    assert field(html, "matched_case_id") == "2026-00001"
    assert [field(html, key) for key in ("decision", "search")] == ["", ""]

    lead, task = pages_town.as_(LEAD), pages_town.task("notice_match", LEAD)
    answers = {"decision": "attach", "matched_case_id": "2026-00001", "search": "氏名", "reason": "生年月日が同じ"}
    done = lead.post(f"/tasks/{task.id}", answers | {"act": "complete"}, follow_redirects=True)
    assert "上司への相談" in done.get_data(as_text=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_list_of_notices_tells_them_apart(pages_town: PagesTown, language: str):
    send(pages_town, CGC, number="1", summary="あざ", notice_kind="abuse_report", child_name="佐藤 ひかり")
    send(pages_town, NURSERY, number="2", summary="朝に元気がない", notice_kind="periodic_report")

    clerk = pages_town.as_(CLERK)
    clerk.get(f"/?lang={language}")
    html = clerk.get("/?of=waiting").get_data(as_text=True)
    rows = [unescape(re.sub(r"<[^>]+>", " ", row)) for row in re.findall(r'<li class="work-row">.*?</li>', html, re.S)]

    words = {
        "ja": (("県中央児童相談所", "虐待通告", "佐藤 ひかり"), ("ひばり保育園", "定期報告", "朝に元気がない")),
        "en": (("guidance centre", "Abuse report", "佐藤 ひかり"), ("Hibari nursery", "Periodic", "朝に元気がない")),
    }[language]
    assert len(rows) == 2
    assert all(each in row for row, wanted in zip(rows, words, strict=True) for each in wanted)


@pytest.mark.parametrize("path", ["/?of=waiting", None])
def test_who_may_not_read_it_sees_from_where_it_came_and_nothing_of_it(pages_town: PagesTown, path: str | None):
    send(pages_town, CGC, case_id=pages_town.case_id(), summary=TEXT, child_name="空野 ひかり")

    html = page(pages_town, NURSE, path or f"/tasks/{receipt(pages_town).id}")

    assert "県中央児童相談所" in html
    assert "あざ" not in html
    assert "ひかり" not in html


def test_nothing_of_it_is_logged(pages_town: PagesTown, quiet: list[dict[str, Any]]):
    send(pages_town, CGC, summary=TEXT, child_name="空野 ひかり")
    page(pages_town, CLERK, "/?of=waiting")
    page(pages_town, CLERK, f"/tasks/{receipt(pages_town).id}")

    said = json.dumps(quiet, ensure_ascii=False, default=str)
    assert quiet
    assert not [word for word in ("あざ", "ひかり", "空野") if word in said]
