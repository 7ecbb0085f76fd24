"""Beginning to work: a municipality as it describes itself, its first process definitions, its first administrator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.casework import publication
from engine.clock import jst_day
from engine.organisation import SetupRefused, description_faults
from forms.sentences import Sentence
from processes.bundle import Bundle
from processes.parameters import ParameterError

ADMINISTRATOR = "system_administrator"


@dataclass(frozen=True, slots=True)
class Founded:
    """What was made. administrator: the login that has the password given."""

    code: str
    name_ja: str
    name_en: str
    centres: int
    staff: int
    administrator: str
    version: str


def found_town(
    session: Session,
    description: Mapping[str, Any],
    *,
    bundle: Bundle,
    administrator: str,
    password: str,
    now: datetime,
) -> Founded:
    """Make a municipality (`organisation.setup`), publish its first bundle, and let its first administrator in.

    administrator: a login of the description, or a new one; it becomes system administrator unless it is.
    Raises SetupRefused, MunicipalityExists, PasswordTooShort, BundleRefused; then nothing is written.
    """
    problems = description_faults.problems(description) or list(_bad_parameters(description, bundle))
    if problems:
        raise SetupRefused(problems)
    complete = _with_administrator(description, administrator)
    town = organisation.setup(session, complete, since=jst_day(now), now=now)
    organisation.set_password(organisation.staff_by_login(session, administrator), password)
    publication.publish_first(session, bundle, now=now)
    audit.record(session, "town.founded", by="operator", about=None, now=now, details={"code": town.code})
    return Founded(
        town.code,
        town.name_ja,
        town.name_en,
        len(complete.get("centres", ())),
        len(complete["staff"]),
        administrator,
        bundle.version,
    )


def extend_town(session: Session, description: Mapping[str, Any], *, bundle: Bundle, now: datetime) -> dict[str, int]:
    """Add what is new in the description to the municipality (`organisation.extend`); how much, by section.

    Raises SetupRefused, PlaceNotFound; then nothing is written.
    """
    problems = description_faults.problems(description) or list(_bad_parameters(description, bundle))
    if problems:
        raise SetupRefused(problems)
    added = organisation.extend(session, description, since=jst_day(now), now=now)
    details: dict[str, Any] = dict(added)
    audit.record(session, "town.extended", by="operator", about=None, now=now, details=details)
    return added


def _with_administrator(description: Mapping[str, Any], login: str) -> dict[str, Any]:
    """The description with this person among the staff, as system administrator."""
    staff = [dict(entry) for entry in description.get("staff", ())]
    person = next((entry for entry in staff if entry["login"] == login), None)
    if person is None:
        person = {"login": login, "name": login}
        staff.append(person)
    roles = list(person.get("roles", ()))
    if all(posting["role"] != ADMINISTRATOR for posting in roles):
        person["roles"] = [*roles, {"role": ADMINISTRATOR}]
    return {**description, "staff": staff}


def _bad_parameters(description: Mapping[str, Any], bundle: Bundle) -> Iterator[Sentence]:
    for number, entry in enumerate(description.get("parameters", ()), 1):
        name = entry["name"]
        definition = bundle.parameter_definitions.get(name)
        if definition is None:
            yield Sentence(
                f"parameters {number}: {name} というパラメーターはありません",
                f"parameters {number}: there is no parameter {name}",
            )
            continue
        try:
            definition.require(entry["value"])
        except ParameterError as error:
            yield Sentence(f"parameters {number}: {error.sentence.ja}", f"parameters {number}: {error.sentence.en}")
