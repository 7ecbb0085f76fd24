"""お知らせ about work that stood undone: the newest first, and gone once the work is done."""

from __future__ import annotations

from datetime import date

import pytest

from engine import clock
from engine.casework import notifications, tasks
from engine.casework.notifications import NotificationView, work_told_of
from engine.database import transaction
from engine.workflow import versions
from tests.engine.casework.test_invitations import HEAD, NURSE, a_child
from tests.office import Office


def told(town: Office) -> list[NotificationView]:
    with town.acting(HEAD) as (session, actor, now):
        return notifications.waiting(session, actor, now=now)


def leave(town: Office, case_id: str, element: str, outcome: str) -> None:
    with town.acting(NURSE) as (session, actor, now):
        task = town.task(case_id, element, track="c1")
        tasks.complete_task(session, actor, task.id, outcome=outcome, note="不在", now=now)


def test_a_notice_leaves_the_list_when_the_work_it_is_about_is_done(town: Office) -> None:
    first, second = a_child(town), a_child(town)
    town.advance(to=date(2026, 7, 6))
    leave(town, first, "checkup", "absent")
    town.advance(to=date(2026, 7, 7))
    leave(town, second, "checkup", "absent")
    town.advance(to=date(2026, 7, 10))

    late = [each.case_id for each in told(town) if each.kind == "no_show_visit_overdue"]
    leave(town, second, "no_show_visit", "absent")
    still = [each.case_id for each in told(town) if each.kind == "no_show_visit_overdue"]

    assert late == [second, first]
    assert still == [first]


@pytest.mark.parametrize(
    ("step", "work"),
    [
        ("センター長へ知らせる", {"no_show_visit"}),
        (
            "会えていないことを知らせる",
            {"first_phone", "no_show_visit", "affiliation_check", "repeat_no_show_visit", "infant_visit"},
        ),
        ("転出の届出の確認を頼む", set()),
        ("担当センターへ知らせる", set()),
    ],
)
def test_only_notices_that_timers_on_work_give_are_about_that_work(town: Office, step: str, work: set[str]) -> None:
    with transaction(town.engine, read_only=True, municipality_id=town.town) as session:
        assert clock.now(session)
        bundle = versions.load(session, versions.current_id(session)).bundle

        assert work_told_of(bundle, step) == work
