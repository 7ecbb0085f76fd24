"""Facts of which the first known value stays: another one is put before a person, who says which counts.

A correction that names what it corrects is no contradiction. Nor is what a person has confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.cases.facts import stored
from engine.casework import reception
from engine.casework.knowledge import CaseKnowledge
from engine.database import new_id
from engine.workflow.message import Inbox, InboxState
from forms.expressions import Value

CONTRADICTION = "contradiction"
FIRST_STAYS: Mapping[str, str] = {"born_on": "birth_registered"}  # fact -> the message that tells of it


def contradicts(knowledge: CaseKnowledge, track: str | None, name: str, value: Value) -> bool:
    """Whether another value of a fact that stays is known already."""
    known = knowledge.facts(track).get(name)
    return name in FIRST_STAYS and value is not None and known is not None and known != value


def keep_first(knowledge: CaseKnowledge, track: str | None, facts: Mapping[str, Value]) -> Mapping[str, Value]:
    """The facts without those that contradict what is known; each of these becomes a task for a person."""
    told = [name for name, value in facts.items() if contradicts(knowledge, track, name, value)]
    if knowledge.case is None or not told:
        return facts
    for name in told:
        _ask(knowledge, track, name, facts[name])
    return {name: value for name, value in facts.items() if name not in told}


def _ask(knowledge: CaseKnowledge, track: str | None, name: str, value: Value) -> None:
    row = Inbox(
        sender=knowledge.actor_id or "",
        message_id=new_id(),
        name=FIRST_STAYS[name],
        correlation={"case_id": knowledge.owner_id, "track_id": track},
        payload={name: stored(value)},
        state=InboxState.NEEDS_PERSON,
        case_ref=knowledge.owner_id,
        track_id=track,
        received_at=knowledge.now,
    )
    knowledge.session.add(row)
    knowledge.asked += reception.ask_a_person(
        knowledge.session,
        row,
        CONTRADICTION,
        centre_id=knowledge.centre_id(),
        now=knowledge.now,
        actor_id=knowledge.actor_id,
    )
