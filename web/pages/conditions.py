"""Show-if conditions as small JSON trees for the browser, where they can be said that way.

The browser only hides what the server would not ask; a condition with a function of days in it is decided by the
server alone. The operations are those of `web/frontend/src/app/condition.js`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from forms.expressions import Expression, Value

_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_LITERALS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}


class _NotForTheBrowser(Exception):
    """The condition needs something only the server has."""


def condition_json(expression: Expression, fields: Collection[str], known: Mapping[str, Value]) -> str | None:
    """The condition for `data-show-if`; None where only the server can tell.

    fields: keys the browser can read. known: values of other names, put in as they stand.
    """
    try:
        tree = _tree(_parsed(expression.source), fields, known)
    except _NotForTheBrowser:
        return None
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def _parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def _tree(node: ast.expr, fields: Collection[str], known: Mapping[str, Value]) -> Any:
    match node:
        case ast.Constant(value=str() | int() | float() | bool() | None):
            return node.value
        case ast.Name(id=name):
            return _name(name, fields, known)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_tree(item, fields, known) for item in items]
        case ast.BoolOp(op=op, values=values):
            return _of("and" if isinstance(op, ast.And) else "or", *(_tree(each, fields, known) for each in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _of("not", _tree(operand, fields, known))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Compare(left=left, ops=ops, comparators=right):
            return _comparison([_tree(each, fields, known) for each in (left, *right)], ops)
        case ast.Call(func=ast.Name(id="includes"), args=[bag, item], keywords=[]):
            return _of("contains", _tree(bag, fields, known), _tree(item, fields, known))
    raise _NotForTheBrowser


def _name(name: str, fields: Collection[str], known: Mapping[str, Value]) -> Any:
    if name in _LITERALS:
        return _LITERALS[name]
    if name in fields:
        return {"field": name}
    value = known.get(name)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise _NotForTheBrowser


def _comparison(sides: list[Any], ops: list[ast.cmpop]) -> Any:
    parts = [_pair(op, left, right) for op, left, right in zip(ops, sides[:-1], sides[1:], strict=True)]
    return parts[0] if len(parts) == 1 else _of("and", *parts)


def _pair(op: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(op, ast.In | ast.NotIn):
        # A field that holds several ticks is on the right; a list of codes there is a literal.
        found = _of("in", left, right) if isinstance(right, list) else _of("contains", right, left)
        return _of("not", found) if isinstance(op, ast.NotIn) else found
    return _of(_COMPARISONS[type(op)], left, right)


def _of(operation: str, *args: Any) -> dict[str, Any]:
    return {"op": operation, "args": list(args)}
