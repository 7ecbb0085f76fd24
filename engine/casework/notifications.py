"""お知らせ for the people of a role or of a partner agency: what came up, and that somebody has seen it.

For an agency it is also what the centre has sent it: seeing it is its receipt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import audit, clock, organisation
from engine.access import Action, Actor, policy
from engine.cases import family, tracks
from engine.cases import notification as rows
from engine.cases.family import Person
from engine.cases.notification import Notification, NotificationUnknown
from engine.casework.partnership import informed, is_guest
from engine.casework.task_views import centre_codes
from engine.casework.viewing import visitor
from engine.casework.views import TaskView
from engine.casework.worklist import MAX_LIMIT, worklist
from engine.clock import jst_day
from engine.organisation.roles import Sensitivity
from engine.workflow import versions
from engine.workflow.message import earlier, outgoing
from engine.workflow.task import open_elements
from processes.bundle import Bundle


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One thing to know. `text` and `text_en`: the step's name in the diagram; `about` the family's name, or empty.

    child: the name of the child it is about, if it is about one. outgoing_id: what was sent with it, or waits to be
    sent by hand; None for a mere notice. may_open: whether the person may look at the family. work: the open work of
    theirs on that pregnancy or child, the most urgent, where it is dealt with. answers_to: when the message came in
    that it acknowledges.
    """

    id: str
    case_id: str | None
    track_id: str | None
    centre: str
    role: str
    kind: str
    text: str
    about: str
    told_at: datetime
    outgoing_id: str | None = None
    child: str = ""
    may_open: bool = False
    work: TaskView | None = None
    answers_to: datetime | None = None
    text_en: str = ""


def waiting(session: Session, actor: Actor, *, now: datetime | None = None) -> list[NotificationView]:
    """What the actor's roles at their own centres, or their agency, have been told and nobody has seen yet.

    The newest first, without those about work that is done by now. An agency is told of a family as long as the ground
    holds on which it was told.
    """
    at = now or clock.now(session)
    on = jst_day(at)
    found = [row for row in _unseen(session, actor) if _may_know(session, row, on) and not _is_over(session, row)]
    members = family.members_of(session, {row.case_id for row in found if row.case_id})
    codes = centre_codes(session)
    views = []
    for row in found:
        mother = next((person for person in members.get(row.case_id or "", ()) if person.relation == "mother"), None)
        views.append(
            NotificationView(
                row.id,
                row.case_id,
                row.track_id,
                codes.get(row.centre_id, ""),
                row.role,
                row.kind,
                row.text,
                mother.name if mother else "",
                row.told_at,
                row.outgoing_id,
                _child(members.get(row.case_id or "", ()), row.track_id),
                row.case_id is not None and _may_open(session, actor, row.case_id, on),
                _own_work(session, actor, row, at),
                _acknowledged(session, row),
                _english(session, row),
            )
        )
    return views


def _child(members: Sequence[Person], track: str | None) -> str:
    of_track = (who for who in members if who.relation == "child" and who.track_id == tracks.root(track))
    return next((who.name for who in of_track), "")


def _may_open(session: Session, actor: Actor, case_id: str, on: date) -> bool:
    standing = visitor(session, actor, case_id, on=on)
    field = Sensitivity.S2 if is_guest(actor) else None
    return all(
        isinstance(policy.decide(standing, Action.VIEW_CASE, field=each), policy.Allowed) for each in (None, field)
    )


def _own_work(session: Session, actor: Actor, row: Notification, now: datetime) -> TaskView | None:
    """The most urgent open work that the actor may do on the track the notice is about."""
    if row.case_id is None or not any(Action.VIEW_WORKLIST in post.keys for post in actor.posts):
        return None
    found = worklist(session, actor, case_id=row.case_id, limit=MAX_LIMIT, now=now).items
    lanes = {lane for post in actor.posts for lane in post.lanes}
    own = (task for task in found if tracks.root(task.track_id) == tracks.root(row.track_id) and task.lane in lanes)
    return next(own, None)


def _is_over(session: Session, row: Notification) -> bool:
    """Whether the notice is about work that stood undone, and none of it is open any more."""
    if row.case_id is None or row.outgoing_id is not None or row.partner_id is not None:
        return False
    elements = work_told_of(versions.load(session, versions.current_id(session)).bundle, row.text)
    open_work = open_elements(session, row.case_id, tracks.root(row.track_id)) if elements else ()
    return bool(elements) and elements.isdisjoint(open_work)


def work_told_of(bundle: Bundle, step: str) -> frozenset[str]:
    """The work on which the timers sit that lead to the notice of this name; empty where it is told on another way."""
    found = set[str]()
    for process in bundle.processes.values():
        pending = [node.id for node in process.nodes.values() if node.kind == "serviceTask" and node.name == step]
        seen = set(pending)
        while pending:
            at = pending.pop()
            before = [process.nodes[flow.source] for flow in process.flows.values() if flow.target == at]
            if not before:
                return frozenset()
            for node in before:
                host = process.nodes.get(node.attached_to or "")
                if host is not None and host.is_human:
                    found.add(host.id)
                elif host is not None or node.is_human:
                    return frozenset()
                elif node.id not in seen:
                    seen.add(node.id)
                    pending.append(node.id)
    return frozenset(found)


def _english(session: Session, row: Notification) -> str:
    """The step's English name in the version in force; of one that is not drawn any more, what it was about."""
    version = versions.load(session, versions.current_id(session))
    step = version.step_ids.get(row.text)
    return version.bundle.english(step or row.kind)


def _acknowledged(session: Session, row: Notification) -> datetime | None:
    """When the message came in whose receipt this confirms."""
    if row.kind != "acknowledgement" or row.outgoing_id is None:
        return None
    payload = outgoing(session, row.outgoing_id).payload
    message = earlier(session, str(payload.get("sender") or ""), str(payload.get("message_id") or ""))
    return message.received_at if message is not None else None


def note_seen(session: Session, actor: Actor, notification_id: str, *, now: datetime) -> None:
    """Take a notification off everyone's list. Raises NotificationUnknown, also for one of another role or centre."""
    row = rows.load(session, notification_id)
    if not _is_for(actor, row):
        raise NotificationUnknown(notification_id)
    if row.seen_at is None:
        row.seen_at, row.seen_by = now, actor.staff_id
        if row.partner_id is not None and row.outgoing_id is not None:
            outgoing(session, row.outgoing_id).received_at = now
        audit.record(
            session,
            "notification.seen",
            by=actor.staff_id,
            about=row.case_id,
            now=now,
            details={"notification": row.id},
        )


def _unseen(session: Session, actor: Actor) -> list[Notification]:
    """By role, since one person may serve the whole town in one role and a single centre in another."""
    partners = [post.partner_id for post in actor.posts if post.partner_id is not None]
    everywhere = {post.role for post in actor.posts if post.is_everywhere}
    found = list(rows.unseen(session, sorted(everywhere), sorted(organisation.centre_lines(session)), partners))
    for post in actor.posts:
        if post.partner_id is None and post.role not in everywhere:
            found += rows.unseen(session, [post.role], sorted(post.centres))
    return sorted({row.id: row for row in found}.values(), key=lambda row: row.id, reverse=True)


def _may_know(session: Session, row: Notification, on: date) -> bool:
    return row.partner_id is None or row.case_id is None or row.partner_id in informed(session, row.case_id, on)


def _is_for(actor: Actor, row: Notification) -> bool:
    if row.partner_id is not None:
        return row.partner_id in {post.partner_id for post in actor.posts}
    return any(post.partner_id is None and post.role == row.role and post.serves(row.centre_id) for post in actor.posts)
