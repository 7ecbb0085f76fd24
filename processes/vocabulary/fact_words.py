"""What people call the facts that no form asks for under a label of its own: the clock, and what steps work out."""

from __future__ import annotations

from collections.abc import Mapping

from forms.sentences import Sentence

FACT_WORDS: Mapping[str, Sentence] = {
    "today": Sentence("始まった日", "the day it began"),
    "now": Sentence("始まったとき", "the moment it began"),
    "due_on": Sentence("分娩予定日", "the due date"),
    "born_on": Sentence("生まれた日", "the day of birth"),
    "notified_on": Sentence("妊娠届の日", "the day of notification"),
    "detected_on": Sentence("未受診とわかった日", "the day the no-show was found"),
    "safety_from": Sentence("安全確認を始めたとき", "the start of the safety check"),
    "invite_on": Sentence("案内の日", "the day of the invitation"),
    "opens_on": Sentence("対象の期間が始まる日", "the opening day"),
    "window_ends_on": Sentence("対象の期間が終わる日", "the closing day"),
    "due_day": Sentence("期限の日", "the day it is due"),
    "review_on": Sentence("見直しの日", "the review day"),
    "child_unseen": Sentence("まだだれも会えていない子がいること", "a child nobody has seen yet"),
    "risk_level": Sentence("支援レベル", "the support level"),
    "level_confirmed": Sentence("確認された支援レベル", "the confirmed support level"),
    "risk_score": Sentence("リスクの点数", "the risk score"),
    "checkup_type": Sentence("健診の種類", "the check-up"),
    "contact_days": Sentence("連絡の間隔の日数", "the interval of contacts (days)"),
    "plan_review_days": Sentence("プラン見直しの間隔の日数", "the interval of plan reviews (days)"),
    "plan_asked_on": Sentence("プランの作成を求められた日", "the day the plan was asked for"),
    "plan_required": Sentence("サポートプランが要ること", "the need for a support plan"),
    "escalation_route": Sentence("引き上げの進め方", "the way of escalation"),
    "protection_needed": Sentence("保護の要ること", "the need for protection"),
    "protection_route": Sentence("保護の進め方", "the way of protection"),
    "questionnaire_action": Sentence("質問票のあとの対応", "what follows the questionnaire"),
    "handover_ground": Sentence("引継ぎの根拠", "the ground of the hand-over"),
    "loss_of": Sentence("亡くなったのはだれか", "whose loss it is"),
    "target_kind": Sentence("未受診の対象", "what was missed"),
    "no_show_state": Sentence("未受診の状況", "the state of the no-show"),
    "council_registered": Sentence("要対協への登録", "registration with the protection council"),
}
