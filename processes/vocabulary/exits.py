"""Exits: the outcomes of a human task other than `done`."""

from __future__ import annotations

from collections.abc import Mapping

from forms.sentences import Sentence

EXITS: Mapping[str, Sentence] = {
    "absent": Sentence("不在・来所なし", "Absent or did not come"),
    "refused": Sentence("拒否された", "Refused"),
    "declined": Sentence("希望しない", "Declined the offer"),
    "postponed": Sentence("日を改める", "Postponed"),
    "rescheduled": Sentence("別の日に変更した", "Moved to another day"),
    "moved": Sentence("転出した", "Moved away"),
    "unsafe": Sentence("安全に行えない", "Not safe to do"),
    "done_elsewhere": Sentence("他で済んでいる", "Already done elsewhere"),
    "not_needed": Sentence("必要がなくなった", "No longer needed"),
    "not_reached": Sentence("連絡がつかない", "Could not be reached"),
    "no_answer": Sentence("返事がない", "No answer"),
    "not_located": Sentence("居住実態が確認できない", "Could not be located"),
    "not_resident": Sentence("住民ではない", "Not a resident here"),
    "expired": Sentence("期限が過ぎた", "The time ran out"),
    "wrong_person": Sentence("人違い", "Wrong person"),
    "not_ours": Sentence("当市の対象ではない", "Not ours to handle"),
    "cancelled_by_family": Sentence("家族が取り消した", "Cancelled by the family"),
    "withdrawn": Sentence("申請・同意が取り下げられた", "Application or consent withdrawn"),
    "hospitalised": Sentence("入院中", "In hospital"),
    "placed": Sentence("施設・里親に措置中", "Placed in care"),
    "temporary_stay": Sentence("里帰り・一時滞在中", "Staying elsewhere for a time"),
    "abroad": Sentence("海外にいる", "Abroad"),
    "lost": Sentence("流産・死産", "The pregnancy was lost"),
    "died": Sentence("亡くなった", "Died"),
    "disagreed": Sentence("意見が一致しない", "No agreement"),
    "rejected": Sentence("認められない", "Not approved"),
    "returned": Sentence("差し戻した", "Sent back for correction"),
    "incomplete": Sentence("書類・情報が足りない", "Papers or information missing"),
    "escalated": Sentence("上位の対応に引き上げた", "Escalated"),
    "referred": Sentence("他機関につないだ", "Referred to another agency"),
    "duplicate": Sentence("重複していた", "A duplicate"),
    "proxy_came": Sentence("代理の人が来た", "A proxy came"),
    "language_barrier": Sentence("通訳が必要で行えなかった", "Not possible without an interpreter"),
    "no_capacity": Sentence("担当できる人・枠がない", "Nobody or no slot available"),
}

DONE = "done"
