"""今日: the calendar moves; nobody waits."""

from __future__ import annotations

from datetime import date, timedelta

from pytest_bdd import given, parsers, when

from engine import clock
from engine.casework import town_calendar, town_parameters
from engine.clock import JST
from engine.database import transaction
from features.steps import words
from features.steps.town import Town


@given(parsers.re(r'今日は"(?P<day>[^"]+)"(?:\([月火水木金土日]\))?である'))
def today_is(town: Town, day: str) -> None:
    if town.families:
        town.until(date.fromisoformat(day))
    else:
        town.advance(to=date.fromisoformat(day))


@given(parsers.re(r"(?P<name>未受診対応の型|未受診対応の日の数え方)は(?P<value>和光型|標準型|開庁日|暦日)である"))
def a_parameter_is(town: Town, name: str, value: str) -> None:
    with transaction(town.engine, municipality_id=town.town) as session:
        now = clock.now(session)
        town_parameters.set_parameter(
            session, None, words.PARAMETERS[name], words.PARAMETER_VALUES[value], valid_from=town_today(now), now=now
        )


def town_today(now) -> date:
    return now.astimezone(JST).date()


@given(parsers.re(r'"(?P<day>[^"]+)"(?:\([月火水木金土日]\))?になった'))
@when(parsers.re(r'"(?P<day>[^"]+)"(?:\([月火水木金土日]\))?になる'))
def a_day_comes(town: Town, day: str) -> None:
    town.until(date.fromisoformat(day))


@given(parsers.re(r"(?P<number>\d+)日たった"))
@when(parsers.re(r"(?P<number>\d+)日たつ"))
def days_pass(town: Town, number: str) -> None:
    town.until(town.today + timedelta(days=int(number)))


@when(parsers.re(r"(?P<number>\d+)時間たつ"))
def hours_pass(town: Town, number: str) -> None:
    head = town.actor("centre_head.north")
    town_calendar.advance(town.engine, head, set_to=town.now + timedelta(hours=int(number)), allowed=True)
