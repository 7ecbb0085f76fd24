"""Decision tables at work: which rules match what is known, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from forms.expressions import Expression
from forms.sentences import Sentence
from forms.values import Value, ValueType
from processes.unary import Anything, Functions, Names, Operand, Test

POLICIES = ("UNIQUE", "FIRST", "COLLECT")


class DecisionError(Exception):
    """A decision that could not be taken. Ids only, never what is known of a family."""

    def __init__(self, decision: str, message: str) -> None:
        self.decision = decision
        super().__init__(message)


class DecisionGap(DecisionError):
    """No rule matched. unknown: texts of the inputs that had no value."""

    def __init__(self, decision: str, unknown: tuple[str, ...]) -> None:
        self.unknown = unknown
        because = f"; not known: {', '.join(unknown)}" if unknown else ""
        super().__init__(decision, f"expected a rule of {decision} to match, but none did{because}")


class DecisionOverlap(DecisionError):
    """Several rules of a UNIQUE table matched. rules: their ids."""

    def __init__(self, decision: str, rules: tuple[str, ...]) -> None:
        self.rules = rules
        super().__init__(
            decision, f"expected one rule of {decision} to match, but {len(rules)} did: {', '.join(rules)}"
        )


class DecisionFaulty(DecisionError):
    """The table itself is unsound (lint says where), so nothing can be decided with it."""

    def __init__(self, decision: str) -> None:
        super().__init__(decision, f"expected {decision} to be a sound table, but lint has findings")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the table that cannot be understood. element: XML id of the cell or column."""

    element: str
    rule: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Input:
    """A column to look at. expression None: could not be read. allowed: the values it is limited to, if it is."""

    id: str
    label: str
    source: str
    expression: Expression | None
    type_ref: str
    allowed: Test | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column to fill. type None: not said, or not a type of ours."""

    id: str
    label: str
    name: str
    type: ValueType | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. A cell that could not be read is None and stands in the decision's faults."""

    id: str
    tests: tuple[Test | None, ...]
    results: tuple[Operand | None, ...]
    cell_ids: tuple[str, ...]
    result_ids: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A decision table.

    policy: UNIQUE (exactly one rule matches), FIRST (the first that matches) or COLLECT (all, in order);
    a table with any other policy can be read but not used. siblings: ids of further decisions in the same file.
    table: id of the table itself, which holds the policy; "" where it has none.
    """

    id: str
    name: str
    file: str
    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...] = ()
    siblings: tuple[str, ...] = ()
    table: str = ""

    @property
    def sound(self) -> bool:
        return not self.faults and self.policy in POLICIES and not self.aggregation

    @cached_property
    def _rows(self) -> tuple[tuple[Rule, tuple[tuple[int, Test], ...]], ...]:
        """Rules with the tests that can fail, by column."""
        return tuple(
            (
                rule,
                tuple(
                    (column, test)
                    for column, test in enumerate(rule.tests)
                    if test is not None and not isinstance(test, Anything)
                ),
            )
            for rule in self.rules
        )

    def decide(self, names: Names, functions: Functions) -> dict[str, Value] | list[dict[str, Value]]:
        """What the table says: output name -> value; for COLLECT a list of them in the order of the rules, [] for none.

        names: facts, parameters and locals; a missing input name counts as not known.
        Raises DecisionGap, DecisionOverlap, DecisionFaulty, and ExpressionError when a cell has no value.
        """
        if not self.sound:
            raise DecisionFaulty(self.id)
        given = [column.expression.evaluate(names, functions) if column.expression else None for column in self.inputs]
        matching: list[Rule] = []
        for rule, tests in self._rows:
            if all(test.holds(given[column], names, functions) for column, test in tests):
                matching.append(rule)
                if self.policy == "FIRST":
                    break
        if self.policy == "COLLECT":
            return [self._results(rule, names, functions) for rule in matching]
        if not matching:
            raise DecisionGap(
                self.id, tuple(column.source for column, value in zip(self.inputs, given, strict=True) if value is None)
            )
        if len(matching) > 1:
            raise DecisionOverlap(self.id, tuple(rule.id for rule in matching))
        return self._results(matching[0], names, functions)

    def _results(self, rule: Rule, names: Names, functions: Functions) -> dict[str, Value]:
        return {
            output.name: result.value(names, functions) if result else None
            for output, result in zip(self.outputs, rule.results, strict=True)
        }

    def output_types(self, types: Mapping[str, ValueType | None]) -> dict[str, ValueType]:
        """Output name -> type, as the column says or, failing that, as its first cell shows.

        A column of numbers that holds whole numbers only is one of whole numbers: DMN has no word for them.
        """
        found: dict[str, ValueType] = {}
        for column, output in enumerate(self.outputs):
            shown = [kind for rule in self.rules if (kind := _kind_in(rule, column, types)) is not None]
            told = output.type or next(iter(shown), None)
            if told is ValueType.FLOAT and shown and set(shown) == {ValueType.INT}:
                told = ValueType.INT
            if told is not None:
                found[output.name] = told
        return found


def _kind_in(rule: Rule, column: int, types: Mapping[str, ValueType | None]) -> ValueType | None:
    """The type of a rule's result in a column; None where it has none or it is not known."""
    result = rule.results[column] if column < len(rule.results) else None
    return result.type(types) if result else None
