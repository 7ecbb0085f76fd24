"""Messages from outside: taken in once, matched exactly, delivered to the right pregnancy or child, or to a person."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.access import Forbidden
from engine.cases import consent as consents
from engine.cases import letter as letters
from engine.cases.case import Case
from engine.cases.letter import Letter
from engine.casework import messages
from engine.casework.messages import MessageUnknown
from engine.casework.views import Receipt
from engine.database import transaction
from engine.workflow import event as history
from engine.workflow.message import Inbox
from forms.compiler import AnswersRejected
from processes.vocabulary import MESSAGES
from tests.office import Office

DUE = "2027-01-10"
NURSE = "public_health_nurse.north"


# --- once only ---


def test_the_same_message_from_the_same_sender_changes_nothing_the_second_time(office: Office) -> None:
    case_id = office.open_case()
    first = office.send("birth_registered", case_id, by=NURSE, message_id="m1", born_on="2026-04-05")

    second = office.send("birth_registered", case_id, by=NURSE, message_id="m1", born_on="2026-04-05")

    assert (first.status, second.status) == ("delivered", "duplicate")
    assert (second.inbox_id, second.case_id) == (first.inbox_id, case_id)
    assert len(office.show(case_id).children) == 1


def test_the_same_id_from_another_sender_is_another_message(town: Office) -> None:
    case_id = town.open_case()
    town.send("concern_raised", case_id, message_id="m1", concern="1")

    other = town.send("concern_raised", case_id, message_id="m1", by="public_health_nurse.north", concern="2")

    assert other.status == "delivered"
    assert len(town.open_tasks(case_id, element="supervisor_review")) == 2


def test_who_does_not_see_the_family_is_not_told_which_it_is(town: Office) -> None:
    town.open_case(resident_id="777")

    first = town.send("concern_raised", by="nursery_teacher.nursery", message_id="m1", resident_id="777")
    again = town.send("concern_raised", by="nursery_teacher.nursery", message_id="m1", resident_id="777")

    assert [(receipt.status, receipt.case_id) for receipt in (first, again)] == [
        ("delivered", None),
        ("duplicate", None),
    ]


@pytest.mark.parametrize("name", ["pregnancy_lost", "birth_registered", "moved_out", "consent_withdrawn"])
@pytest.mark.parametrize("sender", ["nursery_teacher.nursery", "public_health_nurse.south"])
def test_what_moves_a_family_on_does_not_come_from_strangers(town: Office, name: str, sender: str) -> None:
    case_id = town.open_case()

    with pytest.raises(Forbidden):
        town.send(name, case_id, by=sender, born_on="2026-04-05")

    assert [pregnancy.state for pregnancy in town.show(case_id).pregnancies] == ["open"]


def test_news_of_a_sealed_family_from_another_centre_goes_before_a_person(town: Office) -> None:
    case_id = town.open_case(dv_flag=True)

    receipt = town.send("moved_out", case_id, by="public_health_nurse.south")

    assert (receipt.status, receipt.case_id) == ("needs_person", None)
    assert town.task(None, "match_message").centre == "north"


def test_two_copies_of_a_message_at_the_same_moment_are_taken_in_once(office: Office) -> None:
    case_id = office.open_case()
    together = threading.Barrier(2)
    receipts: list[Receipt] = []

    def send() -> None:
        together.wait(timeout=20)
        receipts.append(office.send("birth_registered", case_id, message_id="m1", born_on="2026-04-05"))

    both = [threading.Thread(target=send) for _ in range(2)]
    for sender in both:
        sender.start()
    for sender in both:
        sender.join(timeout=60)

    assert sorted(receipt.status for receipt in receipts) == ["delivered", "duplicate"]
    assert len(office.show(case_id).children) == 1


def test_two_offices_that_tell_of_one_birth_register_one_child(town: Office) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05", carrying={"resident_id": "9001"})

    again = {"resident_id": "９００１"}
    town.send("birth_registered", case_id, by="public_health_nurse.north", born_on="2026-04-05", carrying=again)

    assert len(town.show(case_id).children) == 1


# --- exact correlation ---


def test_a_message_is_matched_by_case_or_resident_id(town: Office) -> None:
    case_id = town.open_case(resident_id="777")

    by_case = town.send("concern_raised", case_id, by=NURSE)
    by_resident = town.send("concern_raised", by=NURSE, resident_id="７７７")

    assert (by_case.status, by_case.case_id) == ("delivered", case_id)
    assert (by_resident.status, by_resident.case_id) == ("delivered", case_id)


def test_a_case_and_a_resident_of_another_family_are_for_a_person(town: Office) -> None:
    case_id, other = town.open_case(resident_id="777"), town.open_case(resident_id="888")

    receipt = town.send("moved_out", case_id, by=NURSE, resident_id="888")

    assert (receipt.status, receipt.case_id) == ("needs_person", None)
    assert [town.open_tasks(each, element="move_handover") for each in (case_id, other)] == [[], []]
    assert town.task(None, "match_message").why == "ケースと住民番号が別の家庭のものです"
    assert town.send("moved_out", case_id, by=NURSE, resident_id="777").status == "delivered"


@pytest.mark.parametrize(
    "correlation",
    [
        pytest.param({"case_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, id="an unknown case"),
        pytest.param({"resident_id": "999"}, id="an unknown resident"),
        pytest.param({}, id="nothing to go by"),
        pytest.param({"resident_id": "600"}, id="a resident of two open cases"),
        pytest.param({"resident_id": "800"}, id="a resident whose case is closed"),
    ],
)
def test_a_message_that_fits_no_case_or_several_waits_for_a_person(office: Office, correlation: dict[str, str]) -> None:
    for number in (1, 2):
        mother = office.open_case(resident_id=f"60{number}")
        office.send("birth_registered", mother, born_on="2026-04-05", carrying={"resident_id": "600"})
    closed = office.open_case(resident_id="800")
    with transaction(office.engine, municipality_id=office.town) as session:
        session.get_one(Case, (office.town, closed)).close("resolved", office.now)

    receipt = office.send("moved_out", **correlation)

    assert (receipt.status, receipt.case_id) == ("needs_person", None)
    task = office.task(None, "match_message")
    assert (task.case_id, task.lane, task.centre) == (None, "counter_clerk", "north")


def test_whom_a_message_of_no_case_is_about_is_asked_at_the_senders_centre(town: Office) -> None:
    town.send("moved_out", resident_id="999", by="public_health_nurse.central")

    assert town.task(None, "match_message").centre == "central"


# --- the person's decision reaches the case ---


@pytest.mark.parametrize("named", ["id", "number"])
def test_a_message_attached_by_a_person_reaches_the_case(office: Office, named: str) -> None:
    case_id = office.open_case()
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        number = session.get_one(Case, (office.town, case_id)).number
    receipt = office.send("birth_registered", resident_id="999", born_on="令和8年4月5日")

    office.finish(
        None,
        "match_message",
        decision="attach",
        matched_case_id=case_id if named == "id" else number,
        reason="同姓同名",
    )

    assert [child.born_on for child in office.show(case_id).children] == [date(2026, 4, 5)]
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        row = session.get_one(Inbox, (office.town, receipt.inbox_id))
        assert (row.state, row.case_ref) == ("delivered", case_id)


def test_a_message_that_means_one_of_two_pregnancies_is_attached_with_its_track(town: Office) -> None:
    case_id = town.open_case()
    town.send("pregnancy_notified", case_id, due_on=DUE)
    assert town.send("pregnancy_lost", case_id).status == "needs_person"
    task = town.task(None, "match_message")

    with pytest.raises(AnswersRejected) as asked:
        town.finish_task(task, decision="attach", matched_case_id=case_id, reason="本人から")
    town.finish_task(task, decision="attach", matched_case_id=f"{case_id}/p2", reason="本人から")

    assert "matched_case_id" in asked.value.errors
    assert [(p.track_id, p.state) for p in town.show(case_id).pregnancies] == [("p1", "open"), ("p2", "lost")]


def test_a_case_that_does_not_exist_is_refused_and_nothing_is_written(town: Office) -> None:
    town.send("moved_out", resident_id="999")

    with pytest.raises(AnswersRejected) as refused:
        town.finish(None, "match_message", decision="attach", matched_case_id="2026-99999", reason="電話で確認")

    assert set(refused.value.errors) == {"matched_case_id"}
    assert town.task(None, "match_message").state == "open"


def test_a_message_may_open_a_case(town: Office) -> None:
    receipt = town.send("pregnancy_notified", resident_id="999", due_on=DUE)

    town.finish(None, "match_message", decision="open", reason="転入した方")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        case_id = session.get_one(Inbox, (town.town, receipt.inbox_id)).case_ref
    assert case_id is not None
    assert [(p.track_id, p.due_on) for p in town.show(case_id).pregnancies] == [("p1", date(2027, 1, 10))]
    assert town.task(case_id, "pregnancy_notification").track_id == "p1"


def test_who_opens_a_case_for_a_message_is_told_the_work_it_opened(town: Office) -> None:
    town.send("pregnancy_notified", resident_id="999", due_on=DUE)

    done = town.finish(None, "match_message", decision="open", reason="転入した方")

    assert [(task.case_id is not None, task.element) for task in done.opened] == [(True, "pregnancy_notification")]


@pytest.mark.parametrize("outcome", ["not_ours", "done"])
def test_a_message_that_is_not_ours_ends_there(town: Office, outcome: str) -> None:
    town.send("moved_out", resident_id="999")

    town.finish(None, "match_message", outcome, decision="not_applicable", reason="他市の方")

    assert town.open_tasks() == []


@pytest.mark.parametrize(("who", "state", "work"), [("c1", "died", "loss_record"), ("親", "open", "supervisor_review")])
def test_of_a_death_that_does_not_say_of_whom_a_person_says_it(town: Office, who: str, state: str, work: str) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")

    receipt = town.send("died", case_id, died_on="2026-04-06")

    assert (receipt.status, town.show(case_id).children[0].state) == ("needs_person", "open")
    with pytest.raises(AnswersRejected) as refused:
        town.finish(None, "match_message", decision="attach", matched_case_id=case_id, reason="戸籍の届出")
    assert list(refused.value.errors) == ["matched_case_id"]
    town.finish(None, "match_message", decision="attach", matched_case_id=f"{case_id}/{who}", reason="戸籍の届出")
    assert town.show(case_id).children[0].state == state
    assert town.task(case_id, work).case_id == case_id


def test_the_only_child_is_meant_where_the_message_says_that_a_child_died(town: Office) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")

    assert town.send("died", case_id, person="child", died_on="2026-04-06").status == "delivered"

    assert town.show(case_id).children[0].state == "died"


def test_the_death_of_a_parent_is_for_a_person_and_then_a_concern_of_the_family(town: Office) -> None:
    case_id = town.open_case()
    assert town.send("died", case_id, person="mother", died_on="2026-04-01").status == "needs_person"

    town.finish(None, "match_message", decision="attach", matched_case_id=case_id, reason="戸籍の届出")

    assert town.task(case_id, "supervisor_review").case_id == case_id


# --- notices ---


def test_a_notice_is_work_of_its_own_and_an_exact_match_is_only_proposed(office: Office) -> None:
    case_id = office.open_case(resident_id="777")
    before = len(office.open_tasks(case_id))

    receipt = office.send("notice_received", by=NURSE, resident_id="777", summary="泣き声")

    assert (receipt.status, receipt.case_id) == ("delivered", case_id)
    assert office.task(None, "record_notice").case_id is None
    assert len(office.open_tasks(case_id)) == before


@pytest.mark.parametrize("correlation", [{"resident_id": "777"}, {"resident_id": "999"}], ids=["known", "unknown"])
def test_a_notice_attached_by_a_person_is_a_concern_of_the_case(town: Office, correlation: dict[str, str]) -> None:
    case_id = town.open_case(resident_id="777")
    town.send("notice_received", **correlation, summary="泣き声")
    town.finish(None, "record_notice")
    _settle_meeting(town)

    town.finish(None, "notice_match", decision="attach", matched_case_id=case_id, reason="住所が一致")

    assert town.task(case_id, "supervisor_review").lane == "integrated_support_lead"


def test_a_notice_about_a_family_nobody_knew_opens_a_case(town: Office) -> None:
    town.send("notice_received", summary="泣き声")
    town.finish(None, "record_notice")
    _settle_meeting(town)

    town.finish(None, "notice_match", decision="open", reason="初めての家庭")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        (case_id,) = session.scalars(select(Case.id)).all()
    assert town.task(case_id, "supervisor_review").case_id == case_id


def test_a_notice_that_is_not_ours_ends_without_a_case(town: Office) -> None:
    town.send("notice_received", summary="泣き声")
    town.finish(None, "record_notice")
    _settle_meeting(town)

    town.finish(None, "notice_match", "not_ours", note="隣の市に伝えた")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert town.open_tasks(None, element="notice_match") == []


def _settle_meeting(town: Office) -> None:
    for task in town.open_tasks(None, element="notice_meeting"):
        town.finish_task(task)


# --- the right track ---


def test_with_two_pregnancies_a_message_without_track_is_for_a_person(town: Office) -> None:
    case_id = town.open_case()
    town.send("pregnancy_notified", case_id, due_on=DUE)

    unclear = town.send("birth_registered", case_id, born_on="2026-04-05")
    clear = town.send("birth_registered", case_id, track_id="p2", born_on="2026-04-05")

    assert (unclear.status, clear.status) == ("needs_person", "delivered")
    assert [(p.track_id, p.state) for p in town.show(case_id).pregnancies] == [("p1", "open"), ("p2", "born")]


@pytest.mark.parametrize("track", ["p9", "c1", "p1/x1"])
def test_a_track_the_family_does_not_have_is_for_a_person(town: Office, track: str) -> None:
    case_id = town.open_case()

    receipt = town.send("due_date_corrected", case_id, by=NURSE, track_id=track, due_on=DUE)

    assert (receipt.status, receipt.case_id) == ("needs_person", case_id)
    assert town.facts(case_id, "p1")["due_on"] != DUE


@pytest.mark.parametrize("messages", [1, 2])
def test_twins_are_two_tracks_of_one_pregnancy(town: Office, messages: int) -> None:
    case_id = town.open_case(fetus_count=2)
    twins = [{"child_name": "佐藤 一"}, {"child_name": "佐藤 二"}]

    if messages == 1:
        receipt = town.send("birth_registered", case_id, born_on="2026-04-05", children=twins)
        assert receipt.status == "delivered"
    else:
        for twin in twins:
            town.send("birth_registered", case_id, born_on="2026-04-05", **twin)

    view = town.show(case_id)
    assert [(child.track_id, child.name) for child in view.children] == [("c1", "佐藤 一"), ("c2", "佐藤 二")]
    assert [(p.track_id, p.state) for p in view.pregnancies] == [("p1", "born")]
    visits = town.open_tasks(case_id, element="infant_visit")
    assert {(visit.track_id, visit.about) for visit in visits} == {("c1", "佐藤 一"), ("c2", "佐藤 二")}


@pytest.mark.parametrize(
    ("children", "field"),
    [
        pytest.param([], "children", id="none"),
        pytest.param("two", "children", id="no list"),
        pytest.param([1, 2], "children", id="no payloads"),
        pytest.param([{"children": []}], "children", id="children of children"),
        pytest.param([{}] * 10, "children", id="too many"),
        pytest.param([{}, {"sex": "x"}], "children[1].sex", id="a value that cannot be read"),
        pytest.param([{"born_on": "soon"}], "children[0].born_on", id="no day"),
    ],
)
def test_twins_that_cannot_be_read_are_refused_together(town: Office, children: object, field: str) -> None:
    case_id = town.open_case(fetus_count=2)

    with pytest.raises(AnswersRejected) as caught:
        town.send("birth_registered", case_id, born_on="2026-04-05", children=children)

    assert set(caught.value.errors) == {field}
    assert list(town.show(case_id).children) == []


def test_a_sister_born_two_years_later_is_of_the_next_pregnancy(town: Office) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")
    town.advance(to=date(2028, 5, 1))
    town.send("pregnancy_notified", case_id, due_on="2028-12-01")

    town.send("birth_registered", case_id, born_on="2028-05-01")

    view = town.show(case_id)
    assert [(p.track_id, p.state) for p in view.pregnancies] == [("p1", "born"), ("p2", "born")]
    assert [child.track_id for child in view.children] == ["c1", "c2"]


def test_a_loss_ends_that_pregnancy_alone_and_holds_its_letters_back_the_same_day(office: Office) -> None:
    case_id = office.open_case()
    office.send("pregnancy_notified", case_id, due_on=DUE)
    with transaction(office.engine, municipality_id=office.town) as session:
        for track in ("p1", "p2"):
            session.add(
                Letter(case_id=case_id, track_id=track, kind="late_letter", state="queued", queued_at=office.now)
            )

    receipt = office.send("pregnancy_lost", case_id, track_id="p1", lost_on="2026-04-05")

    assert receipt.status == "delivered"
    tasks = office.open_tasks(case_id)
    assert {task.element for task in tasks if task.track_id == "p1"} == {"loss_record"}
    assert "interview" not in {task.element for task in tasks if task.track_id == "p1"}
    assert {task.element for task in tasks if task.track_id == "p2"} == {"pregnancy_notification"}
    assert office.facts(case_id)["pregnant"] is True
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        states = {letter.track_id: letter.state for letter in session.scalars(select(Letter))}
    assert states == {"p1": letters.LetterState.SUPPRESSED, "p2": letters.LetterState.QUEUED}


def test_a_loss_staff_hear_of_first_is_entered_as_one_from_the_register(town: Office) -> None:
    case_id = town.open_case()
    town.advance(to=date(2026, 12, 1))

    town.finish(case_id, "birth_check", "lost", note="電話で聞いた")

    assert [(p.state, p.due_on) for p in town.show(case_id).pregnancies] == [("lost", date(2026, 11, 9))]
    assert town.facts(case_id)["pregnant"] is False
    assert town.facts(case_id, "p1")["lost_on"] == "2026-12-01"
    assert town.task(case_id, "loss_record").track_id == "p1"


def test_the_death_of_a_child_ends_its_track_alone(town: Office) -> None:
    case_id = town.open_case(fetus_count=2)
    for _ in range(2):
        town.send("birth_registered", case_id, born_on="2026-04-05")

    unclear = town.send("died", case_id, died_on="2026-04-06")
    town.send("died", case_id, track_id="c1", died_on="2026-04-06")

    assert unclear.status == "needs_person"
    assert [(child.track_id, child.state) for child in town.show(case_id).children] == [("c1", "died"), ("c2", "open")]
    assert {task.element for task in town.open_tasks(case_id) if task.track_id == "c1"} == {"loss_record"}
    assert "infant_visit" in {task.element for task in town.open_tasks(case_id) if task.track_id == "c2"}


def test_moving_out_hands_over_ends_every_track_and_closes_the_case(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")

    office.send("moved_out", case_id, moved_on="2026-04-30")
    office.finish(case_id, "move_handover")
    for task in office.open_tasks(case_id, element="move_acknowledgement"):
        office.finish_task(task)

    view = office.show(case_id)
    assert (view.state, office.open_tasks(case_id)) == ("closed", [])
    assert {child.state for child in view.children} == {"closed"}
    assert [entry.kind for entry in _events(office, case_id)].count("case_closed") == 1
    assert office.send("concern_raised", case_id).status == "needs_person"


def test_the_case_is_reviewed_when_its_last_track_has_ended(town: Office) -> None:
    case_id = town.open_case()
    town.send("pregnancy_lost", case_id)
    town.finish(case_id, "loss_record")

    town.finish(case_id, "grief_contact")

    town.finish(case_id, "final_review", closing="close", close_reason="resolved")
    assert town.show(case_id).state == "closed"


def test_the_review_waits_for_a_side_track_of_the_last_child(town: Office) -> None:
    case_id = town.open_case()
    town.send("concern_raised", case_id, track_id="p1")
    town.send("pregnancy_lost", case_id)
    town.finish(case_id, "loss_record")
    town.finish(case_id, "grief_contact")
    assert town.open_tasks(case_id, element="final_review") == []

    town.finish(case_id, "supervisor_review", "not_needed", note="すでに終わった")

    assert town.task(case_id, "final_review").lane == "centre_head"


def test_a_corrected_due_date_moves_timers_and_the_facts(office: Office) -> None:
    case_id = office.open_case()
    before = _due_instants(office, case_id)

    receipt = office.send("due_date_corrected", case_id, due_on="R8.11.19")

    assert receipt.status == "delivered"
    assert office.facts(case_id, "p1")["due_on"] == "2026-11-19"
    assert office.show(case_id).pregnancies[0].due_on == date(2026, 11, 19)
    after = _due_instants(office, case_id)
    assert {name: after[name] - before[name] for name in before} == dict.fromkeys(before, timedelta(days=10))


def _due_instants(office: Office, case_id: str) -> dict[str, Any]:
    from engine.workflow import timer as timers

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return {timer.element: timer.due_at for timer in timers.of_case(session, case_id) if timer.due_at}


def test_consent_withdrawn_by_message_counts_from_the_same_day(town: Office) -> None:
    case_id = town.open_case()
    town.finish(case_id, "sharing_consent")
    assert town.facts(case_id)["consent_hospital"] is True

    town.send("consent_withdrawn", case_id, agency="hospital", withdrawn_on="2026-05-01")

    facts = town.facts(case_id)
    assert (facts["consent_hospital"], facts["consent_nursery"], facts["consent_given"]) == (False, True, True)
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        standing = {each.agency for each in consents.standing(consents.of_case(session, case_id), town.today)}
    assert standing == {"hub", "nursery"}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        pytest.param("3_4m", "confirm_result", id="the check-up that waits"),
        pytest.param("6_7m", "confirm_individual", id="another kind than the one that waits"),
        pytest.param("next year", "confirm_individual", id="a kind nobody knows"),
        pytest.param(None, "confirm_individual", id="no kind told"),
    ],
)
def test_a_check_up_result_is_confirmed_by_a_person(office: Office, kind: str | None, asked: str) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2025-12-20")
    office.advance("P1D")

    receipt = office.send("checkup_result", case_id, examined_on="2026-04-01", checkup_type=kind, judgement="none")

    assert receipt.status == "delivered"
    assert office.task(case_id, asked).lane == "public_health_nurse"
    assert [task.element for task in office.open_tasks(case_id, element="checkup")] == (
        [] if asked == "confirm_result" else ["checkup"]
    )
    office.finish(case_id, asked)
    assert office.open_tasks(case_id, element=asked) == []


def test_a_message_is_buffered_until_the_case_waits_for_it(town: Office) -> None:
    case_id = town.open_case()
    town.send("moved_out", case_id, moved_on="2026-04-30")

    second = town.send("moved_out", case_id, moved_on="令和8年5月1日")

    assert second.status == "buffered"
    assert town.facts(case_id)["move_on"] == "2026-05-01"


def test_a_family_that_moves_while_its_case_is_reviewed_is_handed_over_after_the_review(town: Office) -> None:
    case_id = town.open_case()
    town.send("pregnancy_lost", case_id)
    town.finish(case_id, "loss_record")
    town.finish(case_id, "grief_contact")
    assert town.send("moved_out", case_id, moved_on="2026-04-30").status == "buffered"

    town.finish(case_id, "final_review", closing="keep")

    assert town.task(case_id, "move_handover").case_id == case_id
    assert town.send("moved_out", case_id, message_id="m-again").status == "buffered"


# --- what is refused ---


@pytest.mark.parametrize(
    "name", [*(each.name for each in MESSAGES.values() if each.internal), "no_such_message", "", "x" * 500]
)
def test_internal_and_unknown_names_are_refused(town: Office, name: str) -> None:
    case_id = town.open_case()

    with pytest.raises(MessageUnknown):
        town.send(name, case_id)


@pytest.mark.parametrize(
    ("name", "payload", "wrong"),
    [
        pytest.param("birth_registered", {}, "born_on", id="a required day is missing"),
        pytest.param("birth_registered", {"born_on": "令和99年2月31日"}, "born_on", id="no such day"),
        pytest.param("birth_registered", {"born_on": ["2026-04-05"]}, "born_on", id="a list for a day"),
        pytest.param("birth_registered", {"born_on": {"day": 1}}, "born_on", id="an object for a day"),
        pytest.param("birth_registered", {"born_on": True}, "born_on", id="a truth value for a day"),
        pytest.param(
            "birth_registered", {"born_on": "2026-04-05", "birth_weight_g": "重い"}, "birth_weight_g", id="no number"
        ),
        pytest.param(
            "birth_registered",
            {"born_on": "2026-04-05", "birth_weight_g": 10**30},
            "birth_weight_g",
            id="a huge number",
        ),
        pytest.param(
            "birth_registered", {"born_on": "2026-04-05", "birth_weight_g": 2.5}, "birth_weight_g", id="no whole number"
        ),
        pytest.param(
            "birth_registered", {"born_on": "2026-04-05", "child_name": "佐" * 61}, "child_name", id="long name"
        ),
        pytest.param("birth_registered", {"born_on": "2026-04-05", "sex": "猫"}, "sex", id="no such sex"),
        pytest.param("birth_registered", {"born_on": "2026-04-05", "nicu": "yes"}, "nicu", id="a fact of another type"),
        pytest.param("pregnancy_notified", {"due_on": DUE, "fetus_count": []}, "fetus_count", id="a list for a number"),
        pytest.param("concern_raised", {"concern": "あ" * 4_001}, "concern", id="a long text"),
        pytest.param("concern_raised", {"concern": "a\x00b"}, "payload", id="a NUL"),
        pytest.param("concern_raised", {"concern": "\ud800"}, "payload", id="half a surrogate pair"),
        pytest.param("concern_raised", {"other": ["あ" * 60_000]}, "payload", id="a huge message"),
        pytest.param("concern_raised", {"other": {"deep": {1, 2}}}, "payload", id="not JSON"),
    ],
)
def test_a_payload_that_cannot_be_read_is_refused_with_what_is_wrong(
    town: Office, name: str, payload: dict[str, Any], wrong: str
) -> None:
    case_id = town.open_case()

    with pytest.raises(AnswersRejected) as refused:
        town.send(name, case_id, **payload)

    assert set(refused.value.errors) == {wrong}
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert session.scalars(select(Inbox)).all() == []


@pytest.mark.parametrize(
    ("message_id", "correlation", "wrong"),
    [
        pytest.param("", {}, "message_id", id="no id"),
        pytest.param("m" * 201, {}, "message_id", id="a long id"),
        pytest.param("a\x00", {}, "message_id", id="a NUL in the id"),
        pytest.param("m1", {"track_id": "p" * 21}, "correlation.track_id", id="a long track"),
        pytest.param("m1", {"case_id": {"a": 1}}, "correlation.case_id", id="an object for a case"),
        pytest.param("m1", {"resident_id": ["1"]}, "correlation.resident_id", id="a list for a resident"),
    ],
)
def test_an_envelope_that_cannot_be_kept_is_refused(
    office: Office, message_id: str, correlation: dict[str, Any], wrong: str
) -> None:
    with office.acting("registry_clerk.north") as (session, actor, now), pytest.raises(AnswersRejected) as refused:
        messages.receive(
            session,
            actor,
            name="moved_out",
            message_id=message_id,
            correlation=correlation,
            payload={},
            now=now,
        )

    assert set(refused.value.errors) == {wrong}


def test_a_message_sets_no_fact_of_the_whole_family(town: Office) -> None:
    case_id = town.open_case()
    family = {"risk_level": 4, "consent_hospital": True, "closing": "close"}

    town.send("due_date_corrected", case_id, due_on=DUE, place_of_delivery="X", **family)

    assert not family.keys() & town.facts(case_id).keys()
    assert town.facts(case_id, "p1")["place_of_delivery"] == "X"


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
payloads = st.dictionaries(
    st.sampled_from(
        ["born_on", "due_on", "sex", "child_name", "nicu", "risk_level", "moved_on", "kind", "person", "ゑ"]
    ),
    scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=5), scalars, max_size=2),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([each.name for each in MESSAGES.values() if not each.internal]),
    payload=payloads,
    track=st.sampled_from([None, "p1", "c1", "zz"]),
)
def test_whatever_comes_in_is_taken_or_refused_and_never_breaks_the_case(
    town: Office, name: str, payload: dict[str, Any], track: str | None
) -> None:
    case_id = _only_case(town)

    try:
        with town.acting("registry_clerk.north") as (session, actor, now):
            correlation = {"case_id": case_id, "track_id": track}
            receipt = messages.receive(
                session,
                actor,
                name=name,
                message_id=f"{now.timestamp()}-{id(payload)}-{name}-{payload!r}"[:200]
                .encode("utf-8", "replace")
                .decode(),
                correlation=correlation,
                payload=payload,
                now=now,
            )
        assert receipt.status in ("delivered", "buffered", "needs_person", "duplicate")
    except AnswersRejected as refused:
        assert refused.errors  # noqa: PT017  (being refused with a reason is one of two right answers)


def _only_case(town: Office) -> str:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        known = session.scalars(select(Case.id).order_by(Case.id)).first()
    return known or town.open_case()


def _events(office: Office, case_id: str) -> list[history.Event]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(history.of_case(session, case_id, limit=500))


# --- what cannot be ---


@pytest.mark.parametrize(
    ("name", "payload", "field"),
    [
        pytest.param("birth_registered", {"born_on": "2026-04-07"}, "born_on", id="born tomorrow"),
        pytest.param("birth_registered", {"born_on": "2008-04-06"}, "born_on", id="a grown-up"),
        pytest.param(
            "birth_registered",
            {"born_on": "2026-04-05", "children": [{}, {"birth_date": "2027-01-01"}]},
            "children[1].birth_date",
            id="a twin to come",
        ),
        pytest.param("due_date_corrected", {"due_on": "2096-11-09"}, "due_on", id="due in 70 years"),
        pytest.param("pregnancy_notified", {"due_on": "1926-11-09"}, "due_on", id="due a hundred years ago"),
    ],
)
def test_a_day_nobody_can_mean_is_refused(town: Office, name: str, payload: dict[str, Any], field: str) -> None:
    case_id = town.open_case()

    with pytest.raises(AnswersRejected) as caught:
        town.send(name, case_id, carrying=payload)

    assert list(caught.value.errors) == [field]
    assert not town.show(case_id).children


@pytest.mark.parametrize(
    ("children", "why"),
    [
        pytest.param([{}, {}], "届けられた胎児数より多い出生です", id="more than notified"),
        pytest.param([{"born_on": "2018-05-01"}], "就学している年齢の子です", id="at school"),
    ],
)
def test_an_unlikely_birth_counts_once_a_person_says_so(office: Office, children: list[Any], why: str) -> None:
    case_id = office.open_case()

    receipt = office.send("birth_registered", case_id, born_on="2026-04-05", children=children)

    assert receipt.status == "needs_person"
    assert not office.show(case_id).children
    assert office.task(None, "match_message").why == why
    office.finish(None, "match_message", decision="attach", matched_case_id=office.show(case_id).number)
    assert len(office.show(case_id).children) == len(children)


def test_an_older_child_of_the_family_does_not_end_the_pregnancy(town: Office) -> None:
    case_id = town.open_case()

    receipt = town.send("birth_registered", case_id, born_on="2022-04-05")

    assert receipt.status == "delivered"
    view = town.show(case_id)
    assert [pregnancy.state for pregnancy in view.pregnancies] == ["open"]
    assert [child.track_id for child in view.children] == ["c1"]
    assert town.task(case_id, "interview").track_id == "p1"


def test_the_registry_learns_which_case_its_news_went_to_and_an_agency_only_what_it_said(town: Office) -> None:
    case_id = town.open_case(resident_id="7654321")

    by_registry = town.send("due_date_corrected", resident_id="7654321", due_on="2026-11-20")
    by_number = town.send("concern_raised", resident_id="7654321", by="nursery_teacher.nursery")
    by_case = town.send("concern_raised", case_id, by="nursery_teacher.nursery")

    assert [receipt.case_id for receipt in (by_registry, by_number, by_case)] == [case_id, None, case_id]
