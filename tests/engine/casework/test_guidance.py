"""What a task says will follow: steps to come, in words of steps to come, with whose they are."""

from __future__ import annotations

import pytest

from engine.casework.guidance import CLOSES, ENDS, Guidance, guidance
from processes.bundle import Bundle
from processes.bundle import read as read_bundle
from tests.office import Office
from web.demo import BUNDLE


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return read_bundle(BUNDLE)


def told(town: Office, task_id: str) -> Guidance:
    with town.acting("centre_head.north") as (session, actor, now):
        return guidance(session, actor, task_id, now=now)


def test_a_check_up_left_undone_says_that_the_follow_up_opens(town: Office) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-01-05")
    town.advance("P1D")
    task = town.task(case_id, "checkup")

    (otherwise,) = [each for each in told(town, task.id).otherwise if each.step == CLOSES]

    assert otherwise.on == task.expires_on
    assert "未受診の対応" in [step.name.ja for step in otherwise.then]


def test_no_step_to_come_is_told_as_done(town: Office, shipped: Bundle) -> None:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on="2026-01-05")
    town.advance("P1D")
    town.finish(case_id, "checkup", "absent")
    ends = {
        node.name
        for process in shipped.processes.values()
        for node in process.nodes.values()
        if node.kind == "endEvent"
    }

    seen = []
    for task in town.open_tasks(case_id):
        known = told(town, task.id)
        steps = [*known.follows_done, *(step for one in known.exits for step in one.follows)]
        steps += [step for one in known.otherwise for step in (one.step, *one.then)]
        seen += [step.name.ja for step in steps if step != ENDS]

    assert "センター長へ知らせる" in seen
    assert not ends & set(seen)


def test_work_to_come_names_whose_it_is(town: Office) -> None:
    case_id = town.open_case()

    known = told(town, town.task(case_id, "interview").id)

    assert any(step.lane for one in known.exits for step in one.follows)
