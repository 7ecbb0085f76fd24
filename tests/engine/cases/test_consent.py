"""On which days a consent stands, what it covers, and when that changes by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.cases.consent import Consent, standing

GIVEN, LAST = date(2026, 4, 10), date(2026, 6, 30)


def a_consent(**columns: Any) -> Consent:
    return Consent(
        **{"agency": "nursery", "scopes": ["basic", "health"], "given_on": GIVEN, "valid_until": LAST, **columns}
    )


@pytest.mark.parametrize(
    ("on", "stands"),
    [
        pytest.param(date(2026, 4, 9), False, id="the day before it is given"),
        pytest.param(GIVEN, True, id="the day it is given"),
        pytest.param(LAST, True, id="its last day"),
        pytest.param(date(2026, 7, 1), False, id="the day after its last"),
    ],
)
def test_it_stands_from_its_first_to_its_last_day(on: date, stands: bool) -> None:
    assert a_consent().stands(on) is stands


@pytest.mark.parametrize(("on", "stands"), [(date(2026, 5, 9), True), (date(2026, 5, 10), False)])
def test_withdrawal_counts_from_its_own_day(on: date, stands: bool) -> None:
    assert a_consent(withdrawn_on=date(2026, 5, 10)).stands(on) is stands


def test_without_a_last_day_it_stands_until_it_is_withdrawn() -> None:
    assert a_consent(valid_until=None).stands(date(2040, 1, 1))


@pytest.mark.parametrize(
    ("agency", "scope", "covered"),
    [("nursery", "health", True), ("nursery", "mental", False), ("school", "basic", False)],
)
def test_it_covers_its_agency_and_its_parts_alone(agency: str, scope: str, covered: bool) -> None:
    assert a_consent().covers(agency, scope, GIVEN) is covered
    assert a_consent().covers(agency, scope, date(2026, 7, 1)) is False


def test_those_in_force_are_the_ones_that_stand_on_the_day() -> None:
    first, later, ended = a_consent(), a_consent(given_on=date(2026, 6, 1)), a_consent(valid_until=date(2026, 5, 1))

    assert standing([first, later, ended], date(2026, 5, 15)) == [first]
    assert standing([first, later, ended], date(2026, 6, 15)) == [first, later]
    assert standing([], GIVEN) == []


@pytest.mark.parametrize(
    ("columns", "after", "changes"),
    [
        pytest.param({}, date(2026, 4, 1), GIVEN, id="it begins"),
        pytest.param({}, GIVEN, date(2026, 7, 1), id="it ends after its last day"),
        pytest.param({}, date(2026, 7, 1), None, id="it has ended"),
        pytest.param({"valid_until": None}, GIVEN, None, id="without an end"),
        pytest.param({"withdrawn_on": date(2026, 5, 1)}, GIVEN, date(2026, 5, 1), id="withdrawn before its end"),
        pytest.param({"withdrawn_on": GIVEN}, date(2026, 4, 1), None, id="withdrawn before it began"),
    ],
)
def test_the_next_day_on_which_it_changes_by_itself(columns: dict[str, Any], after: date, changes: date | None) -> None:
    assert a_consent(**columns).changes_after(after) == changes
