"""How a step of a case is finished: messages its diagrams threw, tracks that ended, and what waits in the buffer.

Every act opens a step (`opened`), acts on it, and ends it with `finish`, which writes everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from engine.cases import case as cases
from engine.cases import tracks
from engine.cases.case import Case
from engine.cases.facts import is_of, stored, typed
from engine.cases.tracks import ChildState, PregnancyState
from engine.casework import consenting
from engine.casework.batch import Read
from engine.casework.knowledge import CaseKnowledge
from engine.database import new_id
from engine.errors import Rejected
from engine.workflow import instance as instances
from engine.workflow import message as messages
from engine.workflow import step as steps
from engine.workflow.instance import Instance
from engine.workflow.message import Inbox, InboxState, Outbox, OutboxState
from engine.workflow.spiff import Catch, ServiceCall
from engine.workflow.step import Step
from engine.workflow.versions import Version
from forms.expressions import Value
from processes.vocabulary import MESSAGES

MAX_ROUNDS = 50
TO_CASE = "message"  # outgoing: what one process of a case says to its others
INSTANCE = "instance:"


class StepWithoutEnd(Rejected):
    """Diagrams that send each other messages for ever. Nothing is written."""

    code = "step_without_end"

    def __init__(self, instance_id: str) -> None:
        super().__init__(
            f"expected instance {instance_id} to come to rest within {MAX_ROUNDS} rounds of messages, but it did not"
        )


@contextmanager
def opened(
    session: Session, instance_id: str, *, now: datetime, actor_id: str | None = None, read: Read | None = None
) -> Iterator[tuple[Step, CaseKnowledge]]:
    """Take up an instance under its lock, let the caller act, and write what follows.

    read: what this transaction has read of it already (`batch.read_together`).
    """

    def knowledge_of(instance: Instance, version: Version) -> CaseKnowledge:
        if read is not None:
            return CaseKnowledge(session, read.case, instance, version, now, sheets=read.sheets, members=read.members)
        case = cases.load(session, instance.case_ref) if instance.case_ref else None
        return CaseKnowledge(session, case, instance, version, now)

    rows = read.rows if read is not None else None
    step = steps.resume(session, instance_id, knowledge_of, now=now, actor_id=actor_id, read=rows)
    knowledge = step.knowledge
    assert isinstance(knowledge, CaseKnowledge)
    knowledge.actor_id = actor_id
    consenting.keep_up(knowledge)
    yield step, knowledge
    finish(step, knowledge)


def begun(
    session: Session,
    version: Version,
    process: str,
    *,
    case: Case | None,
    centre_id: str | None,
    now: datetime,
    actor_id: str | None = None,
    facts: Mapping[str, Value] | None = None,
) -> tuple[Step, CaseKnowledge]:
    """Start an instance; `finish` it afterwards. `facts` are true before its first node runs."""
    knowledge = CaseKnowledge(session, case, None, version, now)
    knowledge.actor_id = actor_id
    step = steps.begin(
        session,
        version,
        process,
        knowledge,
        case_ref=case.id if case else None,
        centre_id=centre_id,
        now=now,
        actor_id=actor_id,
        before=lambda instance: _introduce(knowledge, instance, facts or {}),
    )
    return step, knowledge


def _introduce(knowledge: CaseKnowledge, instance: Instance, facts: Mapping[str, Value]) -> None:
    knowledge.instance = instance
    knowledge.set_facts(None, facts)


def finish(step: Step, knowledge: CaseKnowledge) -> None:
    """Deliver what was thrown, notice tracks that ended, try what waits in the buffer, then write the step."""
    for _ in range(MAX_ROUNDS):
        moved = _throw(step, knowledge) | _follow_up(step, knowledge) | _notice_ends(step, knowledge)
        if not moved and not _try_buffered(step, knowledge):
            break
    else:
        raise StepWithoutEnd(step.instance.id)
    if step.run.progress().ended:
        _close_case(step, knowledge)
    knowledge.save()
    step.settle()


def deliver(
    step: Step,
    name: str,
    *,
    track: str | None,
    payload: Mapping[str, Value],
    about: Mapping[str, object] | None = None,
    inbox_id: str | None = None,
) -> bool:
    """Hand a message to exactly one place that waits for it: on the same track first, then beside all tracks,
    then a track of its own that it starts. Whether somebody took it.

    about: what the message says of itself, the payload by default. A place in a process that was called for something
    else (another check-up) is not meant, nor one called for anything where the message does not say; one that was
    called for just this goes first. Facts of one pass through a called process (`call`) come from it with the token.
    inbox_id: the message as it came in from outside, so that work of a track it starts can show what it said.
    """
    said = payload if about is None else about
    told, payload = _told_apart(name, said), {**_brought(name, said, step.version.of_call), **payload}
    fitting = (catch for catch in step.run.catches(name) if not _disagrees(catch, told))
    waiting = sorted(fitting, key=lambda catch: -_agrees(catch, told))
    same = [catch for catch in waiting if catch.kind != "track_start" and _root(catch.track) == _root(track)]
    beside = [catch for catch in waiting if catch.kind != "track_start" and catch.track is None]
    for found in (same, beside):
        if found:
            step.catch(found[0].key, name=name, payload=payload)
            return True
    starts = [catch for catch in waiting if catch.kind == "track_start"]
    if not starts:
        return False
    start_track(step, starts[0].key, name, side_track(step, track), payload, inbox_id=inbox_id)
    return True


def _told_apart(name: str, about: Mapping[str, object]) -> dict[str, object]:
    message = MESSAGES.get(name)
    return {key: about.get(key) or "" for key in message.told_apart_by} if message is not None else {}


def _brought(name: str, said: Mapping[str, object], of_call: Collection[str]) -> dict[str, Value]:
    """The facts of one pass that the message says, None for what it leaves out or calls by a name nobody knows."""
    message, brought = MESSAGES.get(name), dict[str, Value]()
    for parameter in message.payload if message is not None else ():
        if parameter.name in of_call:
            value = typed(said.get(parameter.name), str(parameter.type))
            known = is_of(value, str(parameter.type)) and (not parameter.choices or value in parameter.choices)
            brought[parameter.name] = value if known else None
    return brought


def _disagrees(catch: Catch, told: Mapping[str, object]) -> bool:
    return any(catch.locals.get(name, value) not in (None, value) for name, value in told.items())


def _agrees(catch: Catch, told: Mapping[str, object]) -> int:
    return sum(catch.locals.get(name) == value for name, value in told.items())


def start_track(
    step: Step, key: str, name: str, track: str, payload: Mapping[str, Value], *, inbox_id: str | None = None
) -> None:
    """Start the track's event subprocess."""
    step.note("track_started", track=track, name=name, ref=inbox_id)
    step.catch(key, name=name, track=track, payload=payload)


def side_track(step: Step, track: str | None) -> str:
    """A new id for a side track; started for a pregnancy or child it is named after it."""
    suffix = f"x{new_id()[-8:].lower()}"
    root = _root(track)
    return f"{root}/{suffix}" if root and root[0] in "pc" else suffix


def _root(track: str | None) -> str | None:
    return track.split("/", 1)[0] if track else None


def _throw(step: Step, knowledge: CaseKnowledge) -> bool:
    thrown = step.thrown()
    for message in thrown:
        if message.name in RECORDED:
            RECORDED[message.name](step, knowledge, message.track)
        if not deliver(step, message.name, track=message.track, payload=message.payload):
            _hand_to_case(step, knowledge, message.name, message.track, message.payload)
    return bool(thrown)


# Messages that change records of the case, wherever they come from: casework registers what they change.
RECORDED: dict[str, Callable[[Step, CaseKnowledge, str | None], None]] = {}


def _hand_to_case(
    step: Step, knowledge: CaseKnowledge, name: str, track: str | None, payload: Mapping[str, Value]
) -> None:
    """A message nobody here waits for goes to the buffer of the case, where any of its instances may take it."""
    case_ref = step.instance.case_ref
    if case_ref is None:
        return
    inbox_id = new_id()
    step.session.add(
        Inbox(
            id=inbox_id,
            sender=f"{INSTANCE}{step.instance.id}",
            message_id=new_id(),
            name=name,
            correlation={"track_id": track},
            payload={key: stored(value) for key, value in payload.items()},
            state=InboxState.BUFFERED,
            case_ref=case_ref,
            track_id=track,
            received_at=knowledge.now,
        )
    )
    step.instance.has_buffered = True
    if any(other.id != step.instance.id for other in instances.of_case(step.session, case_ref, running_only=True)):
        step.session.add(
            Outbox(
                kind=TO_CASE,
                case_ref=case_ref,
                track_id=track,
                centre_id=knowledge.centre_id(),
                payload={"inbox": inbox_id, "instance": step.instance.id},
                state=OutboxState.QUEUED,
                attempts=0,
                queued_at=knowledge.now,
                next_attempt_at=knowledge.now,
            )
        )


def _try_buffered(step: Step, knowledge: CaseKnowledge) -> bool:
    """Deliver the oldest message of the buffer that something waits for by now. Whether there was one.

    One at a time: what it sets in motion comes before the next.
    """
    case_ref = step.instance.case_ref
    if case_ref is None or not step.instance.has_buffered:
        return False
    waiting = messages.buffered(step.session, case_ref)
    for message in waiting:
        payload = _payload(message, step.version)
        source = None if message.sender.startswith(INSTANCE) else message.id
        if deliver(step, message.name, track=message.track_id, payload=payload, about=message.payload, inbox_id=source):
            message.state, message.settled_at = InboxState.DELIVERED, knowledge.now
            return True
    step.instance.has_buffered = bool(waiting)
    return False


def _payload(message: Inbox, version: Version) -> dict[str, Value]:
    """What a buffered message brings along. One from outside has left its facts with the case when it came in."""
    if not message.sender.startswith(INSTANCE):
        return {}
    kinds = version.fact_types
    return {name: typed(raw, kinds.get(name, "str")) for name, raw in message.payload.items()}


FOLLOW_UPS: dict[str, Callable[[Step, CaseKnowledge, ServiceCall], None]] = {}


def _follow_up(step: Step, knowledge: CaseKnowledge) -> bool:
    asked, knowledge.follow_ups = knowledge.follow_ups, []
    for what, call in asked:
        FOLLOW_UPS[what](step, knowledge, call)
    return bool(asked)


def _notice_ends(step: Step, knowledge: CaseKnowledge) -> bool:
    """When the last pregnancy or child track has ended, the journey is told, so that the family is reviewed."""
    ended, step.ended_tracks = step.ended_tracks, []
    concerned = [track for track in ended if tracks.root(track)]  # a side track may outlive its pregnancy or child
    for track in concerned:
        if "/" not in track:
            step.note("track_ended", track=track)
            _close_record(step, knowledge, track)
    if not concerned or step.instance.case_ref is None:
        return False
    if any(track[0] in "pc" for track in step.open_tracks()):
        return False
    return deliver(step, "closure_requested", track=None, payload={})


def _close_record(step: Step, knowledge: CaseKnowledge, track: str) -> None:
    """A pregnancy or child whose track has ended is not open any more, however it ended."""
    if knowledge.case is None:
        return
    for pregnancy in tracks.pregnancies(step.session, knowledge.case.id):
        if pregnancy.track_id == track and pregnancy.state == PregnancyState.OPEN:
            pregnancy.state, pregnancy.ended_on = PregnancyState.CLOSED, knowledge.day
    for child in tracks.children(step.session, knowledge.case.id):
        if child.track_id == track and child.state == ChildState.OPEN:
            child.state, child.ended_on = ChildState.CLOSED, knowledge.day


def _close_case(step: Step, knowledge: CaseKnowledge) -> None:
    """With its journey the case ends; the reason is what the final review said, or that the family moved."""
    case = knowledge.case
    if case is None or step.instance.process != step.version.bundle.journey:
        return
    facts = knowledge.facts(None)
    reason = facts.get("closing_reason") or ("moved" if facts.get("move_on") else "resolved")
    case.close(str(reason), knowledge.now)
    step.note("case_closed", ref=case.id, details={"reason": str(reason)})
    for other in instances.of_case(step.session, case.id, running_only=True):
        if other.id != step.instance.id:
            with opened(step.session, other.id, now=knowledge.now, actor_id=step.actor_id) as (ending, _):
                ending.run.cancel()
                ending.collect()
