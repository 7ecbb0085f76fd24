"""Every role at every place against every kind of family and task, compared with a second reading of actors.md.

The reading below was written from the text (actors.md sections 1 and 3, product.md section 5) as plain sentences, not
from the code: it lists who is who and says yes, 403 or 404. Where the two differ, one of them has misread.
"""

from __future__ import annotations

import itertools
from datetime import date

from engine.access import Action, Actor, Allowed, CaseFacts, Post, Standing, TaskSubject, policy, reach
from engine.organisation import ROLES

TODAY = date(2026, 4, 10)

# Who carries families of a centre (actors.md section 1: centre, CFC, child division).
CENTRE_PEOPLE = {
    "counter_clerk", "public_health_nurse", "midwife", "nurse", "visitor", "mch_care_manager",
    "childcare_care_manager", "integrated_support_lead", "centre_head", "child_family_worker", "single_parent_worker",
    "psychologist", "early_support_coordinator", "dev_consultant", "young_carer_coordinator", "benefit_clerk",
}  # fmt: skip
# Exactly one for the whole municipality.
TOWN_PEOPLE = {"ytk_coordinator", "data_protection_officer"}
# Other divisions and trades that meet a family only through work sent to them.
VISITORS = {"welfare_caseworker", "nursery_teacher", "school_supervisor", "registry_clerk", "partner_staff"}
# No personal data at all.
BLIND = {"process_designer", "statistics_clerk", "city_hall_executive", "system_administrator"}

READS_ONLY = {"data_protection_officer"}
COVERS = {"integrated_support_lead", "centre_head"}
TRADES = {"nurse": {"nurse", "visitor"}, "visitor": {"nurse", "visitor"}}

CENTRES = {"north": {"north", "north2"}, "north2": {"north2"}, "south": {"south"}, None: set()}
LANES = ["public_health_nurse", "nurse", "nursery_teacher", "ytk_coordinator", "welfare_caseworker"]


def yes_if(condition: bool, otherwise: str) -> str:
    return "yes" if condition else otherwise


def works(role, centre, partner, task) -> bool:
    """Is this piece of work theirs?"""
    if role in BLIND:
        return False
    own_lanes = TRADES.get(role, {role})
    if partner:
        return task.lane in own_lanes and (task.partner_id == partner or task.assignee_id == "me")
    if task.assignee_id == "me":
        return True
    if role in TOWN_PEOPLE or (role in VISITORS and centre is None):
        return task.lane in own_lanes
    here = task.centre_id in CENTRES[centre]
    return here and (task.lane in own_lanes or role in COVERS)


def sees_case(role, centre, partner, case, task) -> str:
    """May they read the family's file, and if not, may they know that there is one?"""
    if case.municipality_id != "wako":
        return "404"
    if task is not None and works(role, centre, partner, task):
        return "yes"
    if partner or role in VISITORS | BLIND:
        return "404"
    if role in TOWN_PEOPLE:
        return "yes"
    return yes_if(case.centre_id in CENTRES[centre], "404" if case.confidential else "403")


def does_task(role, centre, partner, case, task) -> str:
    seen = sees_case(role, centre, partner, case, task)
    if seen != "yes":
        return seen
    return yes_if((partner or role not in READS_ONLY) and works(role, centre, partner, task), "403")


def records(role, centre, partner, case, _task) -> str:
    """Write into the file outside a task: only those who carry families, in those they carry."""
    seen = sees_case(role, centre, partner, case, None)
    may = role not in READS_ONLY and role != "benefit_clerk"
    return yes_if(seen == "yes" and may, seen if seen != "yes" else "403")


READING = {
    Action.VIEW_CASE: sees_case,
    Action.VIEW_TASK: sees_case,
    Action.CLAIM_TASK: does_task,
    Action.COMPLETE_TASK: does_task,
    Action.SAVE_DRAFT: does_task,
}
WITHOUT_TASK = {
    Action.VIEW_CASE: sees_case,
    Action.RECORD_SUBMISSION: records,
    Action.GIVE_CONSENT: records,
    Action.WITHDRAW_CONSENT: records,
    Action.START_PATHWAY: records,
}


def places():
    for centre in CENTRES:
        yield centre, None
    yield None, "hibari"


def posts():
    for role, (centre, partner) in itertools.product(ROLES, places()):
        kind = "nursery" if partner else None
        yield Post(role, centre, partner, frozenset(CENTRES[centre]), kind)


def cases():
    for centre, sealed, town in itertools.product(["north", "north2", "south"], [False, True], ["wako", "fuji"]):
        yield CaseFacts("sato", town, centre, confidential=sealed)


def tasks():
    for lane, centre in itertools.product(LANES, ["north2", "south"]):
        for assignee, partner in [(None, None), ("me", None), ("other", None), (None, "hibari"), (None, "elsewhere")]:
            yield TaskSubject(lane, centre, assignee, partner)


def answer(post, action, case, task) -> str:
    standing = Standing(Actor("me", "me", "me", "wako", (post,)), TODAY, case, linked_partners=frozenset({"hibari"}))
    decision = policy.decide(standing, action, task)
    if isinstance(decision, Allowed):
        return "yes"
    return "404" if decision.hidden else "403"


def differences(reading, subjects):
    for post, case, task, (action, expected_by) in itertools.product(posts(), cases(), subjects, reading.items()):
        expected = expected_by(post.role, post.centre_id, post.partner_id, case, task)
        found = answer(post, action, case, task)
        if found != expected:
            yield f"{post.role} at {post.centre_id or post.partner_id}, {action}, {case}, {task}: {expected} != {found}"


def test_the_roles_are_those_of_the_reading():
    assert set(ROLES) == CENTRE_PEOPLE | TOWN_PEOPLE | VISITORS | BLIND


def test_every_decision_about_a_task_is_the_one_of_the_reading():
    assert list(itertools.islice(differences(READING, list(tasks())), 5)) == []


def test_every_decision_about_a_family_alone_is_the_one_of_the_reading():
    assert list(itertools.islice(differences(WITHOUT_TASK, [None]), 5)) == []


def test_whoever_may_act_may_look():
    """No door to a family or a task opens for somebody who may not see it."""
    blind_doors = {Action.OPEN_CASE, Action.SEARCH_CASES}
    doors = {action for action in Action if action.value.startswith(("case.", "task."))} - blind_doors
    for post, case, task in itertools.product(posts(), cases(), [None, *tasks()]):
        if answer(post, Action.VIEW_CASE, case, task) != "yes":
            opened = {action for action in doors & post.keys if answer(post, action, case, task) == "yes"}
            assert opened == set(), (post, case, task)


def test_a_list_shows_exactly_the_families_the_policy_shows():
    for post, case in itertools.product(posts(), cases()):
        if case.municipality_id != "wako":
            continue
        seen = reach(Actor("me", "me", "me", "wako", (post,))).centres
        listed = seen is None or case.centre_id in seen

        assert listed is (answer(post, Action.VIEW_CASE, case, None) == "yes"), (post, case)


def test_a_worklist_shows_exactly_the_work_the_policy_allows():
    case = CaseFacts("sato", "wako", "north")
    for post, task in itertools.product(posts(), tasks()):
        if post.role in READS_ONLY and post.partner_id is None:
            continue
        work = reach(Actor("me", "me", "me", "wako", (post,))).work
        given = task.assignee_id == "me" and bool(work) and (post.partner_id is None or task.lane in post.lanes)
        listed = given or any(_fits(line, task) for line in work)

        assert listed is (answer(post, Action.COMPLETE_TASK, case, task) == "yes"), (post, task)


def _fits(line, task) -> bool:
    if line.lanes is not None and task.lane not in line.lanes:
        return False
    if line.partner_id is not None:
        return task.partner_id == line.partner_id
    return line.centres is None or task.centre_id in line.centres
