"""What service tasks ask for beyond their own step: a notice joins a case or opens one, a visit is asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.cases import tracks
from engine.casework import matching, moves, task_views
from engine.casework.knowledge import CaseKnowledge
from engine.casework.viewing import open_subjects
from engine.casework.views import TaskView
from engine.clock import jst_day
from engine.errors import Conflict
from engine.workflow import instance as instances
from engine.workflow import versions
from engine.workflow.spiff import ServiceCall
from engine.workflow.step import Step
from engine.workflow.task import TaskState

WHY_LENGTH = 200


def attach_notice(step: Step, knowledge: CaseKnowledge, call: ServiceCall) -> None:
    """A person has said which case the notice is about: the case is told."""
    matching.bring(step, knowledge, call.track)


def start_journey(step: Step, knowledge: CaseKnowledge, call: ServiceCall) -> None:
    """A notice about a family nobody knew yet opens a case for it."""
    matching.open_case(step, knowledge, call.track)


def start_track(step: Step, knowledge: CaseKnowledge, call: ServiceCall) -> None:
    """A side track for a need that came up."""
    moves.deliver(step, "support_needed", track=call.track, payload={})


def start_pathway(step: Step, knowledge: CaseKnowledge, call: ServiceCall) -> None:
    """A long side pathway is an instance of its own on the same case; it reports back by message."""
    begin_beside(step, knowledge, str(call.parameters["process"]))


def begin_beside(step: Step, knowledge: CaseKnowledge, process: str) -> None:
    """Begin another process on the case of the step under way, which then takes what it says."""
    pathway, known = moves.begun(
        step.session,
        step.version,
        process,
        case=knowledge.case,
        centre_id=knowledge.centre_id(),
        now=knowledge.now,
        actor_id=step.actor_id,
    )
    pathway.instance.has_buffered = True  # the case may have been told already what it waits for
    moves.finish(pathway, known)
    knowledge.forget()  # it may have set facts
    step.instance.has_buffered = True


moves.FOLLOW_UPS.update(
    attach_notice=attach_notice, start_journey=start_journey, start_track=start_track, start_pathway=start_pathway
)


def request_visit(
    session: Session, actor: Actor, case_id: str, track_id: str | None, *, note: str = "", now: datetime
) -> list[TaskView]:
    """Ask for a further visit outside the plan; as often as needed, no cap (W18). The tasks it opened.

    note: why, shown with the work. Raises TrackUnknown, CaseUnknown, InstanceUnknown, Forbidden, Hidden.
    """
    _permitted(session, actor, case_id, now)
    tracks.require_known(session, case_id, track_id)
    opened, _ = _ask(session, actor, case_id, "visit_requested", track_id, note, now)
    audit.record(session, "visit.requested", by=actor.staff_id, about=case_id, now=now)
    return opened


def request_closure(session: Session, actor: Actor, case_id: str, *, note: str = "", now: datetime) -> list[TaskView]:
    """Ask that the support of a family end: the head of the centre then decides whether it does. The head's task.

    note: why, shown with the task. Raises ClosureUnderWay, CaseUnknown, InstanceUnknown, Forbidden, Hidden.
    """
    _permitted(session, actor, case_id, now)
    opened, taken = _ask(session, actor, case_id, "closure_requested", None, note, now)
    if not taken:
        raise ClosureUnderWay(case_id)
    audit.record(session, "closure.requested", by=actor.staff_id, about=case_id, now=now)
    return opened


class ClosureUnderWay(Conflict):
    """The end of the case is being decided already, or the family is being handed over."""

    code = "closure_under_way"

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id
        super().__init__(f"expected the journey of case {case_id} to take a request to close it, but it does not wait")


def _permitted(session: Session, actor: Actor, case_id: str, now: datetime) -> None:
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.START_PATHWAY)


def _ask(
    session: Session, actor: Actor, case_id: str, message: str, track: str | None, note: str, now: datetime
) -> tuple[list[TaskView], bool]:
    """Hand a message of staff to the journey: the tasks it opened, and whether anything took it."""
    version = versions.load(session, cases.load(session, case_id).version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        raise instances.InstanceUnknown(case_id)
    with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, _):
        step.explain(note.strip()[:WHY_LENGTH])
        taken = moves.deliver(step, message, track=track, payload={})
    opened = [row for row in step.opened if row.state == TaskState.OPEN]
    return task_views.of_tasks(session, actor, opened, version), taken
