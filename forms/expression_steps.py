"""An admitted syntax tree as nested Python functions: this is how expressions run, without eval."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from forms.expression_wording import incomparable, needs_number, needs_yes_or_no, not_alike, wrong_argument, wrong_count
from forms.functions import FUNCTIONS, Function, FunctionSignature
from forms.sentences import Sentence
from forms.syntax import LITERAL_NAMES
from forms.values import NUMBERS, EvaluationError, Value, ValueType, fits, type_of

Run = Callable[[Mapping[str, Value], Mapping[str, Function]], Value]


def compiled(node: ast.expr, *, cautious: bool = False) -> Run:
    """The tree as one function of the names and the functions. The tree must have passed `syntax.admit`.

    cautious: and/or/not keep "not known" apart from false (Kleene's logic), so that only what is certain is said.
    """
    if cautious and isinstance(node, ast.BoolOp):
        return _cautious_bool_op(node)
    if cautious and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _cautious_not(node)
    return _COMPILERS[type(node)](node)


def literal(node: ast.expr) -> Value:
    """The value of a literal, also with a minus sign."""
    if isinstance(node, ast.UnaryOp):
        value: Value = -node.operand.value  # type: ignore[attr-defined]
    elif isinstance(node, ast.Name):
        value = LITERAL_NAMES[node.id]
    else:
        value = node.value  # type: ignore[attr-defined]
    return value


def _constant(node: ast.Constant) -> Run:
    value: Any = node.value
    return lambda names, functions: value


def _name(node: ast.Name) -> Run:
    key = node.id
    if key in LITERAL_NAMES:
        value = LITERAL_NAMES[key]
        return lambda names, functions: value
    return lambda names, functions: names.get(key)


def _bool_op(node: ast.BoolOp) -> Run:
    parts = [compiled(value) for value in node.values]
    decisive = isinstance(node.op, ast.Or)

    def run(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        for part in parts:
            if _truth(part(names, functions)) is decisive:
                return decisive
        return not decisive

    return run


def _cautious_bool_op(node: ast.BoolOp) -> Run:
    parts = [compiled(value, cautious=True) for value in node.values]
    decisive = isinstance(node.op, ast.Or)

    def run(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        outcome: bool | None = not decisive
        for part in parts:
            value = part(names, functions)
            if value is None:
                outcome = None
            elif _truth(value) is decisive:
                return decisive
        return outcome

    return run


def _cautious_not(node: ast.UnaryOp) -> Run:
    operand = compiled(node.operand, cautious=True)

    def run(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        value = operand(names, functions)
        return None if value is None else not _truth(value)

    return run


def _unary_op(node: ast.UnaryOp) -> Run:
    operand = compiled(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda names, functions: not _truth(operand(names, functions))

    def negative(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        value = operand(names, functions)
        return None if value is None else -_number(value)

    return negative


def _if_exp(node: ast.IfExp) -> Run:
    test, body, orelse = compiled(node.test), compiled(node.body), compiled(node.orelse)
    return lambda names, functions: (body if _truth(test(names, functions)) else orelse)(names, functions)


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], int | float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def _bin_op(node: ast.BinOp) -> Run:
    left, right, calculate = compiled(node.left), compiled(node.right), _ARITHMETIC[type(node.op)]

    def run(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        a, b = left(names, functions), right(names, functions)
        if a is None or b is None:
            return None
        try:
            return calculate(_number(a), _number(b))
        except ZeroDivisionError:
            raise EvaluationError(Sentence("0で割ることはできません。", "Division by zero.")) from None
        except OverflowError:
            raise EvaluationError(Sentence("計算の結果が大きすぎます。", "The result is too large.")) from None

    return run


_Comparison = Callable[[Value, Value], bool | None]


def _ordered(compare: Callable[[Any, Any], bool]) -> _Comparison:
    def run(a: Value, b: Value) -> bool | None:
        if a is None or b is None:
            return None
        kind, other = type_of(a), type_of(b)
        if (kind is not other and not (kind in NUMBERS and other in NUMBERS)) or kind is ValueType.BOOL:
            raise EvaluationError(incomparable(kind, other))
        try:
            return compare(a, b)
        except TypeError:
            raise EvaluationError(incomparable(kind, other)) from None

    return run


def _same(a: Value, b: Value) -> bool:
    kind, other = type_of(a), type_of(b)
    if kind is not other:
        if {kind, other} == {ValueType.DATE, ValueType.INSTANT}:
            raise EvaluationError(incomparable(kind, other))
        if ValueType.BOOL in (kind, other):
            return False
    return a == b


_COMPARISONS: dict[type[ast.cmpop], _Comparison] = {
    ast.Eq: _same,
    ast.NotEq: lambda a, b: not _same(a, b),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}


def _membership(op: ast.In | ast.NotIn, members: ast.List | ast.Tuple) -> tuple[Run, _Comparison]:
    values = [literal(element) for element in members.elts]
    wanted = isinstance(op, ast.In)
    return (lambda names, functions: None), (lambda a, _: any(_same(a, value) for value in values) is wanted)


def _compare(node: ast.Compare) -> Run:
    left = compiled(node.left)
    links: list[tuple[Run, _Comparison]] = []
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            assert isinstance(comparator, ast.List | ast.Tuple)
            links.append(_membership(op, comparator))
        else:
            links.append((compiled(comparator), _COMPARISONS[type(op)]))
    if len(links) == 1:
        (right, compare), *_ = links
        return lambda names, functions: compare(left(names, functions), right(names, functions))

    def chain(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        outcome: bool | None = True
        a = left(names, functions)
        for right, compare in links:
            b = right(names, functions)
            found = compare(a, b)
            if found is False:
                return False
            outcome = None if found is None else outcome
            a = b
        return outcome

    return chain


def _call(node: ast.Call) -> Run:
    assert isinstance(node.func, ast.Name)
    name, arguments = node.func.id, [compiled(argument) for argument in node.args]
    signature = FUNCTIONS.get(name)

    def run(names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        function = functions.get(name)
        if function is None:
            raise EvaluationError(Sentence(f"関数「{name}」はありません。", f'There is no function "{name}".'))
        values = [argument(names, functions) for argument in arguments]
        if None in values:
            return None
        if signature is not None:
            _check_arguments(signature, values)
        try:
            return function(*values)
        except (OverflowError, ValueError, TypeError):
            raise EvaluationError(
                Sentence(f"{name}の結果が暦や数の範囲を超えます。", f"{name} leads out of range for these values.")
            ) from None

    return run


def _check_arguments(signature: FunctionSignature, values: list[Value]) -> None:
    if not signature.takes(len(values)):
        raise EvaluationError(wrong_count(signature, len(values)))
    kinds = [type_of(value) for value in values]
    for index, kind in enumerate(kinds):
        wanted = signature.parameter(index).type
        if wanted is not None and not fits(kind, wanted):
            raise EvaluationError(wrong_argument(signature, index, kind))
    if signature.parameters[0].type is None and not alike(kinds):
        raise EvaluationError(not_alike(signature))


def alike(kinds: list[ValueType | None]) -> bool:
    """Whether values of these types can be ordered among each other (None: not known)."""
    families = {ValueType.FLOAT if kind in NUMBERS else kind for kind in kinds} - {None}
    return len(families) <= 1 and ValueType.BOOL not in families


def _truth(value: Value) -> bool:
    if value is True:
        return True
    if value is False or value is None:
        return False
    raise EvaluationError(needs_yes_or_no(type_of(value)))


def _number(value: Value) -> int | float:
    kind = type_of(value)
    if kind not in NUMBERS:
        raise EvaluationError(needs_number(kind))
    return value  # type: ignore[return-value]


_COMPILERS: dict[type[ast.expr], Callable[[Any], Run]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary_op,
    ast.IfExp: _if_exp,
    ast.BinOp: _bin_op,
    ast.Compare: _compare,
    ast.Call: _call,
}
