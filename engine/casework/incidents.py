"""Steps that stopped: shown in plain words, tried again by a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.casework import moves
from engine.casework.views import IncidentView
from engine.clock import jst_day
from engine.database import municipality_of
from engine.workflow import incident as incident_rows
from engine.workflow import versions
from engine.workflow.incident import WHOLE, Incident
from engine.workflow.instance import Instance


def open_incidents(session: Session, actor: Actor, *, case_id: str | None = None, now: datetime) -> list[IncidentView]:
    """What has stopped, oldest first, as far as the actor may see it."""
    day = jst_day(now)
    found = incident_rows.open_incidents(session, case_ref=case_id)
    return [
        _view(session, row)
        for row in found
        if isinstance(
            policy.decide(load_standing(session, actor, row.case_ref, on=day), Action.RETRY_INCIDENT), policy.Allowed
        )
    ]


def retry(session: Session, actor: Actor, incident_id: str, *, now: datetime) -> bool:
    """Try the step again. Whether it went on. Raises IncidentUnknown, Forbidden, Hidden."""
    row = incident_rows.load(session, incident_id)
    policy.require(load_standing(session, actor, row.case_ref, on=jst_day(now)), Action.RETRY_INCIDENT)
    with moves.opened(session, row.instance_id, now=now, actor_id=actor.staff_id) as (step, _):
        if row.key != WHOLE:
            step.retry(row.key)
    audit.record(
        session, "incident.retried", by=actor.staff_id, about=row.case_ref, now=now, details={"incident": row.id}
    )
    return row.resolved_at is not None


def _view(session: Session, row: Incident) -> IncidentView:
    instance = session.get(Instance, (municipality_of(session), row.instance_id))
    name = row.element
    if instance is not None:
        process = versions.load(session, instance.version_id).bundle.processes.get(row.process)
        node = process.nodes.get(row.element) if process else None
        name = (node.name if node else process.name if process else None) or row.element
    return IncidentView(
        row.id,
        row.case_ref,
        row.process,
        row.element,
        name,
        row.error,
        row.attempts,
        row.next_attempt_at,
        row.opened_at,
    )
