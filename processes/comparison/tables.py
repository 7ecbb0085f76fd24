"""What differs between two states of a decision table, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from forms.sentences import Sentence
from processes.comparison.changes import Change, Mark, came, turned, went
from processes.decisions import Decision, Rule
from processes.in_words import Words

_POLICIES = {
    "UNIQUE": Sentence("当てはまる行はただ一つ", "exactly one row matches"),
    "FIRST": Sentence("上から順に、最初に当てはまる行", "the first row that matches"),
    "COLLECT": Sentence("当てはまる行すべて", "all rows that match"),
}


def compare(old: Decision, before: Words, new: Decision, after: Words) -> Iterator[Change]:
    """Every difference: the name, how rows are chosen, the columns, the rows."""
    if old.name != new.name:
        yield Change(
            Mark.CHANGED,
            "",
            turned(
                Sentence("判定表の名前", "the table's name"), Sentence(old.name, old.id), Sentence(new.name, new.id)
            ),
        )
    if old.policy != new.policy:
        was, now = (_POLICIES.get(policy, Sentence(policy, policy)) for policy in (old.policy, new.policy))
        yield Change(Mark.CHANGED, "", turned(Sentence("行の選び方", "how a row is chosen"), was, now))
    yield from _columns(old, new)
    yield from _rows(old, before, new, after)


def _columns(old: Decision, new: Decision) -> Iterator[Change]:
    for was, now in ((old.inputs, new.inputs), (old.outputs, new.outputs)):
        before, after = ({column.id: column for column in columns} for columns in (was, now))
        for id, column in after.items():
            if id not in before:
                yield Change(Mark.ADDED, id, came(_column(column.label)))
            elif before[id].label != column.label:
                labels = (Sentence(label, label) for label in (before[id].label, column.label))
                yield Change(Mark.CHANGED, id, turned(Sentence("列の名前", "a column's name"), *labels))
        for id, column in before.items():
            if id not in after:
                yield Change(Mark.REMOVED, id, went(_column(column.label)))


def _column(label: str) -> Sentence:
    return Sentence(f"列「{label}」", f'column "{label}"')


def _rows(old: Decision, before: Words, new: Decision, after: Words) -> Iterator[Change]:
    was = {rule.id or str(number): (number, rule) for number, rule in enumerate(old.rules, 1)}
    now = {rule.id or str(number): (number, rule) for number, rule in enumerate(new.rules, 1)}
    for key, (number, rule) in now.items():
        said = _row(new, after, rule)
        if key not in was:
            whole = Sentence(f"{number}行目(「{said.ja}」)", f'row {number} ("{said.en}")')
            yield Change(Mark.ADDED, rule.id, came(whole))
        elif (earlier := _row(old, before, was[key][1])) != said:
            yield Change(Mark.CHANGED, rule.id, turned(Sentence(f"{number}行目", f"row {number}"), earlier, said))
    for key, (number, rule) in was.items():
        if key not in now:
            said = _row(old, before, rule)
            whole = Sentence(f"もとの{number}行目(「{said.ja}」)", f'former row {number} ("{said.en}")')
            yield Change(Mark.REMOVED, rule.id, went(whole))
    kept = [key for key in now if key in was]
    if kept != [key for key in was if key in now]:
        yield Change(Mark.CHANGED, "", Sentence("行の順番が変わりました", "the order of the rows has changed"))


def _row(decision: Decision, words: Words, rule: Rule) -> Sentence:
    tests = zip(decision.inputs, rule.tests, strict=False)
    said = [found for column, test in tests if (found := words.test(column.source, column.label, test)) is not None]
    results = [
        (output.label or output.name, words.operand(output.name, result))
        for output, result in zip(decision.outputs, rule.results, strict=False)
    ]
    ja = "、".join(each.ja for each in said) or "どの場合も"
    en = " and ".join(each.en for each in said) or "in any case"
    return Sentence(
        f"{ja} → {'、'.join(f'{label}: {value.ja}' for label, value in results)}",
        f"{en} → {', '.join(f'{label}: {value.en}' for label, value in results)}",
    )
