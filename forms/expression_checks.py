"""The static check of expressions: every type followed through, without any facts at hand."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from forms.expression_steps import alike, literal
from forms.expression_wording import incomparable, needs_number, needs_yes_or_no, not_alike, wrong_argument, wrong_count
from forms.functions import FUNCTIONS
from forms.sentences import Sentence
from forms.syntax import LITERAL_NAMES
from forms.values import NUMBERS, ValueType, fits, type_of

Types = Mapping[str, ValueType | None]
BOOL, FLOAT, INT = ValueType.BOOL, ValueType.FLOAT, ValueType.INT


def infer(node: ast.expr, types: Types, found: list[Sentence]) -> ValueType | None:
    """The type of a node's value (None: cannot be told); what is wrong below it is added to `found`."""
    match node:
        case ast.Constant(value=value):
            return type_of(value)
        case ast.Name(id=name):
            return _of_name(name, types, found)
        case ast.BoolOp(values=values):
            for part in values:
                _expect_condition(infer(part, types, found), found)
            return BOOL
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _expect_condition(infer(operand, types, found), found)
            return BOOL
        case ast.UnaryOp(operand=operand):
            return _expect_number(infer(operand, types, found), found)
        case ast.BinOp():
            return _of_arithmetic(node, types, found)
        case ast.IfExp():
            return _of_choice(node, types, found)
        case ast.Compare():
            _check_comparison(node, types, found)
            return BOOL
        case ast.Call(func=ast.Name(id=name), args=args):
            return _of_call(name, args, types, found)
    raise AssertionError(f"expected an admitted node, but it is {type(node).__name__}")


def _of_name(name: str, types: Types, found: list[Sentence]) -> ValueType | None:
    if name in LITERAL_NAMES:
        return type_of(LITERAL_NAMES[name])
    if name not in types:
        hint = (
            Sentence("関数なら後ろに ( ) を付けてください。", " A function needs ( ).") if name in FUNCTIONS else None
        )
        found.append(
            Sentence(
                f"「{name}」という項目はここでは使えません。つづりを確かめてください。{hint.ja if hint else ''}",
                f'There is no "{name}" here; check the spelling.{hint.en if hint else ""}',
            )
        )
        return None
    return types[name]


def _of_arithmetic(node: ast.BinOp, types: Types, found: list[Sentence]) -> ValueType | None:
    left = _expect_number(infer(node.left, types, found), found)
    right = _expect_number(infer(node.right, types, found), found)
    if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and _is_zero(node.right):
        found.append(Sentence("0で割ることはできません。", "Division by zero."))
    if isinstance(node.op, ast.Div) or FLOAT in (left, right):
        return FLOAT
    return INT if left is INT and right is INT else None


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str) and node.value == 0


def _of_choice(node: ast.IfExp, types: Types, found: list[Sentence]) -> ValueType | None:
    _expect_condition(infer(node.test, types, found), found)
    body, orelse = infer(node.body, types, found), infer(node.orelse, types, found)
    if body is None or orelse is None or body is orelse:
        return body or orelse
    if {body, orelse} == NUMBERS:
        return FLOAT
    found.append(
        Sentence(
            f"ifの両側の種類が違います({body.wording.ja}と{orelse.wording.ja})。",
            f"The two sides of if differ in kind ({body.wording.en} and {orelse.wording.en}).",
        )
    )
    return None


def _check_comparison(node: ast.Compare, types: Types, found: list[Sentence]) -> None:
    left = infer(node.left, types, found)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        if isinstance(comparator, ast.List | ast.Tuple):
            for element in comparator.elts:
                _check_pair(op, left, type_of(literal(element)), found)
            left = None
            continue
        right = infer(comparator, types, found)
        _check_pair(op, left, right, found)
        left = right


def _check_pair(op: ast.cmpop, left: ValueType | None, right: ValueType | None, found: list[Sentence]) -> None:
    if left is None or right is None:
        return
    by_order = isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    if not (fits(left, right) or fits(right, left)) or (by_order and left is BOOL):
        found.append(incomparable(left, right))


def _of_call(name: str, args: list[ast.expr], types: Types, found: list[Sentence]) -> ValueType | None:
    kinds = [infer(argument, types, found) for argument in args]
    signature = FUNCTIONS.get(name)
    if signature is None:
        found.append(
            Sentence(
                f"関数「{name}」はありません。使えるのは {', '.join(FUNCTIONS)} です。",
                f'There is no function "{name}". There are {", ".join(FUNCTIONS)}.',
            )
        )
        return None
    if not signature.takes(len(args)):
        found.append(wrong_count(signature, len(args)))
        return signature.result
    for index, (kind, argument) in enumerate(zip(kinds, args, strict=True)):
        parameter = signature.parameter(index)
        if parameter.type is not None and not fits(kind, parameter.type):
            found.append(wrong_argument(signature, index, kind))
        choices = (signature.choices or {}).get(parameter.name)
        if choices and isinstance(argument, ast.Constant) and argument.value not in choices:
            found.append(
                Sentence(
                    f"{signature} の{parameter.name}は {' か '.join(choices)} です。",
                    f"{signature}: {parameter.name} is {' or '.join(choices)}.",
                )
            )
    if signature.parameters[0].type is not None:
        return signature.result
    if not alike(kinds):
        found.append(not_alike(signature))
        return None
    return FLOAT if FLOAT in kinds else next((kind for kind in kinds if kind), None)


def _expect_condition(kind: ValueType | None, found: list[Sentence]) -> None:
    if kind not in (None, BOOL):
        found.append(needs_yes_or_no(kind))


def _expect_number(kind: ValueType | None, found: list[Sentence]) -> ValueType | None:
    if kind is None or kind in NUMBERS:
        return kind
    found.append(needs_number(kind))
    return None
