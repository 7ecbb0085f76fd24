"""What differs between two states of a form, field by field, and of bundle.toml, name by name."""

from __future__ import annotations

from collections.abc import Iterator

from forms.components import Component, Form
from forms.sentences import Sentence
from forms.values import Value
from processes.bundle import Bundle
from processes.comparison.changes import Change, Mark, came, turned, went

_YES, _NO = Sentence("はい", "yes"), Sentence("いいえ", "no")
_NOTHING = Sentence("なし", "none")


def compare_forms(old: Form, new: Form) -> Iterator[Change]:
    """Every difference an officer can see or feel: fields, labels, choices, what must be filled in and when shown."""
    if old.title != new.title:
        yield Change(Mark.CHANGED, "", turned(Sentence("様式の名前", "the form's name"), old.title, new.title))
    was, now = ({field.key: field for field in form.fields()} for form in (old, new))
    for key, field in now.items():
        if key not in was:
            yield Change(Mark.ADDED, key, came(_field(field)))
        else:
            for sentence in _field_changes(was[key], field):
                yield Change(Mark.CHANGED, key, sentence)
    for key, field in was.items():
        if key not in now:
            yield Change(Mark.REMOVED, key, went(_field(field)))
    if [key for key in now if key in was] != [key for key in was if key in now]:
        yield Change(Mark.CHANGED, "", Sentence("欄の順番が変わりました", "the order of the fields has changed"))


def _field(field: Component) -> Sentence:
    return Sentence(f"欄「{field.label.ja}」", f'field "{field.label.en}"')


def _field_changes(old: Component, new: Component) -> Iterator[Sentence]:
    said = _field(new)
    for what, was, now in (
        (Sentence("見出し", "label"), old.label, new.label),
        (Sentence("説明", "help"), old.help or _NOTHING, new.help or _NOTHING),
        (Sentence("必ず書くか", "whether it must be filled in"), _yes(old.required), _yes(new.required)),
        (Sentence("種類", "kind"), Sentence(old.type, old.type), Sentence(new.type, new.type)),
        (Sentence("出す条件", "when it is shown"), _shown(old), _shown(new)),
        (Sentence("記録される事実", "the fact it sets"), _text(old.fact), _text(new.fact)),
        (Sentence("取扱いの区分", "its sensitivity"), _text(old.sensitive), _text(new.sensitive)),
    ):
        if was != now:
            yield turned(Sentence(f"{said.ja}の{what.ja}", f"{said.en}: {what.en}"), was, now)
    yield from _options(said, old, new)
    if (old.limits, old.calc, old.default, old.warn_if) != (new.limits, new.calc, new.default, new.warn_if):
        yield Sentence(
            f"{said.ja}の書ける範囲・計算・初めの値・注意のどれかが変わりました",
            f"{said.en}: its limits, calculation, first value or warning has changed",
        )


def _options(said: Sentence, old: Component, new: Component) -> Iterator[Sentence]:
    was, now = ({option.value: option.label for option in field.options} for field in (old, new))
    for value in dict.fromkeys((*was, *now)):
        before, after = was.get(value), now.get(value)
        if before == after:
            continue
        label = after or before or _NOTHING
        choice = Sentence(f"{said.ja}の選択肢「{label.ja}」", f'{said.en}: the choice "{label.en}"')
        if before is None:
            yield came(choice)
        elif after is None:
            yield went(choice)
        else:
            yield turned(Sentence(f"{said.ja}の選択肢の言葉", f"{said.en}: the words of a choice"), before, after)


def _yes(value: bool) -> Sentence:
    return _YES if value else _NO


def _shown(field: Component) -> Sentence:
    return _text(field.show_if.source) if field.show_if is not None else Sentence("いつも", "always")


def _text(text: str | None) -> Sentence:
    return Sentence(text, text) if text else _NOTHING


def compare_numbers(before: Bundle, after: Bundle) -> Iterator[Change]:
    """bundle.toml: title, journey, parameters, facts and English names."""
    if before.title != after.title:
        yield Change(Mark.CHANGED, "", turned(Sentence("全体の名前", "the title"), before.title, after.title))
    if before.journey != after.journey:
        starts = (Sentence(each.journey, each.journey) for each in (before, after))
        yield Change(
            Mark.CHANGED, "journey", turned(Sentence("家族の歩みの図", "the diagram of the family's way"), *starts)
        )
    yield from _parameters(before, after)
    yield from _facts(before, after)
    yield from _names(before, after)


def _parameters(before: Bundle, after: Bundle) -> Iterator[Change]:
    was, now = before.parameters, after.parameters
    for name in dict.fromkeys((*now, *was)):
        said = Sentence(f"数・設定「{name}」", f'number or setting "{name}"')
        if name not in was:
            with_value = Sentence(f"{said.ja}(初めの値 {now[name]})", f"{said.en} (first value {now[name]})")
            yield Change(Mark.ADDED, name, came(with_value))
        elif name not in now:
            yield Change(Mark.REMOVED, name, went(said))
        elif was[name] != now[name]:
            told = (_value(was[name]), _value(now[name]))
            yield Change(Mark.CHANGED, name, turned(Sentence(f"{said.ja}の初めの値", f"{said.en}: first value"), *told))
        elif before.parameter_definitions[name] != after.parameter_definitions[name]:
            yield Change(
                Mark.CHANGED,
                name,
                Sentence(f"{said.ja}に選べる値が変わりました", f"{said.en}: the values it may have have changed"),
            )


def _value(value: Value) -> Sentence:
    return _yes(value) if isinstance(value, bool) else Sentence(f"{value}", f"{value}")


def _facts(before: Bundle, after: Bundle) -> Iterator[Change]:
    for name in dict.fromkeys((*after.facts, *before.facts)):
        said = Sentence(f"事実「{name}」", f'fact "{name}"')
        old, new = before.facts.get(name), after.facts.get(name)
        if old is None:
            yield Change(Mark.ADDED, name, came(said))
        elif new is None:
            yield Change(Mark.REMOVED, name, went(said))
        elif old != new:
            yield Change(
                Mark.CHANGED,
                name,
                Sentence(f"{said.ja}の型か範囲が変わりました", f"{said.en}: its type or range changed"),
            )


def _names(before: Bundle, after: Bundle) -> Iterator[Change]:
    was, now = before.names_en, after.names_en
    for id in dict.fromkeys((*now, *was)):
        if was.get(id) != now.get(id):
            yield Change(
                Mark.CHANGED,
                id,
                turned(Sentence(f"英語の名前({id})", f"English name of {id}"), _text(was.get(id)), _text(now.get(id))),
            )
