"""What is said about an answer that cannot be taken: which field, what is wrong, how to mend it."""

from __future__ import annotations

from forms.sentences import Sentence

UNKNOWN_FIELD = Sentence(
    "この様式にない項目です(unknown field)。項目名を確かめてください。",
    "unknown field: the form has none of this name; check the spelling.",
)
NOT_ANSWERS = Sentence(
    "回答は項目名と値の組で送ってください。", "Send the answers as an object of field keys and values."
)
NOT_A_ROW = Sentence("行は項目名と値の組で送ってください。", "Send each row as an object of field keys and values.")


def required(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}を入力してください。", f"Enter {label.en}.")


def choice_required(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}を選んでください。", f"Choose {label.en}.")


def tick_required(label: Sentence) -> Sentence:
    return Sentence(f"「{label.ja}」にチェックを付けてください。", f'Tick "{label.en}".')


def wrong_shape(label: Sentence, ja: str, en: str) -> Sentence:
    return Sentence(f"{label.ja}は{ja}で送ってください。", f"Send {label.en} as {en}.")


def not_an_option(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}は選択肢の中から選んでください。", f"Choose {label.en} from the options.")


def not_a_number(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}は数字で入力してください。", f"Enter {label.en} as a number.")


def not_whole(label: Sentence, decimals: int) -> Sentence:
    if decimals == 0:
        return Sentence(f"{label.ja}は整数で入力してください。", f"Enter {label.en} as a whole number.")
    return Sentence(
        f"{label.ja}は小数第{decimals}位までで入力してください。",
        f"Enter {label.en} with at most {decimals} digits after the point.",
    )


def too_small(label: Sentence, limit: float) -> Sentence:
    return Sentence(f"{label.ja}は{limit:g}以上で入力してください。", f"{label.en} must be {limit:g} or more.")


def too_large(label: Sentence, limit: float) -> Sentence:
    return Sentence(f"{label.ja}は{limit:g}以下で入力してください。", f"{label.en} must be {limit:g} or less.")


def too_short(label: Sentence, limit: int) -> Sentence:
    return Sentence(
        f"{label.ja}は{limit}文字以上で入力してください。", f"{label.en} must have {limit} characters or more."
    )


def too_long(label: Sentence, limit: int, given: int) -> Sentence:
    return Sentence(
        f"{label.ja}は{limit}文字以内で入力してください(いま{given}文字です)。",
        f"{label.en} must have {limit} characters or fewer (now {given}).",
    )


def not_in_shape(label: Sentence) -> Sentence:
    return Sentence(
        f"{label.ja}の形式が違います。例のとおりに入力してください。",
        f"{label.en} is not in the expected format; follow the example.",
    )


def too_few(label: Sentence, limit: int) -> Sentence:
    return Sentence(f"{label.ja}は{limit}件以上にしてください。", f"{label.en} needs {limit} or more.")


def too_many(label: Sentence, limit: int) -> Sentence:
    return Sentence(f"{label.ja}は{limit}件までにしてください。", f"{label.en} takes {limit} at most.")


def in_the_future(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}に今日より後の日付は入力できません。", f"{label.en} cannot be later than today.")


def in_the_past(label: Sentence) -> Sentence:
    return Sentence(f"{label.ja}に今日より前の日付は入力できません。", f"{label.en} cannot be earlier than today.")


def too_early(label: Sentence, day_ja: str, day_en: str) -> Sentence:
    return Sentence(f"{label.ja}は{day_ja}以後の日付にしてください。", f"{label.en} must be {day_en} or later.")


def too_late(label: Sentence, day_ja: str, day_en: str) -> Sentence:
    return Sentence(f"{label.ja}は{day_ja}以前の日付にしてください。", f"{label.en} must be {day_en} or earlier.")
