"""Facts by track over case, in their declared types, and read back as they were set."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import clock
from engine.cases.facts import is_of, stored, typed, typed_sheet
from engine.casework import moves
from engine.database import transaction
from engine.workflow import instance as instances
from tests.office import Office

INSTANT = datetime(2026, 4, 6, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (date(2026, 4, 6), "date"),
        (INSTANT, "instant"),
        ("2026-04-06", "str"),
        (3, "int"),
        (3.5, "float"),
        (3, "float"),
        (False, "bool"),
    ],
)
def test_what_is_stored_comes_back_in_its_type(value: Any, kind: str) -> None:
    assert is_of(value, kind)
    assert typed(stored(value), kind) == value
    assert type(typed(stored(value), kind)) is type(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(True, "int", id="a truth value is no number"),
        pytest.param(1, "bool", id="a number is no truth value"),
        pytest.param(INSTANT, "date", id="an instant is no day"),
        pytest.param(date(2026, 4, 6), "instant", id="a day is no instant"),
        pytest.param(1.5, "int", id="no whole number"),
        pytest.param(1, "str", id="a number is no text"),
    ],
)
def test_types_never_mix(value: Any, kind: str) -> None:
    assert not is_of(value, kind)


@pytest.mark.parametrize("raw", ["2026-13-40", "tomorrow", ""])
def test_text_that_is_no_day_any_more_is_unknown(raw: str) -> None:
    assert typed(raw, "date") is None


def test_names_the_version_does_not_declare_are_left_out() -> None:
    assert typed_sheet({"born_on": "2026-04-05", "gone": 1}, {"born_on": "date"}) == {"born_on": date(2026, 4, 5)}


def _names(office: Office, case_id: str, *tracks: str | None) -> list[dict[str, Any]]:
    """What a diagram reads on each of the tracks."""
    with transaction(office.engine, municipality_id=office.town) as session:
        journey = instances.journey_id(session, case_id, "family_journey")
        assert journey is not None
        with moves.opened(session, journey, now=clock.now(session)) as (_, knowledge):
            return [dict(knowledge.names(track)) for track in tracks]


def _set(office: Office, case_id: str, track: str | None, **facts: Any) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        journey = instances.journey_id(session, case_id, "family_journey")
        assert journey is not None
        with moves.opened(session, journey, now=clock.now(session)) as (_, knowledge):
            knowledge.set_facts(track, facts)


def test_a_tracks_own_value_goes_before_that_of_the_case(office: Office) -> None:
    case_id = office.open_case()
    _set(office, case_id, None, due_on=date(2027, 1, 1))  # said of the family, beside any track
    _set(office, case_id, "p1", due_on=date(2026, 12, 1))

    family, first, second = _names(office, case_id, None, "p1", "p2")

    assert (family["due_on"], first["due_on"], second["due_on"]) == (
        date(2027, 1, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    )


def test_a_tracks_unknown_does_not_hide_what_the_case_knows(town: Office) -> None:
    case_id = town.open_case()
    _set(town, case_id, None, place_of_delivery="病院")
    _set(town, case_id, "p1", place_of_delivery=None)

    (names,) = _names(town, case_id, "p1")

    assert names["place_of_delivery"] == "病院"


def test_a_fact_of_the_family_set_on_a_track_is_true_on_every_track(office: Office) -> None:
    case_id = office.open_case()
    _set(office, case_id, "p1", risk_level=2, satogaeri_planned=True)

    family, first, other = _names(office, case_id, None, "p1", "c1")

    assert [names["risk_level"] for names in (family, first, other)] == [2, 2, 2]
    assert [names["satogaeri_planned"] for names in (first, other)] == [True, None]


def test_a_side_track_reads_and_writes_the_facts_of_its_child(town: Office) -> None:
    case_id = town.open_case()
    _set(town, case_id, "c1/x12", in_hospital=True)

    child, side, other = _names(town, case_id, "c1", "c1/x99", "c2")

    assert (child["in_hospital"], side["in_hospital"], other["in_hospital"]) == (True, True, None)


def test_names_nobody_declared_are_not_kept(town: Office) -> None:
    case_id = town.open_case()

    _set(town, case_id, None, no_such_fact=1)

    assert "no_such_fact" not in town.facts(case_id)
