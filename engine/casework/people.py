"""Who signs in and acts: staff and partners, their roles, passwords and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine import audit, clock, organisation
from engine.access import Action, Actor, CentreSubject, actor_for, actor_holding, policy
from engine.access import load as load_standing
from engine.casework import sign_ins
from engine.clock import jst_day
from engine.database import enter_municipality
from engine.errors import NotFound
from engine.organisation import ROLES, postings, tokens
from engine.organisation.staff import StaffRole

OPERATOR = "operator"
TOKEN_LIFETIME = timedelta(days=90)


class StaffUnknown(NotFound):
    """Nobody signs in under this login."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__("expected a login of this municipality, but nobody has it")


@dataclass(frozen=True, slots=True)
class UserView:
    """A person who may sign in. centre and partner are codes of the first posting that has one."""

    login: str
    name: str
    roles: tuple[str, ...]
    centre: str | None
    partner: str | None


def sign_in(session: Session, login: str, password: str) -> Actor | None:
    """The person, or None: nothing tells whether the login or the password was wrong."""
    today = jst_day(clock.wall_now())
    staff = organisation.sign_in(session, login, password, on=today)
    if staff is None:
        return None
    enter_municipality(session, staff.municipality_id)
    now = clock.now(session)
    actor = actor_for(session, staff, on=jst_day(now))
    audit.record(session, "staff.signed_in", by=staff.id, about=None, now=now)
    return actor


def actor_of(session: Session, login: str) -> Actor | None:
    """The person with this login, as of today in the town; None if nobody has it."""
    person = postings.by_login(session, login)
    return actor_holding(session, person) if person is not None else None


def actor_of_token(session: Session, text: str) -> Actor | None:
    """The person a bearer token stands for; None if it is unknown, expired or revoked."""
    person = postings.by_token(session, text, at=clock.wall_now())
    return actor_holding(session, person) if person is not None else None


def login_of(session: Session, staff_id: str) -> str | None:
    """The login of a member of staff of this municipality, for colleagues."""
    return organisation.login_of(session, staff_id)


def create_token(session: Session, actor: Actor, *, lifetime: timedelta = TOKEN_LIFETIME) -> tuple[str, datetime]:
    """(token, expires_at) for the actor; the text is shown this once."""
    staff = organisation.staff_by_login(session, actor.login)
    at = clock.wall_now()
    text, token = tokens.create(session, staff, at=at, expires_at=at + lifetime)
    audit.record(
        session, "token.created", by=actor.staff_id, about=None, now=clock.now(session), details={"token": token.id}
    )
    return text, token.expires_at


def revoke_token(session: Session, actor: Actor, text: str) -> bool:
    """Close a token of one's own. Whether there was one."""
    found = tokens.find(session, text, at=clock.wall_now())
    if found is None or found[0].id != actor.staff_id:
        return False
    tokens.revoke(found[1], at=clock.wall_now())
    audit.record(
        session, "token.revoked", by=actor.staff_id, about=None, now=clock.now(session), details={"token": found[1].id}
    )
    return True


def list_users(session: Session) -> list[UserView]:
    """Everyone employed today in the session's municipality, by login. For the operator's console."""
    today = jst_day(clock.now(session))
    centres = {centre.id: centre.code for centre in organisation.centres(session)}
    partners = {partner.id: partner.code for partner in organisation.partners(session)}
    return [
        UserView(
            staff.login,
            staff.name,
            tuple(posting.role for posting in postings),
            _first(postings, "centre_id", centres),
            _first(postings, "partner_id", partners),
        )
        for staff, postings in organisation.staff_list(session, today)
    ]


def _first(postings: list[StaffRole], column: str, codes: dict[str, str]) -> str | None:
    return next((codes.get(place) for posting in postings if (place := getattr(posting, column))), None)


def add_user(
    session: Session,
    actor: Actor | None,
    login: str,
    *,
    role: str,
    centre: str | None = None,
    partner: str | None = None,
    name: str | None = None,
    password: str | None = None,
) -> UserView:
    """Enter a person with a role at a centre or partner. `actor` None: the operator at the console.

    Raises LoginTaken, UnknownRole, PlaceNotFound, PasswordTooShort, Forbidden.
    """
    now = clock.now(session)
    found = organisation.centre_by_code(session, centre) if centre else None
    agency = organisation.partner_by_code(session, partner) if partner else None
    if actor is not None:
        subject = CentreSubject(found.id) if found else None
        policy.require(load_standing(session, actor, on=jst_day(now)), Action.MANAGE_USERS, subject)
    staff = organisation.add_staff(session, login, name or login, password=password)
    organisation.employ(
        session,
        staff,
        role,
        since=jst_day(now),
        centre_id=found.id if found else None,
        partner_id=agency.id if agency else None,
    )
    audit.record(
        session,
        "staff.added",
        by=actor.staff_id if actor else OPERATOR,
        about=None,
        now=now,
        details={"staff": staff.id, "role": role},
    )
    return UserView(staff.login, staff.name, (role,), centre, partner)


def change_password(session: Session, actor: Actor, old: str, new: str) -> bool:
    """Replace one's own password; False where the old one is wrong. All browsers of the person are signed out.

    Raises PasswordTooShort.
    """
    staff = organisation.staff_by_login(session, actor.login)
    if not organisation.password_fits(staff, old):
        return False
    organisation.set_password(staff, new)
    sign_ins.close_all(session, staff.id)
    audit.record(session, "staff.password_changed", by=staff.id, about=None, now=clock.now(session))
    return True


def set_password(session: Session, login: str, password: str) -> None:
    """Give somebody of this municipality a password; their browsers are signed out. For the operator's console.

    Raises StaffNotFound, PasswordTooShort.
    """
    staff = organisation.staff_by_login(session, login)
    organisation.set_password(staff, password)
    sign_ins.close_all(session, staff.id)
    sign_ins.clear_failures(session, login)
    now = clock.now(session)
    audit.record(session, "staff.password_set", by=OPERATOR, about=None, now=now, details={"staff": staff.id})


def role_names() -> dict[str, tuple[str, str]]:
    """Role id -> (Japanese, English) name."""
    return {role.id: (role.name_ja, role.name_en) for role in ROLES.values()}
