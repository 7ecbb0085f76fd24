"""What is learnt outside any task sets going what it must: the risk is judged again, and a person looks at it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.casework import form_catalogue, records
from engine.clock import jst_day
from engine.database import transaction
from engine.workflow.instance import Instance, InstanceState
from tests.office import Office

NURSE = "public_health_nurse.north"


def _record(office: Office, case_id: str, form: str, *, corrects: str | None = None, **answers: Any) -> str:
    with office.acting(NURSE) as (session, actor, now):
        example = form_catalogue.form(session, actor, form).example(jst_day(now))
        kept = records.record_submission(
            session, actor, case_id, form=form, answers={**example, **answers}, corrects=corrects, now=now
        )
        return kept.id


def _running(office: Office, case_id: str) -> list[str]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(
            session.scalars(
                select(Instance.process)
                .where(Instance.case_ref == case_id, Instance.state == InstanceState.RUNNING)
                .order_by(Instance.id)
            )
        )


def test_an_interview_recorded_outside_a_task_that_raises_the_level_is_read_by_a_second_person(office: Office) -> None:
    case_id = office.open_case()
    office.finish(case_id, "interview")
    before = office.show(case_id).level

    _record(office, case_id, "interview", level_decided="L3", override_reason="会って心配になった")

    assert (before or 0) < 3
    assert office.show(case_id).level == 3
    (review,) = office.open_tasks(case_id, element="triage_review")
    assert (review.case_id, review.lane, review.about) == (
        case_id,
        "integrated_support_lead",
        office.show(case_id).title,
    )
    assert _running(office, case_id) == ["family_journey"]  # the journey itself judges: nothing runs beside it
    office.finish(case_id, "triage_review", level_decided="L3")
    assert office.facts(case_id)["level_confirmed"] == 3
    assert any(task.process == "support_plan" for task in office.open_tasks(case_id))


def test_a_note_that_tells_of_abuse_is_a_concern_at_once(office: Office) -> None:
    case_id = office.open_case()

    _record(office, case_id, "contact_note", abuse="y")

    assert office.facts(case_id)["abuse_suspected"] is True
    assert office.show(case_id).level == 4
    assert {"triage_review", "supervisor_review"} <= {task.element for task in office.open_tasks(case_id)}


def test_a_note_that_tells_of_nothing_new_sets_nothing_going(town: Office) -> None:
    case_id = town.open_case()
    _record(town, case_id, "contact_note")
    before = [task.id for task in town.open_tasks(case_id)]

    _record(town, case_id, "contact_note")

    assert [task.id for task in town.open_tasks(case_id)] == before
    assert _running(town, case_id) == ["family_journey"]


def test_a_correction_that_changes_the_judgement_is_judged_again(town: Office) -> None:
    case_id = town.open_case()
    first = _record(town, case_id, "interview", level_decided="L1", override_reason="")

    _record(town, case_id, "interview", corrects=first, level_decided="L2", override_reason="書き間違い")

    assert town.show(case_id).level == 2
    assert len(town.open_tasks(case_id, element="triage_review")) == 1


def test_a_schools_concern_reaches_a_supervisor(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")

    receipt = office.send(
        "concern_raised", case_id, by="school_supervisor.school", track_id="c1", concern="登校していない"
    )

    assert receipt.status == "delivered"
    task = office.task(case_id, "supervisor_review")
    assert (task.track_id or "").split("/")[0] == "c1"


def test_with_the_case_everything_beside_its_journey_ends(office: Office) -> None:
    case_id = office.open_case()
    _record(office, case_id, "interview", level_decided="L3", override_reason="心配")
    assert "triage_review" in {task.element for task in office.open_tasks(case_id)}

    office.send("moved_out", case_id, moved_on="2026-04-30")
    office.finish(case_id, "move_handover")
    for task in office.open_tasks(case_id, element="move_acknowledgement"):
        office.finish_task(task)

    assert (office.show(case_id).state, office.open_tasks(case_id), _running(office, case_id)) == ("closed", [], [])
