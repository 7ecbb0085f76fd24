"""To whom work may be given: asked of everybody at once, however many people and tasks there are."""

from __future__ import annotations

from time import perf_counter

import pytest

from engine import organisation
from engine.casework import colleagues, people
from engine.casework.colleagues import may_be_given
from engine.database import transaction
from engine.workflow import task as task_rows
from engine.workflow.task import TaskUnknown
from tests.office import START, Office
from web.bench.town import counted

ROLES = ("public_health_nurse", "midwife", "benefit_clerk", "centre_head")
MOST_STATEMENTS = 5
MOST_SECONDS = 0.5  # 500 people, 20 tasks: some 20 ms on an idle machine


def _families(office: Office, number: int) -> list[str]:
    """Ids of all their open tasks."""
    cases = {office.open_case() for _ in range(number)}
    return [task.id for task in office.open_tasks() if task.case_id in cases]


def _hire(office: Office, number: int) -> None:
    """People of every trade at every centre in turn, and some of an agency."""
    with transaction(office.engine, municipality_id=office.town) as session:
        centres = [centre.id for centre in organisation.centres(session)]
        partner = organisation.partners(session)[0].id
        for each in range(number):
            person = organisation.add_staff(session, f"person-{each:03}", f"人{each}")
            place = {"partner_id": partner} if each % 10 == 9 else {"centre_id": centres[each % len(centres)]}
            role = "midwife" if "partner_id" in place else ROLES[each % len(ROLES)]
            organisation.employ(session, person, role, since=START, **place)


def _asked(office: Office, task_ids: list[str]) -> tuple[list[str], int, float]:
    """Logins found, statements and seconds it took."""
    with office.acting("centre_head.north") as (session, _, now), counted(office.engine) as seen:
        began = perf_counter()
        found = colleagues.who_may_do(session, task_ids, now=now)
        took = perf_counter() - began
    return [one.login for one in found], len(seen), took


def test_asking_500_people_about_many_tasks_takes_the_statements_of_asking_a_few_about_one(office: Office) -> None:
    tasks = _families(office, 5)
    _, few, _ = _asked(office, tasks[:1])
    _hire(office, 500)

    found, many, took = _asked(office, tasks)

    assert len(found) > 5
    assert many <= few <= MOST_STATEMENTS
    assert took < MOST_SECONDS


@pytest.mark.parametrize("number", [1, 2])
def test_those_offered_are_those_the_rule_allows_one_by_one(town: Office, number: int) -> None:
    _hire(town, 60)
    tasks = _families(town, 1)[:number]

    found, _, _ = _asked(town, tasks)

    with town.acting("centre_head.north") as (session, _, now):
        rows = [task_rows.load(session, task_id) for task_id in tasks]
        for user in people.list_users(session):
            actor = people.actor_of(session, user.login)
            assert actor is not None
            allowed = user.partner is None and all(may_be_given(session, actor, row, now=now) for row in rows)
            assert (user.login in found) is allowed, user
    assert found == sorted(found)
    assert found


def test_a_task_nobody_knows_is_refused(town: Office) -> None:
    with pytest.raises(TaskUnknown):
        _asked(town, [*_families(town, 1), "01ARZ3NDEKTSV4RRFFQ69G5FAV"])
