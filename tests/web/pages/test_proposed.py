"""Whom a notice may be about is proposed where a person decides it, across centres, and to nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.audit import AuditEntry
from engine.cases.case import Case, CaseState
from engine.cases.family import Person
from engine.casework import people, tasks
from engine.clock import now as town_now
from engine.database import transaction
from tests.web.pages.conftest import PagesTown
from tests.web.pages.test_agencies import finish
from tests.web.pages.test_received import send

LEAD = "integrated_support_lead.south"  # of another centre than the families
CGC = "child_family_worker.cgc"
MOTHER = "佐藤 みのり"


def _next(town: PagesTown, form: str) -> str:
    return next(each.id for each in town.work_of(LEAD) if each.form == form)


def decide(town: PagesTown, **message: Any) -> str:
    """The id of the task どのケースか決める, after the receipt of such a notice was written."""
    send(town, CGC, **message)
    finish(town, _next(town, "notice_received"), LEAD, content="内容", kind="cgc_info", child_hint="女の子")
    return _next(town, "notice_match")


def proposals(html: str) -> list[tuple[str, str]]:
    """Number and reason of each family offered."""
    found = re.search(r'<fieldset class="field" id="candidate">.*?</fieldset>', html, re.DOTALL)
    return re.findall(r"ケース番号 (\S+?)<br><small>([^<]*)</small>", found[0]) if found else []


def number_of(town: PagesTown, case_id: str) -> str:
    with transaction(town.database) as session:
        return str(session.scalar(select(Case.number).where(Case.id == case_id)))


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"resident_id": "80000000"}, "住民番号が同じ"),
        ({"mother_name": "佐藤みのり", "birth_date": "1995-01-01"}, "氏名・カナと生年月日が同じ"),
        ({"persons": [{"kana": "さとう みのり", "birth_date": "平成7年1月1日"}]}, "氏名・カナと生年月日が同じ"),
        ({"name": "ｻﾄｳ ﾐﾉﾘ"}, "氏名・カナが同じ"),
        ({"summary": "母の佐藤みのりさんが来ない。"}, "文章に氏名・カナがある"),
    ],
)
def test_a_family_that_fits_is_proposed_with_the_reason(pages_town: PagesTown, message: dict[str, Any], why: str):
    send(pages_town, CGC, **message)
    html = pages_town.as_(LEAD).get(f"/tasks/{_next(pages_town, 'notice_received')}").get_data(as_text=True)

    assert proposals(html) == [(number_of(pages_town, pages_town.case_id()), why)]
    with transaction(pages_town.database) as session:
        entered = session.scalars(select(AuditEntry.about).where(AuditEntry.action == "case.proposed")).all()
    assert entered == [pages_town.case_id()]


def test_who_may_not_decide_it_is_proposed_nobody(pages_town: PagesTown):
    send(pages_town, CGC, summary="佐藤みのりさん")
    task = _next(pages_town, "notice_received")

    assert proposals(pages_town.as_(LEAD).get(f"/tasks/{task}").get_data(as_text=True))
    assert MOTHER not in pages_town.as_("benefit_clerk.north").get(f"/tasks/{task}").get_data(as_text=True)


def test_a_sealed_family_is_proposed_only_to_who_may_look_at_it(pages_town: PagesTown):
    with transaction(pages_town.database) as session:
        session.execute(update(Case).where(Case.id == pages_town.case_id()).values(confidential=True))
    send(pages_town, CGC, summary="佐藤みのりさん")
    path = f"/tasks/{_next(pages_town, 'notice_received')}"

    assert "みのり・" not in pages_town.as_(LEAD).get(path).get_data(as_text=True)
    assert not proposals(pages_town.as_(LEAD).get(path).get_data(as_text=True))
    assert proposals(pages_town.as_("integrated_support_lead.north").get(path).get_data(as_text=True))


def test_a_closed_case_and_a_family_name_alone_are_not_proposed(pages_town: PagesTown):
    with transaction(pages_town.database) as session:
        suzuki = session.scalars(select(Person.case_id).where(Person.family_name == "鈴木")).one()
        session.execute(update(Case).where(Case.id == suzuki).values(state=CaseState.CLOSED))
    send(pages_town, CGC, summary="佐藤さんと鈴木ケイトさん")
    html = pages_town.as_(LEAD).get(f"/tasks/{_next(pages_town, 'notice_received')}").get_data(as_text=True)

    assert not proposals(html)
    assert "当てはまりそうな家族は見つかりません" in html
    assert "文章に氏名・カナがある" in html  # by what was searched


def test_the_family_chosen_is_the_one_the_notice_is_brought_to(pages_town: PagesTown):
    case_id = pages_town.case_id()
    number = number_of(pages_town, case_id)
    task = decide(pages_town, summary="佐藤みのりさんのこと")
    lead = pages_town.as_(LEAD)
    assert f'type="radio" name="candidate" value="{number}"' in lead.get(f"/tasks/{task}").get_data(as_text=True)

    answers = {"act": "complete", "search": "氏名", "decision": "attach", "reason": "同じ人", "candidate": number}
    sent = lead.post(f"/tasks/{task}", answers)

    assert sent.status_code == 303, sent.get_data(as_text=True)
    with transaction(pages_town.database) as session:
        head = people.actor_of(session, "centre_head.north")
        work = tasks.worklist(session, head, case_id=case_id, limit=50, now=town_now(session)).items
    assert "supervisor_review" in {each.element for each in work}


def test_the_case_team_reads_what_was_written_and_others_that_there_is_something(pages_town: PagesTown):
    case_id, nurse, manager = pages_town.case_id(), "public_health_nurse.north", "mch_care_manager.north"
    task = decide(pages_town, summary="佐藤みのりさんのこと")
    answers = {"search": "氏名", "decision": "attach", "reason": "同じ人", "candidate": number_of(pages_town, case_id)}
    assert pages_town.as_(LEAD).post(f"/tasks/{task}", {"act": "complete", **answers}).status_code == 303

    assert reads(pages_town, manager, case_id)  # has the interview to do
    assert not reads(pages_town, nurse, case_id)
    with transaction(pages_town.database) as session:
        responsible = people.actor_of(session, nurse).staff_id
        session.execute(update(Case).where(Case.id == case_id).values(responsible_id=responsible))
    assert reads(pages_town, nurse, case_id)


def reads(town: PagesTown, login: str, case_id: str) -> bool:
    """Whether the person reads the words; everybody who sees the file sees from which house they came."""
    someone = town.as_(login)
    history, records = (someone.get(f"/cases/{case_id}{path}").get_data(as_text=True) for path in ("", "/records"))
    assert "県中央児童相談所" in history
    assert f"/cases/{case_id}/records#letters" in history
    assert "県中央児童相談所" in records
    return "佐藤みのりさんのこと" in records


def test_a_notice_only_proposed_for_a_family_is_not_read_with_it(pages_town: PagesTown):
    send(pages_town, CGC, case_id=pages_town.case_id(), summary="まだ決まっていない")
    nurse = pages_town.as_("public_health_nurse.north")

    for path in ("", "/records"):
        assert "県中央児童相談所" not in nurse.get(f"/cases/{pages_town.case_id()}{path}").get_data(as_text=True)


def test_the_end_of_the_work_says_what_opened_and_to_whom_it_went(pages_town: PagesTown):
    send(pages_town, CGC, summary="佐藤みのりさんのこと")
    receipt, lead = _next(pages_town, "notice_received"), pages_town.as_(LEAD)
    finish(pages_town, receipt, LEAD, content="内容", kind="cgc_info", child_hint="女の子")
    task = _next(pages_town, "notice_match")

    after_receipt = lead.get(f"/tasks/{receipt}/done").get_data(as_text=True)
    assert f"/tasks/{task}?" in after_receipt

    answers = {"search": "氏名", "decision": "attach", "reason": "同じ人"}
    number = number_of(pages_town, pages_town.case_id())
    lead.post(f"/tasks/{task}", {"act": "complete", **answers, "candidate": number})
    after_match = lead.get(f"/tasks/{task}/done").get_data(as_text=True)
    assert "いま開いた次の仕事はありません" not in after_match
    assert "次の人に渡りました" in after_match
    assert "<li>北子育て世代包括支援センター・" in after_match
    assert "みのり" not in after_match
