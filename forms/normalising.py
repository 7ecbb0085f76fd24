"""Typed text made uniform without refusing its width: what a person meant, in the shape we keep.

Names and free text are kept as written, with every rare character and variation selector: only surrounding space goes.
"""

from __future__ import annotations

import re
import unicodedata

import jaconv

from forms.components import TextFormat
from forms.sentences import Sentence


class TextError(ValueError):
    """A text that is not what the field asks for. `sentence` says how to mend it."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_BLANKS_IN_LINE = re.compile(r"[\t\n\v\f]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DASHES = re.compile("[‐‑‒–—―−ーｰ－]")
_KANA = re.compile(r"[ァ-ヺー・ヽヾ゠＝‐　]+")
_PHONE = re.compile(r"\+?[0-9][0-9() -]{7,18}(?: *(?:内線|ext\.?) *[0-9]{1,6})?")
_CHECK_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def half_width(text: str) -> str:
    """Digits, letters and signs in half width, surrounding space gone."""
    return unicodedata.normalize("NFKC", text).strip()


def plain(text: str, *, lines: bool) -> str:
    """Text as written, stripped; line ends as \\n, or turned to spaces where only one line is asked (lines=False).

    Raises TextError on control characters and lone surrogates, which no keyboard makes and no printer prints.
    """
    tidy = _LINE_ENDS.sub("\n", text)
    if not lines:
        tidy = _BLANKS_IN_LINE.sub(" ", tidy)
    tidy = tidy.strip().strip("\ufeff")
    if _INVISIBLE.search(tidy):
        raise TextError(
            Sentence(
                "使えない文字(制御文字)が入っています。その部分を消して入力し直してください。",
                "The text holds an invisible control character; delete that part and type it again.",
            )
        )
    return tidy


def formatted(text: str, wanted: TextFormat) -> str:
    """One line of text in the shape the format keeps. Raises TextError."""
    return _FORMATTERS[wanted](text)


def _kana(text: str) -> str:
    tidy = unicodedata.normalize("NFKC", text).replace("=", "＝").replace("-", "‐")
    tidy = jaconv.hira2kata("　".join(tidy.split()))
    tidy = re.sub(r"(?<=[ァ-ヺ])[‐−–—―]", "ー", tidy)
    if not _KANA.fullmatch(tidy):
        raise TextError(Sentence("ふりがなはカタカナで入力してください。", "Enter the reading in katakana."))
    return tidy


def _phone(text: str) -> str:
    tidy = _DASHES.sub("-", half_width(text))
    digits = sum(character.isdigit() for character in re.split("内線|ext", tidy)[0])
    if not _PHONE.fullmatch(tidy) or not 9 <= digits <= 15:
        raise TextError(
            Sentence(
                "電話番号は市外局番から入力してください(例: 048-123-4567)。",
                'Enter the phone number with its area code, such as "048-123-4567".',
            )
        )
    return tidy


def _postal(text: str) -> str:
    digits = re.sub(r"[〒\s-]", "", _DASHES.sub("-", half_width(text)))
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise TextError(
            Sentence(
                "郵便番号は7けたの数字で入力してください(例: 351-0192)。",
                'Enter the seven digits of the postal code, such as "351-0192".',
            )
        )
    return f"{digits[:3]}-{digits[3:]}"


def _email(text: str) -> str:
    tidy = half_width(text)
    if not _EMAIL.fullmatch(tidy):
        raise TextError(
            Sentence(
                "メールアドレスは「名前@例.jp」の形で入力してください。",
                'Enter an e-mail address, such as "name@example.jp".',
            )
        )
    return tidy


def _digits(text: str) -> str:
    tidy = re.sub(r"[\s-]", "", _DASHES.sub("-", half_width(text)))
    if not re.fullmatch(r"[0-9]+", tidy):
        raise TextError(Sentence("数字だけで入力してください。", "Enter digits only."))
    return tidy


def _individual_number(text: str) -> str:
    """Twelve digits; the last follows from the others. Source: 平成26年総務省令第85号 第5条 (検査用数字)."""
    tidy = re.sub(r"[\s-]", "", _DASHES.sub("-", half_width(text)))
    if not re.fullmatch(r"[0-9]{12}", tidy):
        raise TextError(
            Sentence("個人番号は12けたの数字で入力してください。", "Enter the twelve digits of the individual number.")
        )
    weighted = sum(int(digit) * weight for digit, weight in zip(tidy, _CHECK_WEIGHTS, strict=False))
    remainder = weighted % 11
    if int(tidy[-1]) != (0 if remainder <= 1 else 11 - remainder):
        raise TextError(
            Sentence(
                "個人番号の検査用数字(最後の1けた)が合いません。カードや通知書と見比べてください。",
                "The last digit of the individual number does not fit the others. Compare it with the card.",
            )
        )
    return tidy


def _alnum(text: str) -> str:
    tidy = _DASHES.sub("-", half_width(text))
    if not re.fullmatch(r"[0-9A-Za-z_./-]+", tidy):
        raise TextError(Sentence("英数字とハイフンで入力してください。", "Enter letters, digits and hyphens only."))
    return tidy


_FORMATTERS = {
    TextFormat.KANA: _kana,
    TextFormat.PHONE: _phone,
    TextFormat.POSTAL: _postal,
    TextFormat.EMAIL: _email,
    TextFormat.DIGITS: _digits,
    TextFormat.ALNUM: _alnum,
    TextFormat.INDIVIDUAL_NUMBER: _individual_number,
}
