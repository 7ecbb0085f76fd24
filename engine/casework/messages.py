"""Messages from outside: received once, matched exactly, or put before a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, Allowed, Hidden, MessageSubject, policy
from engine.access import load as load_standing
from engine.cases import family
from engine.cases.case import Case, CaseState
from engine.cases.facts import typed
from engine.cases.search_key import resident_key
from engine.casework import moves, reception
from engine.casework.delivery import Delivery, Unclear
from engine.casework.message_handlers import settle, take
from engine.casework.message_payload import check, check_envelope, normalised
from engine.casework.reception import NOTICE_PROCESS
from engine.casework.viewing import visitor
from engine.casework.views import Receipt
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import Rejected
from engine.workflow import instance as instances
from engine.workflow import message as inbox_rows
from engine.workflow import versions
from engine.workflow.message import Inbox, InboxState
from forms.expressions import Value
from processes.vocabulary import MESSAGES

NOTICE = "notice_received"


class MessageUnknown(Rejected):
    """No message of this name is accepted from outside."""

    code = "unknown_message"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a message name of the vocabulary, but got {name[:60]!r}")


def receive(
    session: Session,
    actor: Actor,
    *,
    name: str,
    message_id: str,
    correlation: Mapping[str, Any],
    payload: Mapping[str, Any],
    now: datetime,
) -> Receipt:
    """Take in one message; the same id from the same sender a second time changes nothing.

    correlation: `case_id` or `resident_id`, and `track_id` where it means one pregnancy or child.
    The receipt names the case only to who may see it. Raises MessageUnknown, AnswersRejected (payload), Forbidden.
    """
    policy.require(load_standing(session, actor, on=jst_day(now)), Action.SEND_MESSAGE, MessageSubject(name))
    if name not in MESSAGES or MESSAGES[name].internal:
        raise MessageUnknown(name)
    check_envelope(message_id, correlation)
    known = inbox_rows.earlier(session, actor.staff_id, message_id)
    if known is not None:
        return _receipt(session, actor, known, "duplicate", now)
    check(name, payload, _fact_types(session), on=jst_day(now))
    case, unmatched = _matching_case(session, correlation)
    if case is not None and not _may_tell(session, actor, name, case, now):
        case = None
    row = Inbox(
        sender=actor.staff_id,
        message_id=message_id,
        name=name,
        correlation=dict(correlation),
        payload=dict(payload),
        state=InboxState.NEEDS_PERSON,
        case_ref=case.id if case else None,
        track_id=_text(correlation.get("track_id")),
        received_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same message, a moment earlier, in another transaction that has just committed
        known = inbox_rows.earlier(session, actor.staff_id, message_id)
        if known is None:
            raise
        return _receipt(session, actor, known, "duplicate", now)
    if name == NOTICE and NOTICE_PROCESS in versions.load(session, versions.current_id(session)).bundle.processes:
        _take_notice(session, actor, row, case, now)
    elif case is None or name == NOTICE:
        _ask_a_person(session, actor, row, unmatched, now)
    else:
        _bring_to(session, actor, row, case, now)
    audit.record(
        session,
        "message.received",
        by=actor.staff_id,
        about=row.case_ref,
        now=now,
        details={"inbox": row.id, "name": name},
    )
    session.flush()
    return _receipt(session, actor, row, str(row.state), now)


def _fact_types(session: Session) -> Mapping[str, str]:
    return versions.load(session, versions.current_id(session)).fact_types


def _may_tell(session: Session, actor: Actor, name: str, case: Case, now: datetime) -> bool:
    """Raises Forbidden. False for a family the sender may not even know of: a person sees to it, and nothing shows."""
    standing = visitor(session, actor, case.id, on=jst_day(now))
    try:
        policy.require(standing, Action.SEND_MESSAGE, MessageSubject(name))
    except Hidden:
        return False
    return True


def _receipt(session: Session, actor: Actor, row: Inbox, status: str, now: datetime) -> Receipt:
    """The case is named to who named it, to the registry of the town, and to who may see it."""
    if row.case_ref is None:
        return Receipt(row.id, status, None)
    standing = visitor(session, actor, row.case_ref, on=jst_day(now))
    told = (
        row.case_ref == row.correlation.get("case_id")
        or any(post.role == policy.REGISTER_ROLE and post.partner_id is None for post in actor.posts)
        or isinstance(policy.decide(standing, Action.VIEW_CASE), Allowed)
    )
    return Receipt(row.id, status, row.case_ref if told else None)


def _matching_case(session: Session, correlation: Mapping[str, Any]) -> tuple[Case | None, str]:
    """The one open case meant, or why there is none: none fits, several do, or its parts name different families."""
    town, case_id, resident_id = municipality_of(session), correlation.get("case_id"), correlation.get("resident_id")
    if case_id:
        case = session.get(Case, (town, str(case_id)))
        if case is None or case.state != CaseState.OPEN:
            return None, "no_case"
        if resident_id and family.is_of_others(session, resident_key(str(resident_id)), case.id):
            return None, "other_family"
        return case, ""
    if resident_id:
        found = family.cases_of_resident(session, resident_key(str(resident_id)))
        return (session.get(Case, (town, found[0])) if len(found) == 1 else None), "no_case"
    return None, "no_case"


def _bring_to(session: Session, actor: Actor, row: Inbox, case: Case, now: datetime) -> None:
    """Deliver to the case's journey; keep it in the buffer or before a person if it cannot be."""
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case.id, version.bundle.journey)
    if journey is None:
        _ask_a_person(session, actor, row, "journey_ended", now)
        return
    try:
        with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, knowledge):
            step.note("message", track=row.track_id, name=row.name, ref=row.id, details={"name": row.name})
            payload = normalised(row.name, row.payload, knowledge.version.fact_types)
            delivery = Delivery(step, knowledge, row.name, row.track_id, payload, inbox_id=row.id)
            settle(row, delivery, taken=take(delivery))
    except Unclear as unclear:
        _ask_a_person(session, actor, row, unclear.why, now)


def _ask_a_person(session: Session, actor: Actor, row: Inbox, why: str, now: datetime) -> None:
    centre = reception.centre_for(session, actor, row.payload, _meant(session, row), on=jst_day(now))
    reception.ask_a_person(session, row, why, centre_id=centre, now=now, actor_id=actor.staff_id)


def _meant(session: Session, row: Inbox) -> Sequence[str]:
    """The cases the message may be about: the one found, else all of the resident it names."""
    if row.case_ref is not None:
        return [row.case_ref]
    if row.correlation.get("case_id"):
        return [str(row.correlation["case_id"])]
    resident_id = row.correlation.get("resident_id")
    return family.cases_of_resident(session, resident_key(str(resident_id))) if resident_id else []


def _take_notice(session: Session, actor: Actor, row: Inbox, case: Case | None, now: datetime) -> None:
    """A notice from another authority is an instance of its own: an exact match is proposed, a person confirms it."""
    version = versions.load(session, versions.current_id(session))
    declared = version.fact_types
    facts: dict[str, Value] = {
        "matched_case_id": case.id if case else None,
        "inbox_id": row.id,
        "message_name": row.name,
        "notice_received_at": now,
    }
    for key, value in normalised(row.name, row.payload, declared).items():
        if key in declared and key not in facts:
            facts[key] = typed(value, declared[key])
    centre = reception.centre_for(session, actor, row.payload, _meant(session, row), on=jst_day(now))
    step, knowledge = moves.begun(
        session, version, NOTICE_PROCESS, case=None, centre_id=centre, now=now, actor_id=actor.staff_id, facts=facts
    )
    step.note("message", name=row.name, ref=row.id, details={"proposed": case.id if case else None})
    waiting = step.run.catches(NOTICE)
    if waiting:
        step.catch(waiting[0].key, name=NOTICE)
    moves.finish(step, knowledge)
    row.state = InboxState.DELIVERED if case else InboxState.NEEDS_PERSON


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None
