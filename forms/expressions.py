"""The expression language of conditions, dates and show-if: parsed once, checked, never run by Python itself.

`parse` reads Python-like text, `parse_feel` the small FEEL subset that form-js writes. Both give an Expression made of
an allow-list of syntax: comparisons, and/or/not, arithmetic on numbers, `x if c else y`, literals, names and calls of
the named FUNCTIONS. None is "not known": comparisons by order, arithmetic and functions pass it on; and/or/not and
conditions take it for false; == and != compare plainly.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache

from forms.calendars import Calendar
from forms.expression_checks import infer
from forms.expression_steps import Run, compiled
from forms.feel import feel_tree
from forms.functions import FUNCTIONS, Function, FunctionSignature, Parameter, functions
from forms.sentences import Sentence
from forms.syntax import LITERAL_NAMES, admit
from forms.values import EvaluationError, ExpressionError, Value, ValueType

__all__ = [
    "FUNCTIONS",
    "LONGEST_SOURCE",
    "Calendar",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Function",
    "FunctionSignature",
    "Parameter",
    "Value",
    "ValueType",
    "functions",
    "negation",
    "parse",
    "parse_feel",
]

LONGEST_SOURCE = 2000
"""Characters; a longer condition belongs in a decision table."""


class Expression:
    """One parsed expression. Immutable and shared.

    source: its text, always in the Python-like syntax. names: the facts it reads. calls: the functions it calls.
    """

    __slots__ = ("_cautious", "_run", "_tree", "calls", "names", "source")

    def __init__(self, source: str, tree: ast.expr) -> None:
        admit(tree)
        self.source = source
        self._tree = tree
        self._run: Run = compiled(tree)
        self._cautious: Run = compiled(tree, cautious=True)
        called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        self.calls = frozenset(name.id for name in names if name in called)
        self.names = frozenset(name.id for name in names if name not in called) - LITERAL_NAMES.keys()

    def evaluate(self, names: Mapping[str, Value], functions: Mapping[str, Function]) -> Value:
        """The value for these facts. A name that is not given is not known (None). Raises EvaluationError."""
        return self._run(names, functions)

    def holds(self, names: Mapping[str, Value], functions: Mapping[str, Function]) -> bool:
        """The value as a condition: None counts as false, anything but yes or no raises EvaluationError."""
        value = self._run(names, functions)
        if value is None or value is False:
            return False
        if value is True:
            return True
        raise EvaluationError(
            Sentence("条件は「はい」か「いいえ」になる式にしてください。", "A condition must come out as yes or no.")
        )

    def fails(self, names: Mapping[str, Value], functions: Mapping[str, Function]) -> bool:
        """Whether it is certainly false: what is not known may still turn out well. Raises EvaluationError."""
        return self._cautious(names, functions) is False

    def problems(self, types: Mapping[str, ValueType | None]) -> list[Sentence]:
        """What is wrong with it, given the type of each name that may be read (None: any type); empty when sound."""
        found: list[Sentence] = []
        infer(self._tree, types, found)
        return list(dict.fromkeys(found))

    def type(self, types: Mapping[str, ValueType | None]) -> ValueType | None:
        """The type of its value; None when that cannot be told."""
        return infer(self._tree, types, [])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and ast.dump(self._tree) == ast.dump(other._tree)

    def __hash__(self) -> int:
        return hash(ast.dump(self._tree))

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read Python-like text, such as `risk_level >= 2 and consent_given`. Raises ExpressionError."""
    text = _bounded(source)
    try:
        if _GLUED_NUMBER.search(_STRINGS.sub('""', text)):
            raise SyntaxError
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(_unreadable(text)) from None
    return _built(text, tree)


@lru_cache(maxsize=4096)
def parse_feel(source: str) -> Expression:
    """Read the FEEL subset of form-js conditions, with or without the leading `=`. Raises ExpressionError.

    Read: = != < <= > >=, and, or, not(…), in [..], list contains(x, "a"), if-then-else, + - * /, numbers, texts in
    double quotes, true, false, null (and "", which form-js writes for an empty field), calls of FUNCTIONS.
    """
    try:
        tree = feel_tree(_bounded(source))
        return _built(ast.unparse(tree), tree)
    except (RecursionError, MemoryError):
        raise ExpressionError(_TOO_DEEP) from None


@lru_cache(maxsize=4096)
def negation(expression: Expression) -> Expression:
    """The expression that holds exactly when the given one does not."""
    tree = _negated(expression._tree)
    return Expression(ast.unparse(tree), tree)


_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _negated(tree: ast.expr) -> ast.expr:
    """Written plainly where that means the same; < and >= are no opposites, because both are unknown with None."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return tree.operand
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _OPPOSITE:
        return ast.Compare(tree.left, [_OPPOSITE[type(tree.ops[0])]()], tree.comparators)
    return ast.UnaryOp(ast.Not(), tree)


def _bounded(source: str) -> str:
    if not isinstance(source, str):
        raise ExpressionError(Sentence("式は文字で書いてください。", "Write the expression as text."))
    if len(source) > LONGEST_SOURCE:
        raise ExpressionError(
            Sentence(
                f"式が長すぎます({LONGEST_SOURCE}文字まで)。決定表に分けてください。",
                f"The expression is longer than {LONGEST_SOURCE} characters; use a decision table.",
            )
        )
    text = source.replace("\r", " ").replace("\n", " ").strip()
    if not text:
        raise ExpressionError(Sentence("式が空です。", "The expression is empty."))
    if "\\" in text:
        raise ExpressionError(Sentence("式に「\\」は使えません。", "A backslash cannot be used in an expression."))
    return text


def _built(text: str, tree: ast.expr) -> Expression:
    try:
        return Expression(text, tree)
    except (RecursionError, MemoryError):
        raise ExpressionError(_TOO_DEEP) from None


_TOO_DEEP = Sentence(
    "式の入れ子が深すぎます。決定表に分けてください。", "The expression is nested too deeply; use a decision table."
)
_FULL_WIDTH = re.compile("[！-～　]")
_GLUED_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[0-9.]+[A-Za-z_]")
"""`1if x else 2`, `0x10`, `1e9`: Python reads some of these with a warning; nobody should have to."""
_ONE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")


def _unreadable(text: str) -> Sentence:
    """What a designer most often did, in place of the parser's words."""
    code = _STRINGS.sub('""', text)
    if _FULL_WIDTH.search(code):
        return Sentence("式の記号・数字・空白は半角で書いてください。", "Write signs, digits and spaces in half width.")
    if _ONE_EQUALS.search(code):
        return Sentence("等しいことは「==」で書いてください。", 'Write "==" for "is equal to".')
    if "&&" in code or "||" in code:
        return Sentence("「&&」「||」は「and」「or」と書いてください。", 'Write "and" and "or", not "&&" and "||".')
    return Sentence(
        "式として読めません。かっこや引用符の対応と、書きかけがないかを確かめてください。",
        "The expression cannot be read; check brackets, quotes and unfinished parts.",
    )
