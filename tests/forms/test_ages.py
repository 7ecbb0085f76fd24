"""Ages, pregnancy weeks and the school year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.ages import (
    age_text,
    completed_months,
    completed_years,
    fiscal_year_start,
    fiscal_year_turning,
    gestation_day,
    gestation_text,
    gestation_weeks,
    grade_text,
    school_year_start,
)
from forms.durations import add_months

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("born_on", "entry"),
    [
        pytest.param(date(2019, 4, 1), date(2025, 4, 1), id="born 1 April: with the older children"),
        pytest.param(date(2019, 4, 2), date(2026, 4, 1), id="born 2 April: with the younger children"),
        pytest.param(date(2020, 3, 31), date(2026, 4, 1), id="born 31 March"),
        pytest.param(date(2020, 4, 1), date(2026, 4, 1), id="next 1 April"),
        pytest.param(date(2020, 2, 29), date(2026, 4, 1), id="leap day"),
    ],
)
def test_school_starts_by_the_border_of_1_and_2_april(born_on, entry):
    assert school_year_start(born_on) == entry


@given(DAYS)
def test_a_child_turns_six_in_the_fiscal_year_before_school(born_on):
    assert add_months(fiscal_year_turning(born_on, 6), 12) == school_year_start(born_on)


@given(DAYS, st.integers(0, 300))
def test_completed_months_agree_with_adding_months(born_on, months):
    reached = add_months(born_on, months)

    assert completed_months(born_on, reached) == months
    assert completed_months(born_on, reached - timedelta(days=1)) == months - 1


def test_years_are_completed_on_the_birthday():
    assert completed_years(date(2020, 4, 2), date(2026, 4, 1)) == 5
    assert completed_years(date(2020, 4, 2), date(2026, 4, 2)) == 6


@given(DAYS, st.integers(0, 45))
def test_weeks_of_pregnancy_agree_with_their_days(due_on, weeks):
    assert gestation_weeks(due_on, gestation_day(due_on, weeks)) == weeks
    assert gestation_day(due_on, 40) == due_on


def test_the_fiscal_year_begins_in_april():
    assert fiscal_year_start(date(2026, 3, 31)) == date(2025, 4, 1)
    assert fiscal_year_start(date(2026, 4, 1)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2025, 3, 31), "出生前"),
        (date(2025, 4, 13), "生後12日"),
        (date(2025, 8, 1), "生後4か月"),
        (date(2026, 10, 1), "1歳6か月"),
        (date(2031, 4, 1), "6歳"),
    ],
)
def test_an_age_is_said_as_staff_say_it(on, said):
    assert age_text(date(2025, 4, 1), on).ja == said


def test_a_stage_of_pregnancy_is_said_in_weeks_and_days():
    due_on = date(2026, 11, 13)

    assert gestation_text(due_on, gestation_day(due_on, 28) + timedelta(days=3)).ja == "28週3日"
    assert gestation_text(due_on, due_on + timedelta(days=20)).ja == "42週6日"
    assert gestation_text(due_on, due_on + timedelta(days=21)).ja == "予定日を21日過ぎ"
    assert gestation_text(due_on, due_on + timedelta(days=800)).en == "800 days past the due date"
    assert gestation_text(due_on, gestation_day(due_on, 1) + timedelta(days=1)).en == "1 week 1 day"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2020, 6, 1), "0歳児クラス"),
        (date(2023, 4, 1), "2歳児クラス"),
        (date(2024, 4, 1), "年少"),
        (date(2025, 4, 1), "年中"),
        (date(2027, 3, 31), "年長"),
        (date(2027, 4, 1), "小学1年"),
        (date(2034, 4, 1), "中学2年"),
        (date(2036, 4, 1), "義務教育修了"),
    ],
)
def test_the_class_changes_on_1_april(on, said):
    assert grade_text(date(2020, 5, 5), on).ja == said
