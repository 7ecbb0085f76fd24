"""The demo and test calendar: moved forward day by day of due work, never past something that is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import audit, clock
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.cases import case as cases
from engine.casework import due_work
from engine.casework.cases import has_cases
from engine.casework.views import Advance
from engine.clock import jst_day, jst_midnight
from engine.database import municipality_of, transaction
from engine.errors import Rejected
from engine.organisation import parameters
from engine.workflow import incident as incidents
from engine.workflow import message as messages
from engine.workflow import timer as timers
from engine.workflow.task import Task, TaskState
from forms.dates import add_duration
from forms.durations import DateError


class DurationUnreadable(Rejected):
    """Not an ISO 8601 duration such as P30D."""

    code = "malformed"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"expected an ISO 8601 duration such as P30D, but got {text[:40]!r}")


def show(session: Session) -> datetime:
    """The town's instant now."""
    return clock.now(session)


def advance(
    engine: Engine, actor: Actor, *, set_to: datetime | None = None, by: str | None = None, allowed: bool
) -> Advance:
    """Move the calendar to an instant, or on by a duration, doing on each due instant what is due there.

    allowed: whether the environment is demo or test. Its own transactions.
    Raises ClockNotMovable, ClockRefused, DurationUnreadable, Forbidden.
    """
    with transaction(engine, municipality_id=actor.municipality_id) as session:
        start = clock.now(session)
        policy.require(load_standing(session, actor, on=jst_day(start)), Action.MOVE_CLOCK)
        target = set_to if set_to is not None else _later(start, by or "")
        known = has_cases(session)
        if target <= start:
            clock.set_now(session, target, allowed=allowed, has_cases=known)
            start = target
        elif not clock.is_set(session) or not allowed:
            clock.set_now(session, start, allowed=allowed, has_cases=known)
        before = len(incidents.open_incidents(session))
    fired = due_work.run_due(engine, municipality_id=actor.municipality_id, sequencing=False).total
    current = start
    while current < target:
        with transaction(engine, municipality_id=actor.municipality_id) as session:
            current = _next_stop(session, current, target) or target
            clock.set_now(session, current, allowed=allowed, has_cases=True)
        fired += due_work.run_due(engine, municipality_id=actor.municipality_id, sequencing=False).total
    with transaction(engine, municipality_id=actor.municipality_id) as session:
        audit.sequence(session)
        new_incidents = max(0, len(incidents.open_incidents(session)) - before)
    return Advance(target, fired, new_incidents)


def _later(start: datetime, duration: str) -> datetime:
    try:
        return add_duration(start, duration)
    except (DateError, ValueError, OverflowError) as error:
        raise DurationUnreadable(duration) from error


def next_stop(session: Session, *, within: datetime) -> datetime | None:
    """When something is due next, for the calendar bar; None if nothing is before `within`."""
    return _next_stop(session, clock.now(session), within)


def _next_stop(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The first instant after `after`, not after `until`, at which something is due: see the stops."""
    town = municipality_of(session)
    expiry = session.scalar(
        select(func.min(Task.expires_on)).where(
            Task.municipality_id == town, Task.state == TaskState.OPEN, Task.expires_on > jst_day(after)
        )
    )
    retry = session.scalar(
        select(func.min(incidents.Incident.next_attempt_at)).where(
            incidents.Incident.municipality_id == town, incidents.Incident.next_attempt_at > after
        )
    )
    days = [
        expiry,
        parameters.next_change(session, jst_day(after)),
        cases.next_change_of_consents(session, jst_day(after)),
    ]
    stops = [
        timers.next_due_at(session, after, until),
        *(jst_midnight(day) for day in days if day is not None),
        messages.next_attempt_at(session, after),
        retry,
    ]
    return min((stop for stop in stops if stop is not None and after < stop <= until), default=None)
