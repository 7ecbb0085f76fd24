"""When and where a centre holds its check-ups, and what families are asked to bring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, Day, UtcInstant, municipality_of, references


class CheckupSession(Base):
    """One session of a check-up at a centre.

    kind: CL_CHECKUP (3_4m, 1y6m …). reception_from, reception_until: `HH:MM`, Japanese time.
    capacity: how many children may be invited; None = no limit. called_off_at: it will not be held.
    """

    __tablename__ = "checkup_session"
    __table_args__ = (
        UniqueConstraint(
            "municipality_id", "centre_id", "kind", "day", "reception_from", name="uq_checkup_session_hour"
        ),
        references("centre", "centre_id"),
        Index("ix_checkup_session_day", "municipality_id", "kind", "day"),
    )

    centre_id: Mapped[str] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Day)
    reception_from: Mapped[str] = mapped_column(String(5))
    reception_until: Mapped[str] = mapped_column(String(5))
    place: Mapped[str] = mapped_column(String(100))
    capacity: Mapped[int | None]
    called_off_at: Mapped[datetime | None] = mapped_column(UtcInstant, default=None)


class CheckupWording(Base):
    """What the town asks families to bring to one kind of check-up, a line each, in place of the wording shipped."""

    __tablename__ = "checkup_wording"
    __table_args__ = (UniqueConstraint("municipality_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(20))
    bring_ja: Mapped[str] = mapped_column(String(1000))
    bring_en: Mapped[str] = mapped_column(String(1000))


def sessions_of(
    session: Session, centre_ids: Iterable[str], *, from_day: date, before: date | None = None, kind: str | None = None
) -> list[CheckupSession]:
    """The sessions of these centres from a day on (before another), called-off ones too, by day and hour."""
    query = select(CheckupSession).where(
        CheckupSession.municipality_id == municipality_of(session),
        CheckupSession.centre_id.in_(sorted(centre_ids)),
        CheckupSession.day >= from_day,
    )
    if before is not None:
        query = query.where(CheckupSession.day < before)
    if kind is not None:
        query = query.where(CheckupSession.kind == kind)
    return list(session.scalars(query.order_by(CheckupSession.day, CheckupSession.reception_from, CheckupSession.id)))


def has_sessions(session: Session) -> bool:
    """Whether anybody has planned a session, on any day."""
    query = select(CheckupSession.id).where(CheckupSession.municipality_id == municipality_of(session)).limit(1)
    return session.scalar(query) is not None


def plan(session: Session, sessions: Iterable[CheckupSession]) -> None:
    """Enter sessions as they are."""
    session.add_all(sessions)
    session.flush()


def wording_of(session: Session, kind: str) -> CheckupWording | None:
    """The town's own words for this kind; None where it uses those shipped."""
    return session.scalar(
        select(CheckupWording).where(
            CheckupWording.municipality_id == municipality_of(session), CheckupWording.kind == kind
        )
    )
