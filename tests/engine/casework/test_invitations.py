"""Invitations to check-ups: the first session with room in the child's span of days; changed, or called off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.policy import Forbidden
from engine.cases.letter import Letter
from engine.casework import checkup_sessions, invitations, post, tasks, unclosed
from engine.casework.checkup_sessions import SessionView
from engine.database import transaction
from engine.errors import NotPermitted
from forms.compiler import AnswersRejected
from tests.engine.casework.serving import served
from tests.office import Office

HEAD, NURSE, CLERK = "centre_head.north", "public_health_nurse.north", "counter_clerk.north"
SPAN = {"kind": "3_4m", "opens_on": date(2026, 7, 5), "closes_on": date(2026, 11, 5)}
PLANNED = {
    "centre": "north",
    "kind": "3_4m",
    "days": "2026-07-14\n2026-08-11",
    "reception_from": "13:00",
    "reception_until": "13:45",
    "place": "北保健センター",
    "capacity": "",
}


def plan(office: Office, *, by: str = HEAD, **changes: str) -> int:
    with office.acting(by) as (session, actor, now):
        return checkup_sessions.enter(session, actor, {**PLANNED, **changes}, now=now)


def planned(office: Office, *, by: str = HEAD) -> list[SessionView]:
    with office.acting(by) as (session, actor, now):
        return checkup_sessions.planned(session, actor, now=now)


def a_child(office: Office, **answers: Any) -> str:
    case_id = office.open_case(**answers)
    office.send("birth_registered", case_id, born_on="2026-04-05")
    return case_id


def invite(office: Office, case_id: str, **changes: Any) -> None:
    served(office, case_id, "invite_to_checkup", track="c1", **{**SPAN, **changes})


def days_invited_to(office: Office, case_id: str) -> list[date | None]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        letters = session.scalars(select(Letter).where(Letter.case_id == case_id, Letter.kind == "3_4m")).all()
        held = invitations.of_cases(session, [case_id])
        return [
            held[letter.case_id, letter.track_id, letter.kind].session.day if letter.session_id else None
            for letter in letters
        ]


def test_the_first_session_in_the_childs_span_is_chosen(town: Office) -> None:
    plan(town, days="2026-07-04、2026-07-14、2026-08-11")
    family = a_child(town)

    invite(town, family)

    assert days_invited_to(town, family) == [date(2026, 7, 14)]


@pytest.mark.parametrize("days", ["2026-07-04", "2026-11-05"], ids=["too early", "too late"])
def test_outside_the_span_nothing_is_chosen(town: Office, days: str) -> None:
    plan(town, days=days)
    family = a_child(town)

    invite(town, family)

    assert days_invited_to(town, family) == [None]


def test_a_full_session_sends_the_next_child_to_the_following_one(town: Office) -> None:
    plan(town, capacity="1")
    first, second, third = (a_child(town) for _ in range(3))

    for family in (first, second, third):
        invite(town, family)

    assert [days_invited_to(town, family) for family in (first, second, third)] == [
        [date(2026, 7, 14)],
        [date(2026, 8, 11)],
        [None],
    ]


def test_another_kind_or_another_centre_is_no_place_for_the_child(town: Office) -> None:
    plan(town, kind="1y6m")
    plan(town, by="centre_head.south", centre="south")
    family = a_child(town)

    invite(town, family)

    assert days_invited_to(town, family) == [None]


def test_a_sub_centre_without_sessions_sends_its_families_to_the_main_centre(town: Office) -> None:
    plan(town)
    family = a_child(town, junior_high_district="north2")

    invite(town, family)

    assert town.show(family).centre == "north2"
    assert days_invited_to(town, family) == [date(2026, 7, 14)]


def test_after_a_death_no_place_is_taken(town: Office) -> None:
    plan(town, capacity="1")
    family = a_child(town)
    town.send("died", family, track_id="c1")

    invite(town, family)

    assert days_invited_to(town, family) == [None]
    assert [each.invited for each in planned(town)] == [0, 0]


def test_sessions_planned_late_give_waiting_invitations_their_day(town: Office) -> None:
    family = a_child(town)
    invite(town, family)

    assert plan(town) == 1
    assert days_invited_to(town, family) == [date(2026, 7, 14)]


def test_a_session_called_off_moves_letters_not_posted_and_names_who_was_told(town: Office) -> None:
    plan(town)
    waiting, told = a_child(town), a_child(town)
    for family in (waiting, told):
        invite(town, family)
    with town.acting(CLERK) as (session, actor, now):
        letter = next(each for each in post.waiting(session, actor, now=now) if each.case_id == told and each.session)
        post.tick_off(session, actor, letter.id, now=now)
    first = planned(town)[0]

    with town.acting(HEAD) as (session, actor, now):
        to_tell = checkup_sessions.call_off(session, actor, first.id, now=now)

    assert [(each.case_id, each.told) for each in to_tell] == [(told, True)]
    assert days_invited_to(town, waiting) == [date(2026, 8, 11)]
    assert [each.called_off for each in planned(town)] == [True, False]


def test_the_family_changes_to_another_day(town: Office) -> None:
    plan(town)
    plan(town, days="2026-11-10")
    family = a_child(town)
    invite(town, family)
    first, second, beyond = planned(town)

    with town.acting(CLERK) as (session, actor, now):
        (letter,) = [each for each in post.waiting(session, actor, now=now) if each.invites]
        assert [each.id for each in post.sheet(session, actor, letter.id, now=now).other_days] == [second.id]
        checkup_sessions.change_day(session, actor, letter.id, second.id, now=now)

    assert days_invited_to(town, family) == [second.day]
    for refused in (second.id, beyond.id, "nowhere"):
        with town.acting(CLERK) as (session, actor, now), pytest.raises(invitations.SessionUnknown):
            checkup_sessions.change_day(session, actor, letter.id, refused, now=now)
    assert first.invited == 1


def test_nobody_changes_to_a_day_that_is_full(town: Office) -> None:
    plan(town, capacity="1")
    families = [a_child(town), a_child(town)]
    for family in families:
        invite(town, family)

    full = planned(town)[0]

    with town.acting(CLERK) as (session, actor, now):
        letter = next(
            each for each in post.waiting(session, actor, now=now) if each.case_id == families[1] and each.session
        )
        with pytest.raises(invitations.SessionTaken):
            checkup_sessions.change_day(session, actor, letter.id, full.id, now=now)


def test_a_letter_posted_before_is_printed_as_reissued_and_not_after_a_death(town: Office) -> None:
    plan(town)
    family = a_child(town)
    invite(town, family)
    with town.acting(CLERK) as (session, actor, now):
        (letter,) = [each for each in post.waiting(session, actor, now=now) if each.session]
        first = post.sheet(session, actor, letter.id, now=now)
        post.tick_off(session, actor, letter.id, now=now)
    with town.acting(CLERK) as (session, actor, now):
        again = post.sheet(session, actor, letter.id, now=now)
        lately = post.sent_lately(session, actor, now=now)

    assert (first.reissued, again.reissued) == (False, True)
    assert letter.id in [each.id for each in lately]

    town.send("died", family, track_id="c1")
    with town.acting(CLERK) as (session, actor, now):
        assert letter.id not in [each.id for each in post.sent_lately(session, actor, now=now)]
        assert letter.id not in [each.id for each in post.of_case(session, actor, family, now=now)]
        with pytest.raises(post.OutboxUnknown):
            post.sheet(session, actor, letter.id, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "2y_dental"}, "kind"),
        ({"days": ""}, "days"),
        ({"days": "2026-04-05"}, "days"),
        ({"days": "令和99年1月1日"}, "days"),
        ({"reception_from": "25:00"}, "reception_from"),
        ({"reception_until": "12:59"}, "reception_until"),
        ({"place": " "}, "place"),
        ({"place": "北" * 101}, "place"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "二"}, "capacity"),
        ({"capacity": "1000"}, "capacity"),
    ],
)
def test_what_cannot_be_planned_is_refused_where_it_stands(
    town: Office, changes: Mapping[str, str], field: str
) -> None:
    with pytest.raises(AnswersRejected) as refused:
        plan(town, **changes)

    assert set(refused.value.errors) == {field}
    assert planned(town) == []


def test_the_same_hour_is_planned_once(town: Office) -> None:
    plan(town)

    with pytest.raises(AnswersRejected) as refused:
        plan(town, days="2026-08-11")

    assert set(refused.value.errors) == {"days"}
    assert len(planned(town)) == 2


def test_full_width_and_wareki_are_taken(town: Office) -> None:
    plan(town, days="R8.7.14", reception_from="１３時００分", capacity="３０")

    (each,) = planned(town)
    assert (each.day, each.reception_from, each.capacity) == (date(2026, 7, 14), "13:00", 30)


@pytest.mark.parametrize("login", [CLERK, "centre_head.south", "process_designer.north", "nursery_teacher.nursery"])
def test_others_plan_no_session_here(town: Office, login: str) -> None:
    with pytest.raises((Forbidden, NotPermitted)):
        plan(town, by=login)


def test_the_town_has_its_own_words_for_what_to_bring(town: Office) -> None:
    with town.acting(NURSE) as (session, actor, now):
        checkup_sessions.set_bring(session, actor, "3y", " 母子健康手帳 \n\n尿", "Handbook\nUrine", now=now)
    with town.acting(NURSE) as (session, actor, now):
        assert checkup_sessions.bring(session, "3y") == ("母子健康手帳\n尿", "Handbook\nUrine")
        assert checkup_sessions.bring(session, "5y") is None
        with pytest.raises(AnswersRejected) as refused:
            checkup_sessions.set_bring(session, actor, "3y", "母子健康手帳", "", now=now)
        assert set(refused.value.errors) == {"bring_en"}
        checkup_sessions.set_bring(session, actor, "3y", "", "", now=now)
        session.flush()
        assert checkup_sessions.bring(session, "3y") is None


def test_the_check_up_of_an_invited_child_is_due_on_its_session_wherever_that_moves(town: Office) -> None:
    plan(town, days="2026-07-14\n2026-08-11")
    family = a_child(town)
    town.advance(to=date(2026, 7, 6))
    first, second = planned(town)
    assert town.task(family, "checkup", track="c1").due_on == first.day

    with town.acting(CLERK) as (session, actor, now):
        (letter,) = [each for each in post.waiting(session, actor, now=now) if each.invites]
        checkup_sessions.change_day(session, actor, letter.id, second.id, now=now)
    moved = town.task(family, "checkup", track="c1").due_on
    with town.acting(HEAD) as (session, actor, now):
        checkup_sessions.call_off(session, actor, second.id, now=now)
    back = town.task(family, "checkup", track="c1").due_on
    with town.acting(HEAD) as (session, actor, now):
        checkup_sessions.call_off(session, actor, first.id, now=now)

    assert (moved, back) == (second.day, first.day)
    assert town.task(family, "checkup", track="c1").due_on == date(2026, 9, 5)
    plan(town, days="2026-08-18")
    assert town.task(family, "checkup", track="c1").due_on == date(2026, 8, 18)


def test_a_check_up_put_off_after_its_session_is_no_longer_due_on_it(town: Office) -> None:
    plan(town, days="2026-07-14")
    family = a_child(town)
    town.advance(to=date(2026, 7, 15))
    missed = town.task(family, "checkup", track="c1")

    with town.acting(NURSE) as (session, actor, now):
        (past,) = unclosed.of_lanes(session, actor, now=now)
        tasks.complete_task(session, actor, missed.id, outcome="postponed", note="熱", now=now)
        after = unclosed.of_lanes(session, actor, now=now)

    assert (past.day, past.kind, past.children) == (date(2026, 7, 14), "3_4m", 1)
    assert after == []
    assert town.task(family, "checkup", track="c1").due_on == date(2026, 9, 5)


def test_looking_ahead_at_what_a_no_show_opens_changes_nothing(town: Office) -> None:
    family = a_child(town)
    town.advance(to=date(2026, 7, 6))
    checkup = town.task(family, "checkup", track="c1")

    with town.acting(NURSE) as (session, actor, now):
        (visit,) = tasks.foresee(session, actor, checkup.id, outcome="absent", note="来ない", now=now)

    assert (visit.element, visit.due_on) == ("no_show_visit", date(2026, 7, 7))
    assert town.task(family, "checkup", track="c1").id == checkup.id
    assert town.open_tasks(family, element="no_show_visit") == []
