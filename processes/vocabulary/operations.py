"""Operations that service tasks name; each has its function in `engine/casework/service_tasks.py`."""

from __future__ import annotations

from collections.abc import Mapping

from forms.sentences import Sentence
from forms.values import ValueType
from processes.vocabulary.agencies import AGENCIES
from processes.vocabulary.lanes import ROLES
from processes.vocabulary.terms import Operation, Parameter

STR, INT, BOOL, DATE = ValueType.STR, ValueType.INT, ValueType.BOOL, ValueType.DATE


def _operation(
    id: str, ja: str, en: str, *parameters: Parameter, results: Mapping[str, ValueType] | None = None
) -> Operation:
    return Operation(id, parameters, results or {}, Sentence(ja, en))


_KIND = Parameter("kind", STR)
_REASON = Parameter("reason", STR)
_LEVEL = Parameter("level", INT)

OPERATIONS: Mapping[str, Operation] = {
    operation.id: operation
    for operation in (
        _operation(
            "issue_handbook", "母子健康手帳と受診票を交付した記録を作る", "Record the handbook and vouchers issued"
        ),
        _operation("send_letter", "通知を作成して発送に回す", "Write a letter and put it in the post", _KIND),
        _operation(
            "invite_to_checkup",
            "健診の日を選んで案内を送る",
            "Choose a session of the check-up and invite to it",
            _KIND,
            Parameter("opens_on", DATE),
            Parameter("closes_on", DATE),
        ),
        _operation("send_questionnaire", "質問票を送る", "Send a questionnaire", _KIND),
        _operation("suppress_letters", "該当する通知を止める", "Stop the letters of this kind", _KIND),
        _operation(
            "notify",
            "役割の担当者に知らせる",
            "Tell the person of a role",
            Parameter("role", STR, choices=ROLES),
            _KIND,
        ),
        _operation("acknowledge_sender", "情報提供元に受理を知らせる", "Acknowledge receipt to the sender"),
        _operation(
            "disclose",
            "根拠を付けて他機関に情報を渡す",
            "Pass information to an agency on a recorded ground",
            Parameter("agency", STR, choices=AGENCIES),
            Parameter("ground", STR),
            Parameter("scope", STR),
        ),
        _operation(
            "match_notice",
            "通知の人物に当たるケースを探す",
            "Look for the case a notice is about",
            results={"match_count": INT, "match_exact": BOOL},
        ),
        _operation("attach_notice", "通知を既存のケースに結び付ける", "Attach the notice to the case confirmed"),
        _operation("start_journey", "通知から新しいケースを開く", "Open a new case from the notice"),
        _operation("register_child", "出生した子を登録する", "Register the child that was born"),
        _operation("start_track", "妊娠または子の経過を始める", "Start the track of a pregnancy or a child", _KIND),
        _operation("start_pathway", "別の支援の流れを始める", "Start a side pathway", Parameter("process", STR)),
        _operation(
            "open_benefit_check", "給付の要件確認を始める", "Open the check of a benefit", Parameter("benefit", STR)
        ),
        _operation(
            "cancel_benefit", "給付の認定を取り消す", "Cancel the recognition of a benefit", Parameter("benefit", STR)
        ),
        _operation(
            "set_level", "支援レベルを記録する", "Record the support level", _LEVEL, results={"risk_level": INT}
        ),
        _operation(
            "mark_attendance",
            "受診の有無を記録する",
            "Record attendance",
            Parameter("attendance", STR, choices=("examined", "not_examined")),
            results={"attendance": STR},
        ),
        _operation(
            "mark_whereabouts",
            "所属・居住の把握状況を記録する",
            "Record what is known of the whereabouts",
            Parameter("state", STR, choices=("status_unknown", "affiliation_confirmed", "not_located", "known")),
            results={"whereabouts": STR},
        ),
        _operation(
            "mark_sighting",
            "現認の状況を記録する",
            "Record whether the child was seen",
            Parameter("state", STR, choices=("none", "heard_only", "sighted")),
            results={"sighting": STR},
        ),
        _operation(
            "mark_unknown",
            "所在は未把握、現認なしと記録する",
            "Record that nobody knows where the child is, and nobody has seen it",
            results={"whereabouts": STR, "sighting": STR},
        ),
        _operation(
            "entrust",
            "根拠に基づき、このあとの仕事を他機関に任せる",
            "Entrust the work that follows to an agency, on the first ground that holds",
            _KIND,
            Parameter("agency", STR, choices=AGENCIES),
            Parameter("grounds", STR),
        ),
        _operation(
            "send_handover",
            "根拠を確かめて引継ぎ書を送る",
            "Send the hand-over papers on the first ground that holds",
            _KIND,
            Parameter("agency", STR, choices=AGENCIES),
            Parameter("grounds", STR),
            results={"handover_ground": STR},
        ),
        _operation(
            "register_council", "要対協の台帳に登録する", "Enter in the council's register", Parameter("category", STR)
        ),
        _operation(
            "close_council",
            "要対協の台帳から外す",
            "Leave the council's register",
            results={"council_registered": BOOL},
        ),
        _operation(
            "end_oral_consents", "署名のないままの口頭の同意を終える", "End oral consents that were never signed"
        ),
        _operation("notify_cgc", "児童相談所に通告・送致・通知する", "Notify the child guidance centre", _KIND),
        _operation("stop_tracks", "続いている妊娠・子の経過をすべて止める", "Stop every open track of the family"),
        _operation("close_pregnancy", "妊娠の記録を閉じる", "Close the pregnancy", _REASON),
        _operation("close_child", "子の記録を閉じる", "Close the child's record", _REASON),
        _operation("close_case", "ケースを閉じる", "Close the case", _REASON),
    )
}
