"""How the support of a family ends, by every door: asked for, proposed in writing, when its last track ends."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access.policy import Forbidden, Hidden
from engine.casework import cases, follow_ups, form_catalogue, records
from engine.casework.views import SubmissionView, TaskView
from engine.clock import jst_day
from tests.office import Office

NURSE = "public_health_nurse.north"


def _ask(office: Office, case_id: str, *, by: str = NURSE) -> list[TaskView]:
    with office.acting(by) as (session, actor, now):
        return follow_ups.request_closure(session, actor, case_id, note="家族が落ち着いた", now=now)


def _propose(office: Office, case_id: str, **answers: Any) -> SubmissionView:
    """Write the final review outside any task, as the API's submissions do."""
    with office.acting(NURSE) as (session, actor, now):
        example = form_catalogue.form(session, actor, "final_review").example(jst_day(now))
        return records.record_submission(
            session, actor, case_id, form="final_review", answers={**example, **answers}, now=now
        )


def test_who_asks_gets_the_heads_review_and_its_reason_stands_there(office: Office) -> None:
    case_id = office.open_case()

    (task,) = _ask(office, case_id)

    assert (task.element, task.lane, task.why) == ("final_review", "centre_head", "家族が落ち着いた")
    office.finish(case_id, "final_review", closing="close", close_reason="resolved")
    view = office.show(case_id)
    assert (view.state, office.open_tasks(case_id)) == ("closed", [])
    assert {pregnancy.state for pregnancy in view.pregnancies} == {"closed"}


def test_a_family_that_is_kept_goes_on_and_may_be_asked_about_again(town: Office) -> None:
    case_id = town.open_case()
    _ask(town, case_id)

    town.finish(case_id, "final_review", closing="keep")

    assert town.show(case_id).state == "open"
    assert "interview" in {task.element for task in town.open_tasks(case_id)}
    assert len(_ask(town, case_id)) == 1


def test_a_second_request_is_told_that_one_is_under_way(town: Office) -> None:
    case_id = town.open_case()
    _ask(town, case_id)

    with pytest.raises(follow_ups.ClosureUnderWay):
        _ask(town, case_id)

    assert len(town.open_tasks(case_id, element="final_review")) == 1


@pytest.mark.parametrize("by", ["public_health_nurse.south", "benefit_clerk.north", "midwife.hospital"])
def test_not_everybody_may_ask(town: Office, by: str) -> None:
    case_id = town.open_case()

    with pytest.raises((Forbidden, Hidden)):
        _ask(town, case_id, by=by)


def test_a_review_written_outside_a_task_asks_the_head_who_decides_alone(office: Office) -> None:
    case_id = office.open_case()

    _propose(office, case_id, closing="close", close_reason="resolved")

    assert "closing" not in office.facts(case_id)
    assert office.show(case_id).state == "open"
    office.finish(case_id, "final_review", closing="close", close_reason="refused")
    assert office.show(case_id).state == "closed"
    with office.acting(NURSE) as (session, actor, now):
        assert len(cases.submissions(session, actor, case_id, now=now).items) >= 3


def test_a_review_written_twice_opens_one_task(town: Office) -> None:
    case_id = town.open_case()

    for _ in range(2):
        _propose(town, case_id)

    assert len(town.open_tasks(case_id, element="final_review")) == 1
