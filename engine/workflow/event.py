"""The append-only history of a case: what the timeline, the heat map and the statistics read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Index, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, direct, municipality_of, new_id, table_of
from engine.workflow.instance import Instance


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


_INSERT = insert(table_of(Event))


class About(TypedDict, total=False):
    """What an event may say besides its kind; all of it may be left out."""

    track: str | None
    process: str | None
    element: str | None
    name: str | None
    ref: str | None
    details: Mapping[str, Any] | None


@dataclass
class Chronicle:
    """What one step adds to the history of its instance."""

    session: Session
    instance: Instance
    now: datetime
    actor_id: str | None = None
    _lines: list[dict[str, Any]] = field(default_factory=list)

    def note(self, kind: str, **about: Unpack[About]) -> None:
        """Add one event; it is in the table after `write`."""
        self._lines.append(
            {
                "municipality_id": municipality_of(self.session),
                "id": new_id(),
                "case_ref": self.instance.case_ref,
                "instance_id": self.instance.id,
                "track_id": about.get("track"),
                "kind": kind,
                "process": about.get("process"),
                "element": about.get("element"),
                "name": about.get("name"),
                "actor_id": self.actor_id,
                "ref": about.get("ref"),
                "details": dict(about.get("details") or {}),
                "at": self.now,
            }
        )

    def write(self) -> None:
        """Put the events into the table, in one statement."""
        if self._lines:
            direct(self.session).execute(_INSERT, self._lines)
            self._lines = []


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
