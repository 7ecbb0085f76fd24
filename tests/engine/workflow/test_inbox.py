"""The buffer of messages: kept until the case waits for them, then delivered once, the oldest first, to one place."""

from __future__ import annotations

from sqlalchemy import select

from engine.database import transaction
from engine.workflow.message import Inbox
from tests.office import Office


def states(office: Office, *message_ids: str) -> list[str]:
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        rows = session.execute(select(Inbox.message_id, Inbox.state).where(Inbox.message_id.in_(message_ids)))
        known = {row.message_id: row.state for row in rows}
    return [known[each] for each in message_ids]


def in_review(office: Office) -> str:
    """A family whose journey only waits for its final review: it takes in no message until that is done."""
    case_id = office.open_case()
    office.send("pregnancy_lost", case_id)
    office.finish(case_id, "loss_record")
    office.finish(case_id, "grief_contact")
    return case_id


def test_a_message_that_comes_too_early_is_kept_and_a_repeat_of_it_changes_nothing(office: Office) -> None:
    case_id = in_review(office)

    first = office.send("moved_out", case_id, message_id="early", moved_on="2026-04-30")
    again = office.send("moved_out", case_id, message_id="early", moved_on="2026-04-30")

    assert (first.status, again.status) == ("buffered", "duplicate")
    assert (again.inbox_id, states(office, "early")) == (first.inbox_id, ["buffered"])
    assert office.open_tasks(case_id, element="move_handover") == []


def test_what_was_kept_is_delivered_once_when_the_case_comes_to_wait_for_it(office: Office) -> None:
    case_id = in_review(office)
    office.send("moved_out", case_id, message_id="early", moved_on="2026-04-30")

    office.finish(case_id, "final_review", closing="keep")

    assert states(office, "early") == ["delivered"]
    assert len(office.open_tasks(case_id, element="move_handover")) == 1


def test_messages_of_other_cases_and_tracks_are_not_touched(town: Office) -> None:
    case_id, other = in_review(town), in_review(town)
    town.send("moved_out", other, message_id="others", moved_on="2026-04-30")

    town.finish(case_id, "final_review", closing="keep")

    assert states(town, "others") == ["buffered"]
    assert town.open_tasks(case_id, element="move_handover") == []


def test_of_two_children_only_the_one_named_is_told(town: Office) -> None:
    case_id = town.open_case(fetus_count=2)
    for born in ("2026-04-04", "2026-04-05"):
        town.send("birth_registered", case_id, born_on=born)
    before = [task.id for task in town.open_tasks(case_id) if task.track_id == "c1"]

    town.send("died", case_id, track_id="c2")

    assert before
    assert [task.id for task in town.open_tasks(case_id) if task.track_id == "c1"] == before
    states_of = {child.track_id: child.state for child in town.show(case_id).children}
    assert (states_of["c1"], states_of["c2"]) != ("open", "open")
    assert states_of["c1"] == "open"
