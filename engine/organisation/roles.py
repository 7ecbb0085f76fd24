"""The role presets: what people of a trade are called, how far they see, and which lanes they work.

A posting joins a member of staff, a role and a place. At a partner agency the role is only a trade: whatever its
preset says here, the person then sees no further than the work sent to that agency.
Source: actors.md section 1 (roles) and section 3 (sensitivity: S1 basic, S2 health, S3 mental health,
S4 abuse and protection, S5 confidential address).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sensitivity(StrEnum):
    """How delicate a piece of a file is. Source: privacy.md section 5."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"
    S5 = "S5"


class Scope(StrEnum):
    """Which families a role sees.

    own_centre: those its centre and the centres below own. municipality: all of the town.
    tasks: only families of whom a task of its lane stands open with it. none: no family at all.
    """

    OWN_CENTRE = "own_centre"
    MUNICIPALITY = "municipality"
    TASKS = "tasks"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Role:
    """One preset. `lanes` are the role ids whose work it does; `covers_centre`: it may do any work of its centre."""

    id: str
    name_ja: str
    name_en: str
    sees: Scope
    levels: frozenset[Sensitivity]
    lanes: frozenset[str]
    covers_centre: bool = False


def _role(
    role_id: str, name_ja: str, name_en: str, sees: Scope, levels: str, also: Iterable[str] = (), covers: bool = False
) -> Role:
    lanes = frozenset({role_id, *also})
    return Role(role_id, name_ja, name_en, sees, frozenset(Sensitivity(f"S{n}") for n in levels), lanes, covers)


_OWN, _TOWN, _TASKS, _NONE = Scope.OWN_CENTRE, Scope.MUNICIPALITY, Scope.TASKS, Scope.NONE

_PRESETS = (
    _role("counter_clerk", "窓口職員", "Counter clerk", _OWN, "1"),
    _role("public_health_nurse", "保健師", "Public health nurse", _OWN, "123"),
    _role("midwife", "助産師", "Midwife", _OWN, "123"),
    _role("nurse", "看護師", "Visiting nurse", _OWN, "12", also=("visitor",)),
    _role("visitor", "母子訪問員", "Home visitor", _OWN, "12", also=("nurse",)),
    _role("mch_care_manager", "母子保健ケアマネジャー", "Maternal and child health care manager", _OWN, "123"),
    _role("childcare_care_manager", "子育て支援ケアマネジャー", "Childcare care manager", _OWN, "12"),
    _role("integrated_support_lead", "統括支援員", "Integrated support lead", _OWN, "1234", covers=True),
    _role("centre_head", "センター長", "Centre head", _OWN, "1234", covers=True),
    _role("child_family_worker", "子ども家庭支援員", "Child and family worker", _OWN, "124"),
    _role("ytk_coordinator", "要対協調整担当者", "Protection council coordinator", _TOWN, "124"),
    _role("welfare_caseworker", "ケースワーカー", "Welfare caseworker", _TASKS, "12"),
    _role("single_parent_worker", "母子・父子自立支援員", "Single-parent worker", _OWN, "12"),
    _role("psychologist", "心理相談員", "Psychologist", _OWN, "123"),
    _role("early_support_coordinator", "早期支援コーディネーター", "Early support coordinator", _OWN, "12"),
    _role("dev_consultant", "発達相談員", "Development consultant", _OWN, "12"),
    _role("young_carer_coordinator", "ヤングケアラー・コーディネーター", "Young carer coordinator", _OWN, "12"),
    _role("nursery_teacher", "保育士", "Nursery teacher", _TASKS, "12"),
    _role("school_supervisor", "指導主事", "School supervisor", _TASKS, "12"),
    _role("benefit_clerk", "給付担当", "Benefit clerk", _OWN, "1"),
    _role("registry_clerk", "住民記録担当", "Registry clerk", _TASKS, "1"),
    _role("process_designer", "業務設計者", "Process designer", _NONE, ""),
    _role("data_protection_officer", "個人情報保護管理者", "Data protection officer", _TOWN, "12345"),
    _role("statistics_clerk", "統計担当", "Statistics clerk", _NONE, ""),
    _role("city_hall_executive", "部長・市長", "City hall executive", _NONE, ""),
    # Not in actors.md: someone must enter the first users, and it must be nobody who works with families.
    _role("system_administrator", "システム管理者", "System administrator", _NONE, ""),
    # Not in actors.md: people of agencies whose trade has no preset (a doctor's desk, a police station).
    _role("partner_staff", "連携機関職員", "Partner agency staff", _TASKS, "1"),
)

ROLES: Mapping[str, Role] = {role.id: role for role in _PRESETS}
