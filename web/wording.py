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
        "The news came in, but it is not clear what it is about. Someone decides under “Unmatched messages”.",
    ),
    "duplicate": Sentence(
        "同じ連絡がもう届いています。何も変えていません。", "The same news came in before. Nothing was changed."
    ),
}

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
CHOOSE_TRACK = Sentence("だれのことか、1つえらんでください。", "Choose whom it is about.")
REQUIRED = Sentence("入れてください。", "Please fill this in.")
A_NUMBER = Sentence("数字で入れてください。", "Enter a number.")
TOO_LONG = Sentence("2000文字以内で入れてください。", "Keep it under 2,000 characters.")
CHOOSE_EXIT = Sentence("できなかったわけを1つえらんでください。", "Choose why it could not be done.")
DRAFT_UNREADABLE = Sentence("下書きを読み取れません。", "The draft cannot be read.")
