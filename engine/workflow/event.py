"""The append-only history of a case: what the timeline, the heat map and the statistics read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, municipality_of


class Event(Base):
    """One thing that happened. kind: step, task_opened, task_completed, task_cancelled, task_expired, timer_fired,
    message, track_started, track_ended, letter, consent, level, incident, case_opened, case_closed …

    details hold ids, codes and numbers only; a `step` lists the nodes and flows walked: [[process, node, flow], …].
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_case", "municipality_id", "case_ref", "id"),)

    case_ref: Mapped[str | None] = mapped_column(String(26))
    instance_id: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(24))
    process: Mapped[str | None] = mapped_column(String(80))
    element: Mapped[str | None] = mapped_column(String(80))
    name: Mapped[str | None] = mapped_column(String(200))
    actor_id: Mapped[str | None] = mapped_column(String(26))
    ref: Mapped[str | None] = mapped_column(String(26))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcInstant)


def of_case(
    session: Session, case_ref: str, *, before: str | None = None, limit: int = 50, kinds: Sequence[str] | None = None
) -> Sequence[Event]:
    """The newest events of a case first, without the bare steps unless asked for."""
    query = select(Event).where(Event.municipality_id == municipality_of(session), Event.case_ref == case_ref)
    query = query.where(Event.kind.in_(kinds)) if kinds else query.where(Event.kind != "step")
    if before:
        query = query.where(Event.id < before)
    return session.scalars(query.order_by(Event.id.desc()).limit(limit)).all()


def walks(session: Session, case_ref: str | None = None) -> Sequence[list[list[str | None]]]:
    """The walked [process, node, flow] lists of every step, of one case or of all: for diagrams and coverage."""
    query = select(Event.details).where(Event.municipality_id == municipality_of(session), Event.kind == "step")
    if case_ref is not None:
        query = query.where(Event.case_ref == case_ref)
    return [details["walk"] for details in session.scalars(query.order_by(Event.id))]
