"""The people who sign in, and their postings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, enter_municipality, municipality_of, references
from engine.errors import Conflict, NotFound, Rejected
from engine.organisation import passwords
from engine.organisation.places import Centre
from engine.organisation.roles import ROLES

LONGEST_LOGIN = 100
CARE_MANAGERS = ("mch_care_manager", "childcare_care_manager")


class Staff(Base):
    """A person who may sign in. Never deleted: what they did stays theirs. `login` is unique in the installation."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("login"),)

    login: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    employment_ends_on: Mapped[date | None]
    employment_type: Mapped[str | None]
    qualification: Mapped[str | None]

    def is_employed(self, on: date) -> bool:
        """Whether the person may act on the day; the last day of employment still counts."""
        return self.active and (self.employment_ends_on is None or on <= self.employment_ends_on)


class StaffRole(Base):
    """A posting: a role at a centre or at a partner agency, from one day to another (both included)."""

    __tablename__ = "staff_role"
    __table_args__ = (
        references("staff", "staff_id"),
        references("centre", "centre_id"),
        references("partner", "partner_id"),
        CheckConstraint("centre_id IS NULL OR partner_id IS NULL", name="one_place"),
        Index(None, "municipality_id", "staff_id"),
        Index(None, "municipality_id", "centre_id", "role"),
    )

    staff_id: Mapped[str]
    role: Mapped[str]
    centre_id: Mapped[str | None]
    partner_id: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class StaffNotFound(NotFound):
    """Nobody has this login."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__("expected a member of staff with this login, but there is none")


class LoginTaken(Conflict):
    """Another member of staff of this installation has the login."""

    code = "login_taken"

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__("expected a login nobody has, but it is taken")


class LoginRefused(Rejected):
    """The login is empty, too long, or holds blanks or signs that nobody types."""

    code = "login_refused"

    def __init__(self) -> None:
        super().__init__(f"expected a login of 1 to {LONGEST_LOGIN} printable characters without blanks")


class PlacesClash(Rejected):
    """A posting is at a centre or at a partner agency, never at both."""

    code = "places_clash"

    def __init__(self) -> None:
        super().__init__("expected a centre or a partner for the posting, but got both")


class UnknownRole(Rejected):
    """There is no such role preset."""

    code = "unknown_role"

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"expected one of the role presets, but got {role!r}")


class PasswordTooShort(Rejected):
    """The password is shorter than the installation allows."""

    code = "password_too_short"

    def __init__(self) -> None:
        self.minimum = passwords.MINIMUM_LENGTH
        super().__init__(f"expected at least {self.minimum} characters, but got fewer")


def add_staff(session: Session, login: str, name: str, *, kana: str = "", password: str | None = None) -> Staff:
    """Enter a person, without any posting yet. Raises LoginRefused, LoginTaken, PasswordTooShort."""
    if not (0 < len(login) <= LONGEST_LOGIN and login.isprintable() and " " not in login):
        raise LoginRefused
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise LoginTaken(login)
    person = Staff(login=login, name=name, kana=kana)
    if password is not None:
        set_password(person, password)
    session.add(person)
    session.flush()
    return person


def password_fits(person: Staff, password: str) -> bool:
    """Whether it is the person's password."""
    return passwords.matches(password, person.password_hash)


def set_password(person: Staff, password: str) -> None:
    """Raises PasswordTooShort."""
    if len(password) < passwords.MINIMUM_LENGTH:
        raise PasswordTooShort
    person.password_hash = passwords.hash_password(password)


def employ(
    session: Session,
    person: Staff,
    role: str,
    *,
    since: date,
    centre_id: str | None = None,
    partner_id: str | None = None,
    until: date | None = None,
) -> StaffRole:
    """Give a person a posting. Raises UnknownRole, PlacesClash."""
    if role not in ROLES:
        raise UnknownRole(role)
    if centre_id is not None and partner_id is not None:
        raise PlacesClash
    posting = StaffRole(
        staff_id=person.id, role=role, centre_id=centre_id, partner_id=partner_id, valid_from=since, valid_to=until
    )
    session.add(posting)
    session.flush()
    return posting


def staff_by_login(session: Session, login: str) -> Staff:
    """The person of this login, of whichever municipality: the login decides the tenant, which is entered.

    Raises StaffNotFound, also where the session already serves another municipality.
    """
    person = session.scalar(select(Staff).where(Staff.login == login))
    if person is None or session.info.get("municipality_id", person.municipality_id) != person.municipality_id:
        raise StaffNotFound(login)
    enter_municipality(session, person.municipality_id)
    return person


def login_of(session: Session, staff_id: str) -> str | None:
    """The login behind an id; None where the municipality has no such person."""
    person = session.get(Staff, (municipality_of(session), staff_id))
    return person.login if person is not None else None


def sign_in(session: Session, login: str, password: str, *, on: date) -> Staff | None:
    """The person, where login and password fit and they are employed on the day; else None, saying no more.

    Takes equally long for an unknown login. A hash made with weaker parameters is renewed.
    """
    person = session.scalar(select(Staff).where(Staff.login == login))
    if not passwords.matches(password, person.password_hash if person else None):
        return None
    if person is None or person.password_hash is None or not person.is_employed(on):
        return None
    if passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash_password(password)
    return person


def roles_of(session: Session, staff_id: str, on: date) -> Sequence[StaffRole]:
    """The person's postings valid on the day, oldest first."""
    query = select(StaffRole).where(
        StaffRole.municipality_id == municipality_of(session),
        StaffRole.staff_id == staff_id,
        StaffRole.valid_from <= on,
        (StaffRole.valid_to.is_(None)) | (StaffRole.valid_to >= on),
    )
    return session.scalars(query.order_by(StaffRole.valid_from, StaffRole.id)).all()


def staff_list(session: Session, on: date) -> list[tuple[Staff, list[StaffRole]]]:
    """Everyone employed on the day with their valid postings, by login."""
    town = municipality_of(session)
    people = session.scalars(select(Staff).where(Staff.municipality_id == town).order_by(Staff.login)).all()
    postings: dict[str, list[StaffRole]] = {}
    for posting in session.scalars(select(StaffRole).where(StaffRole.municipality_id == town).order_by(StaffRole.id)):
        if posting.is_valid(on):
            postings.setdefault(posting.staff_id, []).append(posting)
    return [(person, postings.get(person.id, [])) for person in people if person.is_employed(on)]


def vacancies(session: Session, on: date) -> list[tuple[Centre, str]]:
    """Centres without someone in one of the two care manager roles (W7): (centre, missing role id), by centre code."""
    town = municipality_of(session)
    filled = {
        (posting.centre_id, posting.role)
        for _, postings in staff_list(session, on)
        for posting in postings
        if posting.role in CARE_MANAGERS
    }
    centres = session.scalars(select(Centre).where(Centre.municipality_id == town).order_by(Centre.code))
    return [(centre, role) for centre in centres for role in CARE_MANAGERS if (centre.id, role) not in filled]
