"""What nobody can place goes before a person, at the centre that is nearest to it. Source: D-09.

A message that fits no case or several, or contradicts what is known, becomes a task without a case: somebody says whom
it is about, or that it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import organisation
from engine.access import Actor
from engine.cases.case import Case
from engine.casework import moves
from engine.casework.notified_woman import centre_of_address, centre_of_district
from engine.casework.own_parameters import RECEIVING_CENTRE, in_force
from engine.database import municipality_of
from engine.errors import Rejected
from engine.organisation.places import PlaceNotFound
from engine.workflow import versions
from engine.workflow.message import Inbox, InboxState
from engine.workflow.task import Task, TaskState
from forms.expressions import Value
from forms.sentences import Sentence

NOTICE_PROCESS = "inbound_notice"
UNMATCHED_PROCESS = "unmatched_message"
REASONS: Mapping[str, Sentence] = {
    "no_case": Sentence("当てはまるケースが一つに決まりません", "No single case fits"),
    "other_family": Sentence(
        "ケースと住民番号が別の家庭のものです", "The case and the resident number are of different families"
    ),
    "journey_ended": Sentence("このケースの支援は終わっています", "The support of this case has ended"),
    "no_such_track": Sentence(
        "このケースに、その妊娠・お子さんはありません", "The case has no such pregnancy or child"
    ),
    "no_track": Sentence("当てはまる妊娠・お子さんがありません", "No pregnancy or child fits"),
    "several_tracks": Sentence(
        "どの妊娠・お子さんのことか決まりません", "It may be about several pregnancies or children"
    ),
    "several_pregnancies": Sentence("どの妊娠のことか決まりません", "It may be about several pregnancies"),
    "death_of_whom": Sentence("だれが亡くなったのか書かれていません", "It does not say who died"),
    "death_of_adult": Sentence("大人の死亡の連絡です", "An adult has died"),
    "no_due_date": Sentence("予定日が書かれていません", "It names no due date"),
    "more_children": Sentence("届けられた胎児数より多い出生です", "More children than the pregnancy was notified for"),
    "far_past_term": Sentence(
        "分娩予定日から4週を超えた日の出生です", "Born more than four weeks after the due date known here"
    ),
    "past_school": Sentence("就学している年齢の子です", "The child is of an age to be at school"),
    "contradiction": Sentence("すでに登録されている日と違います", "It contradicts the day known already"),
}
_DISTRICT_KEYS = ("junior_high_district", "district")
_ADDRESS_KEYS = ("address", "present_location_of_child", "new_address")


class NoReception(Rejected):
    """The version in force draws nothing for messages that nobody can place, so that none can be taken in."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a process {UNMATCHED_PROCESS!r} or {NOTICE_PROCESS!r} for a {name}, but got none")


def ask_a_person(
    session: Session, row: Inbox, why: str, *, centre_id: str, now: datetime, actor_id: str | None
) -> list[Task]:
    """Open a task without a case at the centre, on which a person says what becomes of the message.

    Raises NoReception.
    """
    version = versions.load(session, versions.current_id(session))
    row.state = InboxState.NEEDS_PERSON
    facts: dict[str, Value] = {"matched_case_id": row.case_ref, "inbox_id": row.id, "message_name": row.name}
    process = next((name for name in (UNMATCHED_PROCESS, NOTICE_PROCESS) if name in version.bundle.processes), None)
    if process is None:
        raise NoReception(row.name)
    step, knowledge = moves.begun(
        session, version, process, case=None, centre_id=centre_id, now=now, actor_id=actor_id, facts=facts
    )
    step.explain(REASONS[why].ja if why in REASONS else "")
    step.note("message", name=row.name, ref=row.id, details={"why": why})
    moves.finish(step, knowledge)
    return [task for task in step.opened if task.state == TaskState.OPEN]


def centre_for(session: Session, actor: Actor, payload: Mapping[str, Any], case_ids: Sequence[str], *, on: date) -> str:
    """Id of the centre whose people see to it: the case's, that of the district or address told, the sender's counter,
    the one that takes in what has no other place, else the first main centre.

    case_ids: the cases it may be about; if they are of several centres, none of these decides.
    """
    return (
        _centre_of_cases(session, case_ids)
        or _centre_told(session, payload, on)
        or actor.centre_id
        or _receiving_centre(session, on)
        or organisation.centres(session)[0].id
    )


def _centre_of_cases(session: Session, case_ids: Sequence[str]) -> str | None:
    if not case_ids:
        return None
    town = municipality_of(session)
    found = set(session.scalars(select(Case.centre_id).where(Case.municipality_id == town, Case.id.in_(case_ids))))
    return found.pop() if len(found) == 1 else None


def _centre_told(session: Session, payload: Mapping[str, Any], on: date) -> str | None:
    for key in _DISTRICT_KEYS:
        if isinstance(payload.get(key), str) and (named := centre_of_district(session, payload[key], on)):
            return named.id
    for key in _ADDRESS_KEYS:
        if isinstance(payload.get(key), str) and (found := centre_of_address(session, payload[key], on)):
            return found.id
    return None


def _receiving_centre(session: Session, on: date) -> str | None:
    code = in_force(session, RECEIVING_CENTRE, on=on)
    try:
        return organisation.centre_by_code(session, str(code)).id if code else None
    except PlaceNotFound:
        return None
