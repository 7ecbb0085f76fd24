"""Small forms by which staff tell of something: a birth, a loss, a move, a corrected due date, a concern.

Each is a message of `processes.vocabulary`, received as if another office had sent it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.sentences import Sentence
from web import language
from web.pages.fields import Choice, FieldView


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the small form. kind: day, textfield, textarea, number or radio. key: that of the payload."""

    key: str
    kind: str
    label: Sentence
    required: bool = False
    options: Sequence[tuple[str, Sentence]] = ()
    help: Sentence | None = None


@dataclass(frozen=True, slots=True)
class News:
    """A kind of news. about: pregnancy, child or case: which track it may name. follows: what it will do, in words."""

    name: str
    title: Sentence
    about: str
    follows: Sentence
    fields: Sequence[Asked]
    grave: bool = False


def _s(ja: str, en: str) -> Sentence:
    return Sentence(ja, en)


_SEX = (("1", _s("男", "Boy")), ("2", _s("女", "Girl")), ("9", _s("わからない", "Not known")))

NEWS: Mapping[str, News] = {
    each.name: each
    for each in (
        News(
            "birth_registered",
            _s("生まれた", "A child was born"),
            "pregnancy",
            _s(
                "こどもの経過が始まり、新生児訪問や健診の予定が立ちます。",
                "The child's track begins, with the newborn visit and check-ups.",
            ),
            (
                Asked("born_on", "day", _s("生まれた日", "Day of birth"), required=True),
                Asked(
                    "child_name",
                    "textfield",
                    _s("名", "Given name"),
                    help=_s("まだ決まっていなければ空けておきます。", "Leave empty while there is none."),
                ),
                Asked("child_kana", "textfield", _s("フリガナ(名)", "Given name in kana")),
                Asked("sex", "radio", _s("性別", "Sex"), options=_SEX),
                Asked("birth_weight_g", "number", _s("出生体重(g)", "Birth weight (g)")),
            ),
        ),
        News(
            "pregnancy_lost",
            _s("妊娠が続かなかった", "The pregnancy was lost"),
            "pregnancy",
            _s(
                "この妊娠の予定と案内をすべて止め、お悔やみと心のケアの仕事を開きます。",
                "All letters and plans of this pregnancy stop, and work on grief care opens.",
            ),
            (
                Asked("lost_on", "day", _s("その日", "Day")),
                Asked(
                    "kind",
                    "radio",
                    _s("内容", "What happened"),
                    options=(("miscarriage", _s("流産", "Miscarriage")), ("stillbirth", _s("死産", "Stillbirth"))),
                ),
            ),
            grave=True,
        ),
        News(
            "due_date_corrected",
            _s("分娩予定日が変わった", "The due date was corrected"),
            "pregnancy",
            _s("予定日から数える案内や面接の日が、すべて計算し直されます。", "Every day counted from it is moved."),
            (Asked("due_on", "day", _s("新しい分娩予定日", "New due date"), required=True),),
        ),
        News(
            "moved_out",
            _s("転出した・転出する", "The family moves away"),
            "case",
            _s(
                "転出先への引継ぎの仕事を開き、終わるとこのケースの予定を止めます。",
                "Handing over to the new municipality opens; when done, this case's plans stop.",
            ),
            (
                Asked("moved_on", "day", _s("転出の日", "Day of the move")),
                Asked("to_municipality", "textfield", _s("転出先の市区町村", "New municipality")),
            ),
        ),
        News(
            "concern_raised",
            _s("気になることがある", "A concern was raised"),
            "child",
            _s("気になることを確かめる仕事を開きます。", "Work on looking into the concern opens."),
            (
                Asked("concern", "textarea", _s("気になること", "Concern"), required=True),
                Asked("raised_by", "textfield", _s("だれから", "Who raised it")),
            ),
        ),
        News(
            "died",
            _s("亡くなった", "A person died"),
            "child",
            _s(
                "この方あての案内をすべて止めます。もとに戻せません。",
                "Every letter about this person stops. This cannot be undone.",
            ),
            (Asked("died_on", "day", _s("亡くなった日", "Day of death")),),
            grave=True,
        ),
    )
}


def field_views(news: News, values: Mapping[str, str], errors: Mapping[str, Sequence[Sentence]]) -> list[FieldView]:
    """The fields with what was typed and what is wrong."""
    return [
        FieldView(
            asked.kind,
            asked.key,
            asked.key,
            language.say(asked.label),
            help=language.say(asked.help) if asked.help else "",
            required=asked.required,
            value=values.get(asked.key, ""),
            choices=tuple(
                Choice(code, language.say(label), values.get(asked.key) == code) for code, label in asked.options
            ),
            errors=tuple(language.say(sentence) for sentence in errors.get(asked.key, ())),
            mode="numeric" if asked.kind == "number" else "",
            width="number" if asked.kind == "number" else "",
        )
        for asked in news.fields
    ]
