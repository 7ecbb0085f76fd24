"""What others told us stands beside the work it opened, for those who may read it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.audit import AuditEntry
from engine.casework import notices
from engine.casework.notices import Received
from engine.casework.views import TaskView
from engine.workflow.event import Event
from tests.office import Office

CGC = "child_family_worker.cgc"
CLERK, NURSE, LEAD = "counter_clerk.north", "public_health_nurse.north", "integrated_support_lead.north"
TEXT = "7月3日、ひかりちゃんの左腕にあざ。\n母は転んだと話している。"


def received(town: Office, task: TaskView, by: str) -> Received | None:
    with town.acting(by) as (session, actor, now):
        return notices.of_task(session, actor, task.id, now=now)


def in_a_list(town: Office, task: TaskView, by: str) -> Received | None:
    with town.acting(by) as (session, actor, now):
        return notices.of_tasks(session, actor, [task.id], now=now).get(task.id)


def notice(town: Office, case_id: str | None = None, **payload: Any) -> TaskView:
    town.send("notice_received", case_id, by=CGC, summary=TEXT, notice_kind="cgc_info", **payload)
    return town.task(None, "record_notice")


def test_the_receipt_shows_what_was_written_by_whom_and_when_it_arrived(town: Office) -> None:
    arrived = town.now
    task = notice(town, child_name="佐藤 ひかり", district="north")
    town.advance("P1D")

    found = received(town, task, CLERK)

    assert found is not None
    assert found.sender is not None
    assert (found.sender.kind, found.sender.house.ja) == ("cgc", "県中央児童相談所")
    assert found.sender.person
    assert (found.at, found.kind) == (arrived, "cgc_info")
    assert found.payload == {
        "summary": TEXT,
        "notice_kind": "cgc_info",
        "child_name": "佐藤 ひかり",
        "district": "north",
    }


def test_the_words_follow_the_notice_to_every_work_it_opens(town: Office) -> None:
    case_id = town.open_case()
    notice(town, case_id)
    town.finish(None, "record_notice", by=CLERK, kind="abuse_report")

    alone = [received(town, task, LEAD) for task in town.open_tasks() if task.case_id is None]
    town.finish(None, "notice_meeting", by=LEAD)
    town.finish(None, "notice_match", by=LEAD, decision="attach", matched_case_id=case_id)
    concern = received(town, town.task(case_id, "supervisor_review"), LEAD)

    assert len(alone) == 2  # the meeting and the child to be seen
    assert [found.payload["summary"] for found in (*alone, concern) if found is not None] == [TEXT] * 3


def test_each_of_two_concerns_shows_its_own_words(town: Office) -> None:
    case_id = town.open_case()
    for words in ("朝、元気がない", "服が汚れている"):
        town.send("concern_raised", case_id, by="nursery_teacher.nursery", concern=words, raised_by="担任")

    reviews = town.open_tasks(case_id, element="supervisor_review")
    found = [received(town, task, LEAD) for task in reviews]

    assert {each.payload["concern"] for each in found if each is not None} == {"朝、元気がない", "服が汚れている"}
    assert received(town, town.open_tasks(case_id, element="interview")[0], LEAD) is None


def test_a_birth_nobody_can_place_shows_what_it_names(town: Office) -> None:
    town.send("birth_registered", resident_id="9999999", born_on="2026-04-05", child_name="あおい")

    found = received(town, town.task(None, "match_message"), CLERK)

    assert found is not None
    assert (found.name, found.resident_id, found.payload["child_name"]) == ("birth_registered", "9999999", "あおい")
    assert found.sender is not None
    assert found.sender.kind == "cfc"


@pytest.mark.parametrize("by", [NURSE, "midwife.north", "mch_care_manager.north", "benefit_clerk.north"])
@pytest.mark.parametrize("look", [received, in_a_list])
def test_who_neither_does_the_work_nor_reads_notices_learns_only_that_one_came(
    town: Office, by: str, look: Any
) -> None:
    case_id = town.open_case()
    found = look(town, notice(town, case_id, child_name="佐藤 ひかり"), by)

    assert found is not None
    assert (found.words, found.payload, found.resident_id, found.proposed) == (False, {}, "", None)
    assert found.sender is not None
    assert (found.sender.kind, found.sender.person) == ("cgc", "")


@pytest.mark.parametrize("by", ["public_health_nurse.south", "counter_clerk.south", CGC, "process_designer.north"])
def test_who_does_not_see_the_work_sees_no_notice(town: Office, by: str) -> None:
    case_id = town.open_case()
    task = notice(town, case_id)

    assert in_a_list(town, task, by) is None
    assert received(town, task, by) is None


def test_the_family_named_is_shown_to_who_may_see_it(town: Office) -> None:
    own = town.open_case()

    found = received(town, notice(town, own), CLERK)
    assert found is not None
    assert found.proposed is not None
    assert found.proposed.case_id == own


def test_a_family_of_another_centre_is_not_named_to_who_coordinates_at_this_one(town: Office) -> None:
    sealed = town.open_case(by="counter_clerk.south", junior_high_district="south", dv_flag=True)
    town.send("notice_received", sealed, by=CGC, summary=TEXT)

    task = town.task(None, "record_notice")

    assert task.centre == "south"
    for by, sees in ((LEAD, False), ("centre_head.south", True)):
        found = in_a_list(town, task, by)
        assert found is not None
        assert (found.proposed is not None) is sees


def test_reading_is_entered_in_the_ledger_and_no_word_of_it_stands_in_the_history(town: Office) -> None:
    task = notice(town, child_name="佐藤 ひかり", district="north")
    received(town, task, CLERK)
    received(town, task, NURSE)

    with town.acting(LEAD) as (session, _, _):
        read = [row for row in session.scalars(select(AuditEntry)) if row.action == "message.read"]
        said = " ".join(str(row.details) + str(row.name) for row in session.scalars(select(Event)))
        kept = " ".join(str(row.details) for row in session.scalars(select(AuditEntry)))
    assert len(read) == 1
    assert "ひかり" not in said + kept
