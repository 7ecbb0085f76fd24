"""What letters to families say, in Japanese with the reading of every word and in English.

Readings stand behind their characters in 《…》; they are printed as ruby, or left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from forms.dates import wareki
from forms.sentences import Sentence

_READING = re.compile(r"(?:｜([^｜《》]+)|([一-龠々〆ヶ]+))《([^》]*)》")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of letter: its heading, and its paragraphs."""

    title: Sentence
    text: tuple[Sentence, ...]


def _invitation(ja: str, en: str) -> Letter:
    return Letter(
        Sentence(f"{ja}健診《けんしん》のご案内《あんない》", f"Invitation to the {en} check-up"),
        (
            Sentence(
                f"{ja}健診《けんしん》のお知《し》らせです。お子《こ》さんといっしょに来《き》てください。",
                f"It is time for your child's {en} check-up. Please come together with your child.",
            ),
        ),
    )


LETTERS: Mapping[str, Letter] = {
    "3_4m": _invitation("3〜4か月児《げつじ》", "3–4-month"),
    "1y6m": _invitation("1歳《さい》6か月児《げつじ》", "18-month"),
    "3y": _invitation("3歳児《さいじ》", "3-year"),
    "5y": _invitation("5歳児《さいじ》", "5-year"),
    "infant_visit": Letter(
        Sentence("赤《あか》ちゃん訪問《ほうもん》のご案内《あんない》", "We would like to visit you and your baby"),
        (
            Sentence(
                "保健師《ほけんし》や助産師《じょさんし》が、お宅《たく》へうかがいます。"
                "赤《あか》ちゃんのようすを見《み》て、子育《こそだ》てのことをいっしょに考《かんが》えます。",
                "A public health nurse or midwife will come to your home, see how your baby is doing, "
                "and talk with you about anything on your mind.",
            ),
            Sentence(
                "うかがう日《ひ》は、電話《でんわ》で相談《そうだん》して決《き》めます。"
                "つごうのよい日《ひ》があれば、下《した》の電話《でんわ》に知《し》らせてください。",
                "We will call you to agree on a day. If a day suits you, please call the number below.",
            ),
        ),
    ),
    "late_pregnancy": Letter(
        Sentence("妊娠《にんしん》後期《こうき》のアンケート", "A few questions before your baby comes"),
        (
            Sentence(
                "いっしょに入《はい》っているアンケートに答《こた》えて、センターへ返《かえ》してください。",
                "Please answer the questionnaire enclosed and return it to the centre.",
            ),
            Sentence(
                "心配《しんぱい》なことや相談《そうだん》したいことがあれば、下《した》の電話《でんわ》でも話《はな》せます。",
                "If you are worried or would like to talk, you can also call the number below.",
            ),
        ),
    ),
}
OTHER = Letter(
    Sentence("センターからのお知《し》らせ", "A letter from the centre"),
    (
        Sentence(
            "くわしいことは、下《した》の電話《でんわ》でおたずねください。",
            "Please call the number below for details.",
        ),
    ),
)

BRING: Mapping[str, Sentence] = {
    "3_4m": Sentence(
        "母子《ぼし》健康《けんこう》手帳《てちょう》\n問診票《もんしんひょう》(書《か》いてきてください)\nバスタオル\n"
        "おむつ・着替《きが》え\nミルクなど、飲《の》むもの",
        "Mother and child health handbook\nHealth questionnaire, filled in\nBath towel\n"
        "Nappies and a change of clothes\nMilk, if your baby takes it",
    ),
    "1y6m": Sentence(
        "母子《ぼし》健康《けんこう》手帳《てちょう》\n問診票《もんしんひょう》(書《か》いてきてください)\n歯《は》ブラシ\n"
        "バスタオル\nおむつ・着替《きが》え",
        "Mother and child health handbook\nHealth questionnaire, filled in\nToothbrush\n"
        "Bath towel\nNappies and a change of clothes",
    ),
    "3y": Sentence(
        "母子《ぼし》健康《けんこう》手帳《てちょう》\n問診票《もんしんひょう》(書《か》いてきてください)\n"
        "目《め》と耳《みみ》のアンケート(家《いえ》でしてきてください)\n歯《は》ブラシ\n尿《にょう》(その日《ひ》の朝《あさ》のもの)",
        "Mother and child health handbook\nHealth questionnaire, filled in\n"
        "Eye and ear questionnaire, done at home\nToothbrush\nUrine of that morning",
    ),
    "5y": Sentence(
        "母子《ぼし》健康《けんこう》手帳《てちょう》\n問診票《もんしんひょう》(書《か》いてきてください)",
        "Mother and child health handbook\nHealth questionnaire, filled in",
    ),
}


def letter(kind: str) -> Letter:
    """The letter of this kind; one that names no matter where a diagram sends a kind of its own."""
    return LETTERS.get(kind, OTHER)


def with_readings(text: str, *, shown: bool) -> Markup:
    """The text with its readings as ruby, or without them. Everything else is escaped."""
    found = Markup("")
    last = 0
    for match in _READING.finditer(text):
        base, reading = match[1] or match[2], match[3]
        found += text[last : match.start()]
        found += Markup("<ruby>{}<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>").format(base, reading) if shown else base
        last = match.end()
    return found + text[last:]


def day_words(day: date, language: str, weekday: bool = True) -> str:
    """令和8年4月14日(火), or Tuesday, 14 April 2026; without the weekday for birthdays."""
    if language == "ja":
        return wareki(day) if weekday else wareki(day).rsplit("(", 1)[0]
    plain = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_WEEKDAYS[day.weekday()]}, {plain}" if weekday else plain


def hour_words(hour: str, language: str) -> str:
    """午後《ごご》1時《じ》15分《ふん》, or 1:15 p.m."""
    hours, minutes = (int(part) for part in hour.split(":"))
    if language == "ja":
        half = "午前《ごぜん》" if hours < 12 else "午後《ごご》"
        return f"{half}{hours % 12 if hours != 12 else 0}時《じ》" + (f"{minutes}分《ふん》" if minutes else "")
    return f"{hours % 12 or 12}:{minutes:02d} {'a.m.' if hours < 12 else 'p.m.'}"
