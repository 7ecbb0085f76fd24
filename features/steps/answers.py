"""Answers as staff give them: what is ordinary, changed by what the feature tells in the words of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.clock import JST
from forms.compiler import CompiledForm
from forms.components import Component

ORDINARY: Mapping[str, Mapping[str, Any]] = {
    "interview": {"level_decided": "L0"},
    "home_visit": {"next_action": "none", "level_decided": "L0"},
    "checkup_result": {
        "dental_judge": "1",
        "mental_dev_judge": "1",
        "speech_judge": "1",
        "judged": "none",
    },
    "letter_reply": {"wishes_contact": "n"},
    "handover_receipt": {"receiver_kind": "school"},
    "notice_match": {"reason": "氏名・生年月日・住所を確かめた。"},
}
YES, NO = "はい", "いいえ"


def ordinary(
    form: CompiledForm,
    example: Mapping[str, Any],
    key: str,
    told: Mapping[str, str],
    *,
    fixed: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Answers to the form: its example, what is ordinary here, then what the feature tells by label."""
    fields = list(_fields(form.form.components))
    given = {**example, **ORDINARY.get(key, {}), **fixed}
    for label, words in told.items():
        given.update(_answer(fields, label, words, example, now))
    return {name: value for name, value in given.items() if value != "" and name in {field.key for field in fields}}


def _fields(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        if component.type == "group":
            yield from _fields(component.children)
        elif component.key:
            yield component


def _answer(
    fields: list[Component], label: str, words: str, example: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    found = [field for field in fields if field.label.ja == label and not field.calc]
    assert len(found) == 1, f"the form asks 「{label}」 {len(found)} times"
    field = found[0]
    if field.type == "checkbox":
        assert words in (YES, NO), f"「{label}」 is answered {YES} or {NO}"
        return {field.key: words == YES}
    if field.type == "checklist":
        return {field.key: [_option(field, each) for each in words.split("、")]}
    if field.options:
        return {field.key: _option(field, words)}
    if field.type == "number":
        return {field.key: int(words)}
    if field.type == "dynamiclist":
        row = example[field.key][0]
        return {field.key: [row] * int(words.removesuffix("人").removesuffix("件"))}
    if field.type == "datetime" and words == "今日":
        return {field.key: now.isoformat() if field.instant else _today(now).isoformat()}
    return {field.key: words}


def _option(field: Component, words: str) -> str:
    """The option by what is printed beside it; its first words are enough where they are clear.

    Questions answer in words of their own (あり, 受けた …); who speaks of them may say はい or いいえ all the same.
    """
    said = {YES: "y", NO: "n"}.get(words)
    if said is not None and said in {option.value for option in field.options}:
        return said
    exact = [option.value for option in field.options if option.label.ja == words]
    found = exact or [option.value for option in field.options if option.label.ja.startswith(words)]
    assert len(found) == 1, (
        f"「{field.label and field.label.ja}」 offers {[o.label.ja for o in field.options]}, not {words}"
    )
    return str(found[0])


def _today(now: datetime) -> date:
    return now.astimezone(JST).date()
