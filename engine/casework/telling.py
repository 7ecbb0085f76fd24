"""What people of other houses tell the centre of a child or a woman they worry about, and what became of it.

Every such word is a notice: it is acknowledged, entered in the receipt and matched by a person, also where the sender
names a family of theirs. They learn that it came in and that somebody deals with it, and nothing of the family.
Source: journey.md J90, actors.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import Action, Actor, MessageSubject, policy
from engine.access import load as load_standing
from engine.cases.facts import CASE_SHEET, sheets_together
from engine.casework import messages
from engine.casework.case_search import find_cases
from engine.casework.messages import NOTICE
from engine.casework.views import CaseRow, Receipt
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow.message import Inbox
from engine.workflow.task import Task, TaskState
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

RECEIPT_FORM = "notice_received"
MOST = 50
NOT_LINKED = Sentence(
    "この家族は選べません。氏名を入れてください。", "This family cannot be chosen. Please enter a name."
)


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of the sender. number: of its acknowledgement. whom: as the sender wrote it.

    dealt_with: whether somebody at the centre has read it and gone on with it.
    """

    number: str
    at: datetime
    whom: str
    dealt_with: bool


def require(session: Session, actor: Actor, *, now: datetime) -> None:
    """Raises Forbidden for who tells the centre nothing."""
    standing = load_standing(session, actor, on=jst_day(now))
    policy.require(standing, Action.SEND_MESSAGE, MessageSubject(NOTICE))


def families(session: Session, actor: Actor, *, now: datetime) -> Sequence[CaseRow]:
    """The families linked to the actor's agency, to choose from."""
    return find_cases(session, actor, limit=MOST, now=now).items


def tell(
    session: Session,
    actor: Actor,
    payload: Mapping[str, Any],
    *,
    case_id: str | None = None,
    message_id: str,
    now: datetime,
) -> Receipt:
    """Hand a notice to the centre, once per message id. case_id: of a family linked to the agency.

    Raises AnswersRejected, Forbidden.
    """
    if case_id is not None and case_id not in {each.id for each in families(session, actor, now=now)}:
        raise AnswersRejected({"family": [NOT_LINKED]})
    correlation = {"case_id": case_id} if case_id is not None else {}
    return messages.receive(
        session, actor, name=NOTICE, message_id=message_id, correlation=correlation, payload=payload, now=now
    )


def told(session: Session, actor: Actor, *, now: datetime) -> list[Told]:
    """The notices the person sent, the newest first. Raises Forbidden."""
    require(session, actor, now=now)
    rows = session.scalars(
        select(Inbox)
        .where(Inbox.municipality_id == municipality_of(session), Inbox.sender == actor.staff_id, Inbox.name == NOTICE)
        .order_by(Inbox.id.desc())
        .limit(MOST)
    ).all()
    unread = _unread(session) if rows else set()
    return [
        Told(number(row.id), row.received_at, str(row.payload.get("name") or ""), row.id not in unread) for row in rows
    ]


def number(inbox_id: str) -> str:
    """The short number of an acknowledgement, to be said on the telephone: the end of the message's id."""
    return f"{inbox_id[-8:-4]}-{inbox_id[-4:]}"


def _unread(session: Session) -> set[str]:
    """Messages whose receipt nobody has written yet: as many as wait for it, however many ever came in."""
    instances = session.scalars(
        select(Task.instance_id).where(
            Task.municipality_id == municipality_of(session),
            Task.case_ref.is_(None),
            Task.state == TaskState.OPEN,
            Task.form == RECEIPT_FORM,
        )
    ).all()
    sheets = sheets_together(session, set(instances)) if instances else {}
    found = (each[CASE_SHEET].facts for each in sheets.values() if CASE_SHEET in each)
    return {str(facts["inbox_id"]) for facts in found if facts.get("inbox_id")}
