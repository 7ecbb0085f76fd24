"""Two follow-ups of one child at once: what one of them says never steers the other."""

from __future__ import annotations

from datetime import date

import pytest

from engine.casework import town_parameters
from engine.casework.views import TaskView
from tests.office import Office

AT_18_MONTHS = date(2027, 7, 6)


def _family(town: Office) -> str:
    """A family whose child is three months old: the first check-up is open."""
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-01-05")
    town.advance("P1D")
    return case_id


def _missed_twice(town: Office) -> tuple[str, TaskView, TaskView]:
    """A child followed up since its 3–4 month check-up was missed, and now for the one at 18 months as well.

    The case, the open task of the earlier follow-up, and that of the later one.
    """
    case_id = _family(town)
    town.finish(case_id, "checkup", "absent")
    (earlier,) = _contacts(town, case_id)
    town.advance(to=AT_18_MONTHS)
    town.finish(case_id, "checkup", "absent")
    (later,) = (task for task in _contacts(town, case_id) if task.id != earlier.id)
    return case_id, earlier, later


def _contacts(town: Office, case_id: str) -> list[TaskView]:
    return [task for task in town.open_tasks(case_id) if task.element in ("no_show_visit", "first_phone")]


def _checkups(town: Office, case_id: str) -> list[str]:
    return [str(task.fixed["checkup_type"]) for task in town.open_tasks(case_id, element="checkup")]


def test_a_new_day_for_one_check_up_does_not_reopen_the_other(town: Office) -> None:
    case_id, earlier, later = _missed_twice(town)

    town.finish_task(earlier, state="rescheduled", rescheduled_to="2027-07-20")
    town.finish_task(later, "hospitalised")

    assert "1y6m" not in _checkups(town, case_id)
    assert _contacts(town, case_id) == []


def test_a_new_day_found_in_an_earlier_round_does_not_answer_for_this_one(town: Office) -> None:
    case_id = _family(town)
    town.finish(case_id, "checkup", "absent")
    town.finish(case_id, "no_show_visit", state="rescheduled", rescheduled_to="2026-04-20")
    town.finish(case_id, "checkup", "absent")

    town.finish(case_id, "no_show_visit", "hospitalised")

    assert _checkups(town, case_id) == []


@pytest.mark.parametrize("state", ["rescheduled", "sighted_concern", "refused", "not_located"])
def test_a_call_in_one_follow_up_goes_on_as_if_the_other_had_said_nothing(town: Office, state: str) -> None:
    with town.acting("centre_head.north") as (session, actor, now):
        town_parameters.set_parameter(session, actor, "no_show_profile", "standard", valid_from=town.today, now=now)
    case_id, earlier, later = _missed_twice(town)
    town.finish_task(earlier, "not_reached")
    said = {"rescheduled_to": "2027-07-20"} if state == "rescheduled" else {}
    town.finish(case_id, "no_show_visit", state=state, **said)

    opened = town.finish_task(later).opened

    assert [task.element for task in opened] == ["repeat_no_show_visit"]


def test_what_was_said_last_is_shown_on_the_childs_track(town: Office) -> None:
    case_id, earlier, later = _missed_twice(town)

    town.finish_task(earlier, state="rescheduled", rescheduled_to="2027-07-20")
    shown = town.facts(case_id, "c1")
    town.finish_task(later, state="sighted_ok")

    assert (shown["no_show_state"], shown["sighting"]) == ("rescheduled", "none")
    assert town.facts(case_id, "c1")["sighting"] == "sighted"


def test_a_second_result_does_not_change_which_check_up_the_first_is_confirmed_as(town: Office) -> None:
    case_id = _family(town)
    town.send("checkup_result", case_id, checkup_type="1m", examined_on="2026-02-05")

    second = town.send("checkup_result", case_id, checkup_type="6_7m", examined_on="2026-04-05")
    first = town.task(case_id, "confirm_individual")
    town.finish_task(first, "duplicate")

    assert (second.status, first.fixed["checkup_type"]) == ("buffered", "1m")
    assert town.task(case_id, "confirm_individual").fixed["checkup_type"] == "6_7m"


def test_a_result_that_does_not_say_which_is_not_taken_for_the_one_before_it(town: Office) -> None:
    case_id = _family(town)
    town.send("checkup_result", case_id, checkup_type="1m", examined_on="2026-02-05")
    town.finish(case_id, "confirm_individual", "duplicate")

    town.send("checkup_result", case_id, examined_on="2026-04-05")

    assert town.task(case_id, "confirm_individual").fixed.get("checkup_type") is None


def test_nobody_outside_sets_the_state_of_a_follow_up(town: Office) -> None:
    case_id = _family(town)
    town.finish(case_id, "checkup", "absent")

    town.send("concern_raised", case_id, track_id="c1", no_show_state="rescheduled", sighting="sighted")

    assert town.facts(case_id, "c1").get("no_show_state") is None
    assert town.facts(case_id, "c1")["sighting"] == "none"
