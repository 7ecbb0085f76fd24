"""A birth and the due date it was expected for: what fits is taken, what cannot be is put before a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.office import START, Office

BORN_ON = START - timedelta(days=1)


def _family(town: Office, *, due_on: date) -> str:
    return town.open_case(edd=due_on.isoformat(), gestational_weeks=40)


@pytest.mark.parametrize(
    ("overdue_days", "status"),
    [
        pytest.param(-21, "delivered", id="three weeks early"),
        pytest.param(27, "delivered", id="the day before"),
        pytest.param(28, "delivered", id="44w0d, the last day"),
        pytest.param(29, "needs_person", id="a day longer"),
    ],
)
def test_a_birth_more_than_four_weeks_after_the_due_date_is_for_a_person(
    town: Office, overdue_days: int, status: str
) -> None:
    case_id = _family(town, due_on=BORN_ON - timedelta(days=overdue_days))

    receipt = town.send("birth_registered", case_id, born_on=BORN_ON.isoformat())

    assert receipt.status == status
    assert len(town.show(case_id).children) == (status == "delivered")


def test_it_counts_once_a_person_says_so(town: Office) -> None:
    case_id = _family(town, due_on=BORN_ON - timedelta(days=29))
    town.send("birth_registered", case_id, born_on=BORN_ON.isoformat())
    assert [pregnancy.state for pregnancy in town.show(case_id).pregnancies] == ["open"]

    town.finish(None, "match_message", decision="attach", matched_case_id=case_id)

    (child,) = town.show(case_id).children
    assert child.born_on == BORN_ON
    assert [pregnancy.state for pregnancy in town.show(case_id).pregnancies] == ["born"]


def test_a_corrected_due_date_makes_room_for_it(town: Office) -> None:
    case_id = _family(town, due_on=BORN_ON - timedelta(days=29))
    town.send("due_date_corrected", case_id, due_on=BORN_ON.isoformat())

    assert town.send("birth_registered", case_id, born_on=BORN_ON.isoformat()).status == "delivered"
