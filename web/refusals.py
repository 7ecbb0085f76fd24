"""Codes of refusals into sentences: what happened, and what the person can do now."""

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
    "written_by_another": _refusal(
        "この画面は、ほかの職員が開いたものです",
        "This page was opened by somebody else",
        "書いた人がサインインし直すと、入力の続きから始められます。あなたの仕事は「今日」から開いてください。",
        "Whoever wrote it finds the text again after signing in. Open your own work from Today.",
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
    "pregnancy_under_way": _refusal(
        "いまの妊娠が続いています",
        "A pregnancy is under way",
        "出産か、妊娠が続かなかったことを先に知らせてください。",
        "Tell of the birth or of the loss first.",
    ),
    "journey_over": _refusal(
        "このケースの支援は終わっています",
        "The support of this case has ended",
        "新しいケースで届を受けてください。",
        "Take the notification as a new case.",
    ),
    "task_claimed": _refusal(
        "ほかの職員が担当しています",
        "Someone else has taken this task",
        "担当の職員にご確認ください。",
        "Please talk to that person.",
    ),
    "not_their_work": _refusal(
        "この人の仕事ではありません", "Not their work", "職種・センターをご確認ください。", "Check trade and centre."
    ),
    "task_already_completed": _refusal(
        "この仕事は、もう終わっています",
        "This task is finished already",
        "結果をご確認ください。",
        "Please look at the result.",
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
    "parameter_in_the_past": _refusal(
        "過去の日からの値は入れられません",
        "A value cannot hold from a past day",
        "今日以降の日にしてください。",
        "Give today or a later day.",
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
        "公開されたか、取り下げられたか、差し戻されました。",
        "It was published, withdrawn or returned.",
    ),
    "proposal_outdated": _refusal(
        "あとから別の版が公開されています",
        "Another version was published since",
        "公開された変更を下書きに取り入れるか、いまの版から作り直して、もう一度承認を頼んでください。",
        "Take over what was published into the draft, or start again from the present version, then propose it anew.",
    ),
    "foreign_proposal": _refusal(
        "ほかの人の提案は取り下げられません",
        "Somebody else's proposal cannot be withdrawn",
        "直してほしいことを書いて差し戻してください。",
        "Return it with what is to change.",
    ),
    "comment_missing": _refusal(
        "差し戻す理由がありません",
        "There is no comment",
        "何を直せばよいかを書いてください。",
        "Say what is to change.",
    ),
    "choice_missing": _refusal(
        "どちらを残すかが決まっていません",
        "It is not said which to keep",
        "両方で変わったもののそれぞれについて選んでください。",
        "Choose for each file that was changed on both sides.",
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
    "draft_elsewhere": _refusal(
        "ほかの画面で書いた下書きがあります",
        "Another page has written on this draft",
        "どちらを残すかを選んでください。何も上書きしていません。",
        "Choose which to keep. Nothing was overwritten.",
    ),
    "session_taken": _refusal(
        "その日はもう空きがありません",
        "That day has no place left",
        "ほかの人が先に埋めたか、中止になりました。読み込み直して、別の日を選んでください。",
        "Somebody took the last place or the session was called off. Reload and choose another day.",
    ),
    "closure_under_way": _refusal(
        "終了の申し出は、もう出ています",
        "The end of this case is being decided already",
        "センター長の判断か、転出の引継ぎを待ってください。",
        "Wait for the head's decision, or for the hand-over of the family that moves out.",
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


OWN_WORK = Sentence("この仕事は、あなたがすでに完了しています", "You have completed this task already")
COLLEAGUES_WORK = Sentence("ほかの職員がすでに完了しました", "Someone else has completed this task")
KEPT_AS_DRAFT = Sentence("入力された内容は下書きに残ります。", "What you typed is kept as a draft.")


def refusal(code: str, status: int) -> Refusal:
    """The sentences for a code; an unknown one gets those of its status."""
    return REFUSALS.get(code) or REFUSALS[BY_STATUS.get(status, "malformed" if status < 500 else "internal")]
