"""The small part of FEEL that form-js writes into conditions, read into the same syntax tree as our expressions."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from forms.sentences import Sentence
from forms.values import ExpressionError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<text>\"[^\"]*\")|(?P<contains>list\s+contains\b)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|!=|==|[-=<>+*/()\[\],]))"
)
_WORDS = {"and", "or", "not", "in", "if", "then", "else", "between"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "=": ast.Eq,
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_SUMS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
_PRODUCTS: dict[str, type[ast.operator]] = {"*": ast.Mult, "/": ast.Div}


def feel_tree(source: str) -> ast.expr:
    """The syntax tree of a condition such as `=kind = "proxy" and not(age < 18)`. Raises ExpressionError."""
    reader = _Reader(_tokens(source.strip().removeprefix("=")))
    tree = reader.either()
    if reader.peek() is not None:
        raise _unreadable()
    return tree


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(source: str) -> list[_Token]:
    tokens: list[_Token] = []
    place, end = 0, len(source.rstrip())
    while place < end:
        match = _TOKEN.match(source, place)
        if match is None or match.lastgroup is None:
            raise _unreadable()
        kind, text = match.lastgroup, match[match.lastgroup]
        tokens.append(_Token("word" if kind == "name" and text in _WORDS else kind, text))
        place = match.end()
    return tokens


class _Reader:
    """Recursive descent, one method for each level of binding, loosest first."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self) -> str | None:
        """The text of the next sign or word; "" before a value, None at the end."""
        if self._next >= len(self._tokens):
            return None
        token = self._tokens[self._next]
        return token.text if token.kind in ("sign", "word") else ""

    def _skip(self, text: str) -> bool:
        if self.peek() != text:
            return False
        self._next += 1
        return True

    def _need(self, text: str) -> None:
        if not self._skip(text):
            raise _unreadable()

    def either(self) -> ast.expr:
        parts = [self._both()]
        while self._skip("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.Or(), parts)

    def _both(self) -> ast.expr:
        parts = [self._comparison()]
        while self._skip("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)

    def _comparison(self) -> ast.expr:
        left = self._sum()
        sign = self.peek()
        if sign in _COMPARISONS:
            self._next += 1
            return ast.Compare(_nothing_if_empty(left), [_COMPARISONS[sign]()], [_nothing_if_empty(self._sum())])
        if self._skip("in"):
            return ast.Compare(left, [ast.In()], [self._list()])
        if self._skip("between"):
            low = self._sum()
            self._need("and")
            return ast.Compare(low, [ast.LtE(), ast.LtE()], [left, self._sum()])
        return left

    def _list(self) -> ast.expr:
        close = "]" if self._skip("[") else ")"
        if close == ")":
            self._need("(")
        items = [self._sum()]
        while self._skip(","):
            items.append(self._sum())
        self._need(close)
        return ast.List(items, ast.Load())

    def _sum(self) -> ast.expr:
        left = self._product()
        while (sign := self.peek()) in _SUMS:
            self._next += 1
            left = ast.BinOp(left, _SUMS[sign](), self._product())
        return left

    def _product(self) -> ast.expr:
        left = self._factor()
        while (sign := self.peek()) in _PRODUCTS:
            self._next += 1
            left = ast.BinOp(left, _PRODUCTS[sign](), self._factor())
        return left

    def _factor(self) -> ast.expr:
        if self._skip("-"):
            return ast.UnaryOp(ast.USub(), self._factor())
        if self._skip("not"):
            self._need("(")
            return ast.UnaryOp(ast.Not(), self._closed())
        if self._skip("if"):
            return self._choice()
        if self._skip("("):
            return self._closed()
        return self._value()

    def _closed(self) -> ast.expr:
        inside = self.either()
        self._need(")")
        return inside

    def _choice(self) -> ast.expr:
        test = self.either()
        self._need("then")
        body = self.either()
        self._need("else")
        return ast.IfExp(test, body, self.either())

    def _value(self) -> ast.expr:
        if self.peek() != "":
            raise _unreadable()
        token = self._tokens[self._next]
        self._next += 1
        match token.kind:
            case "number":
                return ast.Constant(float(token.text) if "." in token.text else int(token.text))
            case "text":
                return ast.Constant(token.text[1:-1])
            case "contains":
                return self._call("includes")
        if token.text in _CONSTANTS:
            return ast.Constant(_CONSTANTS[token.text])
        return self._call(token.text) if self.peek() == "(" else ast.Name(token.text, ast.Load())

    def _call(self, name: str) -> ast.expr:
        self._need("(")
        arguments: list[ast.expr] = []
        if not self._skip(")"):
            arguments.append(self.either())
            while self._skip(","):
                arguments.append(self.either())
            self._need(")")
        return ast.Call(ast.Name(name, ast.Load()), arguments, [])


def _nothing_if_empty(node: ast.expr) -> ast.expr:
    """form-js writes "" for an emptied field, which is "not known" with us."""
    return ast.Constant(None) if isinstance(node, ast.Constant) and node.value == "" else node


def _unreadable() -> ExpressionError:
    return ExpressionError(
        Sentence(
            '条件が読めません。=項目 = "値"、!=、<、<=、>、>=、and、or、not( )、in ["a", "b"]、'
            'list contains(項目, "値") だけが使えます。',
            'The condition cannot be read. Use =field = "value", !=, <, <=, >, >=, and, or, not( ), in ["a", "b"] '
            'and list contains(field, "value").',
        )
    )
