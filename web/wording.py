"""What people read, where the law or the engine does not say it already: codes into words."""

from __future__ import annotations

from forms.sentences import Sentence

LEVELS: dict[int, Sentence] = {
    0: Sentence("レベル0 一般", "Level 0 General"),
    1: Sentence("レベル1 見守り", "Level 1 Watch"),
    2: Sentence("レベル2 要支援", "Level 2 Support"),
    3: Sentence("レベル3 重点", "Level 3 Intensive"),
    4: Sentence("レベル4 要保護", "Level 4 Protection"),
}

RELATIONS: dict[str, Sentence] = {
    "mother": Sentence("母", "Mother"),
    "father": Sentence("父", "Father"),
    "partner": Sentence("パートナー", "Partner"),
    "child": Sentence("子", "Child"),
    "sibling": Sentence("きょうだい", "Brother or sister"),
    "grandparent": Sentence("祖父母", "Grandparent"),
    "proxy": Sentence("代理人", "Proxy"),
    "guardian": Sentence("保護者", "Guardian"),
    "other": Sentence("その他", "Other"),
}

AGENCIES: dict[str, Sentence] = {
    "cfc": Sentence("こども家庭センター", "Children and families centre"),
    "hub": Sentence("子育て支援拠点", "Community childcare hub"),
    "hospital": Sentence("医療機関", "Hospital or clinic"),
    "midwife": Sentence("助産師会", "Midwives' association"),
    "ppc": Sentence("産後ケア事業者", "Postpartum-care provider"),
    "nursery": Sentence("保育所等", "Nursery"),
    "kinder": Sentence("幼稚園", "Kindergarten"),
    "dev": Sentence("児童発達支援", "Child development support"),
    "school": Sentence("学校", "School"),
    "boe": Sentence("教育委員会", "Board of education"),
    "welfare": Sentence("福祉事務所", "Welfare office"),
    "selfrel": Sentence("自立相談支援機関", "Self-reliance support agency"),
    "csw": Sentence("社協・地域福祉担当（CSW）", "Community social worker"),
    "minsei": Sentence("民生委員・児童委員", "Child welfare volunteer"),
    "cgc": Sentence("児童相談所", "Child guidance centre"),
    "hc": Sentence("保健所", "Prefectural health centre"),
    "police": Sentence("警察", "Police"),
    "dvc": Sentence("DV相談機関", "Domestic-violence consultation office"),
    "other_muni": Sentence("他の市区町村", "Other municipality"),
    "housing": Sentence("住宅担当", "Housing office"),
    "volunteer": Sentence("ボランティア団体", "Volunteer group"),
    "facility": Sentence("施設・里親", "Residential facility or foster home"),
}

SCOPES: dict[str, Sentence] = {
    "basic": Sentence("基本情報", "Basic information"),
    "health": Sentence("妊娠・健診", "Pregnancy and check-ups"),
    "mental": Sentence("EPDSなど、こころの健康", "EPDS and mental health"),
    "plan": Sentence("支援計画", "Support plan"),
    "welfare": Sentence("福祉サービス", "Welfare services"),
    "education": Sentence("就園・就学", "Nursery and school entry"),
    "disability": Sentence("発達・障害", "Development and disability"),
    "finance": Sentence("経済状況", "Finances"),
}

STEP_KINDS: dict[str, Sentence] = {
    "userTask": Sentence("人の仕事", "Work for a person"),
    "manualTask": Sentence("人の仕事", "Work for a person"),
    "serviceTask": Sentence("自動", "By itself"),
    "sendTask": Sentence("自動", "By itself"),
    "businessRuleTask": Sentence("判定", "Decision"),
    "exclusiveGateway": Sentence("分かれ道", "Branch"),
    "inclusiveGateway": Sentence("分かれ道", "Branch"),
    "parallelGateway": Sentence("並んで進む", "Side by side"),
    "eventBasedGateway": Sentence("先に起きたほう", "Whichever comes first"),
    "startEvent": Sentence("始まり", "Start"),
    "endEvent": Sentence("終わり", "End"),
    "boundaryEvent": Sentence("途中で起こること", "What may happen meanwhile"),
    "intermediateCatchEvent": Sentence("待つ", "Wait"),
    "callActivity": Sentence("別の図", "Another diagram"),
    "subProcess": Sentence("まとまり", "Part"),
}
OTHER_STEP = Sentence("ほかの形", "Other step")

RECEIPTS: dict[str, Sentence] = {
    "delivered": Sentence("連絡を入れました。", "The news was taken in."),
    "buffered": Sentence(
        "連絡を預かりました。受け取る段階になったら、自動で届きます。",
        "The news is kept and delivered as soon as the family's path comes to it.",
    ),
    "needs_person": Sentence(
        "連絡を受け取りましたが、どのことか決められません。「連絡待ち」で人が決めます。",
        "The news came in, but it is not clear what it is about. Someone decides under “Unmatched”.",
    ),
    "duplicate": Sentence(
        "同じ連絡がもう届いています。何も変えていません。", "The same news came in before. Nothing was changed."
    ),
}

# お知らせ: what happened, and what it asks of whoever reads it.
TOLD: dict[str, Sentence] = {
    "infant_visit_overdue": Sentence(
        "赤ちゃん訪問の期限を過ぎても、まだ会えていません。どうするか検討してください。",
        "The visit to the baby is overdue and nobody has seen it. Decide what to do.",
    ),
    "handbook_issued": Sentence(
        "母子健康手帳を渡しました。このセンターが受け持つ家族です。",
        "The handbook was handed out. The family is your centre's.",
    ),
    "late_notification": Sentence(
        "妊娠届が遅い時期に出されました。早めに事情を聞いてください。",
        "The pregnancy was notified late. Ask about the reasons soon.",
    ),
    "leave_contact": Sentence(
        "訪問や電話を望んでいません。相談先だけを届けてください。",
        "They want no visit or call. Leave only where they can turn to.",
    ),
    "records_missing": Sentence(
        "前の市区町村の記録が届きません。母子健康手帳で確かめてください。",
        "The former municipality's records do not come. Check in the handbook.",
    ),
    "move_not_acknowledged": Sentence(
        "転出先から、引継ぎを受け取ったという返事がありません。",
        "The new municipality has not confirmed that it received the hand-over.",
    ),
    "no_show_visit_overdue": Sentence(
        "未受診の家庭訪問が期限を過ぎています。", "The home visit after a missed check-up is overdue."
    ),
    "moved_found": Sentence(
        "転出していたようです。転出の届出を確かめてください。",
        "They seem to have moved away. Check for the registered move.",
    ),
    "sighting_overdue": Sentence(
        "期限までに子どもを見た人がいません。どうするか検討してください。",
        "Nobody has seen the child in time. Decide what to do.",
    ),
    "sighting_24h": Sentence(
        "安全確認の開始から24時間たちましたが、まだ子どもを見ていません。",
        "24 hours have passed since the safety check began, and nobody has seen the child.",
    ),
    "sighting_40h": Sentence(
        "安全確認の開始から40時間たちましたが、まだ子どもを見ていません。48時間の期限が近づいています。",
        "40 hours have passed since the safety check began, and nobody has seen the child. The limit is 48 hours.",
    ),
    "school_receipt_missing": Sentence(
        "学校から、引継ぎを受け取ったという返事がありません。",
        "The school has not confirmed that it received the hand-over.",
    ),
    "plan_refused": Sentence(
        "サポートプランを断られました。内部の計画で見守ります。",
        "The family refused the support plan. It is watched by an internal plan.",
    ),
    "district_changed": Sentence(
        "住所の地区が変わりました。担当センターを確かめてください。",
        "The district of the address changed. Check which centre it belongs to.",
    ),
    "benefit_check": Sentence("給付の対象になるか確かめてください。", "Check whether a benefit is due."),
    "benefit_cancelled": Sentence("給付の認定が取り消されました。", "The recognition for a benefit was cancelled."),
    "council_registration": Sentence("要対協の台帳に載せました。", "The family was entered in the council's register."),
    "send_by_hand": Sentence(
        "他機関へ自動では送れないものがあります。印刷して送ってください。",
        "Something for another agency cannot be sent by itself. Print and send it.",
    ),
    "cgc_notification": Sentence(
        "通告・送致・通知の書類が届きました。", "A notification, referral or notice has come."
    ),
    "handover": Sentence("引継ぎの書類が届きました。", "Hand-over papers have come."),
    "disclosure": Sentence("情報の提供がありました。", "Information was passed to you."),
    "acknowledgement": Sentence("連絡を受け付けました。", "Your message was received."),
}
# What came in, as a list names it.
MESSAGE_KINDS: dict[str, Sentence] = {
    "notice_received": Sentence("他機関からの連絡", "Notice from another agency"),
    "concern_raised": Sentence("気になることの連絡", "A concern"),
    "checkup_result": Sentence("健診結果の連絡", "A check-up result"),
    "pregnancy_notified": Sentence("妊娠届の知らせ", "A notified pregnancy"),
    "birth_registered": Sentence("出生の知らせ", "A birth"),
    "pregnancy_lost": Sentence("流産・死産の知らせ", "A lost pregnancy"),
    "moved_in": Sentence("転入の知らせ", "A move into the town"),
    "moved_out": Sentence("転出の知らせ", "A move away"),
    "died": Sentence("死亡の知らせ", "A death"),
    "due_date_corrected": Sentence("分娩予定日の訂正", "A corrected due date"),
    "consent_withdrawn": Sentence("同意の撤回", "A withdrawn consent"),
}
YES, NO = Sentence("はい", "Yes"), Sentence("いいえ", "No")
SEX_WORDS: dict[str, Sentence] = {
    "1": Sentence("男", "Male"),
    "2": Sentence("女", "Female"),
    "9": Sentence("不明・その他", "Unknown or other"),
}
# What senders call the parts of a message; parts that are fields of the receipt form are named there.
PAYLOAD: dict[str, Sentence] = {
    "child_name": Sentence("子の氏名", "Child's name"),
    "child_kana": Sentence("子のフリガナ", "Child's name in kana"),
    "child_age": Sentence("子の年齢", "Child's age"),
    "mother_name": Sentence("母の氏名", "Mother's name"),
    "guardian_name": Sentence("保護者の氏名", "Guardian's name"),
    "name": Sentence("氏名", "Name"),
    "kana": Sentence("フリガナ", "Kana"),
    "family_name": Sentence("氏", "Family name"),
    "given_name": Sentence("名", "Given name"),
    "family_name_kana": Sentence("フリガナ（氏）", "Family name in kana"),
    "given_name_kana": Sentence("フリガナ（名）", "Given name in kana"),
    "relation": Sentence("続柄", "Relation"),
    "age": Sentence("年齢", "Age"),
    "sex": Sentence("性別", "Sex"),
    "birth_date": Sentence("生年月日", "Date of birth"),
    "born_on": Sentence("生年月日", "Date of birth"),
    "birth_weight_g": Sentence("出生体重（g）", "Birth weight (g)"),
    "due_on": Sentence("分娩予定日", "Due date"),
    "edd": Sentence("分娩予定日", "Due date"),
    "fetus_count": Sentence("胎児数", "Number of fetuses"),
    "lost_on": Sentence("その日", "Day"),
    "died_on": Sentence("亡くなった日", "Day of death"),
    "moved_on": Sentence("異動日", "Day of the move"),
    "to_municipality": Sentence("転出先", "Moving to"),
    "from_municipality": Sentence("転入前の市区町村", "Moving from"),
    "resident_id": Sentence("住民番号", "Resident number"),
    "address": Sentence("住所", "Address"),
    "present_location_of_child": Sentence("子の現在の所在", "Where the child is now"),
    "phone": Sentence("電話", "Phone"),
    "district": Sentence("地区", "District"),
    "junior_high_district": Sentence("中学校区", "School district"),
    "nursery": Sentence("園", "Nursery"),
    "school": Sentence("学校", "School"),
    "family": Sentence("家族", "Family"),
    "persons": Sentence("関係する人", "Persons"),
    "children": Sentence("子", "Child"),
    "raised_by": Sentence("だれから", "Raised by"),
    "concern": Sentence("気になること", "Concern"),
    "summary": Sentence("内容", "What it says"),
    "occurred_on": Sentence("いつ", "When"),
    "urgency": Sentence("急ぎぐあい", "Urgency"),
    "notice_kind": Sentence("種類", "Kind"),
    "checkup_type": Sentence("健診", "Check-up"),
    "examined_on": Sentence("受診日", "Examined on"),
    "judgement": Sentence("判定", "Judgement"),
    "dv_flag": Sentence("支援措置", "Address kept secret"),
    "agency": Sentence("機関", "Agency"),
    "person": Sentence("だれ", "Who"),
    "reason": Sentence("理由", "Reason"),
}

# Why a family is proposed for a message about nobody yet.
WHY_PROPOSED: dict[str, Sentence] = {
    "resident_id": Sentence("住民番号が同じ", "Same resident number"),
    "name_and_birth": Sentence("氏名・カナと生年月日が同じ", "Same name and date of birth"),
    "name": Sentence("氏名・カナが同じ", "Same name"),
    "text": Sentence("文章に氏名・カナがある", "Named in the text"),
}
TELL = Sentence("センターに知らせる", "Tell the centre")
TELL_FAMILY = Sentence("だれの家族か", "Which family")
TELL_OTHER = Sentence("ほかの人", "Somebody else")
UNNAMED_CHILD = Sentence("(未命名)", "(not named yet)")
FILE_CHANGED = Sentence(
    "ほかの人が先に保存しました。開き直して、その人の変更を確かめてください。",
    "Someone else saved it first. Open it again and look at what they changed.",
)
FILE_REFUSED = Sentence(
    "このファイルは保存できません。名前か大きさを確かめてください。",
    "This file cannot be saved; check its name and size.",
)
SIGNED_OUT = Sentence(
    "サインインが切れました。別の画面でサインインしてから、続けてください。",
    "You were signed out. Sign in in another window, then go on.",
)
RETURNED = Sentence(
    "サインインが切れる前の入力です。まだ完了していません。確かめてから、もう一度送ってください。",
    "This is what you typed before you were signed out. It is not finished yet: check it and send it again.",
)
SET_ASIDE = Sentence(
    "サインインが切れました。入力したものは預かっています。この画面は開いたまま、別の画面でサインインしてください。",
    "You were signed out. What you typed is kept. Leave this page open and sign in in another window.",
)
CHOOSE_TRACK = Sentence("だれのことか、1つえらんでください。", "Choose whom it is about.")
REQUIRED = Sentence("入れてください。", "Please fill this in.")
A_NUMBER = Sentence("数字で入れてください。", "Enter a number.")
TOO_LONG = Sentence("2000文字以内で入れてください。", "Keep it under 2,000 characters.")
CHOOSE_EXIT = Sentence("できなかったわけを1つえらんでください。", "Choose why it could not be done.")
DRAFT_UNREADABLE = Sentence("下書きを読み取れません。", "The draft cannot be read.")
