"""What a list shows is what the policy allows, row by row: the filter in SQL and the pure decision must not part."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import Action, Actor, Allowed, policy
from engine.access.actor import actor_for
from engine.casework import tasks
from engine.casework.partnership import standing_of
from engine.clock import jst_midnight
from engine.database import transaction
from engine.organisation.staff import Staff
from engine.workflow.task import Task
from tests.engine.casework.tables import START, families, fill, works
from tests.office import Office

CENTRES = ["north", "central", "south", "north2"]
PARTNERS = ["hospital", "nursery", "school"]
NOW = jst_midnight(START)
TOWN = st.lists(families(CENTRES, PARTNERS), min_size=1, max_size=4)


@pytest.fixture
def people(office: Office) -> dict[str, Actor]:
    """Everybody of the town by login, as they act today."""
    with transaction(office.engine, municipality_id=office.town) as session:
        staff = session.scalars(select(Staff).where(Staff.municipality_id == office.town)).all()
        return {person.login: actor_for(session, person, on=START) for person in staff}


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_worklist_holds_exactly_the_work_the_policy_shows(
    office: Office, people: Mapping[str, Actor], data: st.DataObject
) -> None:
    """Work a person may not open is not listed to them, and what they may open is not kept from them."""
    actor = people[data.draw(st.sampled_from(sorted(people)))]
    made = data.draw(TOWN)
    named = [actor.login, "public_health_nurse.south"]
    work = data.draw(st.lists(works(len(made), CENTRES, PARTNERS, named), min_size=1, max_size=12))
    with transaction(office.engine, municipality_id=office.town) as session:
        rows = fill(office, session, made, work, {login: people[login].staff_id for login in named})

        if not isinstance(policy.decide(standing_of(session, actor, None, on=START), Action.VIEW_WORKLIST), Allowed):
            assert not any(may(session, actor, task, Action.COMPLETE_TASK) for task in rows), (
                "work without a list of it"
            )
            return
        listed = {task.id for task in tasks.worklist(session, actor, limit=100, now=NOW).items}
        allowed = {task.id for task in rows if may(session, actor, task, Action.VIEW_TASK)}

        assert listed == allowed, [(task.id in listed, describe(task)) for task in rows]


def may(session: Session, actor: Actor, task: Task, action: Action) -> bool:
    standing = standing_of(session, actor, task.case_ref, on=START)
    return isinstance(policy.decide(standing, action, tasks.subject_of(task)), Allowed)


def describe(task: Task) -> str:
    return f"{task.lane} at {task.centre_id}, case {task.case_ref}, for {task.assignee_id}, sent to {task.partner_id}"
