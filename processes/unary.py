"""The cells of a decision table: FEEL unary tests as dmn-js writes them.

`-`, `"a","b"`, `not("a")`, `>= 8`, `[4..7]`, `]4..7[`, `date("2026-04-01")`, `true`, `null`. Where a value stands
there may also be one of our expressions (`>= epds_cutoff`). An unknown value (None) satisfies only `-` and `null`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms import expressions
from forms.expressions import Expression
from forms.sentences import Sentence
from forms.values import NUMBERS, ExpressionError, Value, ValueType, type_of

Names = Mapping[str, Value]
Functions = Mapping[str, Callable[..., Value]]

_DASHES = frozenset({"", "-", "－", "–", "—", "ー", "―"})
_COMPARISON = re.compile(r"^(<=|>=|!=|<|>|=)\s*(?!=)(.+)$", re.DOTALL)
_INTERVAL = re.compile(r"^([\[\](])(.+?)\.\.(.+)([\[\])])$", re.DOTALL)
_NOT = re.compile(r"^not\s*\((.*)\)$", re.DOTALL)
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_TEXT = re.compile(r'^"((?:[^"\\]|\\.)*)"$', re.DOTALL)
_DAY = re.compile(r'^date\s*\(\s*"([^"]*)"\s*\)$')
_MOMENT = re.compile(r'^date and time\s*\(\s*"([^"]*)"\s*\)$')
_WORDS: Mapping[str, Value] = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}


class CellError(ExpressionError):
    """A cell that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in a cell: a literal (`expression` None) or one of our expressions."""

    constant: Value = None
    expression: Expression | None = None

    def value(self, names: Names, functions: Functions) -> Value:
        return self.constant if self.expression is None else self.expression.evaluate(names, functions)

    def type(self, types: Mapping[str, ValueType | None]) -> ValueType | None:
        return type_of(self.constant) if self.expression is None else self.expression.type(types)

    @property
    def names(self) -> frozenset[str]:
        return frozenset() if self.expression is None else self.expression.names


class Test:
    """One condition on one input."""

    __slots__ = ()

    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        raise NotImplementedError

    def operands(self) -> Iterator[Operand]:
        yield from ()


@dataclass(frozen=True, slots=True)
class Anything(Test):
    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Compare(Test):
    """given `operator` operand; operator is one of = != < <= > >=."""

    operator: str
    operand: Operand

    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        wanted = self.operand.value(names, functions)
        if self.operator == "=":
            return same(given, wanted)
        if self.operator == "!=":
            return (given is not None or wanted is None) and not same(given, wanted)
        if given is None or wanted is None:
            return False
        place = order(given, wanted)
        return {"<": place < 0, "<=": place <= 0, ">": place > 0, ">=": place >= 0}[self.operator]

    def operands(self) -> Iterator[Operand]:
        yield self.operand


@dataclass(frozen=True, slots=True)
class Interval(Test):
    """Between two operands; each end open (not included) or closed."""

    low: Operand
    high: Operand
    low_open: bool
    high_open: bool

    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        low, high = self.low.value(names, functions), self.high.value(names, functions)
        if given is None or low is None or high is None:
            return False
        above, below = order(given, low), order(given, high)
        return (above > 0 or (above == 0 and not self.low_open)) and (below < 0 or (below == 0 and not self.high_open))

    def operands(self) -> Iterator[Operand]:
        yield self.low
        yield self.high


@dataclass(frozen=True, slots=True)
class AnyOf(Test):
    """One or more of these: `1, 3..5`."""

    tests: tuple[Test, ...]

    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        return any(test.holds(given, names, functions) for test in self.tests)

    def operands(self) -> Iterator[Operand]:
        for test in self.tests:
            yield from test.operands()


@dataclass(frozen=True, slots=True)
class Not(Test):
    """None of these; an unknown value is only "not null" when it is known."""

    test: Test

    def holds(self, given: Value, names: Names, functions: Functions) -> bool:
        return given is not None and not self.test.holds(given, names, functions)

    def operands(self) -> Iterator[Operand]:
        yield from self.test.operands()


def same(left: Value, right: Value) -> bool:
    """Equal, and of kinds that may be compared: true is not 1, a day is not an instant."""
    return _kind(left) == _kind(right) and left == right


def order(left: Value, right: Value) -> int:
    """-1, 0 or 1. Raises CellError for values that have no order between them."""
    if _kind(left) != _kind(right) or isinstance(left, bool):
        raise CellError(
            Sentence(
                "種類の違う値は比べられません。セルの値の型を入力に合わせてください。",
                "Values of different kinds cannot be compared. Match the cell to the input's type.",
            )
        )
    return (left > right) - (left < right)  # type: ignore[operator]


def _kind(value: Value) -> str | None:
    kind = type_of(value)
    return "number" if kind in NUMBERS else kind


def parse(text: str) -> Test:
    """The test in one cell. Raises ExpressionError (CellError) for what is no unary test."""
    text = text.strip()
    if text in _DASHES:
        return Anything()
    if (negated := _NOT.match(text)) and _closes_at_end(text):
        return Not(_any_of(negated.group(1)))
    return _any_of(text)


def operand(text: str) -> Operand:
    """A literal or an expression. Raises ExpressionError."""
    text = text.strip()
    if text in _WORDS:
        return Operand(_WORDS[text])
    if _NUMBER.match(text):
        return Operand(float(text) if "." in text else int(text))
    if quoted := _TEXT.match(text):
        return Operand(re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.DOTALL))
    if day := _DAY.match(text):
        return Operand(_day(day.group(1)))
    if moment := _MOMENT.match(text):
        return Operand(_moment(moment.group(1)))
    return Operand(expression=expressions.parse(text))


def _any_of(text: str) -> Test:
    pieces = _split(text)
    if len(pieces) == 1 and pieces[0].startswith("[") and pieces[0].endswith("]") and ".." not in _unquoted(pieces[0]):
        pieces = _split(pieces[0][1:-1])
    tests = tuple(_single(piece) for piece in pieces)
    return tests[0] if len(tests) == 1 else AnyOf(tests)


def _single(text: str) -> Test:
    if not text:
        raise CellError(
            Sentence(
                "コンマの前後に値がありません。余分なコンマを消してください。",
                "A value is missing beside a comma. Remove the extra comma.",
            )
        )
    if text == "-":
        return Anything()
    if (interval := _INTERVAL.match(text)) and ".." in _unquoted(text):
        left, low, high, right = interval.groups()
        return Interval(operand(low), operand(high), left in "](", right in "[)")
    if compared := _COMPARISON.match(text):
        return Compare(compared.group(1), operand(compared.group(2)))
    return Compare("=", operand(text))


def _split(text: str) -> list[str]:
    """The pieces between top-level commas; commas in quotes or brackets do not count."""
    pieces, depth, quote, start, index = [], 0, "", 0, 0
    while index < len(text):
        character = text[index]
        if quote:
            if character == "\\":
                index += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth <= _interval_depth(text[start:index]):
            pieces.append(text[start:index].strip())
            start, depth = index + 1, 0
        index += 1
    pieces.append(text[start:].strip())
    return pieces


def _interval_depth(piece: str) -> int:
    """Depth at which a comma separates: reversed brackets as in `]4..7[` leave the count off by their direction."""
    bare = _unquoted(piece).strip()
    return (
        bare.count("[") + bare.count("(") - bare.count("]") - bare.count(")")
        if ".." in bare and _INTERVAL.match(bare)
        else 0
    )


def _unquoted(text: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)


def _closes_at_end(text: str) -> bool:
    """Whether the bracket opened by a leading `not(` is the one that ends the text."""
    depth = 0
    bare = _unquoted(text)
    for index, character in enumerate(bare):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ")":
            return index == len(bare) - 1
    return False


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(
            Sentence(
                f'日付「{text}」を読めません。date("2026-04-01") の形で書いてください。',
                f'The day "{text}" cannot be read. Write it as date("2026-04-01").',
            )
        ) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CellError(
            Sentence(
                f"日時「{text}」を読めません。時差も付けて 2026-04-01T09:00:00+09:00 の形で書いてください。",
                f'The instant "{text}" cannot be read. Write it with its offset: 2026-04-01T09:00:00+09:00.',
            )
        )
    return moment
