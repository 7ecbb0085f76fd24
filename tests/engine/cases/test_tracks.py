"""Tracks of a family: which pregnancy or child a track is about, and whether the family has it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cases import tracks
from engine.cases.tracks import TrackUnknown
from engine.database import transaction
from tests.office import Office


@pytest.mark.parametrize(
    ("track", "root"),
    [("p1", "p1"), ("c12", "c12"), ("c1/x2", "c1"), ("x3", None), ("x3/p1", None), (None, None), ("", None)],
)
def test_a_side_track_is_about_the_one_it_is_named_after(track: str | None, root: str | None) -> None:
    assert tracks.root(track) == root


@pytest.fixture
def family(office: Office) -> str:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    office.send("pregnancy_notified", case_id, due_on="2027-01-10")
    return case_id


@pytest.mark.parametrize("track", [None, "p1", "p2", "c1", "c1/x9"])
def test_what_the_family_has_is_known(office: Office, family: str, track: str | None) -> None:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        tracks.require_known(session, family, track)


@pytest.mark.parametrize("track", ["p3", "c2", "c2/x9", "x1", "", "zz"])
def test_what_it_does_not_have_is_refused(office: Office, family: str, track: str) -> None:
    with (
        transaction(office.engine, read_only=True, municipality_id=office.town) as session,
        pytest.raises(TrackUnknown),
    ):
        tracks.require_known(session, family, track)


def test_another_familys_track_is_none_of_this(office: Office, family: str) -> None:
    other = office.open_case()

    with (
        transaction(office.engine, read_only=True, municipality_id=office.town) as session,
        pytest.raises(TrackUnknown),
    ):
        tracks.require_known(session, other, "c1")


def test_pregnancies_and_children_stand_in_the_order_they_came(office: Office, family: str) -> None:
    office.send("birth_registered", family, born_on="2026-04-06", track_id="p2")

    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        pregnancies, children = tracks.pregnancies(session, family), tracks.children(session, family)

    assert [(each.track_id, each.state) for each in pregnancies] == [("p1", "born"), ("p2", "born")]
    assert [(each.track_id, each.pregnancy_track, each.born_on) for each in children] == [
        ("c1", "p1", date(2026, 4, 5)),
        ("c2", "p2", date(2026, 4, 6)),
    ]


def test_the_due_days_are_those_of_pregnancies_under_way(office: Office, family: str) -> None:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        assert tracks.due_days(session, [family]) == {(family, "p2"): date(2027, 1, 10)}
        assert tracks.due_days(session, []) == {}
