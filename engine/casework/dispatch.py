"""Sending what the outbox holds, once the step that wrote it stands: at least once, never lost, never to a guess.

Within the house it is delivered in one transaction: to the people of a role, to an agency whose people sign in, to
another process of the same case. An agency reached over a channel (`Channels`, handed down from above) is tried with
growing pauses; the parcel's key is the same at every attempt, so that the receiver knows a repeat. Whatever has no
such way, no certain addressee, or failed too often, is left to a person, who prints and sends it (`casework.post`).
Source: actors.md section 3 rule 4.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from engine import clock, organisation
from engine.cases.consent import Disclosure
from engine.cases.notification import Notification
from engine.casework import moves
from engine.clock import jst_day
from engine.database import municipality_of, transaction
from engine.organisation import Partner
from engine.organisation.staff import Staff, StaffRole
from engine.workflow import instance as instances
from engine.workflow import message as messages
from engine.workflow.message import Inbox, InboxState, Outbox, OutboxState

BATCH = 50
SEND_BY_HAND = "send_by_hand"
POSTERS = "counter_clerk"  # the role that prints and sends what nobody else can
ROLES: Mapping[str, str] = {
    "benefit_check": "benefit_clerk",
    "benefit_cancelled": "benefit_clerk",
    "council_registration": "ytk_coordinator",
}
AGENCIES: Mapping[str, str] = {"cgc_notification": "cgc"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel carries to an agency. key: the same at every attempt. partner: the agency's code."""

    key: str
    kind: str
    partner: str
    case_id: str | None
    payload: Mapping[str, Any]


Channel = Callable[[Parcel], object]  # raises where the parcel could not be handed over
Channels = Mapping[str, Channel]  # agency's code -> its channel


def send_due(engine: Engine, town: str, channels: Channels, given_up: set[str]) -> int:
    """Send everything that is due now. How much left the outbox; `given_up` collects what failed in this round."""
    done = 0
    while True:
        with transaction(engine, read_only=True, municipality_id=town) as session:
            found = messages.to_send(session, clock.now(session), limit=BATCH + len(given_up))
        waiting = [outbox_id for outbox_id in found if outbox_id not in given_up]
        if not waiting:
            return done
        for outbox_id in waiting:
            if _send(engine, town, outbox_id, channels):
                done += 1
            else:
                given_up.add(outbox_id)


def _send(engine: Engine, town: str, outbox_id: str, channels: Channels) -> bool:
    """Send one; whether it left the outbox. A failure is counted and tried again later."""
    try:
        with transaction(engine, municipality_id=town) as session:
            now = clock.now(session)
            row = messages.outgoing(session, outbox_id, lock=True)
            if not row.is_due(now):
                return False  # another worker was quicker
            parcel = _deliver(session, row, channels, now)
            if parcel is None:
                return True
            row.begin_attempt(now)
        channels[parcel.partner](parcel)
    except Exception as error:  # a channel is foreign code; whatever it raises, the parcel waits for its next attempt
        log.warning("sending failed: %s", type(error).__name__, extra={"outbox": outbox_id})
        return _failed(engine, town, outbox_id, type(error).__name__)
    with transaction(engine, municipality_id=town) as session:
        messages.outgoing(session, outbox_id, lock=True).settle(OutboxState.SENT, clock.now(session))
    return True


def _failed(engine: Engine, town: str, outbox_id: str, error: str) -> bool:
    """Note the failed attempt; after the last one a person is told. Whether it left the queue."""
    with transaction(engine, municipality_id=town) as session:
        row = messages.outgoing(session, outbox_id, lock=True)
        now = clock.now(session)
        if row.is_due(now):  # it failed before the attempt was counted
            row.begin_attempt(now)
        row.failed(error)
        if row.state == OutboxState.BY_HAND:
            _tell_posters(session, row, now)
        return row.state != OutboxState.QUEUED


def _deliver(session: Session, row: Outbox, channels: Channels, now: datetime) -> Parcel | None:
    """Deliver within the house or leave it to a person; the parcel where a channel must carry it."""
    if row.kind == moves.TO_CASE:
        _bring_to_case(session, row, now)
        row.settle(OutboxState.SENT, now)
        return None
    if row.kind in ROLES:
        session.add(_notification(row, now, role=ROLES[row.kind]))
        row.settle(OutboxState.SENT, now)
        return None
    partner = _addressee(session, row, jst_day(now))
    if partner is None:
        row.hand_over()
        _tell_posters(session, row, now)
        return None
    row.partner_id = partner.id
    _name_receiver(session, row, partner)
    if partner.code in channels:
        return Parcel(row.id, row.kind, partner.code, row.case_ref, row.payload)
    if _signs_in(session, partner, jst_day(now)):
        session.add(_notification(row, now, partner_id=partner.id))
        row.settle(OutboxState.SENT, now)
    else:
        row.hand_over()
        _tell_posters(session, row, now)
    return None


def _bring_to_case(session: Session, row: Outbox, now: datetime) -> None:
    """Offer a message that one process of the case threw to the others; they keep looking for it until one takes it."""
    inbox = session.get(Inbox, (municipality_of(session), row.payload["inbox"]))
    for instance in instances.of_case(session, row.case_ref or "", running_only=True):
        if inbox is None or inbox.state != InboxState.BUFFERED:
            return
        if instance.id != row.payload["instance"]:
            with moves.opened(session, instance.id, now=now) as (step, _):
                step.instance.has_buffered = True


def _addressee(session: Session, row: Outbox, on: date) -> Partner | None:
    """The agency it is for. None where it is for none we know, or might be for several: never the first of them."""
    known = organisation.partners(session, on)
    if row.kind == "acknowledgement":
        wanted = _house_of(session, str(row.payload.get("sender") or ""), on)
        return next((partner for partner in known if partner.id == wanted), None)
    if row.payload.get("partner"):
        return next((partner for partner in known if partner.id == row.payload["partner"]), None)
    kind = AGENCIES.get(row.kind, row.payload.get("agency"))
    of_kind = [partner for partner in known if partner.kind == kind]
    return of_kind[0] if len(of_kind) == 1 else None


def _house_of(session: Session, staff_id: str, on: date) -> str | None:
    """The agency a person acts for; None for our own people."""
    postings = organisation.roles_of(session, staff_id, on)
    return next((posting.partner_id for posting in postings if posting.partner_id is not None), None)


def _signs_in(session: Session, partner: Partner, on: date) -> bool:
    """Whether anybody of the agency may sign in on the day."""
    found = session.scalar(
        select(StaffRole.id)
        .join(Staff, (Staff.municipality_id == StaffRole.municipality_id) & (Staff.id == StaffRole.staff_id))
        .where(
            StaffRole.municipality_id == municipality_of(session),
            StaffRole.partner_id == partner.id,
            StaffRole.valid_from <= on,
            or_(StaffRole.valid_to.is_(None), StaffRole.valid_to >= on),
            Staff.active,
            or_(Staff.employment_ends_on.is_(None), Staff.employment_ends_on >= on),
        )
        .limit(1)
    )
    return found is not None


def _name_receiver(session: Session, row: Outbox, partner: Partner) -> None:
    """The disclosure this brings was made to a kind of agency; now it is known to which."""
    disclosure = session.get(Disclosure, (municipality_of(session), str(row.payload.get("disclosure") or "")))
    if disclosure is not None and disclosure.partner_id is None:
        disclosure.partner_id = partner.id


def _tell_posters(session: Session, row: Outbox, now: datetime) -> None:
    session.add(_notification(row, now, role=POSTERS, kind=SEND_BY_HAND))


def _notification(
    row: Outbox, now: datetime, *, role: str = "", partner_id: str | None = None, kind: str | None = None
) -> Notification:
    return Notification(
        case_id=row.case_ref,
        track_id=row.track_id,
        centre_id=row.centre_id,
        role=role,
        partner_id=partner_id,
        outgoing_id=row.id,
        kind=kind or row.kind,
        text=str(row.payload.get("step") or row.kind)[:200],
        told_at=now,
    )
