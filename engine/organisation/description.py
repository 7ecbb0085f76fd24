"""Making a municipality from a plain description: what a town's TOML file says, read into a dictionary.

municipality  {code, name_ja, name_en}
centres       [{code, name_ja, name_en, parent?, district_independent?, phone?, postal_code?, address?}]
districts     [{code, name, centre, subcentre?, valid_from, valid_to?}]
partners      [{code, kind, name_ja, name_en, phone?, address?}]
staff         [{login, name, kana?, password?, employment_type?, qualification?, employment_ends_on?,
               roles: [{role, centre? or partner?, valid_from?, valid_to?}]}]
closing_days  [{day, name_ja?, centre?}]
parameters    [{name, value, valid_from?, source?}]

Days may be dates (as TOML reads them) or ISO text. Where valid_from is missing it is `since`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.database import enter_municipality, municipality_of, new_id
from engine.errors import Conflict, Rejected
from engine.organisation import description_faults, passwords, places
from engine.organisation.calendar import ClosingDay
from engine.organisation.parameters import Parameter
from engine.organisation.places import (
    Centre,
    CentreKind,
    District,
    Municipality,
    Partner,
    PartnerKind,
    PlaceNotFound,
)
from engine.organisation.staff import Staff, StaffRole
from forms.sentences import Sentence

Entry = Mapping[str, Any]


class SetupRefused(Rejected):
    """The description of a town has faults; `problems` lists all of them, each with its place. Nothing is written."""

    code = "setup_refused"

    def __init__(self, problems: Sequence[Sentence]) -> None:
        self.problems = tuple(problems)
        super().__init__("expected a sound description of a municipality, but " + "; ".join(map(str, problems)))


class MunicipalityExists(Conflict):
    """A municipality with this code is set up already."""

    code = "municipality_exists"

    def __init__(self, municipality_code: str) -> None:
        self.municipality_code = municipality_code
        super().__init__(f"expected no municipality {municipality_code!r} yet, but there is one")


def setup(session: Session, description: Mapping[str, Any], *, since: date, now: datetime) -> Municipality:
    """Make a municipality with all that belongs to it, and enter it.

    since: the first day of validity where the description names none.
    Raises SetupRefused, MunicipalityExists; then nothing is written.
    """
    if problems := description_faults.problems(description):
        raise SetupRefused(problems)
    about = description["municipality"]
    if session.scalar(select(Municipality.id).where(Municipality.code == about["code"])) is not None:
        raise MunicipalityExists(about["code"])
    _refuse_taken(session, description)
    town = Municipality(code=about["code"], name_ja=about["name_ja"], name_en=about["name_en"])
    town.municipality_id = town.id
    enter_municipality(session, town.id)
    session.add(town)
    _add(session, description, {}, {}, since=since, now=now)
    return town


def extend(session: Session, description: Mapping[str, Any], *, since: date, now: datetime) -> dict[str, int]:
    """Add to the municipality what its description has and it has not yet; what is there stays as it is.

    How much was added, by section. since: as in `setup`.
    Raises SetupRefused, PlaceNotFound (no municipality with this code); then nothing is written.
    """
    if problems := description_faults.problems(description):
        raise SetupRefused(problems)
    code = description["municipality"]["code"]
    town = session.scalar(select(Municipality).where(Municipality.code == code))
    if town is None:
        raise PlaceNotFound("municipality", code)
    enter_municipality(session, town.id)
    centre_ids = {centre.code: centre.id for centre in places.centres(session)}
    partner_ids = {partner.code: partner.id for partner in places.partners(session)}
    known = _known(session, {centre_id: code for code, centre_id in centre_ids.items()})
    new = {
        section: [entry for entry in description.get(section, ()) if _named(section, entry) not in names]
        for section, names in known.items()
    }
    new["centres"] = [entry for entry in description.get("centres", ()) if entry["code"] not in centre_ids]
    new["partners"] = [entry for entry in description.get("partners", ()) if entry["code"] not in partner_ids]
    _refuse_taken(session, new)
    _add(session, new, centre_ids, partner_ids, since=since, now=now)
    return {section: len(entries) for section, entries in new.items()}


def _named(section: str, entry: Entry) -> tuple[object, ...]:
    """What makes an entry the same as one that is there: district and parameter with their first day, if it is told."""
    if section == "staff":
        return (entry["login"],)
    if section == "closing_days":
        return _day(entry["day"]), entry.get("centre")
    name = entry["code"] if section == "districts" else entry["name"]
    return (name, _day(entry["valid_from"])) if "valid_from" in entry else (name,)


def _known(session: Session, centre_codes: Mapping[str, str]) -> dict[str, set[tuple[object, ...]]]:
    town = municipality_of(session)
    districts = session.execute(
        select(District.code, District.valid_from).where(District.municipality_id == town)
    ).all()
    values = session.execute(
        select(Parameter.name, Parameter.valid_from).where(Parameter.municipality_id == town)
    ).all()
    closed = session.execute(select(ClosingDay.day, ClosingDay.centre_id).where(ClosingDay.municipality_id == town))
    return {
        "districts": {(row.code,) for row in districts} | {(row.code, row.valid_from) for row in districts},
        "staff": {(login,) for login in session.scalars(select(Staff.login).where(Staff.municipality_id == town))},
        "closing_days": {(row.day, centre_codes.get(row.centre_id) if row.centre_id else None) for row in closed},
        "parameters": {(row.name,) for row in values} | {(row.name, row.valid_from) for row in values},
    }


def _add(
    session: Session,
    description: Mapping[str, Any],
    known_centres: Mapping[str, str],
    known_partners: Mapping[str, str],
    *,
    since: date,
    now: datetime,
) -> None:
    """Enter all sections. known_…: code -> id of what was there before and may be named."""
    centre_ids = _add_centres(session, description, known_centres)
    partner_ids = {**known_partners, **_add_partners(session, description)}
    session.flush()
    _add_districts(session, description, centre_ids, since)
    _add_staff(session, description, centre_ids, partner_ids, since)
    for entry in description.get("closing_days", ()):
        centre_id = centre_ids[entry["centre"]] if "centre" in entry else None
        session.add(ClosingDay(day=_day(entry["day"]), name_ja=entry.get("name_ja", ""), centre_id=centre_id))
    for entry in description.get("parameters", ()):
        session.add(
            Parameter(
                name=entry["name"],
                value=entry["value"],
                valid_from=_day(entry.get("valid_from", since)),
                source=entry.get("source", ""),
                set_at=now,
            )
        )
    session.flush()


def _refuse_taken(session: Session, description: Mapping[str, Any]) -> None:
    """Raises SetupRefused for logins that somebody of this installation has already."""
    logins = [entry["login"] for entry in description.get("staff", ())]
    taken = session.scalars(select(Staff.login).where(Staff.login.in_(logins)).order_by(Staff.login)).all()
    if taken:
        raise SetupRefused(
            [
                Sentence(f"staff {login}: この職員番号は使われています", f"staff {login}: this login is taken")
                for login in taken
            ]
        )


def _add_centres(session: Session, description: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    ids = {**known, **{entry["code"]: new_id() for entry in description.get("centres", ())}}
    ordered = sorted(description.get("centres", ()), key=lambda entry: "parent" in entry)
    for entry in ordered:
        centre = Centre(
            id=ids[entry["code"]],
            code=entry["code"],
            name_ja=entry["name_ja"],
            name_en=entry["name_en"],
            kind=CentreKind.SUB if "parent" in entry else CentreKind.MAIN,
            parent_id=ids[entry["parent"]] if "parent" in entry else None,
            district_independent=bool(entry.get("district_independent", False)),
            **{key: entry.get(key) for key in ("phone", "postal_code", "address")},
        )
        session.add(centre)
        session.flush()
    return ids


def _add_partners(session: Session, description: Mapping[str, Any]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for entry in description.get("partners", ()):
        partner = Partner(
            code=entry["code"],
            kind=PartnerKind(entry["kind"]),
            name_ja=entry["name_ja"],
            name_en=entry["name_en"],
            phone=entry.get("phone"),
            address=entry.get("address"),
        )
        session.add(partner)
        ids[partner.code] = partner.id
    return ids


def _add_districts(session: Session, description: Mapping[str, Any], centre_ids: dict[str, str], since: date) -> None:
    for entry in description.get("districts", ()):
        session.add(
            District(
                code=entry["code"],
                name=entry["name"],
                centre_id=centre_ids[entry["centre"]],
                subcentre_id=centre_ids[entry["subcentre"]] if "subcentre" in entry else None,
                valid_from=_day(entry.get("valid_from", since)),
                valid_to=_day(entry["valid_to"]) if "valid_to" in entry else None,
            )
        )


def _add_staff(
    session: Session,
    description: Mapping[str, Any],
    centre_ids: dict[str, str],
    partner_ids: dict[str, str],
    since: date,
) -> None:
    # People given one initial password share its hash: hashing is slow on purpose, and the secret is shared anyway.
    hash_once: Callable[[str], str] = lru_cache(maxsize=None)(passwords.hash_password)
    people = []
    for entry in description.get("staff", ()):
        person = Staff(
            login=entry["login"],
            name=entry["name"],
            kana=entry.get("kana", ""),
            password_hash=hash_once(entry["password"]) if entry.get("password") else None,
            employment_type=entry.get("employment_type"),
            qualification=entry.get("qualification"),
            employment_ends_on=_day(entry["employment_ends_on"]) if "employment_ends_on" in entry else None,
        )
        people.append((person, entry))
    session.add_all([person for person, _ in people])
    session.flush()
    for person, entry in people:
        for posting in entry.get("roles", ()):
            session.add(
                StaffRole(
                    staff_id=person.id,
                    role=posting["role"],
                    centre_id=centre_ids[posting["centre"]] if "centre" in posting else None,
                    partner_id=partner_ids[posting["partner"]] if "partner" in posting else None,
                    valid_from=_day(posting.get("valid_from", since)),
                    valid_to=_day(posting["valid_to"]) if "valid_to" in posting else None,
                )
            )


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
