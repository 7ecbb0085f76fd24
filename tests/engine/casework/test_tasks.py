"""Staff work: finished, left by an exit, taken on, too early, too late; windows that move; partners' part in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine import organisation
from engine.access.policy import Forbidden, Hidden
from engine.cases.consent import Disclosure
from engine.casework import cases, records, tasks
from engine.casework.views import TaskView
from engine.database import transaction
from engine.organisation import staff_by_login
from engine.workflow.task import Task, TaskAlreadyCompleted, TaskClaimed, TaskNotStartable, TaskUnknown
from forms.compiler import AnswersRejected
from tests.office import Office


def test_finishing_a_task_keeps_the_answers_and_opens_what_follows(office: Office) -> None:
    case_id = office.open_case()

    done = office.finish(case_id, "interview", by="mch_care_manager.north")

    assert (done.completed.state, done.completed.outcome, done.completed.completed_by) != ("open", None, None)
    assert office.open_tasks(case_id, element="interview") == []


@pytest.mark.parametrize(
    ("outcome", "answers", "note", "wrong"),
    [
        pytest.param("away", {}, "理由", "outcome", id="an outcome the task does not have"),
        pytest.param("expired", {}, "理由", "outcome", id="an outcome only days bring"),
        pytest.param("refused", {}, "", "note", id="an exit without a reason"),
        pytest.param("refused", {}, " \u3000\n", "note", id="an exit with a blank reason"),
        pytest.param("refused", {}, "あ" * 4_001, "note", id="an exit with an endless reason"),
        pytest.param("done", {"bogus": 1}, "", "bogus", id="a field the form does not have"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_the_task_stays_open(
    town: Office, outcome: str, answers: dict[str, Any], note: str, wrong: str
) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")

    with town.acting("mch_care_manager.north") as (session, actor, now), pytest.raises(AnswersRejected) as refused:
        tasks.complete_task(session, actor, task.id, outcome=outcome, answers=answers, note=note, now=now)

    assert wrong in refused.value.errors
    assert town.task(case_id, "interview").id == task.id


@pytest.mark.parametrize(
    ("outcome", "next_step"),
    [
        pytest.param("absent", "first_call", id="absent: phone"),
        pytest.param("postponed", "first_call", id="postponed: phone"),
        pytest.param("refused", "interview_visit", id="refused: visit"),
        pytest.param("lost", "loss_record", id="lost: the loss is recorded"),
    ],
)
def test_an_exit_leaves_the_task_the_way_it_is_drawn(town: Office, outcome: str, next_step: str) -> None:
    case_id = town.open_case()

    done = town.finish(case_id, "interview", outcome, note="来なかった")

    assert [task.element for task in done.opened] == [next_step]
    assert done.completed.outcome == outcome


def test_a_task_that_may_not_start_yet_is_refused_until_its_day(town: Office) -> None:
    case_id = town.open_case()
    town.finish(case_id, "interview", "absent", note="来なかった")
    town.finish(case_id, "first_call", "not_reached", note="留守")
    task = town.task(case_id, "second_call")

    with pytest.raises(TaskNotStartable) as early:
        town.finish_task(task)
    town.advance(to=date(2026, 4, 7))
    done = town.finish_task(task)

    assert early.value.may_start_on == date(2026, 4, 7)
    assert done.completed.state == "completed"


def test_a_task_somebody_has_taken_on_is_theirs_until_they_give_it_back(office: Office) -> None:
    case_id = office.open_case()
    task = office.task(case_id, "interview")
    _act(office, "mch_care_manager.north", tasks.claim_task, task)

    with pytest.raises(TaskClaimed):
        _act(office, "centre_head.north", tasks.claim_task, task)
    with pytest.raises(TaskClaimed):
        office.finish_task(task, by="centre_head.north")
    _act(office, "mch_care_manager.north", tasks.release_task, task)
    done = office.finish_task(task, by="centre_head.north")

    assert done.completed.state == "completed"


def test_a_head_gives_a_task_to_a_colleague_who_then_finds_it(town: Office) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")

    with town.acting("centre_head.north") as (session, actor, now):
        given = tasks.assign_task(session, actor, task.id, "mch_care_manager.north", now=now)
    with town.acting("mch_care_manager.north") as (session, actor, now):
        mine = tasks.worklist(session, actor, assignee="me", now=now).items

    assert given.assignee == "mch_care_manager.north"
    assert [each.id for each in mine] == [task.id]
    assert town.finish_task(task, by="mch_care_manager.north").completed.state == "completed"


def test_a_draft_outlives_the_completion_by_somebody_else_and_goes_with_ones_own(office: Office) -> None:
    case_id = office.open_case()
    task = office.task(case_id, "interview")
    for login in ("mch_care_manager.north", "centre_head.north"):
        with office.acting(login) as (session, actor, now):
            tasks.save_draft(session, actor, task.id, {"memo": login}, now=now)

    office.finish_task(task, by="centre_head.north")

    with office.acting("mch_care_manager.north") as (session, actor, now):
        assert tasks.show_task(session, actor, task.id, now=now).draft == {"memo": "mch_care_manager.north"}
    with office.acting("centre_head.north") as (session, actor, now):
        assert tasks.show_task(session, actor, task.id, now=now).draft is None


def test_a_finished_task_says_who_finished_it(town: Office) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")
    town.finish_task(task, by="centre_head.north")

    with pytest.raises(TaskAlreadyCompleted) as refused:
        town.finish_task(task, by="mch_care_manager.north")

    assert refused.value.completed_by is not None


def test_a_task_nobody_finished_leaves_by_expired_on_its_last_day(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    last = office.task(case_id, "birth_notification").expires_on
    assert last == date(2026, 4, 20)

    office.advance(to=date(2026, 4, 19))
    before = office.open_tasks(case_id, element="birth_notification")
    office.advance(to=last)

    assert len(before) == 1
    assert office.open_tasks(case_id, element="birth_notification") == []
    assert office.task(case_id, "birth_call").opened_at.date() == date(2026, 4, 19)  # midnight in Japan


def test_a_corrected_birth_day_moves_the_days_of_open_work(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    before = office.task(case_id, "infant_visit")

    with office.acting("public_health_nurse.north") as (session, actor, now):
        form, answers = "birth_notification", office.example(office.task(case_id, "birth_notification"))
        card = records.record_submission(session, actor, case_id, form=form, answers=answers, track_id="c1", now=now)
        answers = {**answers, "born_on": "2026-04-01"}
        records.record_submission(session, actor, case_id, form=form, answers=answers, corrects=card.id, now=now)

    after = office.task(case_id, "infant_visit")
    assert (before.due_on, before.late_on) == (date(2026, 6, 4), date(2026, 8, 5))
    assert (after.due_on, after.late_on) == (date(2026, 5, 31), date(2026, 8, 1))


def test_a_visit_may_be_asked_for_as_often_as_wanted(town: Office) -> None:
    from engine.casework.follow_ups import request_visit

    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")

    for _ in range(5):
        with town.acting("public_health_nurse.north") as (session, actor, now):
            request_visit(session, actor, case_id, "c1", now=now)

    visits = town.open_tasks(case_id, element="further_visit")
    assert len({visit.track_id for visit in visits}) == 5
    assert {(visit.track_id or "").split("/")[0] for visit in visits} == {"c1"}
    town.finish_task(visits[0], next_action="visit")
    assert len(town.open_tasks(case_id, element="further_visit")) == 5
    assert town.facts(case_id, "c1")["next_action"] == "visit"


def test_a_visit_for_a_child_the_family_does_not_have_is_refused(town: Office) -> None:
    from engine.cases.tracks import TrackUnknown
    from engine.casework.follow_ups import request_visit

    case_id = town.open_case()

    with town.acting("public_health_nurse.north") as (session, actor, now), pytest.raises(TrackUnknown):
        request_visit(session, actor, case_id, "c7", now=now)


def test_people_of_another_centre_may_not_do_the_work(town: Office) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")

    with pytest.raises(Forbidden):
        town.finish_task(task, by="mch_care_manager.south")


def test_a_task_that_does_not_exist_is_not_found(town: Office) -> None:
    with town.acting("mch_care_manager.north") as (session, actor, now), pytest.raises(TaskUnknown):
        tasks.complete_task(session, actor, "nothing", now=now)


def _act(office: Office, login: str, act: Any, task: TaskView) -> TaskView:
    with office.acting(login) as (session, actor, now):
        view: TaskView = act(session, actor, task.id, now=now)
        return view


# --- partner agencies ---


def _with_agencies(town: Office, *agencies: str) -> str:
    case_id = town.open_case()
    town.finish(case_id, "sharing_consent", agencies=list(agencies))
    return case_id


def test_a_partner_sees_a_family_that_consents_but_nothing_of_its_file(town: Office) -> None:
    case_id = _with_agencies(town, "nursery")

    view = town.show(case_id, by="nursery_teacher.nursery")

    assert [person.name for person in view.persons] == ["佐藤 みのり"]
    assert (view.facts, view.level, view.persons[0].phone, view.persons[0].address) == ({}, None, None, None)
    with town.acting("nursery_teacher.nursery") as (session, actor, now), pytest.raises(Forbidden):
        cases.submissions(session, actor, case_id, now=now)


@pytest.mark.parametrize("partner", ["midwife.hospital", "school_supervisor.school", "partner_staff.police"])
def test_a_partner_the_family_did_not_agree_to_finds_no_family(town: Office, partner: str) -> None:
    case_id = _with_agencies(town, "nursery")

    with pytest.raises(Hidden):
        town.show(case_id, by=partner)


def test_on_the_day_of_withdrawal_the_family_is_gone_for_the_partner(office: Office) -> None:
    case_id = _with_agencies(office, "nursery")
    with office.acting("public_health_nurse.north") as (session, actor, now):
        (consent,) = cases.consents(session, actor, case_id, now=now)
        records.withdraw_consent(session, actor, case_id, consent.id, on=office.today, now=now)

    with pytest.raises(Hidden):
        office.show(case_id, by="nursery_teacher.nursery")


@pytest.mark.parametrize(
    ("agencies", "ground"),
    [pytest.param(["school"], "CONSENT", id="consent"), pytest.param(["nursery"], "CWA_25_2", id="an article of law")],
)
def test_a_partner_does_what_was_sent_to_it_on_a_ground(office: Office, agencies: list[str], ground: str) -> None:
    case_id = _with_agencies(office, *agencies)
    task = _sent_to_school(office, case_id, ground=ground)

    with office.acting("school_supervisor.school") as (session, actor, now):
        found = tasks.worklist(session, actor, now=now).items
    done = office.finish_task(task, by="school_supervisor.school")

    assert [each.id for each in found] == [task.id]
    assert done.completed.state == "completed"


@pytest.mark.parametrize(
    "login", ["school_supervisor.boe", "nursery_teacher.nursery", "midwife.hospital", "partner_staff.school"]
)
def test_what_was_sent_to_one_agency_is_no_work_of_others(office: Office, login: str) -> None:
    case_id = _with_agencies(office, "school", "boe", "nursery", "hospital")
    task = _sent_to_school(office, case_id)

    with office.acting(login) as (session, actor, now):
        found = tasks.worklist(session, actor, now=now).items
    with pytest.raises((Forbidden, Hidden)):
        office.finish_task(task, by=login)

    assert found == []


def test_a_partner_does_no_work_of_the_centre_in_the_lane_of_its_trade(office: Office) -> None:
    case_id = _with_agencies(office, "midwife", "hospital")
    with transaction(office.engine, municipality_id=office.town) as session:
        task = office.task(case_id, "interview")
        session.get_one(Task, (office.town, task.id)).lane = "midwife"

    with office.acting("midwife.hospital") as (session, actor, now):
        found = tasks.worklist(session, actor, now=now).items
    with pytest.raises((Forbidden, Hidden)):
        office.finish_task(task, by="midwife.hospital")

    assert found == []


def test_with_the_consent_the_work_is_gone_for_the_partner_and_stays_with_the_centre(office: Office) -> None:
    case_id = _with_agencies(office, "school")
    task = _sent_to_school(office, case_id)
    with office.acting("public_health_nurse.north") as (session, actor, now):
        (consent,) = cases.consents(session, actor, case_id, now=now)
        records.withdraw_consent(session, actor, case_id, consent.id, on=office.today, now=now)

    with office.acting("school_supervisor.school") as (session, actor, now):
        found = tasks.worklist(session, actor, now=now).items
    with pytest.raises(Hidden):
        office.finish_task(task, by="school_supervisor.school")
    done = office.finish_task(task, by="school_supervisor.north")

    assert found == []
    assert done.completed.state == "completed"


def test_a_partner_without_a_ground_does_only_what_was_given_to_it_by_name(office: Office) -> None:
    case_id = _with_agencies(office, "nursery")
    task = _sent_to_school(office, case_id)
    with office.acting("school_supervisor.school") as (session, actor, now):
        before = tasks.worklist(session, actor, now=now).items
    with pytest.raises(Hidden):
        office.finish_task(task, by="school_supervisor.school")

    with office.acting("centre_head.north") as (session, actor, now):
        tasks.assign_task(session, actor, task.id, "school_supervisor.school", now=now)
    with office.acting("school_supervisor.school") as (session, actor, now):
        after = tasks.worklist(session, actor, now=now).items
    done = office.finish_task(task, by="school_supervisor.school")

    assert (before, [each.id for each in after]) == ([], [task.id])
    assert done.completed.state == "completed"


def test_a_partner_may_not_do_the_centres_work(town: Office) -> None:
    case_id = _with_agencies(town, "school", "nursery")

    with pytest.raises((Forbidden, Hidden)):
        town.finish_task(town.task(case_id, "interview"), by="nursery_teacher.nursery")


def _sent_to_school(office: Office, case_id: str, *, ground: str = "CONSENT") -> TaskView:
    """A task of the case that was sent to the school with its papers, as the hand-over opens it years later."""
    task = office.task(case_id, "interview")
    with transaction(office.engine, municipality_id=office.town) as session:
        school = organisation.partner_by_code(session, "school")
        row = session.get_one(Task, (office.town, task.id))
        row.lane, row.partner_id = "school_supervisor", school.id
        session.add(
            Disclosure(
                case_id=case_id,
                track_id=task.track_id,
                agency="school",
                partner_id=school.id,
                ground=ground,
                consent_id=None,
                scopes=["basic"],
                fields=[],
                decided_by=None,
                details={},
                disclosed_at=office.now,
            )
        )
    return task


# --- giving work to somebody ---


def _given_to(office: Office, task: TaskView, login: str, *, by: str = "centre_head.north") -> TaskView:
    with office.acting(by) as (session, actor, now):
        return tasks.assign_task(session, actor, task.id, login, now=now)


@pytest.mark.parametrize(
    ("login", "may"),
    [
        pytest.param("public_health_nurse.north", True, id="the trade at the centre"),
        pytest.param("centre_head.north", True, id="cover"),
        pytest.param("public_health_nurse.south", False, id="the trade at another centre"),
        pytest.param("benefit_clerk.north", False, id="another trade"),
        pytest.param("process_designer.north", False, id="no casework at all"),
        pytest.param("midwife.hospital", False, id="an agency"),
    ],
)
def test_work_is_given_only_to_those_who_may_do_it(town: Office, login: str, may: bool) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-04-05")
    town.finish(case_id, "birth_notification", "no_answer")
    task = town.task(case_id, "birth_call")
    assert task.lane == "public_health_nurse"

    if may:
        assert _given_to(town, task, login).assignee == login
        return
    with pytest.raises(tasks.NotTheirWork):
        _given_to(town, task, login)
    assert town.task(case_id, "birth_call").assignee is None


def test_a_person_nobody_knows_or_who_has_left_is_given_nothing(town: Office) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")

    with pytest.raises(tasks.StaffUnknown):
        _given_to(town, task, "nobody.north")
    with transaction(town.engine, municipality_id=town.town) as session:
        staff_by_login(session, "mch_care_manager.north").employment_ends_on = town.today - timedelta(days=1)
    with pytest.raises(tasks.NotTheirWork):
        _given_to(town, task, "mch_care_manager.north")


@pytest.mark.parametrize("by", ["public_health_nurse.north", "centre_head.south", "school_supervisor.school"])
def test_only_those_who_lead_the_centre_give_work(town: Office, by: str) -> None:
    case_id = town.open_case()
    task = town.task(case_id, "interview")

    with pytest.raises((Forbidden, Hidden)):
        _given_to(town, task, "mch_care_manager.north", by=by)
