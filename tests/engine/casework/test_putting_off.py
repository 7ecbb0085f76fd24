"""延期: with a reason, never past the day the work closes by itself, and never out of the head's sight."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

import pytest

from engine.access import Forbidden
from engine.casework import history, putting_off, supervision, tasks, town_parameters
from engine.casework.views import TaskView
from engine.workflow.task import TaskAlreadyCompleted, TaskClaimed
from forms.compiler import AnswersRejected
from tests.office import Office

HEAD, NURSE, MANAGER = "centre_head.north", "public_health_nurse.north", "mch_care_manager.north"


def put_off(town: Office, task: TaskView, days: int, *, by: str = HEAD, reason: str = "里帰り中のため") -> TaskView:
    with town.acting(by) as (session, actor, now):
        to = town.today + timedelta(days=days)
        return putting_off.put_off(session, actor, task.id, to=to, reason=reason, now=now)


@pytest.fixture
def interview(town: Office) -> TaskView:
    return town.task(town.open_case(), "interview")


def test_it_moves_down_the_list_and_what_is_due_stays_due(town: Office, interview: TaskView) -> None:
    other = town.task(town.open_case(), "interview")

    after = put_off(town, interview, 60)

    assert (after.due_on, after.put_off_to) == (interview.due_on, town.today + timedelta(days=60))
    assert [task.id for task in town.open_tasks() if task.element == "interview"] == [other.id, interview.id]
    town.advance(to=date(2026, 4, 30))
    with town.acting(HEAD) as (session, head, now):
        late = tasks.worklist(session, head, due_before=town.today, now=now).items
        figure = supervision.overview(session, head, now=now).late
    assert interview.id in [task.id for task in late]
    assert figure == len(late)


def test_it_keeps_its_place_when_the_case_moves_on(town: Office, interview: TaskView) -> None:
    put_off(town, interview, 60)

    (other, *_rest) = [task for task in town.open_tasks(interview.case_id) if task.id != interview.id]
    town.finish_task(other)

    assert town.task(interview.case_id, "interview").put_off_to == town.today + timedelta(days=60)
    assert town.open_tasks(interview.case_id)[-1].id == interview.id


def test_the_reason_stands_in_the_story(town: Office, interview: TaskView) -> None:
    put_off(town, interview, 10)

    with town.acting(HEAD) as (session, head, now):
        line = history.timeline(session, head, interview.case_id or "", now=now).items[0]
    assert (line.text_ja, line.text_en) == (
        "「本人との面接」を4月16日まで延期しました",
        "“Interview” was put off to 16 Apr 2026",
    )
    assert (line.note, line.actor is None) == ("里帰り中のため", False)


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [
        pytest.param(0, "わけ", "to", id="today"),
        pytest.param(-1, "わけ", "to", id="yesterday"),
        pytest.param(91, "わけ", "to", id="more than a quarter"),
        pytest.param(5, "  ", "reason", id="no reason"),
        pytest.param(5, "あ" * 501, "reason", id="too long a reason"),
    ],
)
def test_a_day_and_a_reason_are_needed(town: Office, interview: TaskView, days: int, reason: str, field: str) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        put_off(town, interview, days, reason=reason)

    assert list(rejected.value.errors) == [field]
    assert town.task(interview.case_id, "interview").put_off_to is None


@pytest.mark.parametrize(("before_its_end", "taken"), [(0, False), (1, True)], ids=["that day", "the day before"])
def test_work_is_not_put_off_past_the_day_it_closes(town: Office, before_its_end: int, taken: bool) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on=town.today.isoformat())
    town.advance(to=town.today + timedelta(days=110))
    checkup = town.task(case_id, "checkup")
    assert checkup.expires_on is not None
    town.advance(to=checkup.expires_on - timedelta(days=20))

    with nullcontext() if taken else pytest.raises(AnswersRejected, match="to"):
        put_off(town, checkup, 20 - before_its_end)

    assert (town.task(case_id, "checkup").put_off_to is not None) is taken


def test_whoever_leads_may_put_off_a_colleagues_work_and_another_may_not(town: Office, interview: TaskView) -> None:
    with town.acting(MANAGER) as (session, manager, now):
        tasks.claim_task(session, manager, interview.id, now=now)

    put_off(town, interview, 5, by=HEAD)
    with pytest.raises((TaskClaimed, Forbidden)):
        put_off(town, interview, 6, by=NURSE)

    assert town.task(interview.case_id, "interview").put_off_to == town.today + timedelta(days=5)


def test_people_of_another_centre_put_nothing_off(town: Office, interview: TaskView) -> None:
    with pytest.raises(Forbidden):
        put_off(town, interview, 5, by="centre_head.south")


def test_finished_work_is_not_put_off(town: Office, interview: TaskView) -> None:
    town.finish_task(interview)

    with pytest.raises(TaskAlreadyCompleted):
        put_off(town, interview, 5)


def test_the_town_says_how_far_ahead_work_may_be_put_off(town: Office, interview: TaskView) -> None:
    with town.acting(HEAD) as (session, _head, now):
        town_parameters.set_parameter(session, None, "put_off_days", "30", valid_from=town.today, now=now)

    with pytest.raises(AnswersRejected) as rejected:
        put_off(town, interview, 31)
    put_off(town, interview, 30)

    (said,) = rejected.value.errors["to"]
    assert (said.ja, said.en) == ("5月6日までの日を入れてください。", "Choose a day up to 6 May 2026.")
    assert town.task(interview.case_id, "interview").put_off_to == town.today + timedelta(days=30)
