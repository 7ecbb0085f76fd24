"""One operation of a service task, carried out in a real step of a real family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import clock
from engine.casework import moves
from engine.database import transaction
from engine.workflow import spiff
from engine.workflow.instance import Instance, InstanceState
from forms.expressions import Value
from tests.office import Office

PROCESS, ELEMENT = "intake", "tell_owner_centre"


def served(
    office: Office,
    case_id: str | None,
    operation: str,
    *,
    track: str | None = None,
    at_process: str = PROCESS,
    at_element: str = ELEMENT,
    **parameters: Any,
) -> Mapping[str, Value] | None:
    """What the operation gives back; its effects are committed, and its results become facts as in a diagram.

    case_id None: in the instance of a notice, which has no case.
    """
    with transaction(office.engine, municipality_id=office.town) as session:
        running = select(Instance.id).where(Instance.state == InstanceState.RUNNING, Instance.case_ref == case_id)
        instance_id = session.scalars(running.order_by(Instance.id)).first()
        assert instance_id is not None
        with moves.opened(session, instance_id, now=clock.now(session)) as (_step, knowledge):
            results = knowledge.serve(spiff.ServiceCall(operation, parameters, track, at_process, at_element))
            knowledge.set_facts(track, results or {})
    return results
