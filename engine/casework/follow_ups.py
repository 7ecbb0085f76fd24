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
from engine.workflow import instance as instances
from engine.workflow import versions
from engine.workflow.step import Step
from engine.workflow.task import TaskState


def attach_notice(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """A person has said which case the notice is about: the case is told."""
    matching.bring(step, knowledge, track)


def start_journey(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """A notice about a family nobody knew yet opens a case for it."""
    matching.open_case(step, knowledge, track)


def start_track(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """A side track for a need that came up."""
    moves.deliver(step, "support_needed", track=track, payload={})


def start_pathway(step: Step, knowledge: CaseKnowledge, track: str | None) -> None:
    """Long side pathways are instances of their own; none is shipped yet."""
    step.note("pathway_asked", track=track)


moves.FOLLOW_UPS.update(
    attach_notice=attach_notice, start_journey=start_journey, start_track=start_track, start_pathway=start_pathway
)


def request_visit(
    session: Session, actor: Actor, case_id: str, track_id: str | None, *, note: str = "", now: datetime
) -> list[TaskView]:
    """Ask for a further visit outside the plan; as often as needed, no cap (W18). The tasks it opened."""
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.START_PATHWAY)
    case = cases.load(session, case_id)
    tracks.require_known(session, case_id, track_id)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        raise instances.InstanceUnknown(case_id)
    with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, _):
        moves.deliver(step, "visit_requested", track=track_id, payload={})
    audit.record(session, "visit.requested", by=actor.staff_id, about=case_id, now=now)
    opened = [row for row in step.opened if row.state == TaskState.OPEN]
    return task_views.of_tasks(session, actor, opened, version)


def request_closure(session: Session, actor: Actor, case_id: str, *, note: str = "", now: datetime) -> None:
    """Ask that the support of a family end: the head of the centre then decides whether it does."""
    standing = load_standing(session, actor, case_id, on=jst_day(now), tasks=open_subjects(session, case_id))
    policy.require(standing, Action.START_PATHWAY)
    case = cases.load(session, case_id)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        raise instances.InstanceUnknown(case_id)
    with moves.opened(session, journey, now=now, actor_id=actor.staff_id) as (step, _):
        moves.deliver(step, "closure_requested", track=None, payload={})
    audit.record(session, "closure.requested", by=actor.staff_id, about=case_id, now=now)
