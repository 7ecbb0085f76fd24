"""The day from which a parameter has another value: waits and windows under way are computed again with it.

A step computes them with the values of its own day. A family in which nothing happens takes no step, so on that day
every running instance takes one that does nothing else; otherwise a shorter wait would count for some families only.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import moves
from engine.clock import jst_day
from engine.database import municipality_of, transaction
from engine.organisation import parameters
from engine.workflow.instance import Instance, InstanceState, InstanceUnknown


def take_up(engine: Engine, town: str, *, failed: Callable[[str, Exception], None]) -> int:
    """Compute every running wait of the town again if a parameter's day has come; how many instances were looked at.

    failed: told the id of an instance that cannot be computed, which stops no other. Its own transactions, one per
    instance; a crash on the way leaves the parameter to be taken up again.
    """
    with transaction(engine, read_only=True, municipality_id=town) as session:
        now = clock.now(session)
        changed = {row.id for row in parameters.not_taken_up(session, jst_day(now))}
        running = _running(session) if changed else []
    for instance_id in running:
        try:
            with transaction(engine, municipality_id=town) as session, moves.opened(session, instance_id, now=now):
                pass  # settling writes what the new values make of timers and windows
        except InstanceUnknown:
            continue  # it has ended in the meantime
        except Exception as error:
            failed(instance_id, error)
    if changed:
        with transaction(engine, municipality_id=town) as session:
            for row in parameters.not_taken_up(session, jst_day(now)):
                row.taken_up_at = now if row.id in changed else None
    return len(running)


def _running(session: Session) -> list[str]:
    query = select(Instance.id).where(
        Instance.municipality_id == municipality_of(session), Instance.state == InstanceState.RUNNING
    )
    return list(session.scalars(query.order_by(Instance.id)))
