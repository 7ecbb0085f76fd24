"""The town's words and what they are called inside: posts, exits, states, letters, parameters."""

from __future__ import annotations

from collections.abc import Mapping

from processes.vocabulary import EXITS, LANES

ROLES: Mapping[str, str] = {**LANES, "住民記録": "registry_clerk"}
PARTNERS: Mapping[str, str] = {
    "学校": "school_supervisor.school",
    "教育委員会": "school_supervisor.boe",
    "病院": "midwife.hospital",
}
CHECK_UP = "健診"  # what a check-up of any age is called in its diagram

KINDS: Mapping[str, str] = {
    "3_4m": "3〜4か月児健診",
    "1y6m": "1歳6か月児健診",
    "3y": "3歳児健診",
    "5y": "5歳児健診",
    "followup": "健診後",
}
LETTERS: Mapping[str, str] = {
    "3〜4か月児健診の案内": "3_4m",
    "1歳6か月児健診の案内": "1y6m",
    "3歳児健診の案内": "3y",
    "5歳児健診の案内": "5y",
    "赤ちゃん訪問の案内": "infant_visit",
    "妊娠後期の質問票": "late_pregnancy",
}
NEWS: Mapping[str, str] = {
    "手帳を交付した": "handbook_issued",
    "届出が遅れた": "late_notification",
    "翌日に訪問できていない": "no_show_visit_overdue",
    "24時間たっても会えていない": "sighting_24h",
    "40時間たっても会えていない": "sighting_40h",
    "プランが断られた": "plan_refused",
    "転出先の受け取りがない": "move_not_acknowledged",
    "相談先だけを届ける": "leave_contact",
    "前の市町村の記録が届かない": "records_missing",
    "学校の受け取りがない": "school_receipt_missing",
    "転出しているかもしれない": "moved_found",
    "期限までに子に会えていない": "sighting_overdue",
    "赤ちゃんに会えていない": "infant_visit_overdue",
}
FACTS: Mapping[str, str] = {
    "受診の状況": "attendance",
    "所在の把握": "whereabouts",
    "現認": "sighting",
    "対応の状態": "no_show_state",
    "点数": "risk_score",
    "通告の種別": "cgc_kind",
    "登録の区分": "council_category",
    "緊急度": "notice_urgency",
}
STATES: Mapping[str, str] = {
    "未受診": "not_examined",
    "受診": "examined",
    "未把握": "status_unknown",
    "所属確認": "affiliation_confirmed",
    "居住実態不明": "not_located",
    "把握": "known",
    "なし": "none",
    "声だけ": "heard_only",
    "現認": "sighted",
    "通告": "notification",
    "送致": "referral",
    "立入調査・一時保護の通知": "authority_notice",
    "特定妊婦": "sp_preg",
    "要支援児童": "req_support",
    "要保護児童": "req_protect",
}
PARAMETERS: Mapping[str, str] = {"未受診対応の型": "no_show_profile", "未受診対応の日の数え方": "no_show_days"}
PARAMETER_VALUES: Mapping[str, str] = {
    "和光型": "wako",
    "標準型": "standard",
    "開庁日": "business",
    "暦日": "calendar",
}
RECORDS: Mapping[str, str] = {
    "妊娠中": "open",
    "支援中": "open",
    "出産": "born",
    "流産・死産": "lost",
    "死亡": "died",
    "終了": "closed",
}
LOSSES: Mapping[str, str] = {"流産": "miscarriage", "死産": "stillbirth"}


def role(name: str) -> str:
    assert name in ROLES, f"no post is called {name}"
    return ROLES[name]


def exit_code(name: str) -> str:
    """The code of an exit by its sentence."""
    found = [code for code, sentence in EXITS.items() if sentence.ja == name]
    assert len(found) == 1, f"no exit is called {name}"
    return found[0]
