"""What leaves the house: on a ground, to one agency, and entered among the disclosures."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import organisation
from engine.cases.consent import Disclosure
from engine.casework import form_catalogue, records
from engine.clock import jst_day
from engine.database import transaction
from forms.compiler import AnswersRejected
from tests.office import Office


def _record(office: Office, case_id: str, **answers: Any) -> None:
    with office.acting("public_health_nurse.north") as (session, actor, now):
        example = form_catalogue.form(session, actor, "disclosure_record").example(jst_day(now))
        records.record_submission(session, actor, case_id, form="disclosure_record", answers=example | answers, now=now)


def _disclosures(office: Office, case_id: str) -> list[tuple[str, str, list[str]]]:
    with transaction(office.engine, municipality_id=office.town, read_only=True) as session:
        rows = session.scalars(select(Disclosure).where(Disclosure.case_id == case_id)).all()
        return [(row.agency, row.ground, row.scopes) for row in rows]


def test_what_staff_told_another_agency_is_entered_with_its_ground(office: Office) -> None:
    case_id = office.open_case()

    _record(office, case_id, to_org="police", ground_code="EMERGENCY", fields=["basic"])

    assert _disclosures(office, case_id) == [("police", "EMERGENCY", ["basic"])]


def test_a_consent_nobody_gave_is_no_ground(office: Office) -> None:
    case_id = office.open_case()
    office.finish(case_id, "sharing_consent", agencies=["nursery"])

    with pytest.raises(AnswersRejected) as refused:
        _record(office, case_id, to_org="hospital", ground_code="CONSENT", consent_ref="同意書-1")
    _record(office, case_id, to_org="nursery", ground_code="CONSENT", consent_ref="同意書-1", fields=["health"])

    assert set(refused.value.errors) == {"ground_code"}
    assert _disclosures(office, case_id) == [("nursery", "CONSENT", ["health"])]


def test_what_was_only_looked_at_is_no_disclosure(office: Office) -> None:
    case_id = office.open_case()

    _record(office, case_id, action="view")

    assert _disclosures(office, case_id) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("みなも第一小学校", "school", id="its name"),
        pytest.param("みなも 第一小学校", "school", id="a space"),
        pytest.param("MINAMO first Elementary school", "school", id="in English"),
        pytest.param("school", "school", id="its code"),
        pytest.param("第一小学校", None, id="part of a name"),
        pytest.param("ひばり保育園", None, id="another kind of agency"),
    ],
)
def test_papers_go_to_the_agency_that_is_called_so(office: Office, name: str, found: str | None) -> None:
    with office.acting("public_health_nurse.north") as (session, _actor, now):
        partner = organisation.partner_called(session, "school", name, jst_day(now))
        code = partner.code if partner else None

    assert code == found
