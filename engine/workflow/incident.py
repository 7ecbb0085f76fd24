"""Incidents: steps that failed. Kept, explained, retried with growing pauses or by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, UtcInstant, municipality_of
from engine.errors import NotFound
from engine.workflow.event import Chronicle
from engine.workflow.instance import Instance
from engine.workflow.spiff import Failure

WHOLE = "-"  # the key of an incident that no one step, but the whole instance has
RETRY_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))


class IncidentUnknown(NotFound):
    """No such open incident."""

    def __init__(self, incident_id: str) -> None:
        self.incident_id = incident_id
        super().__init__(f"expected an open incident, but there is none with id {incident_id[:40]!r}")


class Incident(Base):
    """A step that failed. `error` is English for the log, without personal data. Resolved when the token moved on.

    key: the token's, or `WHOLE`.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_instance", "municipality_id", "instance_id"),
        Index("ix_incident_due", "municipality_id", "next_attempt_at"),
    )

    instance_id: Mapped[str] = mapped_column(String(26))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    error: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    def failed_again(self, error: str, at: datetime) -> None:
        """Count one more attempt and set the next one, None after the last: then only a person tries again."""
        self.error = error
        self.next_attempt_at = at + RETRY_AFTER[self.attempts] if self.attempts < len(RETRY_AFTER) else None
        self.attempts += 1


def stopped(session: Session, instance: Instance, error: str, *, now: datetime) -> None:
    """Keep that the instance itself cannot be taken up: one incident, until the first step that can, which resolves it.

    It is tried again for ever, the longest pause apart: the release that can read it may come at any time.
    """
    known = _open_of(session, instance).get(WHOLE)
    if known is None:
        instance.has_incidents = True
        session.add(_whole(instance, error, now))
    elif known.next_attempt_at is None or known.next_attempt_at <= now:
        known.failed_again(error, now)
        known.next_attempt_at = known.next_attempt_at or now + RETRY_AFTER[-1]


def _whole(instance: Instance, error: str, now: datetime) -> Incident:
    return Incident(
        instance_id=instance.id,
        case_ref=instance.case_ref,
        key=WHOLE,
        process=instance.process,
        element="",
        kind="instance",
        error=error,
        attempts=1,
        opened_at=now,
        next_attempt_at=now + RETRY_AFTER[0],
    )


def stopped_instances(session: Session) -> set[str]:
    """Ids of instances that could not be taken up: nothing is tried in them but the retry of that incident."""
    town = municipality_of(session)
    query = select(Incident.instance_id).where(
        Incident.municipality_id == town, Incident.resolved_at.is_(None), Incident.key == WHOLE
    )
    return set(session.scalars(query))


def settle(session: Session, instance: Instance, chronicle: Chronicle, standing: Sequence[Failure]) -> None:
    """Bring the incidents of an instance in line with the steps that are parked: resolve, count again, add."""
    now, known = chronicle.now, _open_of(session, instance)
    failing = {failure.key: failure for failure in standing}
    for key, row in known.items():
        if key not in failing:
            row.resolved_at, row.next_attempt_at = now, None
            chronicle.note("incident_resolved", process=row.process, element=row.element, ref=row.id)
        elif failing[key].new:
            row.failed_again(failing[key].error, now)
    for key, failure in failing.items():
        if key not in known:
            row = _row(instance, failure, now)
            session.add(row)
            chronicle.note(
                "incident", track=failure.track, process=failure.process, element=failure.element, ref=row.id
            )
    if instance.has_incidents != bool(failing):
        instance.has_incidents = bool(failing)


def _open_of(session: Session, instance: Instance) -> dict[str, Incident]:
    if not instance.has_incidents:
        return {}
    query = select(Incident).where(
        Incident.municipality_id == municipality_of(session),
        Incident.instance_id == instance.id,
        Incident.resolved_at.is_(None),
    )
    return {row.key: row for row in session.scalars(query)}


def _row(instance: Instance, failure: Failure, now: datetime) -> Incident:
    return Incident(
        instance_id=instance.id,
        case_ref=instance.case_ref,
        track_id=failure.track,
        key=failure.key,
        process=failure.process,
        element=failure.element,
        kind=failure.kind,
        error=failure.error,
        attempts=1,
        opened_at=now,
        next_attempt_at=now + RETRY_AFTER[0],
    )


def open_incidents(session: Session, *, case_ref: str | None = None) -> Sequence[Incident]:
    """What is not resolved, oldest first."""
    query = select(Incident).where(Incident.municipality_id == municipality_of(session), Incident.resolved_at.is_(None))
    if case_ref is not None:
        query = query.where(Incident.case_ref == case_ref)
    return session.scalars(query.order_by(Incident.id)).all()


def due(session: Session, now: datetime, *, limit: int) -> Sequence[Incident]:
    """Open incidents whose next attempt has come."""
    return session.scalars(
        select(Incident)
        .where(
            Incident.municipality_id == municipality_of(session),
            Incident.resolved_at.is_(None),
            Incident.next_attempt_at <= now,
        )
        .order_by(Incident.next_attempt_at)
        .limit(limit)
    ).all()


def load(session: Session, incident_id: str) -> Incident:
    """One open incident. Raises IncidentUnknown."""
    found = session.get(Incident, (municipality_of(session), incident_id))
    if found is None or found.resolved_at is not None:
        raise IncidentUnknown(incident_id)
    return found
