"""Making a municipality from a plain description: what a town's TOML file says, read into a dictionary.

municipality  {code, name_ja, name_en}
centres       [{code, name_ja, name_en, parent?, district_independent?, phone?, postal_code?, address?}]
districts     [{code, name, centre, subcentre?, valid_from, valid_to?}]
partners      [{code, kind, name_ja, name_en, phone?, address?}]
staff         [{login, name, kana?, password?, employment_type?, qualification?, employment_ends_on?,
               roles: [{role, centre? or partner?, valid_from?, valid_to?}]}]
closing_days  [{day, name_ja?, centre?}]
parameters    [{name, value, valid_from, source?}]

Days may be dates (as TOML reads them) or ISO text. Where valid_from is missing it is `since`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.database import enter_municipality, new_id
from engine.errors import Conflict, Rejected
from engine.organisation import passwords
from engine.organisation.calendar import ClosingDay
from engine.organisation.parameters import Parameter
from engine.organisation.places import Centre, CentreKind, District, Municipality, Partner, PartnerKind
from engine.organisation.roles import ROLES
from engine.organisation.staff import Staff, StaffRole

Entry = Mapping[str, Any]

_KEYS = {
    "centres": ({"code", "name_ja", "name_en"}, {"parent", "district_independent", "phone", "postal_code", "address"}),
    "districts": ({"code", "name", "centre"}, {"subcentre", "valid_from", "valid_to"}),
    "partners": ({"code", "kind", "name_ja", "name_en"}, {"phone", "address"}),
    "staff": (
        {"login", "name"},
        {"kana", "password", "roles", "employment_type", "qualification", "employment_ends_on"},
    ),
    "closing_days": ({"day"}, {"name_ja", "centre"}),
    "parameters": ({"name", "value"}, {"valid_from", "source"}),
}


class SetupRefused(Rejected):
    """The description of a town has faults; `problems` lists all of them, each with its place. Nothing is written."""

    code = "setup_refused"

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("expected a sound description of a municipality, but " + "; ".join(problems))


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
    problems = _problems(description)
    if problems:
        raise SetupRefused(problems)
    about = description["municipality"]
    if session.scalar(select(Municipality.id).where(Municipality.code == str(about["code"]))) is not None:
        raise MunicipalityExists(str(about["code"]))
    town = Municipality(code=str(about["code"]), name_ja=about["name_ja"], name_en=about["name_en"])
    town.municipality_id = town.id
    enter_municipality(session, town.id)
    session.add(town)
    centre_ids = _add_centres(session, description)
    partner_ids = _add_partners(session, description)
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
    return town


def _add_centres(session: Session, description: Mapping[str, Any]) -> dict[str, str]:
    ids: dict[str, str] = {entry["code"]: new_id() for entry in description.get("centres", ())}
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


# --- what can be wrong with a description --------------------------------------------------------------------------


def _problems(description: Mapping[str, Any]) -> list[str]:
    about = description.get("municipality", {})
    problems = [f"municipality: {key} is missing" for key in ("code", "name_ja", "name_en") if not about.get(key)]
    problems += [f"{key}: no such section" for key in description.keys() - _KEYS.keys() - {"municipality"}]
    for section, (required, optional) in _KEYS.items():
        for number, entry in enumerate(description.get(section, ()), 1):
            place = f"{section} {number}"
            problems += [f"{place}: {key} is missing" for key in sorted(required - entry.keys())]
            problems += [f"{place}: no such key {key}" for key in sorted(entry.keys() - required - optional)]
    return problems or _dangling(description)


def _dangling(description: Mapping[str, Any]) -> list[str]:
    centres = {entry["code"]: "parent" in entry for entry in description.get("centres", ())}
    partners = {entry["code"] for entry in description.get("partners", ())}
    problems: list[str] = []

    def known(place: str, entry: Entry, key: str, codes: object) -> None:
        if key in entry and entry[key] not in codes:  # type: ignore[operator]
            problems.append(f"{place}: there is no {key} {entry[key]!r}")

    for section, key in (("centres", "code"), ("partners", "code"), ("staff", "login")):
        values = [entry[key] for entry in description.get(section, ())]
        problems += [f"{section}: {value!r} is used twice" for value in sorted(set(values)) if values.count(value) > 1]
    main = {code for code, is_sub in centres.items() if not is_sub}
    for entry in description.get("centres", ()):
        known(f"centre {entry['code']}", entry, "parent", main)
    for entry in description.get("districts", ()):
        known(f"district {entry['code']}", entry, "centre", centres)
        known(f"district {entry['code']}", entry, "subcentre", centres)
    for entry in description.get("partners", ()):
        known(f"partner {entry['code']}", entry, "kind", set(PartnerKind))
    for entry in description.get("closing_days", ()):
        known(f"closing day {entry['day']}", entry, "centre", centres)
    for entry in description.get("staff", ()):
        for posting in entry.get("roles", ()):
            place = f"staff {entry['login']}"
            known(place, {"role": posting.get("role")}, "role", ROLES)
            known(place, posting, "centre", centres)
            known(place, posting, "partner", partners)
            if "centre" in posting and "partner" in posting:
                problems.append(f"{place}: a posting is at a centre or at a partner, not both")
    return problems + _bad_days(description)


def _bad_days(description: Mapping[str, Any]) -> list[str]:
    problems = []
    for section in ("districts", "closing_days", "parameters", "staff"):
        for number, entry in enumerate(description.get(section, ()), 1):
            for part in (entry, *entry.get("roles", ())):
                for key in ("day", "valid_from", "valid_to", "employment_ends_on"):
                    try:
                        _day(part.get(key, date.min))
                    except ValueError:
                        problems.append(f"{section} {number}: {key} {part[key]!r} is not a day")
    return problems
