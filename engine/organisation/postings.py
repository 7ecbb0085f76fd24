"""Who somebody is and where they are posted, read in one statement: what every request begins with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from engine import clock
from engine.clock import TownClock
from engine.database import direct, enter_municipality, table_of
from engine.organisation.places import Partner, PartnerKind
from engine.organisation.staff import Staff, StaffRole
from engine.organisation.tokens import ApiToken


@dataclass(frozen=True, slots=True)
class Posting:
    """A role at a centre or at an agency, and the kind of that agency."""

    role: str
    centre_id: str | None
    partner_id: str | None
    partner_kind: PartnerKind | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff with the postings they hold today in their town; none where they have left."""

    id: str
    login: str
    name: str
    municipality_id: str
    postings: tuple[Posting, ...]


def by_login(session: Session, login: str) -> Person | None:
    """The person of this login, of whichever municipality: it is entered, unless the session serves another."""
    return _person(session, session.execute(_BY_LOGIN, {"login": login}).all())


def by_token(session: Session, text: str, *, at: datetime) -> Person | None:
    """Whose token this is, of whichever municipality; None where it is unknown, expired or revoked."""
    rows = direct(session).execute(_BY_TOKEN, {"token_hash": hashlib.sha256(text.encode()).hexdigest()}).all()
    if not rows or rows[0].revoked_at is not None or at >= rows[0].expires_at:
        return None
    return _person(session, rows)


def _person(session: Session, rows: Sequence[Row[Any]]) -> Person | None:
    if not rows:
        return None
    first = rows[0]
    if session.info.get("municipality_id", first.municipality_id) != first.municipality_id:
        return None
    enter_municipality(session, first.municipality_id)
    clock.remember(session, first.municipality_id, first.stands_at)
    today = clock.jst_day(clock.now(session))
    employed = first.active and (first.employment_ends_on is None or today <= first.employment_ends_on)
    held = tuple(
        Posting(row.role, row.centre_id, row.partner_id, row.kind) for row in rows if employed and _holds(row, today)
    )
    return Person(first.id, first.login, first.name, first.municipality_id, held)


def _holds(row: Row[Any], on: date) -> bool:
    """Whether the posting is valid on the day, at an agency the municipality still works with."""
    if row.role is None or on < row.valid_from or (row.valid_to is not None and row.valid_to < on):
        return False
    return row.partner_id is None or (row.kind is not None and (row.ended_on is None or row.ended_on >= on))


_STAFF, _ROLE, _PARTNER, _CLOCK, _TOKEN = (
    table_of(record) for record in (Staff, StaffRole, Partner, TownClock, ApiToken)
)


def _query(*more: Any) -> Select[Any]:
    """People with their postings, oldest first, and their town's clock."""
    return select(
        _STAFF.c.municipality_id,
        _STAFF.c.id,
        _STAFF.c.login,
        _STAFF.c.name,
        _STAFF.c.active,
        _STAFF.c.employment_ends_on,
        _CLOCK.c.stands_at,
        _ROLE.c.role,
        _ROLE.c.centre_id,
        _ROLE.c.partner_id,
        _ROLE.c.valid_from,
        _ROLE.c.valid_to,
        _PARTNER.c.kind,
        _PARTNER.c.ended_on,
        *more,
    ).order_by(_ROLE.c.valid_from, _ROLE.c.id)


def _joined(people: Any) -> Any:
    town = _STAFF.c.municipality_id
    return (
        people.outerjoin(_CLOCK, _CLOCK.c.municipality_id == town)
        .outerjoin(_ROLE, and_(_ROLE.c.municipality_id == town, _ROLE.c.staff_id == _STAFF.c.id))
        .outerjoin(_PARTNER, and_(_PARTNER.c.municipality_id == town, _PARTNER.c.id == _ROLE.c.partner_id))
    )


_HOLDERS = _TOKEN.join(
    _STAFF, and_(_STAFF.c.municipality_id == _TOKEN.c.municipality_id, _STAFF.c.id == _TOKEN.c.staff_id)
)
_BY_LOGIN = _query().select_from(_joined(_STAFF)).where(_STAFF.c.login == bindparam("login"))
_BY_TOKEN = (
    _query(_TOKEN.c.expires_at, _TOKEN.c.revoked_at)
    .select_from(_joined(_HOLDERS))
    .where(_TOKEN.c.token_hash == bindparam("token_hash"))
)
