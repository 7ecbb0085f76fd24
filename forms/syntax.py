"""Which syntax an expression may consist of: an allow-list, so that whatever Python adds stays out."""

from __future__ import annotations

import ast
import re

from forms.sentences import Sentence
from forms.values import ExpressionError

DEEPEST = 30
"""Levels of nesting."""
MOST_NODES = 600
LARGEST_NUMBER = 10**15

LITERAL_NAMES = {"true": True, "false": False, "null": None}
"""FEEL's spelling, which dmn-js and form-js users have at hand."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BOOL_OPERATORS = (ast.And, ast.Or)
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_UNARY = (ast.Not, ast.USub)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)


def admit(tree: ast.expr) -> None:
    """Let a syntax tree pass, or raise ExpressionError with what may not be used."""
    waiting: list[tuple[ast.expr, int]] = [(tree, 1)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST or nodes > MOST_NODES:
            raise ExpressionError(
                Sentence(
                    "式が込み入りすぎています。決定表に分けてください。",
                    "The expression is too intricate; use a decision table.",
                )
            )
        waiting.extend((part, depth + 1) for part in _parts(node))


def _parts(node: ast.expr) -> list[ast.expr]:
    """What is inside an admitted node."""
    match node:
        case ast.Constant():
            return _admit_literal(node)
        case ast.Name():
            return _admit_name(node.id)
        case ast.BoolOp(values=values) if isinstance(node.op, _BOOL_OPERATORS):
            return values
        case ast.BinOp(left=left, right=right) if isinstance(node.op, _ARITHMETIC):
            return [left, right]
        case ast.UnaryOp(operand=operand) if isinstance(node.op, _UNARY):
            return [operand]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return [test, body, orelse]
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return [left, *_admit_comparators(ops, comparators)]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            _admit_name(name)
            return args
    raise ExpressionError(_not_allowed(node))


def _admit_comparators(ops: list[ast.cmpop], comparators: list[ast.expr]) -> list[ast.expr]:
    inside: list[ast.expr] = []
    for op, comparator in zip(ops, comparators, strict=True):
        if not isinstance(op, _COMPARISONS):
            raise ExpressionError(
                Sentence("「is」は使えません。「==」で比べてください。", 'Do not use "is"; compare with "==".')
            )
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(comparator, ast.List | ast.Tuple) or not all(map(_is_literal, comparator.elts)):
                raise ExpressionError(
                    Sentence(
                        '「in」の右には ["a", "b"] のように値の一覧を書いてください。',
                        'Write a list of values after "in", such as ["a", "b"].',
                    )
                )
            inside.extend(comparator.elts)
        else:
            inside.append(comparator)
    return inside


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in LITERAL_NAMES)


def _admit_literal(node: ast.Constant) -> list[ast.expr]:
    value = node.value
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, str):
        if value.isprintable() or not value:
            return []
        raise ExpressionError(
            Sentence("式の文字に見えない文字が入っています。", "A text in the expression holds an invisible character.")
        )
    if isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER:
        return []
    raise ExpressionError(
        Sentence(
            "式に書ける値は、文字・数(15けたまで)・true・false・nullです。",
            "Values may be texts, numbers of up to 15 digits, true, false and null.",
        )
    )


def _admit_name(name: str) -> list[ast.expr]:
    if not _NAME.fullmatch(name):
        raise ExpressionError(
            Sentence(
                f"「{name[:40]}」は名前として使えません。半角の英小文字・数字・_で書いてください。",
                f'"{name[:40]}" cannot be a name; use letters, digits and _.',
            )
        )
    return []


_REFUSED: dict[type[ast.expr], Sentence] = {
    ast.Attribute: Sentence("「.」で中をたどる書き方は使えません。", 'A "." to look inside a value cannot be used.'),
    ast.Subscript: Sentence("「[ ]」で取り出す書き方は使えません。", '"[ ]" to pick a part cannot be used.'),
    ast.Call: Sentence(
        "関数は 名前(値, 値) の形で呼んでください。名前=値 や * は使えません。",
        "Call functions as name(value, value); no name=value and no *.",
    ),
    ast.BinOp: Sentence("計算は + - * / // % だけ使えます。", "Only + - * / // % may be used to calculate."),
    ast.UnaryOp: Sentence("使えるのは not と - だけです。", "Only not and - may stand before a value."),
    ast.List: Sentence("一覧は「in」の右だけに書けます。", 'A list may stand only after "in".'),
    ast.Tuple: Sentence("一覧は「in」の右だけに書けます。", 'A list may stand only after "in".'),
}


def _not_allowed(node: ast.expr) -> Sentence:
    return _REFUSED.get(
        type(node),
        Sentence(
            "式に使えるのは、比較・and・or・not・四則計算・値・名前・決められた関数だけです。",
            "Only comparisons, and/or/not, arithmetic, values, names and the listed functions may be used.",
        ),
    )
