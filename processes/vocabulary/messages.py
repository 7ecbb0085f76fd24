"""Messages that processes wait for or throw."""

from __future__ import annotations

from collections.abc import Mapping

from forms.sentences import Sentence
from forms.values import ValueType
from processes.vocabulary.terms import Message, Parameter

STR, INT = ValueType.STR, ValueType.INT
DATE, INSTANT = ValueType.DATE, ValueType.INSTANT


CHECKUPS = ("1m", "3_4m", "6_7m", "9_10m", "1y6m", "2y_dental", "3y", "5y", "school", "followup")  # CL_CHECKUP


def _message(
    name: str, ja: str, en: str, *payload: Parameter, internal: bool = False, told_apart_by: tuple[str, ...] = ()
) -> Message:
    return Message(name, payload, Sentence(ja, en), internal, told_apart_by)


def _optional(name: str, type: ValueType, *choices: str) -> Parameter:
    return Parameter(name, type, required=False, choices=choices)


MESSAGES: Mapping[str, Message] = {
    message.name: message
    for message in (
        _message(
            "pregnancy_notified",
            "妊娠届が出された",
            "A pregnancy was notified",
            Parameter("due_on", DATE),
            _optional("notified_on", DATE),
            _optional("fetus_count", INT),
        ),
        _message(
            "birth_registered",
            "出生が登録された",
            "A birth was registered",
            Parameter("born_on", DATE),
            _optional("child_name", STR),
            _optional("child_kana", STR),
            _optional("sex", STR),
            _optional("resident_id", STR),
            _optional("birth_weight_g", INT),
        ),
        _message(
            "pregnancy_lost",
            "流産・死産の連絡があった",
            "A pregnancy was lost",
            _optional("lost_on", DATE),
            _optional("kind", STR),
        ),
        _message(
            "moved_in",
            "転入した",
            "The family moved in",
            _optional("moved_on", DATE),
            _optional("from_municipality", STR),
        ),
        _message(
            "moved_out",
            "転出した",
            "The family moved out",
            _optional("moved_on", DATE),
            _optional("to_municipality", STR),
        ),
        _message("died", "亡くなった", "A person died", _optional("died_on", DATE), _optional("person", STR)),
        _message(
            "due_date_corrected", "分娩予定日が訂正された", "The due date was corrected", Parameter("due_on", DATE)
        ),
        _message(
            "notice_received",
            "他機関から情報提供・通告があった",
            "A notice from another authority came in",
            _optional("notice_kind", STR),
            _optional("received_at", INSTANT),
            _optional("summary", STR),
        ),
        _message(
            "concern_raised",
            "気になることが寄せられた",
            "A concern was raised",
            _optional("concern", STR),
            _optional("raised_by", STR),
        ),
        _message(
            "checkup_result",
            "健診の結果が届いた",
            "A check-up result came in",
            _optional("checkup_type", STR, *CHECKUPS),
            _optional("examined_on", DATE),
            _optional("judgement", STR),
            told_apart_by=("checkup_type",),
        ),
        _message(
            "consent_withdrawn",
            "同意が撤回された",
            "Consent was withdrawn",
            _optional("withdrawn_on", DATE),
            _optional("agency", STR),
        ),
        _message(
            "support_needed",
            "支援が必要と判断された",
            "Support was judged necessary",
            _optional("level", INT),
            internal=True,
        ),
        _message(
            "visit_requested", "訪問が求められた", "A visit was asked for", _optional("reason", STR), internal=True
        ),
        _message(
            "benefit_requested",
            "給付の申請があった",
            "A benefit was applied for",
            _optional("benefit", STR),
            internal=True,
        ),
        _message(
            "benefit_settled", "給付の結果が決まった", "A benefit was settled", _optional("result", STR), internal=True
        ),
        _message(
            "service_requested",
            "サービスの申請があった",
            "A service was applied for",
            _optional("service", STR),
            internal=True,
        ),
        _message(
            "pathway_ended",
            "別の支援の流れが終わった",
            "A side pathway ended",
            _optional("pathway", STR),
            internal=True,
        ),
        _message(
            "council_registered", "要対協に登録された", "The case was entered in the council's register", internal=True
        ),
        _message("plan_refused", "支援プランを断られた", "The support plan was refused", internal=True),
        _message(
            "placed", "子が施設・里親に措置された", "A child was placed", _optional("placed_on", DATE), internal=True
        ),
        _message(
            "returned_home", "子が家庭に戻った", "A child returned home", _optional("returned_on", DATE), internal=True
        ),
        _message("fact_changed", "ケースの事実が変わった", "A fact of the case changed", internal=True),
        _message(
            "school_entered", "就学した", "The child entered school", _optional("entered_on", DATE), internal=True
        ),
        _message(
            "closure_requested",
            "終結を考えるときになった",
            "It is time to think about closing the case",
            _optional("reason", STR),
            internal=True,
        ),
        _message("case_reviewed", "ケースの最終確認が済んだ", "The case had its final review", internal=True),
    )
}
