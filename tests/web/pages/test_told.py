"""お知らせ says what happened, about whom and from which house, and leads to where it is dealt with."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from engine import clock
from engine.access import Actor
from engine.cases.notification import Notification
from engine.casework import due_work, messages, notifications, people
from engine.database import transaction
from processes.bundle import read
from tests.web.pages.conftest import MANAGER, NURSE, PARTNER, PagesTown
from web import wording
from web.demo import BUNDLE

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def tell(town: PagesTown, role: str, kind: str, text: str, **about: Any) -> None:
    with transaction(town.database) as session:
        actor = people.actor_of(session, NURSE)
        assert isinstance(actor, Actor)
        session.add(
            Notification(
                centre_id=str(actor.centre_id), role=role, kind=kind, text=text, told_at=clock.now(session), **about
            )
        )


def told(town: PagesTown, login: str, language: str = "ja") -> str:
    someone = town.as_(login)
    someone.get(f"/?lang={language}")
    html = someone.get("/post").get_data(as_text=True)
    found = re.search(r'<section class="stack" aria-labelledby="told">.*?</section>', html, re.DOTALL)
    assert found is not None
    return unescape(found[0])


def test_every_notice_a_shipped_diagram_gives_has_words_of_its_own():
    calls = [
        match
        for file, data in read(BUNDLE).files.items()
        if file.endswith(".bpmn")
        for match in re.findall(
            r'serviceTaskOperator id="notify">.*?id="kind" type="str" value="&quot;(\w+)&quot;"',
            data.decode(),
            re.DOTALL,
        )
    ]

    assert len(calls) >= 10
    assert set(calls) - set(wording.TOLD) == set()


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "妊娠届が遅い時期に出されました"), ("en", "The pregnancy was notified late")]
)
def test_a_notice_says_what_happened_to_whom_and_where_it_is_dealt_with(
    pages_town: PagesTown, language: str, words: str
):
    case_id = pages_town.case_id()
    interview = next(
        each for each in pages_town.work_of(MANAGER) if each.case_id == case_id and each.lane == "mch_care_manager"
    )
    tell(pages_town, "mch_care_manager", "late_notification", "届出の遅れを知らせる", case_id=case_id, track_id="p1")

    html = told(pages_town, MANAGER, language)

    assert words in html
    assert "佐藤 みのり" in html
    assert {"ja": "北子育て世代包括支援センター", "en": "North centre"}[language] in html
    assert f'href="/tasks/{interview.id}?back=/post"' in html
    assert f'href="/cases/{case_id}"' in html
    row = next(each for each in re.findall(r"<li>.*?</li>", html, re.DOTALL) if words in each)
    assert language == "ja" or not JAPANESE.search(re.sub("佐藤 みのり|<.*?>", "", row))


def test_a_step_only_this_town_has_drawn_is_called_by_its_name(pages_town: PagesTown):
    tell(pages_town, "public_health_nurse", "own_kind", "所長へ電話する")

    assert "所長へ電話する" in told(pages_town, NURSE)
    assert "Own kind" in told(pages_town, NURSE, "en")


def test_no_family_is_opened_from_a_notice_by_who_may_not_see_it(pages_town: PagesTown):
    case_id = pages_town.case_id()
    tell(pages_town, "registry_clerk", "moved_found", "確かめる", case_id=case_id)

    html = told(pages_town, "registry_clerk.north")

    assert "転出していたようです" in html
    assert "/cases/" not in html


def test_an_agency_reads_which_of_its_messages_was_received(pages_town: PagesTown):
    with transaction(pages_town.database) as session:
        actor = people.actor_of(session, PARTNER)
        assert actor is not None
        messages.receive(
            session,
            actor,
            name="notice_received",
            message_id="1",
            correlation={},
            payload={"summary": "朝に元気がない"},
            now=clock.now(session),
        )
    due_work.run_due(pages_town.database)

    html = told(pages_town, PARTNER)

    assert "連絡を受け付けました" in html
    assert "令和8年4月10日(金) 09:00" in re.sub(r"<[^>]+>", "", html)
    assert "元気" not in html
    with transaction(pages_town.database) as session:
        partner = people.actor_of(session, PARTNER)
        assert partner is not None
        assert [each.kind for each in notifications.waiting(session, partner)] == ["acknowledgement"]
