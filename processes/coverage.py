"""Does a decision table answer every case once? Gaps, overlaps and rules that never win.

Each input's domain is cut by the constants of its cells (`domains`): the numbers or days around each constant, the
listed texts and one "anything else", yes and no. One value of every piece stands for the piece, so that searching the
product of the pieces is a proof, not a sample. Unknown values (None) make no gap: only `-` and `null` match them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from forms.expressions import functions
from forms.sentences import Sentence
from forms.values import NUMBERS, ExpressionError, Value, ValueType
from processes.decisions import Decision
from processes.dmn import told_type
from processes.domains import ELSE, UncheckableTable, kind_of, representatives
from processes.unary import Anything, Operand, Test

BUDGET = 100_000
"""Steps of search for one table, all questions together; about half a second."""
SAMPLES = 2_000
MOST_OVERLAPS = 20

Example = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Limits:
    """Smallest and largest value of a fact, None = no limit."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the search found.

    gap: inputs no rule answers, by label; None = none. overlaps: pairs of row numbers (from 0) with inputs both match.
    hidden: rows that never win in a FIRST table. certain: False when columns depend on each other in ways not followed.
    """

    gap: Example | None
    overlaps: tuple[tuple[int, int, Example], ...]
    hidden: tuple[int, ...]
    certain: bool


@dataclass(slots=True)
class _Variable:
    """One independent quantity: a column's input, or a name that only cells mention."""

    label: str
    kind: ValueType | None
    limits: Limits
    allowed: Test | None = None
    constants: list[Value] = field(default_factory=list)
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    variable: int
    test: Test
    others: tuple[int, ...]


def examine(
    decision: Decision,
    types: Mapping[str, ValueType | None],
    parameters: Mapping[str, Value],
    limits: Mapping[str, Limits],
) -> Coverage:
    """Search the table. types: of every readable name; parameters: their shipped values, taken as fixed.

    Raises UncheckableTable. Answers within a bounded time: beyond the budget it samples, so that it may miss, never
    invent.
    """
    table = _Table(decision, types, parameters, limits)
    everything = (1 << len(decision.rules)) - 1
    gap = None if decision.policy == "COLLECT" else table.find(0, everything, known=True)
    overlaps = tuple(table.overlaps()) if decision.policy == "UNIQUE" else ()
    hidden = tuple(table.hidden()) if decision.policy == "FIRST" else ()
    return Coverage(gap, overlaps, hidden, table.certain)


def in_words(example: Example) -> Sentence:
    """`risk_level = 3, dv_flag = no`."""
    ja = "、".join(f"{label} = {_word(value).ja}" for label, value in example.items())
    en = ", ".join(f"{label} = {_word(value).en}" for label, value in example.items())
    return Sentence(ja or "どの入力でも", en or "any input")


def _word(value: Value) -> Sentence:
    if value is None:
        return Sentence("(不明)", "(not known)")
    if value is True or value is False:
        return Sentence("はい" if value else "いいえ", "yes" if value else "no")
    if value == ELSE:
        return Sentence("(その他の値)", "(any other value)")
    text = value.isoformat() if isinstance(value, date) else f'"{value}"' if isinstance(value, str) else f"{value:g}"
    return Sentence(text, text)


class _Table:
    """The rules as cells over variables, each variable cut into pieces."""

    def __init__(
        self,
        decision: Decision,
        types: Mapping[str, ValueType | None],
        parameters: Mapping[str, Value],
        limits: Mapping[str, Limits],
    ) -> None:
        self.decision = decision
        self.parameters = parameters
        self.functions = functions()
        self.certain = True
        self.proven = True
        self._budget = BUDGET
        self.variables: list[_Variable] = []
        self.index: dict[str, int] = {}
        for column in decision.inputs:
            if column.expression is None:
                raise UncheckableTable
            kind = column.expression.type(types) or told_type(column.type_ref)
            number = self._variable(column.source, column.label, kind, limits.get(column.source, Limits()))
            self.variables[number].allowed = column.allowed
        self._note_shared_names()
        self.cells = list(self._cells(types, limits))
        self._cut()
        self._local: list[list[tuple[Value, int]]] = []
        self._prepare()

    def _variable(self, source: str, label: str, kind: ValueType | None, limits: Limits) -> int:
        if source not in self.index:
            self.index[source] = len(self.variables)
            self.variables.append(_Variable(label or source, kind, limits))
        return self.index[source]

    def _note_shared_names(self) -> None:
        """Two columns computed from one fact are not independent; what is found may then be impossible."""
        seen: set[str] = set()
        for source in self.index:
            names = next(
                column.expression.names
                for column in self.decision.inputs
                if column.source == source and column.expression
            )
            names -= self.parameters.keys()
            self.certain = self.certain and not (names & seen)
            seen |= names

    def _cells(self, types: Mapping[str, ValueType | None], limits: Mapping[str, Limits]) -> Iterator[_Cell]:
        for row, rule in enumerate(self.decision.rules):
            if len(rule.tests) != len(self.decision.inputs):
                raise UncheckableTable
            for column, test in enumerate(rule.tests):
                if test is None:
                    raise UncheckableTable
                if isinstance(test, Anything):
                    continue
                variable = self.index[self.decision.inputs[column].source]
                others = {name for operand in test.operands() for name in operand.names} - self.parameters.keys()
                numbers = tuple(
                    sorted(self._variable(name, name, types.get(name), limits.get(name, Limits())) for name in others)
                )
                plain = all(
                    operand.expression is None or operand.expression.source in others or not operand.names & others
                    for operand in test.operands()
                )
                self.certain = self.certain and plain
                yield _Cell(row, variable, test, tuple(number for number in numbers if number != variable))

    def _cut(self) -> None:
        related: list[set[int]] = [{number} for number in range(len(self.variables))]
        for cell in self.cells:
            constants = [value for operand in cell.test.operands() if (value := self._constant(operand)) is not None]
            self.variables[cell.variable].constants += constants
            for other in cell.others:
                related[cell.variable].add(other)
                related[other].add(cell.variable)
        for variable in self.variables:
            if variable.allowed is not None:
                variable.constants += [
                    value for operand in variable.allowed.operands() if (value := self._constant(operand)) is not None
                ]
        shared: list[list[Value]] = [
            [value for number in sorted(group) for value in self.variables[number].constants] for group in related
        ]
        for variable, pooled, group in zip(self.variables, shared, related, strict=True):
            variable.values = tuple(self._pieces(variable, pooled, compared=len(group) > 1))

    def _constant(self, operand: Operand) -> Value:
        if operand.names - self.parameters.keys():
            return None
        try:
            return operand.value(self.parameters, self.functions)
        except ExpressionError:
            raise UncheckableTable from None

    def _pieces(self, variable: _Variable, constants: list[Value], *, compared: bool) -> Iterator[Value]:
        kind = variable.kind or kind_of(constants)
        if kind is ValueType.FLOAT and variable.kind is None and all(isinstance(value, int) for value in constants):
            kind = ValueType.INT
        for value in representatives(kind, constants, compared):
            low, high = variable.limits.minimum, variable.limits.maximum
            if (
                kind in NUMBERS
                and isinstance(value, int | float)
                and ((low is not None and value < low) or (high is not None and value > high))
            ):
                continue
            if variable.allowed is not None and not self._holds(variable.allowed, value, {}):
                continue
            yield value

    def _holds(self, test: Test, value: Value, names: Mapping[str, Value]) -> bool:
        try:
            return test.holds(value, {**self.parameters, **names}, self.functions)
        except ExpressionError:
            raise UncheckableTable from None

    def _prepare(self) -> None:
        """For every value of every variable the rows that its own cells let through, and where cells look across."""
        self.rows = (1 << len(self.decision.rules)) - 1
        self.across: list[list[_Cell]] = [[] for _ in self.variables]
        own: list[list[_Cell]] = [[] for _ in self.variables]
        for cell in self.cells:
            if cell.others:
                self.across[max(cell.variable, *cell.others)].append(cell)
            else:
                own[cell.variable].append(cell)
        self.names = list(self.index)
        for number, variable in enumerate(self.variables):
            nullable = any(
                operand.expression is None and operand.constant is None
                for cell in own[number]
                for operand in cell.test.operands()
            )
            values = (*variable.values, None) if nullable else variable.values
            self._local.append([(value, self._rows_for(own[number], value)) for value in values])
        # last[i]: rows whose cells all lie before variable i
        self.settled = [self.rows for _ in range(len(self.variables) + 1)]
        for cell in self.cells:
            for number in range(max(cell.variable, *cell.others, 0) + 1):
                self.settled[number] &= ~(1 << cell.row)
        self.needed = [
            sorted(
                {
                    other
                    for cells in self.across[number:]
                    for cell in cells
                    for other in (cell.variable, *cell.others)
                    if other < number
                }
            )
            for number in range(len(self.variables) + 1)
        ]

    def _rows_for(self, cells: Iterable[_Cell], value: Value) -> int:
        rows = self.rows
        for cell in cells:
            if not self._holds(cell.test, value, {}):
                rows &= ~(1 << cell.row)
        return rows

    def _let_through(self, number: int, rows: int, chosen: list[Value]) -> int:
        """`rows` less those whose cells across variables fail now that variable `number` has its value."""
        names = dict(zip(self.names, chosen, strict=False))
        for cell in self.across[number]:
            if rows >> cell.row & 1 and not self._holds(cell.test, chosen[cell.variable], names):
                rows &= ~(1 << cell.row)
        return rows

    def find(self, must: int, avoid: int, *, known: bool) -> Example | None:
        """Inputs that every row of `must` matches and no row of `avoid`. known: without unknown values.

        None: there are none, or, once the budget is spent (`proven` False), none was found in a sample.
        """
        self._dead: set[tuple[int, int, tuple[Value, ...]]] = set()
        try:
            found = self._search(0, must, avoid, [], known)
        except _OverBudget:
            self.proven = False
            found = self._sample(must, avoid, known)
        if found is None:
            return None
        return {variable.label: value for variable, value in zip(self.variables, found, strict=True)}

    def _search(self, number: int, must: int, avoid: int, chosen: list[Value], known: bool) -> list[Value] | None:
        if avoid & self.settled[number]:
            return None
        if number == len(self.variables):
            return list(chosen)
        key = (number, avoid, tuple(chosen[needed] for needed in self.needed[number]))
        if key in self._dead:
            return None
        self._budget -= 1
        if self._budget < 0:
            raise _OverBudget
        tried: set[int] = set()
        for value, rows in self._local[number]:
            if (value is None and known) or must & ~rows:
                continue
            left = avoid & rows
            chosen.append(value)
            if self.across[number]:
                through = self._let_through(number, must | left, chosen)
                left &= through
                fits = not must & ~through
            else:
                fits = True
            # Without cells that look across, two values letting the same rows through are the same piece.
            again = left in tried and not self.needed[number + 1]
            found = self._search(number + 1, must, left, chosen, known) if fits and not again else None
            if found is not None:
                return found
            if fits:
                tried.add(left)
            chosen.pop()
        self._dead.add(key)
        return None

    def _sample(self, must: int, avoid: int, known: bool) -> list[Value] | None:
        dice = random.Random(len(self.cells))  # noqa: S311 - a sample, not a secret
        domains = [[(value, rows) for value, rows in local if not (value is None and known)] for local in self._local]
        if not all(domains):
            return None
        for _ in range(SAMPLES):
            chosen: list[Value] = []
            rows = self.rows
            for number, domain in enumerate(domains):
                value, through = dice.choice(domain)
                chosen.append(value)
                rows = self._let_through(number, rows & through, chosen)
            if not must & ~rows and not avoid & rows:
                return chosen
        return None

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Pairs of rows that some inputs match together, at most MOST_OVERLAPS."""
        told = 0
        for second, partners in enumerate(self._partners()):
            for first in range(second):
                if partners >> first & 1 and self.proven and told < MOST_OVERLAPS:
                    example = self.find(1 << first | 1 << second, 0, known=False)
                    if example is not None:
                        told += 1
                        yield first, second, example

    def _partners(self) -> list[int]:
        """For each row the rows that share a value with it in every variable: only these can overlap it."""
        partners = [self.rows] * len(self.decision.rules)
        for local in self._local:
            for row in range(len(partners)):
                beside = 0
                for _, rows in local:
                    beside |= rows if rows >> row & 1 else 0
                partners[row] &= beside
        return partners

    def hidden(self) -> Iterator[int]:
        """Rows that never win; only those that are proven to."""
        for row in range(len(self.decision.rules)):
            if self.proven and self.find(1 << row, (1 << row) - 1, known=False) is None and self.proven:
                yield row


class _OverBudget(Exception):
    pass
