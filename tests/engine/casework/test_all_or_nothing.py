"""A message that turns out to be unclear on its way into a case leaves nothing of itself in the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import message_handlers
from engine.casework.delivery import Delivery, Unclear
from engine.casework.message_handlers import HANDLERS
from engine.database import Base, transaction
from tests.office import Office

PAYLOADS: dict[str, dict[str, Any]] = {
    "pregnancy_notified": {"due_on": "2026-12-01", "fetus_count": 2},
    "birth_registered": {"children": [{"born_on": "2026-04-05"}, {"born_on": "2026-04-06"}]},
    "pregnancy_lost": {"lost_on": "2026-04-05", "kind": "miscarriage"},
    "died": {"died_on": "2026-04-05", "person": "child"},
    "due_date_corrected": {"due_on": "2026-05-20"},
    "moved_out": {"moved_on": "2026-04-30"},
    "moved_in": {"moved_on": "2026-04-01", "from_municipality": "川口市"},
    "concern_raised": {"summary": "心配な様子"},
    "checkup_result": {"checkup_type": "1m", "nicu": True},
    "consent_withdrawn": {"withdrawn_on": "2026-04-06"},
}
OF_INBOX = {"inbox", "ledger_entry", "ledger_leaf"}  # what is kept of the message itself


def _a_family(office: Office) -> str:
    """One pregnancy under way, one child, one consent."""
    case_id = office.open_case(edd="2026-05-01", fetus_count=2)
    office.send("birth_registered", case_id, born_on="2024-02-05")
    office.finish(case_id, "sharing_consent")
    return case_id


def _written_of(office: Office, case_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the case, table by table."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        found = {}
        for table in Base.metadata.sorted_tables:
            owner = next((table.c[name] for name in ("case_id", "case_ref") if name in table.c), None)
            if owner is not None and table.name not in OF_INBOX:
                rows = session.execute(select(table).where(owner == case_id)).all()
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
        return found


def _half_way(handler: Callable[[Delivery], bool]) -> Callable[[Delivery], bool]:
    def stopped(delivery: Delivery) -> bool:
        handler(delivery)
        delivery.step.session.flush()
        raise Unclear("several_tracks")

    return stopped


def test_every_handler_is_tried() -> None:
    assert PAYLOADS.keys() == HANDLERS.keys()


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_nothing_of_an_unclear_message_stays_in_the_case(
    town: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    case_id = _a_family(town)
    before = _written_of(town, case_id)
    with monkeypatch.context() as stopped:
        stopped.setattr(message_handlers, "HANDLERS", {name: _half_way(HANDLERS[name])})

        receipt = town.send(name, case_id, **PAYLOADS[name])

    assert receipt.status == "needs_person"
    assert _written_of(town, case_id) == before
    assert town.task(None, "match_message").case_id is None


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_the_same_message_taken_whole_leaves_something(town: Office, name: str) -> None:
    """So that the test above cannot pass for want of anything to write."""
    case_id = _a_family(town)
    before = _written_of(town, case_id)

    receipt = town.send(name, case_id, **PAYLOADS[name])

    assert receipt.status in ("delivered", "buffered")
    assert _written_of(town, case_id) != before


def test_of_several_children_none_is_entered_when_one_is_unclear(office: Office) -> None:
    case_id = office.open_case(edd="2026-04-20")
    before = _written_of(office, case_id)

    receipt = office.send("birth_registered", case_id, children=[{"born_on": "2026-04-05"}, {"born_on": "2017-04-05"}])

    assert receipt.status == "needs_person"
    assert _written_of(office, case_id) == before
