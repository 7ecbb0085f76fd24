"""未確認のこども: the children whom nobody has seen, and nobody else."""

from __future__ import annotations

from datetime import date

from engine.casework import supervision
from engine.casework.unseen import UnseenChild
from tests.office import Office


def unseen(town: Office) -> list[UnseenChild]:
    with town.acting("centre_head.north") as (session, actor, now):
        found = [child for _centre, child in supervision.unseen(session, actor, now=now)]
        assert list(supervision.overview(session, actor, now=now).unseen) == found
    return found


def days(town: Office) -> int | None:
    with town.acting("centre_head.north") as (session, actor, now):
        return supervision.overview(session, actor, now=now).unseen_days


def family(town: Office) -> str:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-01-05")
    town.advance("P1D")
    return case_id


def test_a_child_who_did_not_come_is_unseen_until_somebody_met_it(town: Office) -> None:
    case_id = family(town)
    assert unseen(town) == []

    town.finish(case_id, "checkup", "absent")
    missed_on = town.today
    town.advance("P3D")
    (child,) = unseen(town)

    assert (child.case_id, child.track_id, child.born_on, child.since) == (case_id, "c1", date(2026, 1, 5), missed_on)
    assert days(town) == 3
    town.finish(case_id, "no_show_visit", state="sighted_ok")
    assert unseen(town) == []
    assert days(town) is None


def test_a_search_that_ended_does_not_lengthen_the_next(town: Office) -> None:
    case_id = family(town)
    town.finish(case_id, "checkup", "absent")
    town.finish(case_id, "no_show_visit", state="sighted_ok")
    town.advance(to=date(2027, 7, 6))

    town.finish(case_id, "checkup", "absent")

    assert [child.since for child in unseen(town)] == [date(2027, 7, 6)]
    assert days(town) == 0


def test_a_pregnant_woman_who_did_not_come_is_no_child(town: Office) -> None:
    case_id = town.open_case()

    town.finish(case_id, "interview", "absent")
    town.advance("P40D")

    assert unseen(town) == []


def test_a_child_of_another_centre_is_not_counted(town: Office) -> None:
    case_id = family(town)
    town.finish(case_id, "checkup", "absent")

    with town.acting("centre_head.south") as (session, actor, now):
        assert supervision.unseen(session, actor, now=now) == []


def test_a_child_under_a_safety_check_counts_until_it_was_seen(town: Office) -> None:
    case_id = family(town)
    town.send("concern_raised", case_id, track_id="c1")
    town.finish(case_id, "supervisor_review", abuse="y")

    (child,) = unseen(town)
    assert (child.track_id, child.since) == ("c1", town.today)

    town.finish(case_id, "sighting_check")
    assert unseen(town) == []
