"""What others told us, beside the work it opened: from whom, when it arrived, and its words as they came.

The words of a notice are for those who do the work it opened and for those who read delicate parts (S4) of what they
see; everybody else who sees the work learns from which house it came, of what kind it is, and when it arrived.
Source: privacy.md section 5 (notices are S4), actors.md section 3 rule 2 (who told is known to reception alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, policy
from engine.cases import family
from engine.cases.case import Case
from engine.cases.facts import CASE_SHEET, sheets_together
from engine.casework.matching import find_case
from engine.casework.partnership import standing_of
from engine.casework.tasks import subject_of
from engine.casework.viewing import open_subjects, staff_names, viewed, visitor
from engine.clock import jst_day
from engine.database import municipality_of
from engine.organisation.roles import Sensitivity
from engine.workflow.event import Event
from engine.workflow.message import Inbox
from engine.workflow.task import Task
from forms.sentences import Sentence

KIND = "notice_kind"
TRACK_STARTED = "track_started"
_WRITTEN = ("notice_received", "concern_raised")  # what tells of a family in somebody's own words
_MOST_OF_CASE = 50


@dataclass(frozen=True, slots=True)
class Sender:
    """The house a message came from. kind: of an agency (`cgc`), `cfc` for our own. person: who sent it, or empty."""

    kind: str
    house: Sentence
    person: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """The family that the message names, for whom may see it."""

    case_id: str
    number: str
    about: str


@dataclass(frozen=True, slots=True)
class Received:
    """A message from outside as one person may read it.

    name: the message's name; kind: what the sender called it, a code of its own, or None.
    words: whether this person may read what it says; if not, `payload` and `resident_id` are empty, nobody is named.
    """

    inbox_id: str
    name: str
    kind: str | None
    sender: Sender | None
    at: datetime
    words: bool
    payload: Mapping[str, Any]
    resident_id: str
    proposed: Proposed | None


def of_task(session: Session, actor: Actor, task_id: str, *, now: datetime) -> Received | None:
    """The message that opened this work, if one did; that its words were read is entered in the ledger."""
    task = session.get(Task, (municipality_of(session), task_id))
    found = _of_tasks(session, actor, [task] if task is not None else [], now).get(task_id)
    if task is not None and found is not None and found.words:
        audit.record(
            session,
            "message.read",
            by=actor.staff_id,
            about=task.case_ref,
            now=now,
            details={"task": task.id, "inbox": found.inbox_id},
        )
    return found


def of_tasks(session: Session, actor: Actor, task_ids: Iterable[str], *, now: datetime) -> dict[str, Received]:
    """Task id -> the message that opened it, for work the actor sees in a list; work without one is left out."""
    wanted = sorted(set(task_ids))
    if not wanted:
        return {}
    rows = session.scalars(select(Task).where(Task.municipality_id == municipality_of(session), Task.id.in_(wanted)))
    return _of_tasks(session, actor, list(rows), now)


def of_case(session: Session, actor: Actor, case_id: str, *, now: datetime) -> list[Received]:
    """What others wrote of the family, the newest first; words for its case team and for who reads notices (S4).

    The team: the member of staff responsible, and whoever has open work of it to do at its centre. A message that is
    only proposed for the family is not the family's yet. Raises CaseUnknown, Forbidden, Hidden.
    """
    case = viewed(session, actor, case_id, "notices", now=now)
    rows = session.scalars(
        select(Inbox)
        .where(
            Inbox.municipality_id == municipality_of(session),
            Inbox.case_ref == case_id,
            Inbox.name.in_(_WRITTEN),
            Inbox.settled_at.is_not(None),
        )
        .order_by(Inbox.id.desc())
        .limit(_MOST_OF_CASE)
    ).all()
    if not rows:
        return []
    senders, reads = _senders(session, rows), _is_of_team(session, actor, case, now)
    if reads:
        for row in rows:
            details = {"inbox": row.id}
            audit.record(session, "message.read", by=actor.staff_id, about=case_id, now=now, details=details)
    return [_shown(row, senders.get(row.id), reads=reads, proposed=None) for row in rows]


def _is_of_team(session: Session, actor: Actor, case: Case, now: datetime) -> bool:
    standing = visitor(session, actor, case.id, on=jst_day(now))
    if case.responsible_id == actor.staff_id or Sensitivity.S4 in policy.levels(standing):
        return True
    at_home = (task for task in open_subjects(session, case.id) if task.centre_id == case.centre_id)
    return any(isinstance(policy.decide(standing, Action.COMPLETE_TASK, task), policy.Allowed) for task in at_home)


def brought_to(session: Session, task: Task) -> str | None:
    """The case a message was brought to, beside whose work about nobody it stands."""
    ref, _named = _of_instances(session, [task]).get(task.id, ("", ""))
    row = session.get(Inbox, (municipality_of(session), ref)) if ref else None
    return row.case_ref if row is not None and row.settled_at is not None else None


def _of_tasks(session: Session, actor: Actor, tasks: Sequence[Task], now: datetime) -> dict[str, Received]:
    brought = {**_of_instances(session, tasks), **_of_tracks(session, tasks)}
    if not brought:
        return {}
    rows = session.scalars(
        select(Inbox).where(
            Inbox.municipality_id == municipality_of(session), Inbox.id.in_({ref for ref, _ in brought.values()})
        )
    )
    messages = {row.id: row for row in rows}
    senders = _senders(session, messages.values())
    return {
        task.id: _received(session, actor, task, messages[ref], senders, named, now)
        for task in tasks
        if task.id in brought
        for ref, named in [brought[task.id]]
        if ref in messages and _sees(session, actor, task, now)
    }


def _of_instances(session: Session, tasks: Sequence[Task]) -> dict[str, tuple[str, str]]:
    """Of work that is about nobody yet: task id -> (message, the case it names), from the facts of its instance."""
    alone = [task for task in tasks if task.case_ref is None]
    sheets = sheets_together(session, {task.instance_id for task in alone}) if alone else {}
    found = {}
    for task in alone:
        sheet = sheets.get(task.instance_id, {}).get(CASE_SHEET)
        facts = sheet.facts if sheet is not None else {}
        if facts.get("inbox_id"):
            found[task.id] = (str(facts["inbox_id"]), str(facts.get("matched_case_id") or ""))
    return found


def _of_tracks(session: Session, tasks: Sequence[Task]) -> dict[str, tuple[str, str]]:
    """Of work on a track that a message started: task id -> (message, no case, since it has one)."""
    on_tracks = {(task.case_ref, task.track_id): task for task in tasks if task.case_ref and task.track_id}
    if not on_tracks:
        return {}
    rows = session.execute(
        select(Event.case_ref, Event.track_id, Event.ref).where(
            Event.municipality_id == municipality_of(session),
            Event.case_ref.in_({case_ref for case_ref, _ in on_tracks}),
            Event.kind == TRACK_STARTED,
            Event.ref.is_not(None),
        )
    )
    refs = {(case_ref, track): ref for case_ref, track, ref in rows}
    of_track = ((task, refs.get((task.case_ref, task.track_id))) for task in tasks if task.case_ref)
    return {task.id: (ref, "") for task, ref in of_track if ref}


def _senders(session: Session, messages: Iterable[Inbox]) -> dict[str, Sender]:
    """Inbox id -> the house its sender was posted at when it came in. What a diagram of ours said has no sender."""
    messages = list(messages)
    names = staff_names(session, [row.sender for row in messages])
    partners = {partner.id: partner for partner in organisation.partners(session)}
    centres = {centre.id: centre for centre in organisation.centres(session)}
    found = {}
    for row in messages:
        postings = organisation.roles_of(session, row.sender, jst_day(row.received_at))
        partner = next((partners[each.partner_id] for each in postings if each.partner_id in partners), None)
        centre = next((centres[each.centre_id] for each in postings if each.centre_id in centres), None)
        house = partner or centre
        if house is not None:
            kind = str(partner.kind.value) if partner is not None else "cfc"
            found[row.id] = Sender(kind, Sentence(house.name_ja, house.name_en), names.get(row.sender, ""))
    return found


def _sees(session: Session, actor: Actor, task: Task, now: datetime) -> bool:
    standing = standing_of(session, actor, task.case_ref, on=jst_day(now))
    return isinstance(policy.decide(standing, Action.VIEW_TASK, subject_of(task)), policy.Allowed)


def _reads(session: Session, actor: Actor, task: Task, now: datetime) -> bool:
    """Whether the words are for this person: the work is theirs to do, or they read delicate parts of it."""
    standing, subject = standing_of(session, actor, task.case_ref, on=jst_day(now)), subject_of(task)
    ways = (
        policy.decide(standing, Action.COMPLETE_TASK, subject),
        policy.decide(standing, Action.VIEW_TASK, subject, Sensitivity.S4),
    )
    return any(isinstance(each, policy.Allowed) for each in ways)


def _received(
    session: Session,
    actor: Actor,
    task: Task,
    row: Inbox,
    senders: Mapping[str, Sender],
    named: str,
    now: datetime,
) -> Received:
    reads = _reads(session, actor, task, now)
    proposed = _proposed(session, actor, named, now) if reads and named else None
    return _shown(row, senders.get(row.id), reads=reads, proposed=proposed)


def _shown(row: Inbox, sender: Sender | None, *, reads: bool, proposed: Proposed | None) -> Received:
    if sender is not None and not reads:
        sender = Sender(sender.kind, sender.house, "")
    return Received(
        inbox_id=row.id,
        name=row.name,
        kind=str(row.payload.get(KIND) or "") or None,
        sender=sender,
        at=row.received_at,
        words=reads,
        payload=dict(row.payload) if reads else {},
        resident_id=str(row.correlation.get("resident_id") or "") if reads else "",
        proposed=proposed,
    )


def _proposed(session: Session, actor: Actor, named: str, now: datetime) -> Proposed | None:
    """The family named, if the actor may look at it."""
    case: Case | None = find_case(session, named)
    if case is None:
        return None
    standing = visitor(session, actor, case.id, on=jst_day(now))
    if not isinstance(policy.decide(standing, Action.VIEW_CASE), policy.Allowed):
        return None
    mother = next((who for who in family.members(session, case.id) if who.relation == "mother"), None)
    return Proposed(case.id, case.number, mother.name if mother else "")
