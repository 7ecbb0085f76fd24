"""How names are compared: kana without small, voiced or long marks, width or spaces; kanji by their common form."""

from __future__ import annotations

import unicodedata

import jaconv

ALIKE = str.maketrans("ヂヅヲヰヱ", "ジズオイエ")  # heard alike, written either way
SMALL = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
DROPPED = str.maketrans("", "", "ー-‐‑–—―−~〜～・･'’.,、。 \u3000\t\u3099\u309a\u0300\u0301\u0302\u0303\u0308")
KANJI = str.maketrans(
    "髙﨑塚德邉邊邨齋齊斎澤濱櫻廣國圓眞惠榮瀨嶋嶌冨峯桒栁淸龍應會與靜曾藪蘆籠壽學實將黑都祥神",
    "高崎塚徳辺辺村斉斉斉沢浜桜広国円真恵栄瀬島島富峰桑柳清竜応会与静曽薮芦篭寿学実将黒都祥神",
)


def resident_key(text: str) -> str:
    """A resident id as it is kept: half-width, without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


def search_key(text: str) -> str:
    """The form under which a name or kana is stored for search and compared with what is typed.

    `さとう みのり`, `ｻﾄｳ ﾐﾉﾘ` and `サトウミノリ` give the same key, as do 髙橋 and 高橋; ダ and タ too,
    because readings are often heard on the telephone.
    """
    wide = jaconv.hira2kata(unicodedata.normalize("NFKC", text)).casefold().translate(ALIKE)
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", wide).translate(DROPPED))
    return "".join(
        ch
        for ch in bare.translate(SMALL).translate(KANJI)
        if not 0xFE00 <= ord(ch) <= 0xFE0F and not 0xE0100 <= ord(ch) <= 0xE01EF
    )
