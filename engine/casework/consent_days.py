"""The day on which a consent begins or ends by itself: the facts that rest on it follow, and with them what waits.

Whether something may be shared is always asked of the consents themselves, by the day. These facts steer diagrams;
every step settles them when it begins, and a family in which nothing happens takes a step on that day.
"""

from __future__ import annotations

import logging

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import clock
from engine.cases import case as cases
from engine.casework import consenting, moves
from engine.casework.knowledge import CaseKnowledge
from engine.clock import jst_day
from engine.database import transaction
from engine.workflow import instance as instances
from engine.workflow import versions

log = logging.getLogger(__name__)


def take_up(engine: Engine, town: str, given_up: set[str]) -> int:
    """Settle the consents of every family for which such a day has come; how many. Its own transactions.

    given_up: cases that could not be settled are added; they stop no other. A journey named in it is left alone.
    """
    with transaction(engine, read_only=True, municipality_id=town) as session:
        found = cases.with_changed_consents(session, jst_day(clock.now(session)))
    done = 0
    for case_id in found:
        if case_id in given_up:
            continue
        try:
            with transaction(engine, municipality_id=town) as session:
                done += _settle(session, case_id, given_up)
        except Exception as error:  # one family that cannot be moved on stops no other
            given_up.add(case_id)
            log.error("consents could not be settled: %s", type(error).__name__, extra={"case": case_id})
    return done


def _settle(session: Session, case_id: str, given_up: set[str]) -> bool:
    case, now = cases.load(session, case_id), clock.now(session)
    version = versions.load(session, case.version_id)
    journey = instances.journey_id(session, case_id, version.bundle.journey)
    if journey is None:
        knowledge = CaseKnowledge(session, case, None, version, now)
        consenting.settle(knowledge)
        knowledge.save()
        return True
    if journey in given_up:
        return False
    with moves.opened(session, journey, now=now) as (step, _):
        step.note("consent_changed")
    return True
