"""The demo town みなも市: a commuter city of 80,089 people with three centres, two sub-centres and its partners.

Its shape is that of the city in seed-features.md W4–W7 (one centre per junior-high district); its name and all its
people are invented. The description is what any real town would write in its own file (`organisation.setup`).
"""

from __future__ import annotations

from typing import Any

from engine.organisation.roles import ROLES
from web import demo_names

PASSWORD = "minamo-demo-2026"  # noqa: S105  (the demo's, printed at start; production has none of these people)
CODE = "119999"
POPULATION = 80_089
CENTRES = (
    ("north", "北子育て世代包括支援センター", "North centre", None, "048-000-1001"),
    ("central", "中央子育て世代包括支援センター", "Central centre", None, "048-000-1002"),
    ("south", "南子育て世代包括支援センター", "South centre", None, "048-000-1003"),
    ("north2", "北第二センター", "North-2 sub-centre", "north", "048-000-1004"),
    ("north3", "北第三センター", "North-3 sub-centre", "north", "048-000-1005"),
)
DISTRICTS = (
    ("north", "北中学校区", "north", None),
    ("central", "中央中学校区", "central", None),
    ("south", "南中学校区", "south", None),
    ("north2", "北第二中学校区", "north2", None),
    ("north3", "北第三中学校区", "north3", None),
)
# District -> the part of the town its families live in.
TOWNS = {"north": "北町", "central": "中央", "south": "南町", "north2": "緑が丘", "north3": "川辺町"}
PARTNERS = (
    ("hospital", "hospital", "みなも産婦人科医院", "Minamo maternity clinic", ("midwife", "nurse")),
    ("midwives", "midwife", "みなも助産師会", "Minamo midwives' association", ("midwife",)),
    ("nursery", "nursery", "ひばり保育園", "Hibari nursery", ("nursery_teacher",)),
    ("kinder", "kinder", "あおば幼稚園", "Aoba kindergarten", ("nursery_teacher",)),
    ("school", "school", "みなも第一小学校", "Minamo first elementary school", ("school_supervisor",)),
    ("boe", "boe", "みなも市教育委員会", "Minamo board of education", ("school_supervisor",)),
    ("hub", "hub", "子育てひろば なぎさ", "Nagisa childcare hub", ("childcare_care_manager",)),
    ("cgc", "cgc", "県中央児童相談所", "Prefectural child guidance centre", ("child_family_worker",)),
    ("police", "police", "みなも警察署", "Minamo police station", ()),
)


def description() -> dict[str, Any]:
    """The town as `organisation.setup` takes it, with one person for each role at each centre and partner."""
    return {
        "municipality": {"code": CODE, "name_ja": "みなも市", "name_en": "Minamo City"},
        "centres": [
            {"code": code, "name_ja": ja, "name_en": en, "phone": phone} | ({"parent": parent} if parent else {})
            for code, ja, en, parent, phone in CENTRES
        ],
        "districts": [
            {"code": code, "name": name, "centre": centre} | ({"subcentre": sub} if sub else {})
            for code, name, centre, sub in DISTRICTS
        ],
        "partners": [{"code": code, "kind": kind, "name_ja": ja, "name_en": en} for code, kind, ja, en, _ in PARTNERS],
        "staff": [*_centre_staff(), *_partner_staff()],
    }


def _centre_staff() -> list[dict[str, Any]]:
    roles = [role for role in ROLES if role != "partner_staff"]
    return [
        _person(f"{role}.{code}", number, {"role": role, "centre": code})
        for number, (code, role) in enumerate((code, role) for code, *_ in CENTRES for role in roles)
    ]


def _partner_staff() -> list[dict[str, Any]]:
    posts = [(code, role) for code, _, _, _, roles in PARTNERS for role in (*roles, "partner_staff")]
    return [
        _person(f"{role}.{code}", 500 + number, {"role": role, "partner": code})
        for number, (code, role) in enumerate(posts)
    ]


def _person(login: str, number: int, posting: dict[str, str]) -> dict[str, Any]:
    """A member of staff with an invented name; the same login always gets the same name."""
    families, given = demo_names.parts(demo_names.FAMILY_NAMES), demo_names.parts(demo_names.STAFF_NAMES)
    family, first = families[(number * 7) % len(families)], given[(number * 3 + number // len(given)) % len(given)]
    if login == "public_health_nurse.north":
        family, first = ("田中", "タナカ"), ("花子", "ハナコ")
    return {
        "login": login,
        "name": f"{family[0]} {first[0]}",
        "kana": f"{family[1]} {first[1]}",
        "password": PASSWORD,
        "roles": [posting],
    }
