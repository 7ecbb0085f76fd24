"""Finding families, their pages, and what may be added to them; without scripts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases.case import Case
from engine.casework import cases, form_catalogue, people, records, supervision
from engine.clock import jst_day
from engine.clock import now as clock_now
from engine.database import transaction
from engine.workflow.task import Task
from tests.web.pages.conftest import DESIGNER, HEAD, MANAGER, NURSE, PagesTown
from tests.web.pages.test_work import example, posted, title


def facts(town: PagesTown, case_id: str) -> Any:
    with transaction(town.database) as session:
        actor = people.actor_of(session, HEAD)
        return cases.show_case(session, actor, case_id, now=clock_now(session))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("さとう", id="kana"),
        pytest.param("佐藤", id="name"),
        pytest.param("平成7年1月1日", id="wareki birth date"),
        pytest.param("1995/1/1", id="gregorian birth date"),
        pytest.param("2026-00001", id="case number"),
        pytest.param("２０２６ー００００１", id="case number in full width"),
        pytest.param("みのり さとう", id="given name first"),
    ],
)
def test_a_family_is_found_by_what_people_say(pages_town: PagesTown, words: str):
    page = pages_town.as_(NURSE).post("/cases", {"q": words}).get_data(as_text=True)

    assert "佐藤 みのり" in page
    assert "高橋 さくら" not in page


def test_no_page_of_a_family_bears_its_name_in_the_title(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()

    for part in (
        "",
        "/plan",
        "/records",
        "/consents",
        "/diagram",
        "/add",
        "/note",
        "/visit",
        "/consents/new",
        "/closure",
    ):
        response = nurse.get(f"/cases/{case_id}{part}")
        assert response.status_code == 200, part
        assert "佐藤" not in title(response.get_data(as_text=True)), part


def test_the_case_page_shows_family_work_history_and_what_comes(pages_town: PagesTown):
    page = pages_town.as_(NURSE).get(f"/cases/{pages_town.case_id()}").get_data(as_text=True)

    assert "サトウ ミノリ" in page
    assert "分娩予定日" in page
    assert "ケースを開きました" in page
    assert "次に起こること" in page


def test_records_show_labels_and_can_be_corrected(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()
    page = nurse.get(f"/cases/{case_id}/records").get_data(as_text=True)
    link = re.search(rf"/cases/{case_id}/records/[0-9A-Z]+/correct", page)
    assert link is not None

    form = {**posted(example(pages_town, "FM01")), "given_name": "みのる", "act": "save"}
    response = nurse.post(link[0], form)
    after = nurse.get(f"/cases/{case_id}/records").get_data(as_text=True)

    assert "届出年月日" in page
    assert "北中学校区" in page
    assert response.status_code == 303, response.get_data(as_text=True)
    assert "直した記録" in after


def test_a_note_is_recorded_and_stands_in_the_history(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()

    response = nurse.post(f"/cases/{case_id}/note", {**posted(example(pages_town, "contact_note")), "act": "save"})

    assert response.status_code == 303, response.get_data(as_text=True)
    assert "「相談・経過記録」を記録しました" in nurse.get(f"/cases/{case_id}").get_data(as_text=True)


def test_a_birth_told_by_staff_starts_the_childs_track(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()

    missing = nurse.post(f"/cases/{case_id}/news/birth_registered", {"born_on": ""})
    told = nurse.post(f"/cases/{case_id}/news/birth_registered", {"born_on": "R8.4.9", "child_name": "陽菜"})

    assert missing.status_code == 422
    assert told.status_code == 303, told.get_data(as_text=True)
    assert [child.name for child in facts(pages_town, case_id).children] != []


def test_the_same_news_sent_twice_changes_nothing(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()
    news = {"concern": "元気がない", "message_id": "x1"}
    nurse.post(f"/cases/{case_id}/news/concern_raised", news)

    page = nurse.post(f"/cases/{case_id}/news/concern_raised", news, follow_redirects=True).get_data(as_text=True)

    assert "同じ連絡がもう届いています" in page


def test_a_visit_is_added(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()
    nurse.post(f"/cases/{case_id}/news/birth_registered", {"born_on": "R8.4.9", "child_name": "陽菜"})
    track = facts(pages_town, case_id).children[0].track_id

    response = nurse.post(f"/cases/{case_id}/visit", {"track": track, "note": "上の子のようすも見る"})

    assert response.status_code == 303, response.get_data(as_text=True)
    assert "上の子のようすも見る" in nurse.get(f"/cases/{case_id}").get_data(as_text=True)


def test_the_plan_in_the_familys_hand_says_nothing_of_its_level_or_protection(pages_town: PagesTown):
    head, case_id = pages_town.as_(HEAD), pages_town.case_id()
    with transaction(pages_town.database) as session:
        actor, now = people.actor_of(session, HEAD), clock_now(session)
        plan = form_catalogue.form(session, actor, "support_plan").example(jst_day(now))
        kept = records.record_submission(session, actor, case_id, form="support_plan", answers=plan, now=now)
        session.execute(update(Case).where(Case.id == case_id).values(level=3, confidential=True))

    on_screen = head.get(f"/cases/{case_id}/plan").get_data(as_text=True)
    sheet = head.get(f"/cases/{case_id}/plan/{kept.id}").get_data(as_text=True)

    assert 'class="level level-3"' in on_screen
    assert "level-3" not in sheet
    assert re.search(r'class="no-print">\s*<div class="warning-banner"', sheet)
    assert "家族の署名" in sheet


def test_the_end_of_a_case_is_asked_for_and_decided_by_the_head(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()

    offered = nurse.get(f"/cases/{case_id}").get_data(as_text=True)
    empty = nurse.post(f"/cases/{case_id}/closure", {"note": " "})
    asked = nurse.post(f"/cases/{case_id}/closure", {"note": "落ち着いて暮らしている"})
    twice = nurse.post(f"/cases/{case_id}/closure", {"note": "落ち着いて暮らしている"})

    assert f'href="/cases/{case_id}/closure"' in offered
    assert (empty.status_code, asked.status_code, twice.status_code) == (422, 303, 409)
    (decision,) = [task for task in pages_town.work_of(HEAD) if task.element == "final_review"]
    assert (decision.case_id, decision.why) == (case_id, "落ち着いて暮らしている")
    assert "終了の申し出は、もう出ています" in twice.get_data(as_text=True)


def test_the_reason_for_a_visit_may_not_be_endless(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()
    track = facts(pages_town, case_id).pregnancies[0].track_id

    response = nurse.post(f"/cases/{case_id}/visit", {"track": track, "note": "あ" * 201})

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "200文字以内で書いてください" in page
    assert "あ" * 201 in page


def test_consent_is_given_and_withdrawn_on_its_own_page(pages_town: PagesTown):
    nurse, case_id = pages_town.as_(NURSE), pages_town.case_id()
    given = nurse.post(
        f"/cases/{case_id}/consents/new", {**posted(example(pages_town, "sharing_consent")), "act": "save"}
    )
    page = nurse.get(f"/cases/{case_id}/consents").get_data(as_text=True)
    link = re.search(rf"/cases/{case_id}/consents/[0-9A-Z]+/withdraw", page)
    assert link is not None, given.get_data(as_text=True)

    asked = nurse.get(link[0]).get_data(as_text=True)
    future = nurse.post(link[0], {"on": "R12.1.1"})
    done = nurse.post(link[0], {"on": "R8.4.10"})

    assert "この機関には見えなくなります" in asked
    assert future.status_code == 422
    assert done.status_code == 303
    assert "に撤回" in nurse.get(f"/cases/{case_id}/consents").get_data(as_text=True)


def test_a_clerk_takes_a_notification_and_a_known_woman_is_pointed_out(pages_town: PagesTown):
    clerk = pages_town.as_("counter_clerk.north")
    answers = {
        **posted(example(pages_town, "FM01")),
        "resident_id": "70000001",
        "family_name": "山口",
        "family_name_kana": "ヤマグチ",
        "act": "open",
    }

    opened = clerk.post("/cases/new", answers)
    again = clerk.post("/cases/new", answers)

    assert opened.status_code == 303, opened.get_data(as_text=True)
    assert again.status_code == 409
    assert "もう開かれています" in again.get_data(as_text=True)


def test_the_calendar_moves_to_the_next_planned_day(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    page = head.post("/calendar", {"act": "next", "back": "/"}, follow_redirects=True).get_data(as_text=True)
    back = head.post("/calendar", {"act": "set", "day": "2020-01-01", "back": "/"}, follow_redirects=True)

    assert "自動で動きました" in page
    assert "暦は先へだけ進みます" in back.get_data(as_text=True)


def test_a_draft_is_proposed_and_approved_by_somebody_else(pages_town: PagesTown):
    designer, head = pages_town.as_(DESIGNER), pages_town.as_(HEAD)
    started = designer.post("/design/drafts", {"title": "夏の見直し"})
    draft = started.headers["Location"]
    toml = f"{draft}/files/processes/seamless_support/bundle.toml"
    old = designer.get(toml)
    headers = {"X-CSRFToken": designer.csrf(), "If-Match": old.headers["ETag"], "Accept": "application/json"}
    changed = old.get_data() + "\n# 見直し\n".encode()

    saved = designer.client.put(toml, data=changed, headers=headers)
    stale = designer.client.put(toml, data=changed, headers=headers)
    designer.post(f"{draft}/proposal", {"note": "夏の見直し"})
    waiting = re.search(r"/design/proposals/[0-9A-Z]+", designer.get("/design").get_data(as_text=True))
    assert waiting is not None
    own = designer.post(waiting[0])
    approved = head.post(waiting[0], follow_redirects=True).get_data(as_text=True)

    assert (saved.status_code, stale.status_code) == (204, 412)
    assert own.status_code == 403
    assert "公開しました" in approved


def test_the_editor_gets_its_words_and_findings(pages_town: PagesTown):
    designer = pages_town.as_(DESIGNER)
    draft = designer.post("/design/drafts", {"title": "x"}).headers["Location"]
    path = "processes/seamless_support/consent.bpmn"

    vocabulary = designer.get(f"{draft}/vocabulary").get_json()
    drawing = designer.get(f"{draft}/files/{path}")
    findings = designer.client.post(
        f"{draft}/lint/{path}", data=drawing.get_data(), headers={"X-CSRFToken": designer.csrf()}
    )

    assert {"facts", "functions", "operations", "exits", "lanes", "forms", "decisions"} <= vocabulary.keys()
    assert drawing.headers["ETag"]
    assert isinstance(findings.get_json()["findings"], list)
    assert "style-src-attr 'unsafe-inline'" in designer.get(f"{draft}/edit/{path}").headers["Content-Security-Policy"]


def test_every_figure_of_the_head_leads_to_its_list(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    page = head.get("/supervision").get_data(as_text=True)

    links = re.findall(r'<li[^>]*><a href="(/(?:\?|supervision/)[^"]+)"><span class="figure">', page)

    assert len(links) == 3
    for link in links:
        assert head.get(link.replace("&amp;", "&")).status_code == 200


def test_a_heads_first_screen_begins_with_what_she_must_know(pages_town: PagesTown):
    with transaction(pages_town.database) as session:
        session.execute(update(Task).where(Task.form == "interview").values(due_on=date(2026, 4, 8)))
        (interview, *_others) = session.scalars(select(Task.id).where(Task.form == "interview").order_by(Task.id))
        session.execute(update(Task).where(Task.id == interview).values(receipt=True))
    head = pages_town.as_(HEAD)

    page = head.get("/").get_data(as_text=True)
    figures = re.findall(r'<a href="([^"]+)"><span class="figure">(\d+)[人件]</span>', page)
    lists = {link: head.get(link.replace("&amp;", "&")).get_data(as_text=True) for link, _number in figures}

    assert [(link, int(number)) for link, number in figures][1:3] == [
        ("/?of=centre&amp;due=overdue", 3),
        ("/?of=handed_over", 1),
    ]
    assert lists["/supervision/unseen"].count('<th scope="row">') == int(figures[0][1])
    for link, number in figures[1:3]:
        assert lists[link].count('class="work-row"') == int(number), link
    assert page.index('class="figure"') < page.index('class="work-row"')
    assert 'class="figure"' not in pages_town.as_(NURSE).get("/?of=centre").get_data(as_text=True)


def test_what_waits_for_the_heads_decision_is_listed_the_most_overdue_first(pages_town: PagesTown):
    with transaction(pages_town.database) as session:
        first, second, *_rest = session.scalars(select(Task.id).where(Task.form == "interview").order_by(Task.id))
        for task_id, day in ((first, date(2026, 4, 30)), (second, date(2026, 4, 1))):
            changed = {"lane": "centre_head", "due_on": day, "sort_on": day}
            session.execute(update(Task).where(Task.id == task_id).values(**changed))

    page = pages_town.as_(HEAD).get("/supervision").get_data(as_text=True)

    assert re.findall(r'href="/tasks/(\w+)\?back=/supervision"', page) == [second, first]
    assert '<span class="figure">2件</span>要判断' in page
    assert "/?of=decide" not in page


def test_decisions_beyond_the_first_are_one_link_away(pages_town: PagesTown, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervision, "DECISIONS_SHOWN", 2)
    with transaction(pages_town.database) as session:
        session.execute(update(Task).where(Task.form == "interview").values(lane="centre_head"))
    head = pages_town.as_(HEAD)

    page = head.get("/supervision").get_data(as_text=True)
    behind = head.get("/?of=decide").get_data(as_text=True)

    assert page.count("?back=/supervision") == 2
    assert re.search(r'<a href="/\?of=decide">[^<]*3件', page)
    assert len(re.findall(r'<span class="work-what">([^<]+)', behind)) == 3
    assert "要判断の仕事" in behind
    assert head.get("/?of=decide&lane=public_health_nurse").get_data(as_text=True).count('class="work-row"') == 0


def test_the_page_of_a_family_says_which_version_it_runs_on(pages_town: PagesTown):
    version = facts(pages_town, pages_town.case_id()).version

    page = pages_town.as_(NURSE).get(f"/cases/{pages_town.case_id()}").get_data(as_text=True)

    assert re.search(rf'<a href="/design/versions/{version}">[^<]+第1版</a>', page)
    assert pages_town.as_(NURSE).get(f"/design/versions/{version}").status_code == 200


def test_the_head_sees_families_by_level_each_figure_with_its_list(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    page = head.get("/supervision").get_data(as_text=True)

    assert re.findall(r'href="/cases\?level=(\w+)"><span class="figure">(\d+)家族', page) == [("none", "3")]
    assert head.get("/cases?level=none").get_data(as_text=True).count('<th scope="row">') == 3
    assert head.get("/cases?level=4").get_data(as_text=True).count('<th scope="row">') == 0


def test_the_list_of_a_colleague_bears_no_login_in_its_address(pages_town: PagesTown):
    head, task = pages_town.as_(HEAD), pages_town.task("interview")
    head.post("/hand", {"task": task.id, "login": NURSE if task.lane == "public_health_nurse" else MANAGER})

    page = head.get("/supervision").get_data(as_text=True)

    assert ".north" not in page
    (colleague, *_rest) = re.findall(r'href="(/\?of=person[^"]+)"', page)
    assert task.name in head.get(colleague.replace("&amp;", "&")).get_data(as_text=True)


SATO = {"family_name": "佐藤", "given_name": "みのり", "family_name_kana": "サトウ", "given_name_kana": "ミノリ"}
SHE = {**SATO, "birth_date": "1995-01-01", "resident_id": "80000000", "alias_name": ""} | {
    "junior_high_district": "north"
}


def notification(pages_town: PagesTown, **changes: Any) -> dict[str, Any]:
    """Her FM01 as a browser posts it."""
    return {**posted(example(pages_town, "FM01")), **SHE, **changes}


def test_a_second_notification_of_the_same_pregnancy_is_no_further_one(pages_town: PagesTown):
    clerk, case_id = pages_town.as_("counter_clerk.north"), pages_town.case_id()

    again = clerk.post("/cases/new", notification(pages_town)).get_data(as_text=True)
    pressed = clerk.post(f"/cases/{case_id}/pregnancy", {**notification(pages_town), "act": "from_opening"})

    assert f'formaction="/cases/{case_id}/pregnancy"' in again
    assert pressed.status_code == 409
    assert f"/cases/{case_id}/news/birth_registered" in pressed.get_data(as_text=True)
    assert 'value="サトウ"' in pressed.get_data(as_text=True)


def test_the_next_pregnancy_is_taken_with_what_was_typed_for_a_new_case(pages_town: PagesTown):
    clerk, case_id = pages_town.as_("counter_clerk.north"), pages_town.case_id()
    clerk.post(f"/cases/{case_id}/news/birth_registered", {"born_on": "2026-04-09", "child_name": "あおい"})
    typed = notification(pages_town, address="南町2番", planned_delivery_place="みなも市民病院")

    refused = clerk.post("/cases/new", typed)
    taken = clerk.post(f"/cases/{case_id}/pregnancy", {**typed, "act": "from_opening"}, follow_redirects=True)
    page = pages_town.as_(HEAD).get(f"/cases/{case_id}").get_data(as_text=True)

    assert refused.status_code == 409
    assert "次の妊娠の届を受け付けました" in taken.get_data(as_text=True)
    assert "妊娠中" in page
    assert "南町2番" in page
    assert "妊娠2回目" in page
    assert len([task for task in pages_town.work_of(HEAD) if task.track_id == "p2"]) == 2


def test_the_form_of_the_next_pregnancy_begins_with_the_woman_as_she_is_known(pages_town: PagesTown):
    clerk, case_id = pages_town.as_("counter_clerk.north"), pages_town.case_id()
    clerk.post(f"/cases/{case_id}/news/birth_registered", {"born_on": "2026-04-09"})

    page = clerk.get(f"/cases/{case_id}/pregnancy").get_data(as_text=True)

    assert 'value="サトウ"' in page
    assert f'href="/cases/{case_id}/pregnancy"' in clerk.get(f"/cases/{case_id}/add").get_data(as_text=True)
    assert not re.search(r'name="edd"[^>]*value="[^"]', page), "the due date of the last pregnancy"
