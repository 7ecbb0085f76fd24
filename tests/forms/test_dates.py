"""Days as people in Japan write them."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.dates import (
    ERAS,
    FIRST_DAY,
    LAST_DAY,
    DateError,
    add_duration,
    era_of,
    parse_day,
    parse_instant,
    wareki,
    wareki_short,
)


@pytest.mark.parametrize(
    "written",
    [
        "R7.4.1",
        "r7/4/1",
        "令和7年4月1日",
        "令7.4.1",
        "r070401",
        "R070401",
        "令070401",
        "令和070401",
        "2025/4/1",
        "2025-04-01",
        "2025.4.1",
        "2025年4月1日",
        "西暦2025年4月1日",
        "20250401",
        "２０２５年４月１日",
        "２０２５－０４－０１",
        "2025ー4ー1",
        "Ｒ７．４．１",
        "令和 7年 4月 1日",
        " 令和　7年4月1日 ",
        "令和七年四月一日",
        "㋿7年4月1日",
        "令和7年4月1日(火)",
        "令和7年4月1日(火)（2025年）",
        "2025(令和7)年4月1日",
        "2025年4月1日火曜日",
        "2025-04-01 (Tue)",
    ],
)
def test_a_day_is_read_in_every_way_in_use(written):
    assert parse_day(written) == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("令和元年5月1日", date(2019, 5, 1), id="first day of Reiwa"),
        pytest.param("平成31年4月30日", date(2019, 4, 30), id="last day of Heisei"),
        pytest.param("S64.1.7", date(1989, 1, 7), id="last day of Showa"),
        pytest.param("H1.1.8", date(1989, 1, 8), id="first day of Heisei"),
        pytest.param("大正15年12月25日", date(1926, 12, 25), id="Taisho on the day of change"),
        pytest.param("昭和元年12月25日", date(1926, 12, 25), id="Showa on the day of change"),
        pytest.param("M45.7.29", date(1912, 7, 29), id="Meiji"),
        pytest.param("昭和五十五年十一月二十三日", date(1980, 11, 23), id="kanji numerals above ten"),
        pytest.param("R8.2.28", date(2026, 2, 28), id="end of February"),
        pytest.param("R6.2.29", date(2024, 2, 29), id="leap day"),
    ],
)
def test_eras_change_by_day(written, day):
    assert parse_day(written) == day


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param("平成35年4月1日", "平成35年は令和5年です。「令和5年4月1日」", id="old papers"),
        pytest.param("昭和70年1月1日", "昭和70年は平成7年です。「平成7年1月1日」", id="showa overflow"),
        pytest.param("昭和99年1月1日", "昭和99年は令和6年です。", id="showa 99"),
        pytest.param("H31.5.1", "平成31年5月1日は令和元年5月1日です。", id="after the change"),
        pytest.param("R1.4.30", "「平成31年4月30日」", id="before the change"),
        pytest.param("S64.1.8", "「平成元年1月8日」", id="day after Showa"),
        pytest.param("令和99年1月1日", "令和99年は西暦2117年です。", id="far future"),
        pytest.param("令和0年1月1日", "令和0年はありません。", id="year zero"),
        pytest.param("2025/2/29", "2月は28日まで", id="no leap year"),
        pytest.param("2025-13-01", "13月はありません", id="month 13"),
        pytest.param("R7.4", "年・月・日をすべて", id="day missing"),
        pytest.param("令和7年4月", "年・月・日をすべて", id="day missing in words"),
        pytest.param("7.4.1", "元号を付けるか、西暦4けた", id="era missing"),
        pytest.param("070401", "元号を付けるか、西暦4けた", id="era missing, tight"),
        pytest.param("令和7年4月1日(2024年)", "かっこの中の年(2024年)", id="years differ"),
        pytest.param("1850-01-01", "1873年から2100年まで", id="before the Gregorian calendar"),
        pytest.param("9999-12-31", "1873年から2100年まで", id="after all families"),
        pytest.param("らいねん", "日付として読めません", id="words"),
        pytest.param("", "日付として読めません", id="nothing"),
        pytest.param("1" * 1000, "日付として読めません", id="very long"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_way_to_mend_it(written, says):
    with pytest.raises(DateError) as refused:
        parse_day(written)

    assert says in refused.value.sentence.ja
    assert refused.value.sentence.en.isascii() or refused.value.sentence.en


def _all_days():
    day = date(1900, 1, 1)
    while day <= LAST_DAY:
        yield day
        day += timedelta(days=1)


def test_every_day_from_1900_to_2100_survives_wareki_and_back():
    lost = [
        day
        for day in _all_days()
        if not parse_day(wareki(day)) == parse_day(wareki_short(day)) == parse_day(day.isoformat()) == day
    ]

    assert lost == []


def test_a_day_is_written_with_era_and_weekday():
    assert wareki(date(2026, 4, 10)) == "令和8年4月10日(金)"
    assert wareki(date(2019, 5, 1), weekday=False) == "令和元年5月1日"
    assert wareki_short(date(2026, 4, 10)) == "R8.4.10"


def test_eras_follow_each_other_without_a_gap():
    assert all(era_of(era.first) is era for era in ERAS)
    assert era_of(FIRST_DAY) is ERAS[0]
    assert era_of(date(1850, 1, 1)) is None


@given(st.text(max_size=40) | st.from_regex(r"[MTSHRmtshr明大昭平令0-9./年月日元()-]{0,20}", fullmatch=True))
@example("\ud800")
@example("R²7.4.1")
@example("令和十十年一月一日")
def test_no_text_breaks_the_reading_of_days(text):
    for read in (parse_day, parse_instant):
        with contextlib.suppress(DateError):
            assert isinstance(read(text), date)


@pytest.mark.parametrize(
    "written", ["2025-04-01T09:30", "2025-04-01 09:30", "R7.4.1 9:30", "令和7年4月1日 9時30分", "2025-04-01T00:30Z"]
)
def test_an_instant_is_read_in_japanese_time_unless_it_says_otherwise(written):
    assert parse_instant(written) == datetime(2025, 4, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2025-04-01", "2025-04-01T25:00", "9時", "", "9999-12-31T23:59:59-12:00"])
def test_an_instant_needs_day_and_time(written):
    with pytest.raises(DateError):
        parse_instant(written)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2026, 4, 1), "P14D", date(2026, 4, 15)),
        (date(2026, 4, 1), "P2W", date(2026, 4, 15)),
        (date(2026, 4, 1), "P1Y2M3D", date(2027, 6, 4)),
        (datetime(2026, 4, 1, tzinfo=UTC), "PT48H", datetime(2026, 4, 3, tzinfo=UTC)),
        (datetime(2026, 4, 1, tzinfo=UTC), "P1DT1H30M5S", datetime(2026, 4, 2, 1, 30, 5, tzinfo=UTC)),
    ],
)
def test_durations_are_added_by_the_calendar(start, duration, end):
    assert add_duration(start, duration) == end


def test_months_of_an_instant_are_counted_by_the_day_in_japan():
    late_evening_utc = datetime(2026, 1, 30, 15, 0, tzinfo=UTC)  # 31 January, 0:00 in Japan

    assert add_duration(late_evening_utc, "P1M") == datetime(2026, 2, 27, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("duration", ["", "P", "PT", "14", "P1.5D", "-P1D", "P1D1M", "P1DT", "P9999Y", "p1d"])
def test_what_is_no_duration_is_refused(duration):
    with pytest.raises(DateError):
        add_duration(date(2026, 4, 1), duration)


def test_a_day_takes_no_hours():
    with pytest.raises(DateError, match="no hours"):
        add_duration(date(2026, 4, 1), "PT1H")
