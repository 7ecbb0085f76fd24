"""The forms' examples told of the demo town's own families.

Every example speaks of one and the same invented family. A family of the demo has its own names, town and children,
and none of the example's may stand in its records.
"""

from __future__ import annotations

import random  # invented lives, nothing secret
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from web import demo_town

EXAMPLE_CHILD = "ひかり"
INSTITUTIONS = {
    "和光産婦人科": "みなも産婦人科医院",
    "和光銀行": "みなも銀行",
    "本町保育園": "ひばり保育園",
    "本町小学校": "みなも第一小学校",
    "朝霞保健所": "みなも保健所",
}

PREGNANCY_DAYS = 280
DESK_TIME = time(16)  # staff write down in the afternoon what they did
VISIT, VISIT_OVER = time(10), time(10, 45)
_WHEN_OVER = frozenset({"left_at"})


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who in one family.

    notified: the answers to its first 妊娠届. child: what was said of the child the answers are about, {} before birth:
    child_name, child_kana, sex, born_on. worker: name of whoever fills the form.
    """

    notified: Mapping[str, Any]
    child: Mapping[str, Any]
    worker: str

    @property
    def words(self) -> dict[str, str]:
        """What an example says -> what is true here; longer ones first where one holds the other."""
        home = str(self.notified["address"])
        return {
            "埼玉県和光市本町1-1": home,
            "和光市中央1-2-3": home,
            "本町1丁目": home,
            "090-0000-0001": str(self.notified["phone"]),
            "351-0104": str(self.notified["postal_code"]),
            **INSTITUTIONS,
            "田中 花子": self.worker,
            "中村 職員": self.worker,
            "小林 保健師": self.worker,
            "佐藤": str(self.notified["family_name"]),
            "サトウ": str(self.notified["family_name_kana"]),
            "みのり": str(self.notified["given_name"]),
            "ミノリ": str(self.notified["given_name_kana"]),
            EXAMPLE_CHILD: str(self.child.get("child_name", "赤ちゃん")),
            "ヒカリ": str(self.child.get("child_kana", "アカチャン")),
        }


def told_of(cast: Cast, example: Mapping[str, Any]) -> dict[str, Any]:
    """The example's answers with this family in the place of the example's."""
    words = cast.words
    answers = {key: _said(value, words) for key, value in example.items()}
    about_child = EXAMPLE_CHILD in (example.get("given_name"), example.get("child_given_name"))
    own = {
        "junior_high_district": cast.notified["junior_high_district"],
        "birth_date": cast.child.get("born_on") if about_child else cast.notified["birth_date"],
        "sex": cast.child.get("sex") if about_child else None,
        "child_sex": cast.child.get("sex"),
        "alias_name": "",
        "individual_number": "",
        "contact_address": "",
        "householder_name": "",
        "account_number": str(cast.notified["resident_id"])[:7],
    }
    return answers | {key: value for key, value in own.items() if key in answers and value is not None}


def _said(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _said(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [_said(each, words) for each in value]
    if not isinstance(value, str):
        return value
    # Told apart first, so that what is put in is never taken for the example's in its turn.
    for place, known in enumerate(words):
        value = value.replace(known, f"\0{place}\0")
    for place, own in enumerate(words.values()):
        value = value.replace(f"\0{place}\0", own)
    return value


def in_office_hours(answers: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The answers, with what an example puts at the day's first minute at an hour of work."""
    return {key: _at_work(key, value, day) for key, value in answers.items()}


def _at_work(key: str, value: Any, day: date) -> Any:
    if isinstance(value, list):
        return [in_office_hours(row, day) if isinstance(row, Mapping) else row for row in value]
    if not isinstance(value, str) or not value.startswith(f"{day.isoformat()}T00:00"):
        return value
    at = VISIT_OVER if key in _WHEN_OVER else VISIT
    return datetime.combine(day, at, datetime.fromisoformat(value).tzinfo).isoformat()


def school_entry(born_on: date) -> date:
    """The first of April after the sixth birthday; who is born on 1 April is the last of the year before."""
    return date(born_on.year + (6 if (born_on.month, born_on.day) <= (4, 1) else 7), 4, 1)


def notification(
    chance: random.Random,
    on: date,
    weeks: int,
    surname: tuple[str, ...],
    mother: tuple[str, ...],
    district: str,
    number: int,
) -> dict[str, Any]:
    """What is particular to this family in FM01; the rest is the form's example."""
    days = chance.randint(0, 6)
    return {
        "notification_date": on.isoformat(),
        "applicant_type": "self",
        "family_name": surname[0],
        "given_name": mother[0],
        "family_name_kana": surname[1],
        "given_name_kana": mother[1],
        "birth_date": (on - timedelta(days=chance.randint(20 * 365, 40 * 365))).isoformat(),
        "resident_id": f"9{number:07d}",
        "gestational_weeks": weeks,
        "days": days,
        "edd": (on + timedelta(days=PREGNANCY_DAYS - weeks * 7 - days)).isoformat(),
        "fetus_count": 2 if number % 25 == 3 else 1,
        "junior_high_district": district,
        "address": f"みなも市{demo_town.TOWNS[district]}{chance.randint(1, 5)}丁目{chance.randint(1, 20)}番",
        "postal_code": "000-0000",
        "phone": f"000-0000-{number:04d}",
        "contact_address": "",
        "alias_name": "",
        "householder_name": "",
        "handbook_numbers": [{"number": f"M{number:05d}-{fetus + 1}"} for fetus in range(2 if number % 25 == 3 else 1)],
        "voucher_book_no": f"V{number:05d}",
        "individual_number": "",
        "issuing_centre": district,
        "medical_institution": "みなも産婦人科医院",
        "planned_delivery_place": "みなも産婦人科医院",
    }
