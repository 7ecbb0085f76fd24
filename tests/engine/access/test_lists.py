"""What a list shows is what the policy allows, row by row: the filter in SQL and the pure decision must not part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import Action, Actor, Allowed, policy
from engine.access.actor import actor_for
from engine.cases import family
from engine.cases.case import Case
from engine.cases.family import Person
from engine.casework import cases, tasks, viewing
from engine.casework.partnership import informed, standing_of
from engine.clock import jst_midnight
from engine.database import transaction
from engine.organisation.staff import Staff
from engine.workflow.task import Task
from tests.engine.casework.tables import START, Family, Work, a_family, fill, some_work
from tests.office import Office

CENTRES = ["north", "central", "south", "north2"]
PARTNERS = ["hospital", "nursery", "school"]
NOW = jst_midnight(START)
SAMPLES = 120


@pytest.fixture
def people(office: Office) -> dict[str, Actor]:
    """Everybody of the town by login, as they act today."""
    with transaction(office.engine, municipality_id=office.town) as session:
        staff = session.scalars(select(Staff).where(Staff.municipality_id == office.town)).all()
        return {person.login: actor_for(session, person, on=START) for person in staff}


def test_a_worklist_holds_exactly_the_work_the_policy_shows(office: Office, people: Mapping[str, Actor]) -> None:
    """Work a person may not open is not listed to them, and what they may open is not kept from them."""
    for seed in range(SAMPLES):
        random = Random(seed)
        actor = people[random.choice(sorted(people))]
        made = [a_family(random, CENTRES, PARTNERS) for _ in range(random.randint(1, 4))]
        named = [actor.login, "public_health_nurse.south"]
        work = [some_work(random, len(made), CENTRES, PARTNERS, named) for _ in range(20)]

        compare(office, people, actor, made, work, seed)


def test_the_list_of_an_agency_holds_exactly_what_a_ground_lets_it_see(
    office: Office, people: Mapping[str, Actor]
) -> None:
    """Two agencies, the work of their trades, papers and consents that hold, ended or were given to the other."""
    both = ["nursery", "school"]
    for seed in range(SAMPLES):
        random = Random(seed)
        actor = people[random.choice(["nursery_teacher.nursery", "partner_staff.school"])]
        made = [a_family(random, ["north"], both, both) for _ in range(4)]
        named, lanes = [actor.login, "midwife.north"], [*both, "nursery_teacher"]
        work = [some_work(random, len(made), ["north"], both, named, lanes) for _ in range(20)]

        compare(office, people, actor, made, work, seed)


def test_an_agency_is_listed_the_families_linked_to_it_and_finds_by_name_exactly_those_it_may_look_at(
    office: Office, people: Mapping[str, Actor]
) -> None:
    """A consent to agencies of its kind is no list of families: it opens the one that somebody can name."""
    both = ["nursery", "school"]
    listed_some = named_only = 0
    for seed in range(SAMPLES):
        random = Random(seed)
        actor = people[random.choice(["nursery_teacher.nursery", "partner_staff.school"])]
        made = [a_family(random, ["north"], both, both) for _ in range(4)]
        named, lanes = [actor.login, "midwife.north"], [*both, "nursery_teacher", "partner_staff"]
        work = [some_work(random, len(made), ["north"], both, named, lanes) for _ in range(6)]
        with transaction(office.engine, municipality_id=office.town) as session:
            fill(office, session, made, work, {login: each.staff_id for login, each in people.items()})
            families = session.scalars(select(Case.id).where(Case.state == "open")).all()
            session.add_all(_a_mother(case_id, number) for number, case_id in enumerate(families))
            session.flush()

            listed = {case.id for case in cases.list_cases(session, actor, limit=100, now=NOW).items}
            open_to_it = {each for each in families if _may_look(session, actor, each)}
            named = {each for each in families if _found_by_name(session, actor, each)}

            assert listed == {each for each in open_to_it if _is_linked(session, actor, each)}, f"seed {seed}, {made}"
            assert named == open_to_it, f"seed {seed}, {made}"
            listed_some += bool(listed)
            named_only += bool(named - listed)
    assert listed_some > SAMPLES / 5
    assert named_only > SAMPLES / 10


def _a_mother(case_id: str, number: int) -> Person:
    mother = Person(
        case_id=case_id,
        relation="mother",
        family_name="試験",
        given_name="",
        family_name_kana="シケン",
        given_name_kana="",
        birth_date=date(1990, 1, 1 + number),
        created_at=NOW,
    )
    mother.index()
    return mother


def _found_by_name(session: Session, actor: Actor, case_id: str) -> bool:
    mother = family.members(session, case_id)[0]
    found = cases.list_cases(session, actor, q=mother.name, born_on=mother.birth_date, limit=100, now=NOW).items
    return case_id in {case.id for case in found}


def _is_linked(session: Session, actor: Actor, case_id: str) -> bool:
    """Whether open work of the family came to the agency or the person, or papers did on a ground that holds."""
    post = actor.posts[0]
    work = session.scalars(select(Task).where(Task.case_ref == case_id, Task.state == "open")).all()
    theirs = [each for each in work if each.lane in post.lanes]
    sent = any(post.partner_id == each.partner_id or actor.staff_id == each.assignee_id for each in theirs)
    return sent or post.partner_id in informed(session, case_id, START)


def _may_look(session: Session, actor: Actor, case_id: str) -> bool:
    standing = viewing.visitor(session, actor, case_id, on=START)
    return isinstance(policy.decide(standing, Action.VIEW_CASE), Allowed)


def compare(
    office: Office, people: Mapping[str, Actor], actor: Actor, made: list[Family], work: list[Work], seed: int
) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        rows = fill(office, session, made, work, {login: each.staff_id for login, each in people.items()})

        if not isinstance(policy.decide(standing_of(session, actor, None, on=START), Action.VIEW_WORKLIST), Allowed):
            assert not any(may(session, actor, task, Action.COMPLETE_TASK) for task in rows), (
                "work without a list of it"
            )
            return
        listed = {task.id for task in tasks.worklist(session, actor, limit=100, now=NOW).items}
        allowed = {task.id for task in rows if may(session, actor, task, Action.VIEW_TASK)}

        differing = [describe(task) for task in rows if (task.id in listed) != (task.id in allowed)]
        assert differing == [], f"seed {seed}, {actor.login}, {made}"
        assert listed == allowed


def may(session: Session, actor: Actor, task: Task, action: Action) -> bool:
    standing = standing_of(session, actor, task.case_ref, on=START)
    return isinstance(policy.decide(standing, action, tasks.subject_of(task)), Allowed)


def describe(task: Task) -> str:
    return f"{task.lane} at {task.centre_id}, case {task.case_ref}, for {task.assignee_id}, sent to {task.partner_id}"
