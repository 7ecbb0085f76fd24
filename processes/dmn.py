"""Reading a .dmn file: one decision table as dmn-js saves it, any DMN 1.1 to 1.5 namespace."""

from __future__ import annotations

from lxml import etree

from forms import expressions
from forms.sentences import Sentence
from forms.values import ExpressionError, ValueType
from processes import markup, unary
from processes.decisions import Decision, Fault, Input, Output, Rule
from processes.findings import Unreadable
from processes.unary import Operand, Test

# typeRef as dmn-js offers them, and our own names.
TYPES: dict[str, ValueType] = {
    "string": ValueType.STR,
    "boolean": ValueType.BOOL,
    "integer": ValueType.INT,
    "long": ValueType.INT,
    "number": ValueType.FLOAT,
    "double": ValueType.FLOAT,
    "date": ValueType.DATE,
    "datetime": ValueType.INSTANT,
    "dateandtime": ValueType.INSTANT,
    **{kind.value: kind for kind in ValueType},
}


def told_type(type_ref: str) -> ValueType | None:
    """The type a column says it has; None when it says none, or `number`, which may be whole or not."""
    word = markup.unprefixed(type_ref).lower()
    return None if word == "number" else TYPES.get(word)


def read(file: str, data: bytes) -> Decision:
    """The file's decision. Raises Unreadable when there is no decision table in it."""
    root = markup.parse(data)
    if markup.local(root) != "definitions" or "/DMN/" not in markup.namespace(root):
        raise Unreadable(
            "not_dmn",
            Sentence(
                "DMNの決定表ではありません(definitionsで始まっていません)。決定表のエディターで作り直してください。",
                "Not a DMN decision table (it does not begin with definitions). Make it again in the table editor.",
            ),
        )
    decisions = [element for element in root if markup.local(element) == "decision"]
    for decision in decisions:
        table = _child(decision, "decisionTable")
        if table is not None:
            siblings = tuple(other.get("id", "") for other in decisions if other is not decision)
            return _decision(file, decision, table, siblings)
    raise Unreadable(
        "no_decision_table",
        Sentence(
            "決定表がありません。decisionTableを一つ描いてください。",
            "There is no decision table in the file. Draw one.",
        ),
    )


def _decision(file: str, element: etree._Element, table: etree._Element, siblings: tuple[str, ...]) -> Decision:
    faults: list[Fault] = []
    inputs = tuple(_input(column, faults) for column in _children(table, "input"))
    outputs = tuple(_output(column) for column in _children(table, "output"))
    rules = tuple(_rule(row, len(inputs), len(outputs), faults) for row in _children(table, "rule"))
    return Decision(
        id=element.get("id", ""),
        name=(element.get("name") or "").strip(),
        file=file,
        policy=(table.get("hitPolicy") or "UNIQUE").strip().upper().replace("RULE ORDER", "RULE_ORDER"),
        aggregation=(table.get("aggregation") or "").strip(),
        inputs=inputs,
        outputs=outputs,
        rules=rules,
        faults=tuple(faults),
        siblings=siblings,
        table=table.get("id", ""),
    )


def _input(element: etree._Element, faults: list[Fault]) -> Input:
    id = element.get("id", "")
    told = _child(element, "inputExpression")
    source = markup.content(None if told is None else _child(told, "text"))
    limits = markup.content(_text_of(element, "inputValues"))
    expression = None
    try:
        if not source:
            raise ExpressionError(
                Sentence(
                    "入力の式がありません。調べる事実の名前を書いてください。",
                    "The input has no expression. Write the name of the fact to look at.",
                )
            )
        expression = expressions.parse(source)
    except ExpressionError as error:
        faults.append(Fault(id, "dmn_input", error.sentence))
    allowed: Test | None = None
    try:
        allowed = unary.parse(limits) if limits else None
    except ExpressionError as error:
        faults.append(Fault(id, "dmn_cell", error.sentence))
    type_ref = "" if told is None else (told.get("typeRef") or "").strip()
    return Input(id, (element.get("label") or "").strip() or source, source, expression, type_ref, allowed)


def _output(element: etree._Element) -> Output:
    kind = markup.unprefixed(element.get("typeRef", "")).lower()
    name = (element.get("name") or "").strip()
    return Output(element.get("id", ""), (element.get("label") or "").strip() or name, name, TYPES.get(kind))


def _rule(element: etree._Element, inputs: int, outputs: int, faults: list[Fault]) -> Rule:
    id = element.get("id", "")
    cells, results = _children(element, "inputEntry"), _children(element, "outputEntry")
    if len(cells) != inputs or len(results) != outputs:
        faults.append(
            Fault(
                id,
                "dmn_cells",
                Sentence(
                    f"行のセルの数が列と合いません(入力{len(cells)}/{inputs}、出力{len(results)}/{outputs})。この行を消して描き直してください。",
                    f"The row's cells do not fit the columns (inputs {len(cells)}/{inputs}, "
                    f"outputs {len(results)}/{outputs}). Delete and redraw the row.",
                ),
            )
        )
    return Rule(
        id=id,
        tests=tuple(_test(cell, id, faults) for cell in cells),
        results=tuple(_result(cell, id, faults) for cell in results),
        cell_ids=tuple(cell.get("id") or id for cell in cells),
        result_ids=tuple(cell.get("id") or id for cell in results),
    )


def _test(cell: etree._Element, rule: str, faults: list[Fault]) -> Test | None:
    try:
        return unary.parse(markup.content(_child(cell, "text")))
    except ExpressionError as error:
        faults.append(Fault(cell.get("id") or rule, "dmn_cell", error.sentence))
        return None


def _result(cell: etree._Element, rule: str, faults: list[Fault]) -> Operand | None:
    text = markup.content(_child(cell, "text"))
    try:
        return unary.operand(text) if text and text != "-" else None
    except ExpressionError as error:
        faults.append(Fault(cell.get("id") or rule, "dmn_cell", error.sentence))
        return None


def _text_of(element: etree._Element, tag: str) -> etree._Element | None:
    holder = _child(element, tag)
    return None if holder is None else _child(holder, "text")


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    return next((child for child in element if markup.local(child) == tag), None)


def _children(element: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in element if markup.local(child) == tag]
