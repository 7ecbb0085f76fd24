"""Timers of families: computed from facts, moved with them, fired once, silent while a fact is missing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from engine.cases import submission as submissions
from engine.cases.facts import FactSheet
from engine.casework import due_work, records
from engine.clock import JST, jst_day, jst_midnight
from engine.database import transaction
from engine.workflow.event import Event
from engine.workflow.timer import Timer
from tests.office import Office

LETTER = "late_letter_time"  # in the 28th week: 84 days before the due date
DUE = date(2026, 11, 9)


def due_at(office: Office, case_id: str, element: str = LETTER) -> datetime | None:
    """When the one timer of this element fires."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        return session.scalars(select(Timer.due_at).where(Timer.case_ref == case_id, Timer.element == element)).one()


def waits(office: Office, case_id: str, element: str = LETTER) -> bool:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = session.scalars(select(Timer.id).where(Timer.case_ref == case_id, Timer.element == element)).all()
    return bool(found)


def letters_asked(office: Office, case_id: str) -> int:
    """How often the questionnaire of late pregnancy became work."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        opened = select(Event.id).where(
            Event.case_ref == case_id, Event.kind == "task_opened", Event.element == "letter_reply"
        )
        return len(session.scalars(opened).all())


def forget_due_day(office: Office, case_id: str) -> None:
    with transaction(office.engine, municipality_id=office.town) as session:
        sheet = session.scalars(select(FactSheet).where(FactSheet.case_id == case_id, FactSheet.track_id == "p1")).one()
        sheet.facts = {name: value for name, value in sheet.facts.items() if name != "due_on"}


def test_a_due_day_corrected_before_it_came_moves_the_timer_and_only_the_new_day_counts(office: Office) -> None:
    case_id = office.open_case(edd=DUE.isoformat())
    assert due_at(office, case_id) == jst_midnight(date(2026, 8, 17))

    office.send("due_date_corrected", case_id, due_on="2026-11-29")
    assert due_at(office, case_id) == jst_midnight(date(2026, 9, 6))
    office.advance(to=date(2026, 9, 5))
    assert letters_asked(office, case_id) == 0
    office.advance(to=date(2026, 9, 6))

    assert letters_asked(office, case_id) == 1


def test_a_timer_moved_into_the_past_fires_at_once_and_once(office: Office) -> None:
    case_id = office.open_case(edd=DUE.isoformat())
    office.advance(to=date(2026, 7, 1))

    office.send("due_date_corrected", case_id, due_on="2026-09-10")
    assert due_at(office, case_id) == jst_midnight(date(2026, 6, 18))
    first, second = due_work.run_due(office.engine), due_work.run_due(office.engine)
    office.advance(to=date(2026, 7, 10))

    assert (first.timers, second.timers) == (1, 0)
    assert letters_asked(office, case_id) == 1
    assert office.task(case_id, "letter_reply").opened_at == datetime(2026, 7, 1, 9, tzinfo=JST)


def test_a_due_day_corrected_after_the_timer_fired_does_not_fire_it_again(town: Office) -> None:
    case_id = town.open_case(edd=DUE.isoformat())
    town.advance(to=date(2026, 8, 17))

    town.send("due_date_corrected", case_id, due_on="2026-11-29")
    town.advance(to=date(2026, 9, 10))

    assert letters_asked(town, case_id) == 1
    assert not waits(town, case_id)


def test_while_a_fact_is_missing_the_timer_waits_for_no_day_and_takes_one_when_it_is_known(office: Office) -> None:
    case_id = office.open_case(edd=DUE.isoformat())
    forget_due_day(office, case_id)
    office.finish(case_id, "sharing_consent")

    assert waits(office, case_id)
    assert due_at(office, case_id) is None
    office.advance(to=date(2026, 9, 1))
    assert letters_asked(office, case_id) == 0
    office.send("due_date_corrected", case_id, due_on="2026-12-31")

    assert due_at(office, case_id) == jst_midnight(date(2026, 10, 8))


def invitations(office: Office, case_id: str) -> list[date]:
    """The days on which the child's check-ups will be announced, soonest first."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = session.scalars(select(Timer.due_at).where(Timer.case_ref == case_id, Timer.element == "invite_time"))
        return sorted(jst_day(due) for due in found if due is not None)


def test_a_corrected_birthday_moves_the_mothers_questionnaire(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    office.finish(case_id, "birth_notification", born_on="2026-04-05")
    assert due_at(office, case_id, "epds_time") == jst_midnight(date(2026, 4, 19))

    office.send("birth_registered", case_id, born_on="2026-04-03", track_id="c1")
    office.finish(None, "match_message", decision="attach", matched_case_id=office.show(case_id).number)

    assert due_at(office, case_id, "epds_time") == jst_midnight(date(2026, 4, 17))


def test_a_corrected_birthday_moves_the_invitation_to_every_check_up(office: Office) -> None:
    case_id = office.open_case()
    office.send("birth_registered", case_id, born_on="2026-04-05")
    office.finish(case_id, "birth_notification", born_on="2026-04-05")
    before = invitations(office, case_id)

    with office.acting("centre_head.north") as (session, actor, now):
        card = next(
            one
            for one in submissions.of_case(session, case_id, before=None, limit=20)
            if one.form == "birth_notification"
        )
        answers = {**card.answers, "born_on": "2026-03-25"}
        records.record_submission(
            session, actor, case_id, form="birth_notification", answers=answers, corrects=card.id, now=now
        )

    assert len(before) == 4
    *first, five = zip(before, invitations(office, case_id), strict=True)
    assert [(day.day, moved.day, day > moved) for day, moved in first] == [(5, 25, True)] * 3
    assert five[0].year - five[1].year == 1  # born before 1 April: a school year earlier
