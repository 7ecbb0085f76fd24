"""The case as a story: which check-up and which child each line is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework import history, tasks
from tests.office import Office

CHECKUPS = {"3〜4か月児健診", "1歳6か月児健診", "3歳児健診", "5歳児健診"}


@pytest.fixture
def family(town: Office) -> str:
    case_id = town.open_case()
    town.send("birth_registered", case_id, born_on=town.today.isoformat())
    return case_id


def test_what_will_happen_by_itself_says_which_check_up(town: Office, family: str) -> None:
    with town.acting("centre_head.north") as (session, head, now):
        coming = history.upcoming(session, head, family, now=now)

    invitations = [each for each in coming if each.process == "child_checkup"]
    assert {each.which.ja for each in invitations if each.which} == CHECKUPS
    assert len(invitations) == len(CHECKUPS)


def test_the_story_says_which_check_up_was_invited_to_and_which_is_done(town: Office, family: str) -> None:
    town.advance(to=town.today + timedelta(days=110))
    town.finish_task(town.task(family, "checkup"))

    with town.acting("centre_head.north") as (session, head, now):
        lines = [line.text_ja for line in history.timeline(session, head, family, limit=100, now=now).items]
        english = [line.text_en for line in history.timeline(session, head, family, limit=100, now=now).items]

    assert "予定の日になりました（案内の時期（3〜4か月児健診））" in lines
    assert "「3〜4か月児健診」が始まりました" in lines
    assert "「3〜4か月児健診」を終えました" in lines
    assert "“3–4-month check-up” was finished" in english


def test_work_after_a_missed_check_up_says_which_one_was_missed(town: Office, family: str) -> None:
    town.advance(to=town.today + timedelta(days=110))
    town.finish_task(town.task(family, "checkup"), outcome="absent", note="来なかった")

    with town.acting("centre_head.north") as (session, head, now):
        work = tasks.worklist(session, head, case_id=family, now=now).items

    after = {each.after.ja for each in work if each.process == "no_show_followup" and each.after}
    assert after == {"3〜4か月児健診"}


def test_one_diagram_of_several_check_ups_says_which_waits_where(town: Office, family: str) -> None:
    town.advance(to=town.today + timedelta(days=110))

    with town.acting("centre_head.north") as (session, head, now):
        shown = next(
            each for each in history.diagrams(session, head, family, now=now) if each.process == "child_checkup"
        )

    here = {step.element: {token.which.ja for token in step.here if token.which} for step in shown.steps if step.here}
    assert here["checkup"] == {"3〜4か月児健診"}
    assert here["invite_time"] == CHECKUPS - {"3〜4か月児健診"}
    order = [step.element for step in shown.steps if step.element in here]
    assert order == ["invite_time", *(element for element in order if element != "invite_time")]


@pytest.mark.parametrize(
    ("track", "said"),
    [("p1", "妊娠期の支援を終えました"), ("c1", "この子の支援を終えました")],
    ids=["pregnancy", "child"],
)
def test_the_end_of_a_track_says_whose_support_ended(town: Office, family: str, track: str, said: str) -> None:
    name = {"p1": "pregnancy_lost", "c1": "died"}[track]
    case_id = town.open_case() if track == "p1" else family
    town.send(name, case_id, track_id=track)
    for _ in range(6):
        for task in town.open_tasks(case_id):
            if task.track_id == track:
                town.finish_task(task)

    with town.acting("centre_head.north") as (session, head, now):
        lines = history.timeline(session, head, case_id, limit=100, now=now).items

    assert said in [line.text_ja for line in lines if line.track_id == track]
