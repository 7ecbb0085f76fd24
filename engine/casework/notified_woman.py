"""The woman as her notification (FM01) names her: entered when a case opens, put right when the form is corrected."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import organisation
from engine.cases import family
from engine.cases.case import Case
from engine.cases.family import Address, Person
from engine.cases.notification import Notification
from engine.cases.search_key import resident_key
from engine.clock import jst_day
from engine.organisation import Centre, District
from forms.compiler import AnswersRejected
from forms.sentences import Sentence

NOTIFICATION_FORM = "pregnancy_notification"
DISTRICT = "junior_high_district"
NOT_KNOWN = "不明"
NO_SUCH_DISTRICT = Sentence(
    "この中学校区は登録されていません。一覧の中学校区にするか、住所から決まらないとき・市外の方は「不明」としてください。",
    "There is no such school district. Give one of the list, or 不明 where the address does not tell or is elsewhere.",
)
DISTRICT_CHANGED = "district_changed"
_ADDRESSES = (("registered", "address"), ("contact", "contact_address"))
_NAMES = ("family_name", "given_name", "family_name_kana", "given_name_kana")
_KEPT = ("alias_name", "nationality", "phone")


def enter(session: Session, case: Case, values: Mapping[str, Any], now: datetime) -> Person:
    """A new case's mother with her addresses."""
    mother = Person(case_id=case.id, relation="mother", track_id=None, created_at=now, **_columns(values))
    mother.index()
    session.add(mother)
    for kind, key in _ADDRESSES:
        if values.get(key):
            session.add(_address(case, mother, kind, values, jst_day(now)))
    return mother


def correct(session: Session, case: Case, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> None:
    """Let the person be who the corrected answers say; only what the correction changes. Old addresses stay.

    before, after: the answers of FM01 that held so far, and those that take their place. Raises AnswersRejected for a
    district the town does not have.
    """
    session.flush()
    mother = next((person for person in family.members(session, case.id) if person.relation == "mother"), None)
    if mother is None:
        return
    old, new = _columns(before), _columns(after)
    for column, value in new.items():
        if value != old[column]:
            setattr(mother, column, value)
    mother.index()
    day = jst_day(now)
    if after.get(DISTRICT) != before.get(DISTRICT):
        require_district(session, after, day)
    if after.get("dv_flag") and not before.get("dv_flag"):
        for address in family.addresses(session, case.id):
            address.sealed = True
    for kind, key in _ADDRESSES:
        changed = [name for name in (key, DISTRICT, "postal_code") if before.get(name) != after.get(name)]
        if not changed or not (before.get(key) or after.get(key)):
            continue
        family.end_addresses(session, case.id, kind, on=day)
        if after.get(key):
            session.add(_address(case, mother, kind, after, day))
    if before.get(DISTRICT) != after.get(DISTRICT):
        _tell_of_district(session, case, after.get(DISTRICT), now)


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as columns of a person."""
    return {
        **{name: values.get(name) or "" for name in _NAMES},
        **{name: values.get(name) or None for name in _KEPT},
        "birth_date": date.fromisoformat(values["birth_date"]) if values.get("birth_date") else None,
        "sex": str(values.get("sex") or "2"),
        "resident_id": resident_of(values),
        "safe_to_call": values.get("safe_to_call_times") or None,
    }


def _address(case: Case, mother: Person, kind: str, values: Mapping[str, Any], since: date) -> Address:
    return Address(
        case_id=case.id,
        person_id=mother.id,
        kind=kind,
        text=values[dict(_ADDRESSES)[kind]],
        postal_code=values.get("postal_code") if kind == "registered" else None,
        district_code=values.get(DISTRICT),
        sealed=bool(values.get("dv_flag")) or case.confidential,
        valid_from=since,
    )


def resident_of(values: Mapping[str, Any]) -> str | None:
    return resident_key(values.get("resident_id") or "") or None


def _tell_of_district(session: Session, case: Case, district: str | None, now: datetime) -> None:
    """The family stays where it is until the other centre takes it over (D-09 row 3); its head must know."""
    owner = centre_of_district(session, district, jst_day(now)) if district else None
    if owner is None or owner.id == case.centre_id:
        return
    session.add(
        Notification(
            case_id=case.id,
            track_id=None,
            centre_id=case.centre_id,
            role="centre_head",
            kind=DISTRICT_CHANGED,
            text=f"住所が{owner.name_ja}の地区になりました",
            told_at=now,
        )
    )


def require_district(session: Session, values: Mapping[str, Any], on: date) -> None:
    """Raises AnswersRejected for a district the town does not have on the day: nobody would look for its work.

    Who has no address in the town is taken at the counter, as 不明. Source: D-09 rows 4 and 5.
    """
    text = values.get(DISTRICT)
    if text and _folded(str(text)) != NOT_KNOWN and _district(session, str(text), on) is None:
        raise AnswersRejected({DISTRICT: [NO_SUCH_DISTRICT]})


def a_district(session: Session, told: str, centre_id: str | None, on: date) -> str:
    """An example of a district's code: the one told if the town has it, else one of the centre, else 不明."""
    districts = organisation.districts_on(session, on)
    own = (each.code for each in districts if centre_id in (each.subcentre_id or each.centre_id, None))
    return told if told in {each.code for each in districts} else next(own, NOT_KNOWN)


def _district(session: Session, text: str, on: date) -> District | None:
    written = _folded(text)
    return next(
        (
            district
            for district in organisation.districts_on(session, on)
            if written in (_folded(district.code), _folded(district.name))
        ),
        None,
    )


def centre_of_district(session: Session, text: str, on: date) -> Centre | None:
    """The centre of a district given by its code or by its name as people write it: 北中学校区."""
    district = _district(session, text, on)
    return organisation.centre_for_district(session, district.code, on) if district is not None else None


def centre_of_address(session: Session, address: str, on: date) -> Centre | None:
    """The centre of the one district whose code or name the address holds; None where none or several centres fit.

    The longest fits best: an address in 北第二中学校区 does not lie in another that its name begins with.
    """
    written = _folded(address)
    fits: dict[str, int] = {}
    for district in organisation.districts_on(session, on):
        length = max((len(name) for name in map(_folded, (district.code, district.name)) if name in written), default=0)
        if length:
            fits[district.code] = length
    best = [code for code, length in fits.items() if length == max(fits.values())]
    owners = {owner.id: owner for code in best if (owner := organisation.centre_for_district(session, code, on))}
    return next(iter(owners.values())) if len(owners) == 1 else None


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
