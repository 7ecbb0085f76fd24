"""Papers no step of the diagrams asks for can be put into a family's file all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.casework import form_catalogue, records
from engine.clock import jst_day
from processes.bundle import read
from tests.office import Office

SHIPPED = read(Path(__file__).parents[3] / "processes" / "seamless_support")
ASKED_FOR = {node.form for process in SHIPPED.processes.values() for node in process.nodes.values() if node.form}
WITHOUT_TASK = sorted(set(SHIPPED.forms) - ASKED_FOR)


def test_the_papers_without_a_task_are_known() -> None:
    assert [SHIPPED.forms[stem].code for stem in WITHOUT_TASK] == [
        "FM16",  # benefit_application
        "FM05",  # bonding
        "FM20",  # chronic_plan
        "FM24",  # community_record
        "FM25",  # disclosure_record
        "FM21",  # needs_survey
        "FM17",  # postpartum_care
        "FM23",  # prefecture_record
        "FM22",  # service_application
        "FM06",  # support_checklist
    ]


@pytest.mark.parametrize("stem", WITHOUT_TASK)
def test_a_paper_without_a_task_can_be_recorded(town: Office, stem: str) -> None:
    case_id = town.open_case()

    with town.acting("public_health_nurse.north") as (session, actor, now):
        answers = form_catalogue.form(session, actor, stem).example(jst_day(now))
        kept = records.record_submission(session, actor, case_id, form=stem, answers=answers, now=now)

    assert kept.form == stem
