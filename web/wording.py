"""What people read, where the law or the engine does not say it already: codes into sentences."""

from __future__ import annotations

from dataclasses import dataclass

from forms.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """title: what happened; detail: what the person can do now."""

    title: Sentence
    detail: Sentence


def _refusal(title_ja: str, title_en: str, detail_ja: str, detail_en: str) -> Refusal:
    return Refusal(Sentence(title_ja, title_en), Sentence(detail_ja, detail_en))


REFUSALS: dict[str, Refusal] = {
    "malformed": _refusal(
        "読み取れない要求です",
        "The request cannot be read",
        "示された箇所を直してください。",
        "Please mend the place named.",
    ),
    "csrf_rejected": _refusal(
        "画面の有効期限が切れました",
        "The page has expired",
        "画面を読み込み直して、もう一度送信してください。",
        "Reload the page and send it again.",
    ),
    "not_signed_in": _refusal(
        "サインインが必要です",
        "Sign-in needed",
        "サインインしてから、もう一度お試しください。",
        "Sign in and try again.",
    ),
    "not_permitted": _refusal(
        "この操作は許可されていません",
        "This is not permitted",
        "必要な場合は、担当センターにご相談ください。",
        "If you need it, please ask the responsible centre.",
    ),
    "not_found": _refusal(
        "見つかりません", "Not found", "番号や宛先をご確認ください。", "Please check the number or address."
    ),
    "method_not_allowed": _refusal(
        "この方法では呼び出せません",
        "Method not allowed",
        "Allow に示した方法をお使いください。",
        "Use a method named in Allow.",
    ),
    "conflict": _refusal(
        "いまの状態ではできません",
        "Not possible in the present state",
        "読み込み直して、現在の状態をご確認ください。",
        "Reload and look at the present state.",
    ),
    "case_already_open": _refusal(
        "この方のケースはすでに開かれています",
        "This person's case is already open",
        "開かれているケースに記録してください。次の妊娠は pregnancy_notified で届けてください。",
        "Record on the open case. Report a further pregnancy as pregnancy_notified.",
    ),
    "task_claimed": _refusal(
        "ほかの職員が担当しています",
        "Someone else has taken this task",
        "担当の職員にご確認ください。入力された内容は下書きに残ります。",
        "Please talk to that person. What you typed is kept as a draft.",
    ),
    "not_their_work": _refusal(
        "この人の仕事ではありません", "Not their work", "職種・センターをご確認ください。", "Check trade and centre."
    ),
    "task_already_completed": _refusal(
        "ほかの職員がすでに完了しました",
        "Someone else has completed this task",
        "入力された内容は下書きに残ります。結果をご確認ください。",
        "What you typed is kept as a draft. Please look at the result.",
    ),
    "task_not_startable": _refusal(
        "まだ始められない業務です",
        "The task may not start yet",
        "開始できる日をご確認ください。",
        "See the day from which it may start.",
    ),
    "answers_rejected": _refusal(
        "入力内容を確認してください",
        "Please check the answers",
        "示された項目を直してください。",
        "Mend the fields named in errors.",
    ),
    "idempotency_key_reused": _refusal(
        "この Idempotency-Key は別の内容で使われています",
        "This Idempotency-Key was used for something else",
        "新しいキーで送ってください。",
        "Send it with a new key.",
    ),
    "nothing_published": _refusal(
        "業務定義がまだ公開されていません",
        "No process definitions are published yet",
        "tsunagu publish で公開してください。",
        "Publish them with tsunagu publish.",
    ),
    "clock_refused": _refusal(
        "その日時には進められません",
        "The clock cannot be moved there",
        "ケースのある町の時計は、先へだけ進められます。",
        "The clock of a town with cases moves forward only.",
    ),
    "unknown_message": _refusal(
        "知らない種類の連絡です",
        "No such message",
        "name に使える名前は openapi.json にあります。",
        "The names there are stand in openapi.json.",
    ),
    "already_withdrawn": _refusal(
        "この同意はすでに撤回されています",
        "This consent was withdrawn before",
        "あらためて撤回する必要はありません。",
        "There is nothing more to withdraw.",
    ),
    "not_matched": _refusal(
        "だれについての連絡か決まっていません",
        "Nobody has said whom this is about",
        "ケースを選んでください。",
        "Choose a case.",
    ),
    "no_ground": _refusal(
        "見せてよい根拠がありません",
        "There is no ground for this",
        "同意か法の定めをご確認ください。",
        "Look for a consent or a provision of law.",
    ),
    "login_taken": _refusal(
        "この職員番号は使われています", "This login is taken", "別の職員番号にしてください。", "Choose another login."
    ),
    "login_refused": _refusal(
        "この職員番号は使えません",
        "This login cannot be used",
        "空白のない 1 から 100 文字にしてください。",
        "Use 1 to 100 characters without blanks.",
    ),
    "places_clash": _refusal(
        "センターと連携機関の両方には配属できません",
        "A person is posted at a centre or at a partner, not at both",
        "どちらか一つを示してください。",
        "Name one of them.",
    ),
    "unknown_role": _refusal(
        "この役割はありません", "There is no such role", "役割の一覧をご確認ください。", "See the list of roles."
    ),
    "password_too_short": _refusal(
        "パスワードが短すぎます",
        "The password is too short",
        "12 文字以上にしてください。",
        "Use at least 12 characters.",
    ),
    "parameter_unknown": _refusal(
        "このパラメーターはありません",
        "There is no such parameter",
        "tsunagu parameters list で名前をご確認ください。",
        "See the names in tsunagu parameters list.",
    ),
    "parameter_refused": _refusal(
        "この値は使えません",
        "This value cannot be used",
        "もとの値と同じ種類(数、はい・いいえ、言葉)にしてください。",
        "Use the kind of the shipped value (number, true or false, text).",
    ),
    "proposal_closed": _refusal(
        "この提案は終わっています",
        "This proposal is closed",
        "公開されたか、取り下げられました。",
        "It was published or withdrawn.",
    ),
    "already_in_force": _refusal(
        "この内容はすでに公開されています",
        "This is already in force",
        "変更がないので、公開する必要はありません。",
        "Nothing has changed, so there is nothing to publish.",
    ),
    "bundle_refused": _refusal(
        "業務定義に誤りがあります",
        "The process definitions have errors",
        "tsunagu lint で確かめて直してください。",
        "Look at them with tsunagu lint and mend them.",
    ),
    "file_changed": _refusal(
        "ほかの人がこのファイルを変えました",
        "Somebody else changed this file",
        "読み込み直して、変更を合わせてください。",
        "Reload it and bring the changes together.",
    ),
    "file_refused": _refusal(
        "このファイルは置けません",
        "This file cannot be kept",
        "名前と大きさをご確認ください。",
        "Check its name and size.",
    ),
    "municipality_exists": _refusal(
        "この自治体はすでにあります", "This municipality exists", "別の番号にしてください。", "Choose another code."
    ),
    "setup_refused": _refusal(
        "自治体の設定に誤りがあります",
        "The description of the municipality has faults",
        "示された箇所を直してください。",
        "Mend the places named.",
    ),
    "schema_too_new": _refusal(
        "データベースがこの版より新しくなっています",
        "The database is newer than this release",
        "新しい版のプログラムをお使いください。",
        "Use the newer release.",
    ),
    "state_too_new": _refusal(
        "このご家庭の進行は、新しい版のプログラムで動いています",
        "A newer release has moved this family on",
        "入力された内容は下書きに残してください。新しい版で開き直すか、管理者にお知らせください。",
        "Keep what you typed as a draft. Open it with the newer release, or tell the administrator.",
    ),
    "version_damaged": _refusal(
        "公開された業務定義が壊れています",
        "A published version is damaged",
        "控えから戻してください。",
        "Restore it from a backup.",
    ),
    "rejected": _refusal(
        "受け付けられない内容です", "The request cannot be accepted", "内容を直してください。", "Please mend it."
    ),
    "too_large": _refusal(
        "送られた内容が大きすぎます",
        "The body is too large",
        "分けるか、小さくしてください。",
        "Split it or make it smaller.",
    ),
    "headers_too_large": _refusal(
        "要求の見出しが大きすぎます",
        "The request's headers are too large",
        "Cookie や見出しを減らしてください。",
        "Send fewer cookies and headers.",
    ),
    "too_many_requests": _refusal(
        "回数が多すぎます",
        "Too many attempts",
        "しばらく待ってから、もう一度お試しください。",
        "Wait a while and try again.",
    ),
    "own_proposal": _refusal(
        "自分の提案は承認できません",
        "One's own proposal cannot be approved",
        "ほかの人に承認を頼んでください。",
        "Please ask someone else to approve it.",
    ),
    "database_busy": _refusal(
        "混み合っています",
        "The database is busy",
        "少し待って、もう一度お試しください。",
        "Wait a moment and try again.",
    ),
    "internal": _refusal(
        "処理できませんでした",
        "Something went wrong",
        "何も保存されていません。管理者にお知らせください。",
        "Nothing was saved. Please tell the administrator.",
    ),
}

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

BY_STATUS = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "rejected",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "internal",
    503: "database_busy",
}


def refusal(code: str, status: int) -> Refusal:
    """The sentences for a code; an unknown one gets those of its status."""
    return REFUSALS.get(code) or REFUSALS[BY_STATUS.get(status, "malformed" if status < 500 else "internal")]
