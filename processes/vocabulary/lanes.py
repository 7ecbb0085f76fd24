"""Lanes are roles by their Japanese names: those of the house and, last, people of agencies without a trade of ours.

What kind of agency work goes to is no lane: a task says so with `sent_to` (`agencies.py`).
Source: actors.md section 1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

LANES: Mapping[str, str] = {
    "窓口職員": "counter_clerk",
    "保健師": "public_health_nurse",
    "地区担当保健師": "public_health_nurse",
    "助産師": "midwife",
    "看護師": "nurse",
    "母子訪問員": "nurse",
    "看護師・母子訪問員": "nurse",
    "母子保健ケアマネジャー": "mch_care_manager",
    "母子保健コーディネーター": "mch_care_manager",
    "母子保健コンシェルジュ": "mch_care_manager",
    "子育て支援ケアマネジャー": "childcare_care_manager",
    "子育てコンシェルジュ": "childcare_care_manager",
    "統括支援員": "integrated_support_lead",
    "センター長": "centre_head",
    "子ども家庭支援員": "child_family_worker",
    "虐待対応専門員": "child_family_worker",
    "要対協調整担当者": "ytk_coordinator",
    "調整担当者": "ytk_coordinator",
    "調整機関": "ytk_coordinator",
    "ケースワーカー": "welfare_caseworker",
    "面接相談員": "welfare_caseworker",
    "母子・父子自立支援員": "single_parent_worker",
    "女性相談支援員": "single_parent_worker",
    "心理相談員": "psychologist",
    "公認心理師": "psychologist",
    "早期支援コーディネーター": "early_support_coordinator",
    "発達相談員": "dev_consultant",
    "ヤングケアラー・コーディネーター": "young_carer_coordinator",
    "ヤングケアラーコーディネーター": "young_carer_coordinator",
    "保育士": "nursery_teacher",
    "指導主事": "school_supervisor",
    "給付担当": "benefit_clerk",
    "住民記録担当": "registry_clerk",
    "業務設計者": "process_designer",
    "個人情報保護管理者": "data_protection_officer",
    "統計担当": "statistics_clerk",
    "部長・市長": "city_hall_executive",
    "連携機関職員": "partner_staff",
}

ROLES: tuple[str, ...] = tuple(dict.fromkeys(LANES.values()))


def role_of(lane: str | None) -> str | None:
    """The role id behind a lane's name; None when the name is unknown. Spaces and width do not matter."""
    if lane is None:
        return None
    return _LANES_FOLDED.get(_fold(lane))


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_LANES_FOLDED = {_fold(name): role for name, role in LANES.items()}
