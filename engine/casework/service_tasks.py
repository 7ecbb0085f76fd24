"""The operations that service tasks of diagrams name. One function each; the words are in `processes.vocabulary`.

An operation works on the records of the case within the step's transaction and returns the facts that follow from it.
What leaves the house goes through the outbox (`casework.dispatch` sends it) or as a letter (`casework.post`), so that
nothing is sent by a step that is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engine.cases import letter as letters
from engine.cases import tracks
from engine.cases.case import Case
from engine.cases.letter import Letter, LetterState
from engine.cases.notification import Notification
from engine.cases.submission import Submission
from engine.cases.tracks import ChildState, PregnancyState
from engine.casework import invitations
from engine.casework.consenting import end_oral_consents
from engine.casework.disclosing import disclose, notify_cgc
from engine.casework.handing_over import entrust, send_handover
from engine.database import municipality_of
from engine.errors import Rejected
from engine.workflow import spiff
from engine.workflow.message import Inbox, Outbox, OutboxState
from forms.expressions import Value
from processes.model import Node, Process

if TYPE_CHECKING:
    from engine.casework.knowledge import CaseKnowledge

Results = Mapping[str, Value] | None


class NoCase(Rejected):
    """The diagram asks for something that only a case can have, in an instance that has none."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(f"expected a case for operation {operation!r}, but the instance has none")


class PathwayUnknown(Rejected):
    """No side pathway of this name in the version."""

    def __init__(self, process: str) -> None:
        self.process = process
        super().__init__(f"expected a process of the version beside its journey, but got {process[:60]!r}")


PAPERS = frozenset({"handover", "cgc_notification"})  # what goes out as the paper filled in before


@dataclass(frozen=True)
class ServiceContext:
    """One call of an operation. `text`/`number` read its parameters."""

    knowledge: CaseKnowledge
    call: spiff.ServiceCall

    @property
    def track(self) -> str | None:
        return self.call.track

    @property
    def root(self) -> str | None:
        return tracks.root(self.call.track)

    @property
    def case(self) -> Case:
        if self.knowledge.case is None:
            raise NoCase(self.call.operation)
        return self.knowledge.case

    @property
    def case_id(self) -> str:
        return self.case.id

    @property
    def process(self) -> Process:
        return self.knowledge.version.bundle.processes[self.call.process]

    @property
    def node(self) -> Node:
        return self.process.nodes[self.call.element]

    def text(self, name: str) -> str:
        value = self.call.parameters.get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        value = self.call.parameters.get(name)
        return value if isinstance(value, date) else None

    def outbox(self, kind: str, payload: Mapping[str, object]) -> None:
        """Let something go out once the step stands; `casework.dispatch` knows to whom."""
        knowledge = self.knowledge
        paper = self._paper() if kind in PAPERS and knowledge.case is not None else None
        knowledge.session.add(
            Outbox(
                kind=kind,
                case_ref=knowledge.case.id if knowledge.case else None,
                track_id=self.track,
                centre_id=knowledge.centre_id(),
                payload={"step": self.node.name or self.call.element, "submission": paper, **payload},
                state=OutboxState.QUEUED,
                attempts=0,
                queued_at=knowledge.now,
                next_attempt_at=knowledge.now,
            )
        )

    def _paper(self) -> str | None:
        """Id of the newest answers given in this diagram for the track."""
        forms = {node.form for node in self.process.nodes.values() if node.form}
        return self.knowledge.session.scalar(
            select(Submission.id)
            .where(
                Submission.municipality_id == municipality_of(self.knowledge.session),
                Submission.case_id == self.case_id,
                Submission.track_id.is_(None) if self.track is None else Submission.track_id == self.track,
                Submission.form.in_(sorted(forms)),
                Submission.outcome == "done",
            )
            .order_by(Submission.id.desc())
            .limit(1)
        )


def issue_handbook(context: ServiceContext) -> Results:
    """母子健康手帳の交付. The numbers are in the notification form; here the fact that it was handed over."""
    return {"handbook_issued": True}


def send_letter(context: ServiceContext) -> Results:
    """A letter to the family goes into the batch; after a loss, a death or for a sealed address it is held back."""
    _write_letter(context)
    return None


def invite_to_checkup(context: ServiceContext) -> Results:
    """A letter that invites to the first session of the check-up in the child's span of days, if the centre has one."""
    kind, opens_on, closes_on = context.text("kind"), context.day("opens_on"), context.day("closes_on")
    chosen = None
    if opens_on is not None and closes_on is not None and _held_back(context) is None:
        knowledge = context.knowledge
        session, centre_id = knowledge.session, knowledge.centre_id()
        chosen = invitations.choose(session, centre_id, kind, opens_on=opens_on, closes_on=closes_on)
    _write_letter(context, opens_on=opens_on, closes_on=closes_on, session_id=chosen.id if chosen else None)
    return None


def _write_letter(context: ServiceContext, **invitation: Any) -> None:
    reason = _held_back(context)
    context.knowledge.session.add(
        Letter(
            case_id=context.case_id,
            track_id=context.track,
            kind=context.text("kind"),
            state=LetterState.SUPPRESSED if reason else LetterState.QUEUED,
            reason=reason,
            queued_at=context.knowledge.now,
            settled_at=context.knowledge.now if reason else None,
            **invitation,
        )
    )


def _held_back(context: ServiceContext) -> str | None:
    """Why no letter may leave now, None if it may. Source: D-14."""
    facts = context.knowledge.names(context.track)
    if facts.get("dv_flag"):
        return "sealed_address"
    moved_on = facts.get("move_on")
    if isinstance(moved_on, date) and moved_on <= context.knowledge.day:
        return "moved"
    end = tracks.sad_end(context.knowledge.session, context.case_id, context.root)
    return None if end is None else "loss" if end is PregnancyState.LOST else "death"


def suppress_letters(context: ServiceContext) -> Results:
    """通知の停止, the same day (D-14)."""
    letters.suppress(
        context.knowledge.session,
        context.case_id,
        context.root,
        reason=context.text("kind") or "stopped",
        at=context.knowledge.now,
    )
    return None


def notify(context: ServiceContext) -> Results:
    """お知らせ to the people of a role at the centre that owns the family; it stands until one of them has seen it."""
    knowledge = context.knowledge
    knowledge.session.add(
        Notification(
            case_id=knowledge.case.id if knowledge.case else None,
            track_id=context.root,
            centre_id=knowledge.centre_id(),
            role=context.text("role"),
            kind=context.text("kind"),
            text=context.node.name or context.call.element,
            told_at=knowledge.now,
        )
    )
    return None


def acknowledge_sender(context: ServiceContext) -> Results:
    """受理の連絡 to whoever sent the notice."""
    inbox_id = str(context.knowledge.names(context.track).get("inbox_id") or "")
    session = context.knowledge.session
    notice = session.get(Inbox, (municipality_of(session), inbox_id))
    context.outbox(
        "acknowledgement",
        {
            "instance": context.knowledge.instance.id if context.knowledge.instance else None,
            "sender": notice.sender if notice is not None else None,
            "message_id": notice.message_id if notice is not None else None,
        },
    )
    return {"notice_acknowledged": True}


def match_notice(context: ServiceContext) -> Results:
    """How many open cases the notice may be about; the person who confirms sees them. Never the first of several."""
    matched = context.knowledge.names(context.track).get("matched_case_id")
    return {"match_count": 1 if matched else 0, "match_exact": bool(matched)}


def attach_notice(context: ServiceContext) -> Results:
    context.knowledge.later("attach_notice", context.call)
    return None


def start_journey(context: ServiceContext) -> Results:
    context.knowledge.later("start_journey", context.call)
    return None


def register_child(context: ServiceContext) -> Results:
    """The child was entered when the birth was registered; here nothing is left but to say so."""
    return None


def start_track(context: ServiceContext) -> Results:
    context.knowledge.later("start_track", context.call)
    return None


def start_pathway(context: ServiceContext) -> Results:
    """A process of the same version, on the same case. The journey itself is none: a family has one."""
    process, bundle = context.text("process"), context.knowledge.version.bundle
    if context.case_id and (process not in bundle.processes or process == bundle.journey):
        raise PathwayUnknown(process)
    context.knowledge.later("start_pathway", context.call)
    return None


def open_benefit_check(context: ServiceContext) -> Results:
    context.outbox("benefit_check", {"benefit": context.text("benefit")})
    return None


def cancel_benefit(context: ServiceContext) -> Results:
    context.outbox("benefit_cancelled", {"benefit": context.text("benefit")})
    return None


def set_level(context: ServiceContext) -> Results:
    level = context.call.parameters.get("level")
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= 4:
        raise Rejected("expected a level from 0 to 4")
    return {"risk_level": level}


def mark_attendance(context: ServiceContext) -> Results:
    return {"attendance": context.text("attendance")}


def mark_whereabouts(context: ServiceContext) -> Results:
    return {"whereabouts": context.text("state")}


def mark_sighting(context: ServiceContext) -> Results:
    state = context.text("state")
    seen: dict[str, Value] = {"sighting": state}
    if state == "sighted":
        seen |= {"sighted_on": context.knowledge.day, "last_sighted_on": context.knowledge.day}
    return seen


def mark_unknown(context: ServiceContext) -> Results:
    """A follow-up begins: nobody knows yet where the child is, and nobody has seen it (未把握、現認なし)."""
    return {"whereabouts": "status_unknown", "sighting": "none"}


def register_council(context: ServiceContext) -> Results:
    """要対協の台帳. Source: CWA 25-2."""
    context.outbox("council_registration", {"category": context.text("category")})
    return {"council_registered": True, "council_category": context.text("category")}


def close_council(context: ServiceContext) -> Results:
    """台帳から外す: from today on the council is no ground for sharing any more."""
    return {"council_registered": False}


def stop_tracks(context: ServiceContext) -> Results:
    """Carried out by the workflow itself, which then tells which tracks ended."""
    return None


def close_pregnancy(context: ServiceContext) -> Results:
    """The pregnancy of this track ends: born, lost, or otherwise."""
    reason = context.text("reason")
    state = {"lost": PregnancyState.LOST, "loss": PregnancyState.LOST, "born": PregnancyState.BORN}.get(
        reason, PregnancyState.CLOSED
    )
    for pregnancy in tracks.pregnancies(context.knowledge.session, context.case_id):
        if pregnancy.track_id == context.root:
            pregnancy.state, pregnancy.ended_on = state, _ended_on(context, "lost_on")
    return None


def close_child(context: ServiceContext) -> Results:
    """The child's record ends: died, entered school, moved."""
    state = ChildState.DIED if context.text("reason") in ("died", "death") else ChildState.CLOSED
    for child in tracks.children(context.knowledge.session, context.case_id):
        if child.track_id == context.root:
            child.state, child.ended_on = state, _ended_on(context, "died_on")
    return None


def _ended_on(context: ServiceContext, fact: str) -> date:
    known = context.knowledge.names(context.track).get(fact)
    return known if isinstance(known, date) else context.knowledge.day


def close_case(context: ServiceContext) -> Results:
    context.case.close(context.text("reason") or "resolved", context.knowledge.now)
    return None


def send_questionnaire(context: ServiceContext) -> Results:
    return send_letter(context)


SERVICE_TASKS: Mapping[str, Callable[[ServiceContext], Results]] = {
    operation.__name__: operation
    for operation in (
        issue_handbook,
        send_letter,
        invite_to_checkup,
        send_questionnaire,
        suppress_letters,
        notify,
        acknowledge_sender,
        disclose,
        match_notice,
        attach_notice,
        start_journey,
        register_child,
        start_track,
        start_pathway,
        open_benefit_check,
        cancel_benefit,
        set_level,
        mark_attendance,
        mark_whereabouts,
        mark_sighting,
        mark_unknown,
        entrust,
        send_handover,
        register_council,
        close_council,
        end_oral_consents,
        notify_cgc,
        stop_tracks,
        close_pregnancy,
        close_child,
        close_case,
    )
}
