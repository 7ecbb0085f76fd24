"""What happens because a day came: timers, tasks that expire, parked steps to retry, the ledger's sequence.

The timer table is the truth; this only gets it done. Instances are taken a few to a transaction, so that many due on
one midnight drain quickly; a killed worker loses nothing, and one failure stops no other.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import audit, clock
from engine.casework import batch, consent_days, dispatch, moves, parameter_days
from engine.casework.batch import Read
from engine.casework.dispatch import Channels
from engine.clock import jst_day
from engine.database import municipality_of, transaction
from engine.organisation.places import Municipality
from engine.workflow import incident as incidents
from engine.workflow import instance as instances
from engine.workflow import spiff
from engine.workflow import timer as timers
from engine.workflow.instance import InstanceUnknown
from engine.workflow.task import Task, TaskAlreadyCompleted, TaskState, TaskUnknown

BATCH = 25
NO_CHANNELS: Channels = {}
MOST_ROUNDS = 50
log = logging.getLogger(__name__)


@dataclass
class DueCounts:
    """How much due work was done. `failed` are instances left for the next round."""

    timers: int = 0
    expiries: int = 0
    incidents: int = 0
    consents: int = 0
    outbox: int = 0
    sequenced: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """What came due by the calendar; what goes out follows from it and is counted apart."""
        return self.timers + self.expiries + self.incidents + self.consents


def run_due(
    engine: Engine,
    *,
    municipality_id: str | None = None,
    limit: int = 100_000,
    sequencing: bool = True,
    channels: Channels = NO_CHANNELS,
) -> DueCounts:
    """Do everything that is due now, for one municipality or for all. Its own transactions.

    channels: how agencies are reached beyond their pages and paper.
    sequencing: also give the ledger's new entries their place; whoever calls again and again does so once, at the end.
    """
    counts = DueCounts()
    for town in [municipality_id] if municipality_id else _towns(engine):
        stopped = _stopped(engine, town)
        given_up = set(stopped)
        parameter_days.take_up(engine, town, failed=partial(_cannot_be_computed, engine, town, given_up))
        for _ in range(MOST_ROUNDS):  # what a day brings may make something else due on the same day
            before = counts.total + counts.outbox
            counts.consents += consent_days.take_up(engine, town, given_up)
            _drain_timers(engine, town, counts, limit, given_up)
            _drain_expiries(engine, town, counts, limit, given_up)
            _retry_incidents(engine, town, counts, given_up)
            counts.outbox += dispatch.send_due(engine, town, channels, given_up)
            if counts.total + counts.outbox == before:
                break
        counts.failed += len(given_up - stopped)
        if sequencing:
            with transaction(engine, municipality_id=town) as session:
                counts.sequenced += audit.sequence(session)
    return counts


def _stopped(engine: Engine, town: str) -> set[str]:
    """Instances that are left alone until the incident that says why is tried again."""
    with transaction(engine, read_only=True, municipality_id=town) as session:
        return incidents.stopped_instances(session)


def _cannot_be_computed(engine: Engine, town: str, given_up: set[str], instance_id: str, error: Exception) -> None:
    if instance_id in given_up:
        return
    given_up.add(instance_id)
    _failed(engine, town, "a parameter could not be taken up", instance_id, error)


def _failed(engine: Engine, town: str, what: str, instance_id: str, error: Exception) -> None:
    """Log it; a state that cannot be read becomes an incident, because only a person can see to that."""
    _log(what, error, instance=instance_id)
    if isinstance(error, spiff.StateTooNew | spiff.StateUnreadable):
        with transaction(engine, municipality_id=town) as session:
            incidents.stopped(session, instances.locked(session, instance_id), str(error), now=clock.now(session))


def _log(what: str, error: Exception, **ids: str) -> None:
    """What failed and where, by ids and code places only: an exception's text may hold personal data."""
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    at = f"{place.name}:{place.lineno}" if place else "?"
    log.error("%s: %s at %s", what, type(error).__name__, at, extra=ids)


def sequence_everything(engine: Engine) -> None:
    """Give every ledger entry its place, however old: one committed long after it was made is else passed over."""
    for town in _towns(engine):
        with transaction(engine, municipality_id=town) as session:
            audit.sequence(session, everything=True)


def _towns(engine: Engine) -> list[str]:
    with transaction(engine, read_only=True) as session:
        return list(session.scalars(select(Municipality.id).order_by(Municipality.code)))


def _drain_timers(engine: Engine, town: str, counts: DueCounts, limit: int, given_up: set[str]) -> None:
    idle: set[str] = set()
    while counts.timers < limit:
        with transaction(engine, read_only=True, municipality_id=town) as session:
            now = clock.now(session)
            passed_over = given_up | idle
            found = timers.due_instances(session, now, limit=BATCH + len(passed_over))
        due = [instance_id for instance_id in found if instance_id not in passed_over]
        if not due:
            break
        before = counts.timers
        given_up |= set(_fire(engine, town, due, now, counts))
        if counts.timers == before:
            idle |= set(due)  # nothing was left to fire: not to be asked again in this round


def _fire(engine: Engine, town: str, instance_ids: Sequence[str], now: datetime, counts: DueCounts) -> Iterable[str]:
    """Fire a batch in one transaction; if that fails, one by one. Yields the instances that could not be fired."""
    try:
        with transaction(engine, municipality_id=town) as session:
            read = batch.read_together(session, instance_ids)
            fired = sum(_fire_one(session, one, now, read.get(one)) for one in sorted(instance_ids))
    except Exception as error:
        if len(instance_ids) == 1:
            _failed(engine, town, "due work failed", instance_ids[0], error)
            return list(instance_ids)
        return [failed for one in instance_ids for failed in _fire(engine, town, [one], now, counts)]
    counts.timers += fired
    return []


def _fire_one(session: Session, instance_id: str, now: datetime, read: Read | None) -> int:
    """Every timer of the instance that is due. A due timer that fires nothing is moved by the settling step."""
    try:
        with moves.opened(session, instance_id, now=now, read=read) as (step, _):
            fired = step.fire_due()
    except InstanceUnknown:
        return 0
    return fired


def _drain_expiries(engine: Engine, town: str, counts: DueCounts, limit: int, given_up: set[str]) -> None:
    """Tasks whose last day has passed leave by the outcome `expired`."""
    with transaction(engine, read_only=True, municipality_id=town) as session:
        now = clock.now(session)
        expired = session.execute(
            select(Task.id, Task.instance_id)
            .where(
                Task.municipality_id == municipality_of(session),
                Task.state == TaskState.OPEN,
                Task.expires_on <= jst_day(now),
            )
            .order_by(Task.expires_on)
            .limit(limit)
        ).all()
    for task_id, instance_id in expired:
        if task_id in given_up or instance_id in given_up:
            continue
        try:
            with transaction(engine, municipality_id=town) as session:
                counts.expiries += _expire(session, task_id, instance_id, now)
        except Exception as error:
            given_up.add(task_id)
            _failed(engine, town, "expiry failed", instance_id, error)


def _expire(session: Session, task_id: str, instance_id: str, now: datetime) -> int:
    with moves.opened(session, instance_id, now=now) as (step, _):
        try:
            task = step.open_task(task_id)
        except (TaskUnknown, TaskAlreadyCompleted):
            return 0
        if task.expires_on is None or task.expires_on > jst_day(now):
            return 0  # a fact was corrected in the meantime, and with it the last day
        step.complete(task, "expired")
    return 1


def _retry_incidents(engine: Engine, town: str, counts: DueCounts, given_up: set[str]) -> None:
    """Each parked step whose next attempt has come, once; one that fails again waits longer."""
    with transaction(engine, read_only=True, municipality_id=town) as session:
        now = clock.now(session)
        found = incidents.due(session, now, limit=BATCH + len(given_up))
        due = [(row.instance_id, row.key, row.id) for row in found if row.id not in given_up]
    for instance_id, key, incident_id in due:
        try:
            with (
                transaction(engine, municipality_id=town) as session,
                moves.opened(session, instance_id, now=now) as (step, _),
            ):
                if key != incidents.WHOLE:
                    step.retry(key)
        except Exception as error:
            given_up.add(incident_id)
            _failed(engine, town, "retry failed", instance_id, error)
        else:
            counts.incidents += 1
            given_up.discard(instance_id)  # what waits in it can be done again
