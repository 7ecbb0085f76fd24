"""仕事: what stands on the worklists, and what people do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from pytest_bdd import given, parsers, then, when

from engine.casework.views import TaskView
from engine.errors import EngineError
from features.steps import words
from features.steps.families import ABOUT, DAY, FAMILY_NAME
from features.steps.knowledge import table
from features.steps.town import About, Town

WHO = r"(?P<who>[^\sがの「」]+)(?<!家)"
WHOSE = r"(?:" + ABOUT + "の)?"
WORK = r"「(?P<name>[^」]+)」"
NO_CASE = None


def whom_of(town: Town, whom: str | None) -> About | None:
    return town.about(whom) if whom else NO_CASE


@given(parsers.re(WHO + "が" + WHOSE + WORK + "を終えた"))
@when(parsers.re(WHO + "が" + WHOSE + WORK + "を終える"))
def finish(town: Town, who: str, whom: str | None, name: str) -> None:
    task = town.work(whom_of(town, whom), name)
    town.act(task, by=town.login(who, task.centre))


@given(parsers.re(WHO + "が" + WHOSE + WORK + "を次のとおり終えた:?"))
@when(parsers.re(WHO + "が" + WHOSE + WORK + "を次のとおり終える:?"))
def finish_with(town: Town, who: str, whom: str | None, name: str, datatable: list[list[str]]) -> None:
    task = town.work(whom_of(town, whom), name)
    town.act(task, by=town.login(who, task.centre), told=table(datatable))


@given(parsers.re(WHO + "が" + WHOSE + WORK + "を「(?P<label>[^」]+)」を「(?P<words>[^」]+)」として終えた"))
@when(parsers.re(WHO + "が" + WHOSE + WORK + "を「(?P<label>[^」]+)」を「(?P<words>[^」]+)」として終える"))
def finish_saying(town: Town, who: str, whom: str | None, name: str, label: str, words: str) -> None:
    task = town.work(whom_of(town, whom), name)
    town.act(task, by=town.login(who, task.centre), told={label: words})


@given(parsers.re(WHO + "が" + WHOSE + WORK + "を「(?P<outcome>[^」]+)」で終えた"))
@when(parsers.re(WHO + "が" + WHOSE + WORK + "を「(?P<outcome>[^」]+)」で終える"))
def leave(town: Town, who: str, whom: str | None, name: str, outcome: str) -> None:
    task = town.work(whom_of(town, whom), name)
    town.act(task, words.exit_code(outcome), by=town.login(who, task.centre))


@when(parsers.re(WHO + "が" + WHOSE + WORK + "を終えようとする"))
def try_to_finish(town: Town, who: str, whom: str | None, name: str) -> None:
    task = town.work(whom_of(town, whom), name)
    with pytest.raises(EngineError) as refused:
        town.act(task, by=town.login(who, task.centre))
    town.refused = refused.value


@when(parsers.re(WHO + "が" + WHOSE + WORK + "を次のとおり終えようとする:?"))
def try_to_finish_with(town: Town, who: str, whom: str | None, name: str, datatable: list[list[str]]) -> None:
    task = town.work(whom_of(town, whom), name)
    with pytest.raises(EngineError) as refused:
        town.act(task, by=town.login(who, task.centre), told=table(datatable))
    town.refused = refused.value


@then("受け付けられない")
def it_is_refused(town: Town) -> None:
    assert town.refused is not None


@given(parsers.re("職員が" + ABOUT + "に追加の訪問を求めた"))
@when(parsers.re("職員が" + ABOUT + "に追加の訪問を求める"))
def ask_for_a_visit(town: Town, whom: str) -> None:
    town.ask_for_a_visit(town.about(whom))


@then(parsers.re(WHO + "の仕事に" + WHOSE + WORK + "がある"))
def it_is_the_work_of(town: Town, who: str, whom: str | None, name: str) -> None:
    task = town.work(whom_of(town, whom), name)
    assert task.lane == words.role(who), f"「{name}」 is the work of {task.lane}"


@then(parsers.re(WHOSE + "仕事に" + WORK + "がある"))
def it_is_open(town: Town, whom: str | None, name: str) -> None:
    town.work(whom_of(town, whom), name)


@then(parsers.re(WHOSE + "仕事に" + WORK + r"が(?P<number>\d+)つある"))
def they_are_open(town: Town, whom: str | None, name: str, number: str) -> None:
    assert len(town.works(whom_of(town, whom), name)) == int(number)


@then(parsers.re(WHOSE + "仕事に" + WORK + "はない"))
def it_is_not_open(town: Town, whom: str | None, name: str) -> None:
    assert town.works(whom_of(town, whom), name) == []


@then(parsers.re(WHOSE + "仕事はない"))
def nothing_is_open(town: Town, whom: str | None) -> None:
    assert [task.name for task in town.works(whom_of(town, whom))] == []


@then(parsers.re(WHOSE + WORK + "の期限は" + DAY + r"(?:\([月火水木金土日]\))?である"))
def it_is_due(town: Town, whom: str | None, name: str, day: str) -> None:
    assert str(town.work(whom_of(town, whom), name).due_on) == day


@then(parsers.re(WHOSE + WORK + r"の期限は今日(?:から(?P<days>\d+)日後)?である"))
def it_is_due_in(town: Town, whom: str | None, name: str, days: str | None) -> None:
    assert town.work(whom_of(town, whom), name).due_on == town.today + timedelta(days=int(days or 0))


@then(parsers.re(WHOSE + WORK + "は期限を過ぎている"))
def it_is_overdue(town: Town, whom: str | None, name: str) -> None:
    due_on = town.work(whom_of(town, whom), name).due_on
    assert due_on is not None
    assert due_on < town.today


@then(parsers.re(WHOSE + WORK + "は期限を過ぎていない"))
def it_is_not_overdue(town: Town, whom: str | None, name: str) -> None:
    due_on = town.work(whom_of(town, whom), name).due_on
    assert due_on is None or due_on >= town.today


@then(parsers.re(WHO + "の一覧に期限を過ぎた" + WHOSE + WORK + "がある"))
def overdue_in_the_list(town: Town, who: str, whom: str | None, name: str) -> None:
    assert town.work(whom_of(town, whom), name).id in [task.id for task in town.overdue(town.login(who))]


@then(parsers.re(WHOSE + WORK + "は" + DAY + r"(?:\([月火水木金土日]\))?まで始められない"))
def it_may_start(town: Town, whom: str | None, name: str, day: str) -> None:
    assert town.work(whom_of(town, whom), name).may_start_on == date.fromisoformat(day)


TURN = re.compile(r"「(?P<name>[^」]+)」が(?P<outcome>[^()→]+?)(?:\((?P<told>[^)]*)\))?|(?P<days>\d+)日たった")


@given(parsers.re(WHOSE + "仕事が(?P<turns>.+)と進んだ"))
@when(parsers.re(WHOSE + "仕事が(?P<turns>.+)と進む"))
def take_turns(town: Town, whom: str | None, turns: str) -> None:
    """A chain of results: 「面接」が不在・来所なし→「電話」が済んだ(対応=再案内)→7日たった."""
    for turn in turns.split("→"):
        found = TURN.fullmatch(turn.strip())
        assert found, f"nobody can read {turn}"
        if found["days"]:
            town.until(town.today + timedelta(days=int(found["days"])))
            continue
        told = dict(pair.split("=", 1) for pair in found["told"].split("かつ")) if found["told"] else {}
        finish_somehow(town, town.work(whom_of(town, whom), found["name"]), found["outcome"], told)


def finish_somehow(town: Town, task: TaskView, outcome: str, told: Mapping[str, str]) -> None:
    """Finished by whoever has it: with an ordinary result, by an exit, or because its time ran out."""
    if outcome == "済んだ":
        town.act(task, told=told)
    elif outcome == "期限が過ぎた":
        assert task.expires_on, f"「{task.name}」 does not expire"
        town.until(task.expires_on)
    else:
        town.act(task, words.exit_code(outcome))


@when(parsers.re(WHO + "が" + ABOUT + "の「継続訪問」を次も訪問として(?P<number>\\d+)回終える"))
def visit_again_and_again(town: Town, who: str, whom: str, number: str) -> None:
    for _ in range(int(number)):
        soon = (town.today + timedelta(days=14)).isoformat()
        task = town.work(town.about(whom), "継続訪問")
        town.act(task, by=town.login(who), told={"次の対応": "訪問", "次の対応の期限": soon})
        town.until(town.today + timedelta(days=7))


@given(parsers.re("(?P<family>" + FAMILY_NAME + ")の仕事がどれも" + DAY + "まで滞りなく済んだ"))
def all_goes_well(town: Town, family: str, day: str) -> None:
    """Week by week everything that comes up is done with an ordinary result."""
    last = date.fromisoformat(day)
    while town.today < last:
        for task in town.works(town.about(family)):
            if task.may_start_on is None or task.may_start_on <= town.today:
                town.act(task)
        town.until(min(last, town.today + timedelta(days=7)))
