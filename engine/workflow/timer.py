"""Due instants of waiting timer events: the truth about what happens when a day comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import JSON, Base, UtcInstant, direct, municipality_of, table_of, write
from engine.workflow.instance import Instance
from engine.workflow.spiff import DueTimer
from engine.workflow.versions import Version


class Timer(Base):
    """One waiting timer of an instance. `due_at` is None while a fact it is computed from is not known.

    told_apart_by: of what was handed to its process, what says which of its kind it is (`Version.naming`).
    """

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_due", "municipality_id", "due_at"),
        Index("ix_timer_instance", "municipality_id", "instance_id"),
    )

    instance_id: Mapped[str] = mapped_column(String(26))
    case_ref: Mapped[str | None] = mapped_column(String(26))
    track_id: Mapped[str | None] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    told_apart_by: Mapped[dict[str, Any]] = mapped_column(JSON)


class TimerLine(NamedTuple):
    """What a step compares of a timer."""

    id: str
    key: str
    due_at: datetime | None
    track_id: str | None
    element: str
    told_apart_by: Mapping[str, Any]


_TIMER = table_of(Timer)
_LINE = (_TIMER.c.id, _TIMER.c.key, _TIMER.c.due_at, _TIMER.c.track_id, _TIMER.c.element, _TIMER.c.told_apart_by)
_OF_INSTANCE = select(*_LINE).where(
    _TIMER.c.municipality_id == bindparam("town"), _TIMER.c.instance_id == bindparam("instance")
)
_ONE = (_TIMER.c.municipality_id == bindparam("town")) & (_TIMER.c.id == bindparam("timer"))
_DROP = delete(_TIMER).where(_ONE)
_MOVE = update(_TIMER).where(_ONE).values(due_at=bindparam("moved_to"))


def of_instance(session: Session, instance_id: str) -> list[TimerLine]:
    """The timers of an instance."""
    rows = direct(session).execute(_OF_INSTANCE, {"town": municipality_of(session), "instance": instance_id})
    return [TimerLine(*row) for row in rows]


_TOGETHER = select(_TIMER.c.instance_id, *_LINE).where(
    _TIMER.c.municipality_id == bindparam("town"), _TIMER.c.instance_id.in_(bindparam("instances", expanding=True))
)


def of_instances(session: Session, instance_ids: Sequence[str]) -> dict[str, list[TimerLine]]:
    """The timers of several instances, by instance."""
    found: dict[str, list[TimerLine]] = {instance_id: [] for instance_id in instance_ids}
    for instance_id, *line in session.execute(
        _TOGETHER, {"town": municipality_of(session), "instances": list(instance_ids)}
    ):
        found[instance_id].append(TimerLine(*line))
    return found


def drop(session: Session, timer_ids: Sequence[str]) -> None:
    """Timers that wait no longer."""
    if timer_ids:
        town = municipality_of(session)
        direct(session).execute(_DROP, [{"town": town, "timer": timer_id} for timer_id in timer_ids])


def move(session: Session, due: Mapping[str, datetime | None]) -> None:
    """Timers whose instant has changed: id → the new one."""
    if due:
        town = municipality_of(session)
        direct(session).execute(
            _MOVE, [{"town": town, "timer": timer_id, "moved_to": due_at} for timer_id, due_at in due.items()]
        )


def settle(
    session: Session, instance: Instance, known: Sequence[TimerLine], standing: Sequence[DueTimer], version: Version
) -> None:
    """Bring the rows of an instance in line with the timers that wait: drop, move, add."""
    rows = {row.key: row for row in known}
    waiting = {timer.key: timer for timer in standing}
    drop(session, [row.id for key, row in rows.items() if key not in waiting])
    both = waiting.keys() & rows.keys()
    move(session, {rows[key].id: waiting[key].due_at for key in both if rows[key].due_at != waiting[key].due_at})
    write(session, [_row(instance, timer, version) for key, timer in waiting.items() if key not in rows])


def _row(instance: Instance, timer: DueTimer, version: Version) -> Timer:
    return Timer(
        instance_id=instance.id,
        case_ref=instance.case_ref,
        track_id=timer.track,
        key=timer.key,
        process=timer.process,
        element=timer.element,
        due_at=timer.due_at,
        told_apart_by=version.told_apart_by(timer.locals()) if version.naming else {},
    )


def due_instances(session: Session, now: datetime, *, limit: int) -> Sequence[str]:
    """Ids of instances with a timer due by `now`, the longest due first."""
    first_due = func.min(Timer.due_at)
    return session.scalars(
        select(Timer.instance_id)
        .where(Timer.municipality_id == municipality_of(session), Timer.due_at <= now)
        .group_by(Timer.instance_id)
        .order_by(first_due)
        .limit(limit)
    ).all()


def next_due_at(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The first due instant after `after` and not after `until`, None if nothing is due in between."""
    return session.scalar(
        select(func.min(Timer.due_at)).where(
            Timer.municipality_id == municipality_of(session), Timer.due_at > after, Timer.due_at <= until
        )
    )


def of_case(session: Session, case_ref: str) -> Sequence[Timer]:
    """What will happen by itself in a case, soonest first, unknown days last."""
    found = session.scalars(
        select(Timer).where(Timer.municipality_id == municipality_of(session), Timer.case_ref == case_ref)
    ).all()
    return sorted(found, key=lambda timer: (timer.due_at is None, timer.due_at or timer.id, timer.id))
