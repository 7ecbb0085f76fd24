"""The tracks of a family: its pregnancies (p1, p2 …) and children (c1, c2 …), and short-lived side tracks (x1 …).

A track id is unique within its case. A side track started for another track is called `c1/x2`: its facts are
those of c1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import Index, Integer, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, Day, direct, municipality_of, table_of
from engine.errors import NotFound


class PregnancyState(StrEnum):
    """open: under way. born: a birth was registered. lost: miscarriage or stillbirth. closed: ended otherwise."""

    OPEN = "open"
    BORN = "born"
    LOST = "lost"
    CLOSED = "closed"


class ChildState(StrEnum):
    """open: supported. died: the child died. closed: handed over to school, moved away or placed."""

    OPEN = "open"
    DIED = "died"
    CLOSED = "closed"


class Pregnancy(Base):
    """One pregnancy; benefits hang on it and on its fetus count. `due_on` mirrors the fact of its track."""

    __tablename__ = "pregnancy"
    __table_args__ = (Index("ix_pregnancy_case", "municipality_id", "case_id"),)

    case_id: Mapped[str] = mapped_column(String(26))
    track_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=PregnancyState.OPEN)
    due_on: Mapped[date | None] = mapped_column(Day)
    fetus_count: Mapped[int] = mapped_column(Integer, default=1)
    ended_on: Mapped[date | None] = mapped_column(Day)


class Child(Base):
    """One child; check-ups hang on it. `pregnancy_track` is the pregnancy it was born of, None for a child moved in.

    `unseen` mirrors the facts of its track: it did not come, and was met by nobody since.
    """

    __tablename__ = "child"
    __table_args__ = (
        Index("ix_child_case", "municipality_id", "case_id"),
        Index("ix_child_unseen", "municipality_id", "unseen", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(String(26))
    track_id: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str] = mapped_column(String(26))
    pregnancy_track: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=ChildState.OPEN)
    born_on: Mapped[date] = mapped_column(Day)
    ended_on: Mapped[date | None] = mapped_column(Day)
    unseen: Mapped[bool] = mapped_column(default=False)


def pregnancies(session: Session, case_id: str) -> Sequence[Pregnancy]:
    """The pregnancies of the family, oldest first."""
    return session.scalars(
        select(Pregnancy)
        .where(Pregnancy.municipality_id == municipality_of(session), Pregnancy.case_id == case_id)
        .order_by(Pregnancy.id)
    ).all()


_PREGNANCY = table_of(Pregnancy).c
_DUE_DAYS = select(_PREGNANCY.case_id, _PREGNANCY.track_id, _PREGNANCY.due_on).where(
    _PREGNANCY.municipality_id == bindparam("town"),
    _PREGNANCY.case_id.in_(bindparam("cases", expanding=True)),
    _PREGNANCY.state == PregnancyState.OPEN,
)


def due_days(session: Session, case_ids: Collection[str]) -> dict[tuple[str, str], date]:
    """(case, track) -> due day of the pregnancies under way in these families; unknown days are left out."""
    if not case_ids:
        return {}
    rows = direct(session).execute(_DUE_DAYS, {"town": municipality_of(session), "cases": list(case_ids)})
    return {(case_id, track_id): due_on for case_id, track_id, due_on in rows if due_on is not None}


def children(session: Session, case_id: str) -> Sequence[Child]:
    """The children of the family with a track, in the order they were registered."""
    return session.scalars(
        select(Child)
        .where(Child.municipality_id == municipality_of(session), Child.case_id == case_id)
        .order_by(Child.id)
    ).all()


_CHILD = table_of(Child).c
_SAD_ENDS = (
    select(_PREGNANCY.state)
    .where(
        _PREGNANCY.municipality_id == bindparam("town"),
        _PREGNANCY.case_id == bindparam("case"),
        _PREGNANCY.track_id == bindparam("track"),
        _PREGNANCY.state == PregnancyState.LOST,
    )
    .union_all(
        select(_CHILD.state).where(
            _CHILD.municipality_id == bindparam("town"),
            _CHILD.case_id == bindparam("case"),
            _CHILD.track_id == bindparam("track"),
            _CHILD.state == ChildState.DIED,
        )
    )
)


def sad_end(session: Session, case_id: str, track_id: str | None) -> PregnancyState | ChildState | None:
    """LOST or DIED where the pregnancy or child of the track is no more, else None."""
    if track_id is None:
        return None
    session.flush()
    found = session.scalar(_SAD_ENDS, {"town": municipality_of(session), "case": case_id, "track": track_id})
    if found is None:
        return None
    return PregnancyState.LOST if found == PregnancyState.LOST else ChildState.DIED


class TrackUnknown(NotFound):
    """The case has no such pregnancy or child."""

    def __init__(self, track_id: str) -> None:
        self.track_id = track_id
        super().__init__(f"expected a track of the case, but it has none called {track_id[:40]!r}")


def require_known(session: Session, case_id: str, track_id: str | None) -> None:
    """Raises TrackUnknown unless the track is a pregnancy or child of the case, or a side track of one."""
    if track_id is None:
        return
    known = {pregnancy.track_id for pregnancy in pregnancies(session, case_id)}
    known |= {child.track_id for child in children(session, case_id)}
    if root(track_id) not in known:
        raise TrackUnknown(track_id)


def root(track_id: str | None) -> str | None:
    """The pregnancy or child a track is about: `c1/x2` → `c1`, `x3` → None."""
    if not track_id:
        return None
    first = track_id.split("/", 1)[0]
    return first if first[0] in "pc" else None
