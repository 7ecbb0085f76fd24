"""One running process of a case (or of none), pinned to a version. Its state is only where the tokens stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, LargeBinary, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, UtcInstant, municipality_of
from engine.errors import NotFound


class InstanceState(StrEnum):
    """running: waits for people, days or messages. ended: reached its end. cancelled: ended by a person's decision."""

    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class InstanceUnknown(NotFound):
    """No such instance in this municipality."""

    def __init__(self, instance_id: str) -> None:
        self.instance_id = instance_id
        super().__init__(f"expected an instance, but there is none with id {instance_id[:40]!r}")


class Instance(Base):
    """One running process. `step_count` is its version column: two copies of one state never both win.

    state_bytes: the compact state, None once it has ended. centre_id: who works on it while it has no case.
    """

    __tablename__ = "instance"
    __table_args__ = (Index("ix_instance_case", "municipality_id", "case_ref"),)

    case_ref: Mapped[str | None] = mapped_column(String(26))
    centre_id: Mapped[str | None] = mapped_column(String(26))
    process: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default=InstanceState.RUNNING)
    state_bytes: Mapped[bytes | None] = mapped_column(LargeBinary)
    step_count: Mapped[int] = mapped_column(Integer, default=0)
    has_buffered: Mapped[bool] = mapped_column(default=False)
    has_incidents: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __mapper_args__ = {"version_id_col": step_count}  # noqa: RUF012


def load(session: Session, instance_id: str) -> Instance:
    """The instance row, to be read only. Raises InstanceUnknown."""
    found = session.get(Instance, (municipality_of(session), instance_id))
    if found is None:
        raise InstanceUnknown(instance_id)
    return found


_LOCKED = (
    select(Instance)
    .where(Instance.municipality_id == bindparam("town"), Instance.id == bindparam("instance"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked(session: Session, instance_id: str) -> Instance:
    """The instance row, locked until the transaction ends and read afresh. Raises InstanceUnknown."""
    found = session.scalar(_LOCKED, {"town": municipality_of(session), "instance": instance_id})
    if found is None:
        raise InstanceUnknown(instance_id)
    return found


_LOCKED_TOGETHER = (
    select(Instance)
    .where(Instance.municipality_id == bindparam("town"), Instance.id.in_(bindparam("ids", expanding=True)))
    .order_by(Instance.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked_together(session: Session, instance_ids: Sequence[str]) -> Sequence[Instance]:
    """Those of these instances that exist, locked in the order of their ids, so that no two batches wait in a ring."""
    return session.scalars(_LOCKED_TOGETHER, {"town": municipality_of(session), "ids": list(instance_ids)}).all()


def of_case(session: Session, case_ref: str, *, running_only: bool = False) -> Sequence[Instance]:
    """The instances of a case, oldest first: its journey is the first."""
    query = select(Instance).where(Instance.municipality_id == municipality_of(session), Instance.case_ref == case_ref)
    if running_only:
        query = query.where(Instance.state == InstanceState.RUNNING)
    return session.scalars(query.order_by(Instance.id)).all()


def journey_id(session: Session, case_ref: str, process: str) -> str | None:
    """Id of the running journey instance of the case, None when it has ended."""
    return session.scalar(
        select(Instance.id)
        .where(
            Instance.municipality_id == municipality_of(session),
            Instance.case_ref == case_ref,
            Instance.process == process,
            Instance.state == InstanceState.RUNNING,
        )
        .order_by(Instance.id)
        .limit(1)
    )
