"""Which session of a check-up a child is invited to: the first in its span of days that still has room.

The family's own centre comes first; a sub-centre that holds none of its own sends its families to its main centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import organisation
from engine.cases.case import Case
from engine.cases.letter import Letter, LetterState
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import Conflict, NotFound
from engine.organisation.checkup_sessions import CheckupSession, sessions_of

PROCESS = "child_checkup"  # the diagram whose work a session is for


class SessionUnknown(NotFound):
    """No such session in this municipality, or none of the kind the letter invites to."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        super().__init__(f"expected a check-up session, but there is none with id {session_id[:40]!r}")


class SessionTaken(Conflict):
    """The session has been called off, is over, or is full by now."""

    code = "session_taken"

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        super().__init__(f"expected session {session_id} to take one more child, but it does not")


def choose(session: Session, centre_id: str, kind: str, *, opens_on: date, closes_on: date) -> CheckupSession | None:
    """The first session of the centre, else of its main centre, from `opens_on` and before `closes_on`."""
    for place in _places(session, centre_id):
        for found in sessions_of(session, [place], from_day=opens_on, before=closes_on, kind=kind):
            if takes_one_more(session, found):
                return found
    return None


def _places(session: Session, centre_id: str) -> list[str]:
    parent = organisation.centre_lines(session)[centre_id].parent_id
    return [centre_id] if parent is None else [centre_id, parent]


def takes_one_more(session: Session, found: CheckupSession) -> bool:
    """Whether it is held and has room. One with a capacity stays locked, so that nobody else takes the last place."""
    if found.called_off_at is not None or found.capacity is None:
        return found.called_off_at is None
    session.refresh(found, with_for_update=True)
    return found.called_off_at is None and invited_to(session, [found.id]).get(found.id, 0) < (found.capacity or 0)


def invited_to(session: Session, session_ids: Sequence[str]) -> dict[str, int]:
    """Session id -> how many children were invited to it."""
    rows = session.execute(
        select(Letter.session_id, func.count())
        .where(
            Letter.municipality_id == municipality_of(session),
            Letter.session_id.in_(session_ids),
            Letter.state != LetterState.SUPPRESSED,
        )
        .group_by(Letter.session_id)
    )
    return {str(session_id): number for session_id, number in rows}


def give_days(session: Session, centre_ids: Sequence[str], kind: str, *, today: date) -> list[str]:
    """Choose a session for the invitations of these centres that wait for printing without one.

    Ids of the cases whose letters got one, one for each letter.
    """
    rows = session.execute(
        select(Letter, Case.centre_id)
        .join(Case, (Case.municipality_id == Letter.municipality_id) & (Case.id == Letter.case_id))
        .where(
            Letter.municipality_id == municipality_of(session),
            Letter.state == LetterState.QUEUED,
            Letter.kind == kind,
            Letter.session_id.is_(None),
            Letter.closes_on.is_not(None),
            Case.centre_id.in_(centre_ids),
        )
        .order_by(Letter.id)
    ).all()
    given = []
    for letter, centre_id in rows:
        if letter.opens_on is None or letter.closes_on is None:
            continue
        found = choose(session, centre_id, kind, opens_on=max(letter.opens_on, today), closes_on=letter.closes_on)
        letter.session_id = found.id if found else None
        session.flush()
        given += [letter.case_id] if found else []
    return given


def other_days(session: Session, letter: Letter, *, today: date) -> list[CheckupSession]:
    """The sessions the family may change to, in the child's span of days."""
    if letter.opens_on is None or letter.closes_on is None:
        return []
    case = session.get_one(Case, (municipality_of(session), letter.case_id))
    found = sessions_of(
        session,
        _places(session, case.centre_id),
        from_day=max(letter.opens_on, today),
        before=letter.closes_on,
        kind=letter.kind,
    )
    return [each for each in found if each.called_off_at is None and each.id != letter.session_id]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A child's invitation: the session it invites to, and when the letter was posted (None: it has not left yet)."""

    session: CheckupSession
    sent_at: datetime | None


def of_cases(session: Session, case_ids: Sequence[str]) -> dict[tuple[str, str | None, str], Invitation]:
    """(case id, track id, kind) -> the newest invitation to a session that was not held back."""
    town = municipality_of(session)
    rows = session.execute(
        select(Letter, CheckupSession)
        .join(
            CheckupSession,
            (CheckupSession.municipality_id == Letter.municipality_id) & (CheckupSession.id == Letter.session_id),
        )
        .where(
            Letter.municipality_id == town,
            Letter.case_id.in_(case_ids),
            or_(Letter.state == LetterState.QUEUED, Letter.state == LetterState.SENT),
        )
        .order_by(Letter.id)
    )
    return {
        (letter.case_id, letter.track_id, letter.kind): Invitation(
            held, letter.settled_at if letter.state == LetterState.SENT else None
        )
        for letter, held in rows
    }


def session_day(session: Session, case_id: str, track: str | None, kind: str) -> date | None:
    """The day of the session the child of this track is invited to; None without one or where it is called off."""
    with session.no_autoflush:
        found = of_cases(session, [case_id]).get((case_id, track, kind))
    return found.session.day if found is not None and found.session.called_off_at is None else None


@dataclass(frozen=True, slots=True)
class Sent:
    """The invitation a child got before it was missed. day: of its session; sent_at: None where it never left."""

    kind: str
    day: date | None
    sent_at: datetime | None

    @property
    def sent_on(self) -> date | None:
        """The day the letter was posted."""
        return jst_day(self.sent_at) if self.sent_at else None


def before(session: Session, case_id: str, track: str | None, *, until: datetime) -> Sent | None:
    """The newest invitation written for the child of the track until then, held back ones left out."""
    town = municipality_of(session)
    letter = session.scalar(
        select(Letter)
        .where(
            Letter.municipality_id == town,
            Letter.case_id == case_id,
            Letter.track_id == track,
            Letter.closes_on.is_not(None),
            Letter.queued_at <= until,
            Letter.state != LetterState.SUPPRESSED,
        )
        .order_by(Letter.id.desc())
        .limit(1)
    )
    if letter is None:
        return None
    held = session.get(CheckupSession, (town, letter.session_id)) if letter.session_id else None
    sent_at = letter.settled_at if letter.state == LetterState.SENT else None
    return Sent(letter.kind, held.day if held else None, sent_at)
