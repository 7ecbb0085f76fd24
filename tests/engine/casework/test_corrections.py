"""A corrected notification: the person, the addresses and the days follow, and what stood before stays on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import organisation
from engine.cases import family
from engine.cases.consent import Consent
from engine.cases.family import Address, Person
from engine.casework import cases, notifications, records
from engine.casework.views import CaseRow, SubmissionView
from engine.database import transaction
from engine.workflow import timer as timers
from forms.compiler import AnswersRejected
from tests.office import Office

FORM = "pregnancy_notification"


def _correct(office: Office, case_id: str, *, names: str | None = None, **changes: Any) -> SubmissionView:
    """Correct the notification, naming its first version unless another is named."""
    with office.acting("public_health_nurse.north") as (session, actor, now):
        given = [
            each for each in cases.submissions(session, actor, case_id, now=now, limit=100).items if each.form == FORM
        ]
        newest, named = given[0], names or given[-1].id
        return records.record_submission(
            session, actor, case_id, form=FORM, answers={**newest.answers, **changes}, corrects=named, now=now
        )


def _mother(office: Office, case_id: str) -> Person:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return family.members(session, case_id)[0]


def _addresses(office: Office, case_id: str) -> list[Address]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return list(family.addresses(session, case_id))


def _search(office: Office, q: str) -> list[CaseRow]:
    with office.acting("public_health_nurse.north") as (session, actor, now):
        return list(cases.find_cases(session, actor, q=q, now=now).items)


def test_a_corrected_name_is_the_name_everywhere(office: Office) -> None:
    case_id = office.open_case(
        family_name="斎藤", family_name_kana="サイトウ", given_name="由美", given_name_kana="ユミ"
    )

    _correct(office, case_id, family_name="高橋", family_name_kana="タカハシ", phone="090-0000-1111")

    person = office.show(case_id).persons[0]
    assert (office.show(case_id).title, person.kana, person.phone) == ("高橋 由美", "タカハシ ユミ", "090-0000-1111")
    assert {task.about for task in office.open_tasks(case_id)} == {"高橋 由美"}
    assert [row.id for row in _search(office, "タカハシ")] == [case_id]
    assert _search(office, "サイトウ") == []


def test_a_corrected_address_takes_the_place_of_the_old_which_stays_on_record(office: Office) -> None:
    case_id = office.open_case(address="北町1番", postal_code="351-0101", contact_address="")
    office.advance(to=date(2026, 4, 20))

    _correct(office, case_id, address="北町2番", postal_code="351-0102")

    assert office.show(case_id).persons[0].address == "北町2番"
    old, new = _addresses(office, case_id)
    assert (old.text, old.valid_to, old.postal_code) == ("北町1番", date(2026, 4, 19), "351-0101")
    assert (new.text, new.valid_from, new.valid_to, new.postal_code) == ("北町2番", date(2026, 4, 20), None, "351-0102")


def test_an_address_for_letters_that_is_taken_back_is_used_no_more(town: Office) -> None:
    case_id = town.open_case(address="北町1番", contact_address="実家気付")

    _correct(town, case_id, contact_address="")

    valid = [address.text for address in _addresses(town, case_id) if address.is_valid(town.today)]
    assert valid == ["北町1番"]


def test_a_correction_that_leaves_the_address_alone_makes_no_new_one(town: Office) -> None:
    case_id = town.open_case()
    before = [address.id for address in _addresses(town, case_id)]

    _correct(town, case_id, given_name="和子")

    assert [address.id for address in _addresses(town, case_id)] == before


def test_a_second_correction_counts_whichever_version_it_names(town: Office) -> None:
    case_id = town.open_case(given_name="由美", phone="1")
    first = _correct(town, case_id, given_name="裕美")

    _correct(town, case_id, given_name="由美")  # names the first version, with its own first value: it was right
    assert _mother(town, case_id).given_name == "由美"

    _correct(town, case_id, names=first.id, given_name="友美")
    assert _mother(town, case_id).given_name == "友美"
    assert _mother(town, case_id).phone == "1"


def test_a_family_whose_district_turns_out_to_be_anothers_stays_until_it_is_taken_over(town: Office) -> None:
    case_id = town.open_case(junior_high_district="北中学校区")

    _correct(town, case_id, junior_high_district="南中学校区")

    assert town.show(case_id).centre == "north"
    assert _addresses(town, case_id)[-1].district_code == "南中学校区"
    with town.acting("centre_head.north") as (session, actor, now):
        told = [each for each in notifications.waiting(session, actor, now=now) if each.kind == "district_changed"]
    assert [each.case_id for each in told] == [case_id]


def test_a_correction_names_a_district_of_the_town_or_leaves_it(town: Office) -> None:
    case_id = town.open_case(junior_high_district="北中学校区")

    with pytest.raises(AnswersRejected) as refused:
        _correct(town, case_id, junior_high_district="どこか別の市", phone="1")
    with transaction(town.engine, municipality_id=town.town) as session:
        for district in organisation.districts_on(session, town.today):
            district.valid_to = town.today - timedelta(days=1)  # schools were merged since
    _correct(town, case_id, phone="2")

    assert refused.value.errors.keys() == {"junior_high_district"}
    assert _mother(town, case_id).phone == "2"


def test_an_address_to_be_kept_secret_seals_those_known_before(town: Office) -> None:
    case_id = town.open_case(address="北町1番")

    _correct(town, case_id, dv_flag=True, address="北町2番")

    assert {address.sealed for address in _addresses(town, case_id)} == {True}
    seen = town.show(case_id).persons[0]
    assert (seen.address, seen.phone, seen.address_sealed) == (None, None, True)


def test_a_corrected_due_date_moves_every_timer_that_names_it(office: Office) -> None:
    case_id = office.open_case()
    due_on = date.fromisoformat(str(office.facts(case_id, "p1")["due_on"]))
    before = _instants(office, case_id)

    _correct(office, case_id, edd=(due_on + timedelta(days=10)).isoformat())

    after = _instants(office, case_id)
    assert before
    assert {name: after[name] - before[name] for name in before} == dict.fromkeys(before, timedelta(days=10))


def _instants(office: Office, case_id: str) -> dict[str, Any]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return {timer.element: timer.due_at for timer in timers.of_case(session, case_id) if timer.due_at}


def test_a_corrected_consent_replaces_every_version_before_it(town: Office) -> None:
    case_id = town.open_case()
    town.finish(case_id, "sharing_consent", agencies=["hospital"])
    with town.acting("public_health_nurse.north") as (session, actor, now):
        (given,) = [
            each for each in cases.submissions(session, actor, case_id, now=now).items if each.form == "sharing_consent"
        ]
        for agencies in (["nursery"], ["hub"]):
            answers = {**given.answers, "agencies": agencies}
            records.record_submission(
                session, actor, case_id, form="sharing_consent", answers=answers, corrects=given.id, now=now
            )

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        standing = [each.agency for each in session.scalars(select(Consent)) if each.stands(town.today)]
    assert standing == ["hub"]
