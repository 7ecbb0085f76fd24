"""Decision tables: readable, typed, and an answer for every case exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.sentences import Sentence
from forms.values import NUMBERS, ValueType, fits
from processes import names
from processes.coverage import Coverage, Limits, examine, in_words
from processes.decisions import POLICIES, Decision
from processes.dmn import told_type
from processes.domains import UncheckableTable
from processes.linting.references import SNAKE_CASE
from processes.linting.registry import Complaint, Subject, rule
from processes.unary import Operand, Test

MOST_EXAMPLES = 5

Types = Mapping[str, ValueType | None]


def _types(subject: Subject, decision: Decision) -> Types:
    """The names the table may read; where they cannot all be told, any name, typed as its own column says."""
    told = names.in_decision(subject.bundle, decision.id) if subject.bundle.whole else names.CLOCK
    if subject.bundle.whole and not {".bpmn", ".dmn"} & subject.unread:
        return told
    types: dict[str, ValueType | None] = {}
    for column in decision.inputs:
        types.update(dict.fromkeys(column.expression.names if column.expression else ()))
        if column.expression and column.source in column.expression.names:
            types[column.source] = told_type(column.type_ref)
    for row in decision.rules:
        for operand in _operands(row.tests, row.results):
            types.update({name: None for name in operand.names if name not in types})
    return {**types, **told}


def _operands(tests: tuple[Test | None, ...], results: tuple[Operand | None, ...]) -> Iterator[Operand]:
    for test in tests:
        yield from test.operands() if test is not None else ()
    yield from (result for result in results if result is not None)


@rule("dmn_policy")
def policy(subject: Subject) -> Iterator[Complaint]:
    for decision in subject.decisions:
        if decision.policy not in POLICIES or decision.aggregation:
            told = f"{decision.policy} {decision.aggregation}".strip()
            yield (
                decision.file,
                decision.table or decision.id,
                Sentence(
                    f"行の選び方「{told}」は使えません。一行だけ(UNIQUE)、上から最初の一行(FIRST)、当てはまる行すべて(COLLECT、集計なし)のどれかにしてください。",
                    f'The way of choosing rows "{told}" does not work. '
                    "Use one row only (UNIQUE), the first row from the top (FIRST), "
                    "or every row that fits (COLLECT, without aggregation).",
                ),
            )


@rule("dmn_one_decision")
def one_decision(subject: Subject) -> Iterator[Complaint]:
    for decision in subject.decisions:
        for other in decision.siblings:
            yield (
                decision.file,
                other,
                Sentence(
                    "一つのファイルに判定表は一つだけです。別のファイルに分けてください。",
                    "One decision per file. Move it to a file of its own.",
                ),
            )


@rule("duplicate_decision")
def duplicate_decisions(subject: Subject) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for decision in subject.decisions:
        if decision.id in seen:
            yield (
                decision.file,
                decision.id,
                Sentence(
                    f"判定表のID「{decision.id}」は {seen[decision.id]} でも使われています。一方を変えてください。",
                    f'Another table ({seen[decision.id]}) has the same id "{decision.id}". Change one of them.',
                ),
            )
        seen.setdefault(decision.id, decision.file)


@rule("dmn_id_style")
def decision_id_style(subject: Subject) -> Iterator[Complaint]:
    for decision in subject.decisions:
        if not SNAKE_CASE.fullmatch(decision.id):
            yield (
                decision.file,
                decision.id,
                Sentence(
                    f"判定表のID「{decision.id}」は、英小文字・数字・下線だけにしてください。",
                    f'Make the decision id "{decision.id}" lower_snake_case.',
                ),
            )


@rule("dmn_cell")
def readable(subject: Subject) -> Iterator[Complaint]:
    for decision in subject.decisions:
        for fault in decision.faults:
            yield decision.file, fault.element, fault.sentence


@rule("dmn_shape")
def shape(subject: Subject) -> Iterator[Complaint]:
    for decision in subject.decisions:
        outputs = [output.name for output in decision.outputs]
        if not outputs or not decision.rules:
            yield (
                decision.file,
                decision.id,
                Sentence(
                    "判定表に出力の列か行がありません。加えてください。",
                    "The table has no output column or no row. Add it.",
                ),
            )
        for output in decision.outputs:
            if not SNAKE_CASE.fullmatch(output.name):
                yield (
                    decision.file,
                    output.id,
                    Sentence(
                        "出力の列に、英小文字の名前を付けてください。",
                        "Give the output column a lower_snake_case name.",
                    ),
                )
            elif outputs.count(output.name) > 1:
                yield (
                    decision.file,
                    output.id,
                    Sentence(
                        f"出力「{output.name}」が二列あります。一つにしてください。",
                        f'There are two output columns "{output.name}". Keep one.',
                    ),
                )


@rule("dmn_input")
def inputs(subject: Subject) -> Iterator[Complaint]:
    """Each input reads known names, and its column's type agrees with theirs."""
    for decision in subject.decisions:
        types = _types(subject, decision)
        for column in decision.inputs:
            if column.expression is None:
                continue
            for sentence in column.expression.problems(types):
                yield decision.file, column.id, _said(column.source, sentence)
            kind, told = column.expression.type(types), told_type(column.type_ref)
            if kind is not None and told is not None and kind is not told and not {kind, told} <= NUMBERS:
                yield (
                    decision.file,
                    column.id,
                    _said(
                        column.source,
                        Sentence(
                            f"列の型は{told.wording.ja}ですが、値は{kind.wording.ja}です。列の型を直してください。",
                            f"The column says {told.wording.en}, but the value is {kind.wording.en}. "
                            "Mend the column's type.",
                        ),
                    ),
                )


@rule("dmn_cell_value")
def cell_values(subject: Subject) -> Iterator[Complaint]:
    """Values in cells read known names and are of the kind of their column."""
    for decision in subject.decisions:
        types = _types(subject, decision)
        for row in decision.rules:
            for column, test, id in zip(decision.inputs, row.tests, row.cell_ids, strict=False):
                kind = column.expression.type(types) if column.expression else None
                for operand in test.operands() if test is not None else ():
                    for sentence in _operand_problems(operand, kind, types):
                        yield decision.file, id, _said(column.label, sentence)


def _operand_problems(operand: Operand, wanted: ValueType | None, types: Types) -> Iterator[Sentence]:
    found = operand.expression.problems(types) if operand.expression is not None else []
    yield from found
    kind = operand.type(types)
    if not found and kind is not None and wanted is not None and kind is not wanted and not {kind, wanted} <= NUMBERS:
        yield Sentence(
            f'ここは{wanted.wording.ja}ですが、{kind.wording.ja}が書かれています。値を直してください(文字は""で囲みます)。',
            f'This is {wanted.wording.en}, but the cell holds {kind.wording.en}. Mend the value (texts stand in "").',
        )


@rule("dmn_output")
def output_values(subject: Subject) -> Iterator[Complaint]:
    """Outputs are of their column's type, and of the fact's when they become one."""
    for decision in subject.decisions:
        types = _types(subject, decision)
        for row in decision.rules:
            for output, result, id in zip(decision.outputs, row.results, row.result_ids, strict=False):
                fact = subject.bundle.facts.get(output.name)
                wanted = fact.type if fact else output.type
                if result is None:
                    continue
                found = result.expression.problems(types) if result.expression is not None else []
                kind = result.type(types)
                if not found and not fits(kind, wanted) and wanted is not None and kind is not None:
                    found = [
                        Sentence(
                            f"{wanted.wording.ja}が要りますが、{kind.wording.ja}です。値を直してください。",
                            f"It needs {wanted.wording.en}, but is {kind.wording.en}. Mend the value.",
                        )
                    ]
                for sentence in found:
                    yield decision.file, id, _said(output.label, sentence)


@rule("dmn_output_empty")
def empty_outputs(subject: Subject) -> Iterator[Complaint]:
    """A row that matches decides every output; what was known before would silently be forgotten."""
    for decision in subject.decisions:
        unread = {fault.element for fault in decision.faults}
        for row in decision.rules:
            for output, result, id in zip(decision.outputs, row.results, row.result_ids, strict=False):
                if result is None and id not in unread:
                    yield (
                        decision.file,
                        id,
                        _said(
                            output.label,
                            Sentence(
                                "値が空です。この行で決める値を書いてください。",
                                "The cell is empty. Write the value that this row decides.",
                            ),
                        ),
                    )


def _said(where: str, sentence: Sentence) -> Sentence:
    return Sentence(f"「{where}」: {sentence.ja}", f'"{where}": {sentence.en}')


def _coverages(subject: Subject) -> Iterator[tuple[Decision, Coverage]]:
    """What the search of each sound table found. Worked out once per subject and shared by three rules.

    Nothing where bundle.toml cannot be read: nobody knows then which values the inputs may have.
    """
    if subject.bundle.manifest_file and not subject.bundle.whole:
        return
    cache: dict[int, Coverage | None] = subject.__dict__.setdefault("_coverages", {})
    limits = {name: Limits(fact.minimum, fact.maximum) for name, fact in subject.bundle.facts.items()}
    for decision in subject.decisions:
        if id(decision) not in cache:
            try:
                sound = decision.sound and bool(decision.rules)
                cache[id(decision)] = (
                    examine(decision, _types(subject, decision), subject.bundle.parameters, limits) if sound else None
                )
            except UncheckableTable:
                cache[id(decision)] = None
        coverage = cache[id(decision)]
        if coverage is not None:
            yield decision, coverage


def _gap(subject: Subject, *, certain: bool) -> Iterator[Complaint]:
    for decision, coverage in _coverages(subject):
        if coverage.gap is not None and coverage.certain is certain:
            words = in_words(coverage.gap)
            yield (
                decision.file,
                decision.id,
                Sentence(
                    f"どの行にも当てはまらない場合があります(例: {words.ja})。"
                    "行を加えるか、最後の行を「-」にしてください。",
                    f"Some cases match no row (example: {words.en}). Add a row, or end with a row of dashes.",
                ),
            )


@rule("dmn_gap")
def gap(subject: Subject) -> Iterator[Complaint]:
    yield from _gap(subject, certain=True)


@rule("dmn_gap_possible", "warning")
def possible_gap(subject: Subject) -> Iterator[Complaint]:
    """Columns that depend on each other: the example may be impossible, so a person decides."""
    yield from _gap(subject, certain=False)


def _overlap(subject: Subject, *, certain: bool) -> Iterator[Complaint]:
    for decision, coverage in _coverages(subject):
        for first, second, example in coverage.overlaps[:MOST_EXAMPLES] if coverage.certain is certain else ():
            words = in_words(example)
            yield (
                decision.file,
                decision.rules[second].id or decision.id,
                Sentence(
                    f"{first + 1}行目と{second + 1}行目の両方に当てはまる場合があります(例: {words.ja})。"
                    "条件を分けるか、FIRSTにしてください。",
                    f"Rows {first + 1} and {second + 1} both match in some cases (example: {words.en}). "
                    "Separate them, or use FIRST.",
                ),
            )


@rule("dmn_overlap")
def overlap(subject: Subject) -> Iterator[Complaint]:
    yield from _overlap(subject, certain=True)


@rule("dmn_overlap_possible", "warning")
def possible_overlap(subject: Subject) -> Iterator[Complaint]:
    yield from _overlap(subject, certain=False)


@rule("dmn_row_hidden", "warning")
def hidden_rows(subject: Subject) -> Iterator[Complaint]:
    for decision, coverage in _coverages(subject):
        for row in coverage.hidden:
            yield (
                decision.file,
                decision.rules[row].id or decision.id,
                Sentence(
                    f"{row + 1}行目は、上の行に先を越されて使われません。順を変えるか、消してください。",
                    f"Row {row + 1} is never used: rows above it always win. Reorder or remove it.",
                ),
            )
