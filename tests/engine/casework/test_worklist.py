"""Walking the worklist page by page: each piece of work once and in order, whatever colleagues do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.casework import people, tasks
from engine.casework.views import TaskView
from engine.clock import jst_midnight
from engine.database import new_id, transaction
from engine.workflow.task import Task
from tests.engine.casework.tables import START, Work, a_family, fill, some_work
from tests.office import Office

NOW = jst_midnight(START)
SAMPLES = 40
CENTRES = ["north", "south", "north2"]
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"assignee": "me"},
    {"assignee": "none"},
    {"centre": "north"},
    {"due_before": START},
    {"stands_from": START},
    {"lanes": ["midwife"]},
    {"process": "consent"},
    {"without_case": True},
    {"stands_from": START - timedelta(days=1), "stands_before": START + timedelta(days=2), "process": "intake"},
)


def walked(
    session: Session,
    actor: Actor,
    limit: int,
    between: Callable[[int], None] = lambda _page: None,
    **filters: Any,
) -> list[TaskView]:
    """Every page one after the other; `between` happens after each."""
    found: list[TaskView] = []
    cursor = None
    for page_number in range(200):
        page = tasks.worklist(session, actor, cursor=cursor, limit=limit, now=NOW, **filters)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next
        if cursor is None:
            return found
        between(page_number)
    pytest.fail("the list never ends")


def place(task: TaskView) -> tuple[date, int, str]:
    return task.due_on or date(9999, 12, 31), task.priority, task.id


def town_of_work(office: Office, session: Session, random: Random) -> tuple[Actor, list[Task]]:
    """The head of North, and up to thirty pieces of work of which they see some."""
    actor = people.actor_of(session, random.choice(["centre_head.north", "public_health_nurse.north"]))
    assert actor is not None
    made = [a_family(random, CENTRES, ["nursery"]) for _ in range(4)]
    named = [actor.login, "midwife.north"]
    staff = {login: found.staff_id for login in named if (found := people.actor_of(session, login))}
    work = [some_work(random, len(made), CENTRES, ["nursery"], named) for _ in range(random.randint(0, 30))]
    return actor, fill(office, session, made, work, staff)


def test_every_filter_walks_each_of_its_tasks_once_and_in_order(office: Office) -> None:
    for seed in range(SAMPLES):
        random = Random(seed)
        with transaction(office.engine, municipality_id=office.town) as session:
            actor, _ = town_of_work(office, session, random)
            everything = walked(session, actor, 100)
            filters = random.choice(FILTERS)

            found = walked(session, actor, random.randint(1, 7), **filters)

            ids = [task.id for task in found]
            assert ids == [task.id for task in everything if fits(task, actor, filters)], (seed, filters)
            assert found == sorted(found, key=place), seed
            assert len(ids) == len(set(ids)), seed


def fits(task: TaskView, actor: Actor, filters: dict[str, Any]) -> bool:
    """The filters read once more, from the tasks as they are shown."""
    wanted = {
        "assignee": lambda who: task.assignee == (actor.login if who == "me" else None),
        "centre": lambda code: task.centre == code,
        "due_before": lambda day: task.due_on is not None and task.due_on < day,
        "stands_from": lambda day: task.stands_on is None or task.stands_on >= day,
        "stands_before": lambda day: task.stands_on is not None and task.stands_on < day,
        "lanes": lambda lanes: task.lane in lanes,
        "process": lambda process: task.process == process,
        "without_case": lambda _: task.case_id is None,
    }
    return all(wanted[name](value) for name, value in filters.items())


def test_work_finished_or_opened_between_pages_makes_nobody_skip_other_work(office: Office) -> None:
    for seed in range(SAMPLES):
        random = Random(1000 + seed)
        with transaction(office.engine, municipality_id=office.town) as session:
            actor, rows = town_of_work(office, session, random)
            before = [task.id for task in walked(session, actor, 100)]
            closed: set[str] = set()

            def meanwhile(
                _page: int, random: Random = random, rows: list[Task] = rows, closed: set[str] = closed
            ) -> None:
                """A colleague finishes some work and something new comes up, in front of the reader or behind."""
                for row in random.sample(rows, min(3, len(rows))):
                    session.execute(update(Task).where(Task.id == row.id).values(state="completed"))
                    closed.add(row.id)
                if len(rows) < 60:
                    session.add(_copy(random.choice(rows), random))
                    session.flush()

            found = [task.id for task in walked(session, actor, random.randint(1, 5), meanwhile)]

            left = [id for id in before if id not in closed]
            assert [id for id in found if id in left] == left, seed
            assert len(found) == len(set(found)), seed


def _copy(row: Task, random: Random) -> Task:
    due_on = START + timedelta(days=random.randint(-3, 3))
    values = {column.key: getattr(row, column.key) for column in Task.__table__.columns}
    return Task(**{**values, "id": new_id(), "state": "open", "due_on": due_on, "sort_on": due_on})


def test_visits_are_the_work_for_which_one_goes_to_the_family_once_it_may_begin(office: Office) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        actor = people.actor_of(session, "centre_head.north")
        assert actor is not None
        rows = fill(office, session, [], [Work(None, "midwife", "north", None, None)] * 4, {})
        for row, (visit, start) in zip(rows, ((True, None), (True, 3), (True, 4), (False, None)), strict=True):
            row.visit, row.may_start_on = visit, None if start is None else START + timedelta(days=start)
        session.flush()

        found = tasks.worklist(session, actor, visits_by=START + timedelta(days=3), limit=9, now=NOW)

    assert {task.id for task in found.items} == {rows[0].id, rows[1].id}


def test_a_page_as_long_as_the_list_is_the_last(office: Office) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        actor = people.actor_of(session, "centre_head.north")
        assert actor is not None
        one = Work(None, "midwife", "north", None, None)
        fill(office, session, [], [replace(one, priority=priority) for priority in (9, 1, 5)], {})

        whole = tasks.worklist(session, actor, limit=3, now=NOW)
        part = tasks.worklist(session, actor, limit=2, now=NOW)

    assert ([task.priority for task in whole.items], whole.next) == ([1, 5, 9], None)
    assert part.next is not None


# --- names as they are typed ---


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("タカハシ", id="katakana"),
        pytest.param("たかはし", id="hiragana"),
        pytest.param("ﾀｶﾊｼ", id="half-width kana"),
        pytest.param("たかばし", id="a voiced mark heard wrongly"),
        pytest.param("たかはし　みのり", id="a full-width space"),
        pytest.param(" タカハシ ミノリ ", id="spaces"),
        pytest.param("髙橋", id="the kanji of the register"),
        pytest.param("高橋", id="the usual kanji"),
        pytest.param("髙橋実", id="without a space"),
        pytest.param("みのり", id="the given name alone"),
        pytest.param("ＭＡＲＩＡ", id="full-width letters of the other name"),
        pytest.param("maria", id="small letters of the other name"),
    ],
)
def test_a_family_is_found_however_its_name_is_typed(town: Office, typed: str) -> None:
    named = {"family_name": "髙橋", "family_name_kana": "タカハシ", "given_name": "実", "given_name_kana": "ミノリ"}
    town.open_case(**named, alias_name="Maria")
    town.open_case(
        family_name="田中", family_name_kana="タナカ", given_name="愛", given_name_kana="アイ", alias_name="Ann"
    )

    with town.acting("centre_head.north") as (session, actor, _):
        found = walked(session, actor, 50, q=typed)

    assert {task.about for task in found} == {"髙橋 実"}
