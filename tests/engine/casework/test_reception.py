"""Where a message that must go before a person lands: with those nearest to the family. Source: D-09."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import messages, reception, town_parameters
from engine.database import transaction
from engine.organisation import set_parameter
from engine.workflow.message import Inbox
from tests.office import Office

CGC = "child_family_worker.cgc"


def _notice(office: Office, *, case_id: str | None = None, resident_id: str | None = None, **payload: Any) -> str:
    """The centre at which a notice from the child guidance centre is recorded."""
    office.send("notice_received", case_id, by=CGC, resident_id=resident_id, summary="泣き声", carrying=payload)
    return office.task(None, "record_notice").centre


def test_a_notice_about_a_known_family_lands_at_its_centre(office: Office) -> None:
    case_id = office.open_case(by="counter_clerk.south", junior_high_district="南中学校区")

    assert _notice(office, case_id=case_id) == "south"


def test_a_notice_by_resident_number_lands_at_the_centre_of_the_case(town: Office) -> None:
    town.open_case(by="counter_clerk.south", junior_high_district="南中学校区", resident_id="777")

    assert _notice(town, resident_id="777") == "south"


@pytest.mark.parametrize(
    ("payload", "centre"),
    [
        pytest.param({"junior_high_district": "南中学校区"}, "south", id="the district by name"),
        pytest.param({"district": "ｎｏｒｔｈ２"}, "north2", id="the district by code, full width"),
        pytest.param({"address": "みなも市south町1丁目"}, "south", id="the district in the address"),
        pytest.param({"address": "みなも市north2町1丁目"}, "north2", id="the longest that fits"),
        pytest.param({"address": "みなも市north町とsouth町のあいだ"}, "central", id="two districts: neither"),
        pytest.param({"address": "よその市"}, "central", id="no district of ours"),
        pytest.param({"junior_high_district": "どこか", "address": "みなも市south町"}, "south", id="the next best"),
        pytest.param({"address": ["みなも市south町"]}, "central", id="no text"),
        pytest.param({}, "central", id="nothing told"),
    ],
)
def test_a_notice_about_nobody_known_lands_where_the_address_lies(
    town: Office, payload: dict[str, Any], centre: str
) -> None:
    assert _notice(town, **payload) == centre


def test_what_has_no_other_place_goes_to_the_centre_the_town_has_named(office: Office) -> None:
    with office.acting("centre_head.north") as (session, actor, now):
        town_parameters.set_parameter(
            session, actor, reception.RECEIVING_CENTRE, "north", valid_from=office.today, now=now
        )
        with pytest.raises(town_parameters.ParameterRefused):
            town_parameters.set_parameter(
                session, actor, reception.RECEIVING_CENTRE, "nowhere", valid_from=office.today, now=now
            )

    assert _notice(office) == "north"


def test_a_centre_that_does_not_exist_is_passed_over(town: Office) -> None:
    with transaction(town.engine, municipality_id=town.town) as session:
        set_parameter(session, reception.RECEIVING_CENTRE, "nowhere", valid_from=town.today, now=town.now)

    assert _notice(town) == "central"


def test_a_message_about_a_family_whose_support_has_ended_lands_at_its_centre(town: Office) -> None:
    case_id = town.open_case(by="counter_clerk.south", junior_high_district="南中学校区")
    town.send("moved_out", case_id, moved_on="2026-04-30")
    town.finish(case_id, "move_handover")
    for task in town.open_tasks(case_id, element="move_acknowledgement"):
        town.finish_task(task)

    town.send("concern_raised", case_id, by=CGC)

    assert town.task(None, "match_message").centre == "south"


def test_at_the_counter_of_a_centre_it_stays_there(town: Office) -> None:
    town.send("moved_out", resident_id="999", by="public_health_nurse.north")

    assert town.task(None, "match_message").centre == "north"


def test_a_version_that_draws_no_reception_refuses_and_keeps_nothing(
    town: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((reception, "UNMATCHED_PROCESS"), (reception, "NOTICE_PROCESS"), (messages, "NOTICE_PROCESS")):
        monkeypatch.setattr(module, name, "not_drawn")

    for name in ("moved_out", "notice_received"):
        with pytest.raises(reception.NoReception):
            town.send(name, resident_id="999")

    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert session.scalars(select(Inbox)).all() == []
