"""Expressions as a municipal officer would say them: `outcome in ["refused"]` is 結果が「拒否された」.

What a name means is what the forms ask under it, what a decision table calls its column, or what the vocabulary
says. An expression that cannot be said is shown as written; nothing here ever raises for what a file holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cached_property

from forms import expressions
from forms.components import Component, Option
from forms.sentences import Sentence
from forms.syntax import LITERAL_NAMES
from forms.values import ExpressionError, ValueType
from processes.bundle import Bundle
from processes.unary import AnyOf, Anything, Compare, Interval, Not, Operand, Test
from processes.vocabulary import DONE, EXITS
from processes.vocabulary.fact_words import FACT_WORDS

DONE_WORDS = Sentence("済んだ", "Done")
OUTCOME = Sentence("直前の作業の結果", "the outcome of the task before")

_ORDER: Mapping[type[ast.cmpop], tuple[Sentence, Sentence]] = {
    # operator -> (of a number, of a day or instant)
    ast.GtE: (Sentence("{a}が{b}以上", "{a} is {b} or more"), Sentence("{a}が{b}以後", "{a} is on or after {b}")),
    ast.Gt: (Sentence("{a}が{b}より大きい", "{a} is more than {b}"), Sentence("{a}が{b}より後", "{a} is after {b}")),
    ast.LtE: (Sentence("{a}が{b}以下", "{a} is {b} or less"), Sentence("{a}が{b}以前", "{a} is on or before {b}")),
    ast.Lt: (Sentence("{a}が{b}より小さい", "{a} is less than {b}"), Sentence("{a}が{b}より前", "{a} is before {b}")),
}
_CALLS: Mapping[str, Sentence] = {
    "days_after": Sentence("{0}の{1}日後", "{1} days after {0}"),
    "days_before": Sentence("{0}の{1}日前", "{1} days before {0}"),
    "months_after": Sentence("{0}の{1}か月後", "{1} months after {0}"),
    "years_after": Sentence("{0}の{1}年後", "{1} years after {0}"),
    "business_days_after": Sentence("{0}の{1}開庁日後", "{1} working days after {0}"),
    "deadline_after": Sentence("{0}から数えて{1}日目", "day {1} counted from {0}"),
    "hours_after": Sentence("{0}の{1}時間後", "{1} hours after {0}"),
    "next_business_day": Sentence("{0}以後の最初の開庁日", "the first working day from {0}"),
    "day_of": Sentence("{0}の日", "the day of {0}"),
    "school_year_start": Sentence("小学校に入る年の4月1日", "1 April of the year of school entry"),
    "fiscal_year_start": Sentence("{0}の年度の4月1日", "1 April of the fiscal year of {0}"),
    "fiscal_year_turning": Sentence("{1}歳になる年度の4月1日", "1 April of the fiscal year of turning {1}"),
    "gestation_day": Sentence("妊娠{1}週になる日", "week {1} of pregnancy"),
    "gestation_weeks": Sentence("{1}の妊娠週数", "weeks of pregnancy on {1}"),
    "completed_months": Sentence("{1}の月齢", "age in months on {1}"),
    "completed_years": Sentence("{1}の年齢", "age in years on {1}"),
    "min": Sentence("{0}と{1}の早いほう(小さいほう)", "the earlier (smaller) of {0} and {1}"),
    "max": Sentence("{0}と{1}の遅いほう(大きいほう)", "the later (larger) of {0} and {1}"),
}
_BEFORE: Mapping[str, Sentence] = {
    name: Sentence(said.ja.removesuffix("後") + "前", said.en.replace(" after ", " before "))
    for name, said in _CALLS.items()
    if said.ja.endswith("後") and "_after" in name
}
_DURATION = re.compile(r"(?:R(?P<times>\d+)/)?P(?:(?P<M>\d+)M|(?P<W>\d+)W|(?P<D>\d+)D|T(?P<H>\d+)H)")
_LENGTHS: Mapping[str, Sentence] = {
    "M": Sentence("{n}か月", "{n} months"),
    "W": Sentence("{n}週間", "{n} weeks"),
    "D": Sentence("{n}日", "{n} days"),
    "H": Sentence("{n}時間", "{n} hours"),
}
_COMPARED: Mapping[str, Sentence] = {
    "=": Sentence("{}", "{}"),
    "!=": Sentence("{}以外", "anything but {}"),
    "<": Sentence("{}未満", "under {}"),
    "<=": Sentence("{}以下", "{} or less"),
    ">": Sentence("{}より上", "over {}"),
    ">=": Sentence("{}以上", "{} or more"),
}
_EVERY = Sentence("{length}ごとに{times}回", "{times} times, every {length}")
_ARITHMETIC = {ast.Add: "＋", ast.Sub: "－", ast.Mult: "×", ast.Div: "÷", ast.FloorDiv: "÷", ast.Mod: "÷"}


class Words:
    """What the names and values of one bundle are called."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @cached_property
    def _asked(self) -> dict[str, Component]:
        """Fact -> the field that asks for it; of several the first one with choices, else the first."""
        found: dict[str, Component] = {}
        for _, form in sorted(self.bundle.forms.items()):
            for field in form.fields():
                if field.fact and (field.fact not in found or (field.options and not found[field.fact].options)):
                    found[field.fact] = field
        return found

    @cached_property
    def _decided(self) -> dict[str, str]:
        """Name of an output or input column -> its label."""
        tables = self.bundle.decisions.values()
        columns = [(output.name, output.label) for table in tables for output in table.outputs]
        columns += [(column.source, column.label) for table in tables for column in table.inputs]
        return {name: label for name, label in columns if label and label != name}

    def name(self, name: str) -> Sentence:
        """What people call a fact or a parameter; a parameter with the value it is shipped with."""
        if name == "outcome":
            return OUTCOME
        if name in self.bundle.parameters:
            shipped = self.bundle.parameters[name]
            return Sentence(f"{shipped}({name})", f"{shipped} ({name})")
        if name in FACT_WORDS:
            return FACT_WORDS[name]
        if name in self._asked:
            label = self._asked[name].label
            return Sentence(f"「{label.ja}」", f'"{label.en}"')
        spelt = name.replace("_", " ")
        return Sentence(f"「{self._decided.get(name, name)}」", f'"{spelt}"')

    def value(self, name: str, value: object) -> Sentence:
        """What people call a value of this fact (an option's label), or the value itself."""
        if value is None:
            return Sentence("不明", "not known")
        if isinstance(value, bool):
            return Sentence("「はい」", '"yes"') if value else Sentence("「いいえ」", '"no"')
        if not isinstance(value, str):
            return Sentence(f"{value}", f"{value}")
        said = self._option(name, value)
        return Sentence(f"「{said.ja}」", f'"{said.en}"')

    def _option(self, name: str, value: str) -> Sentence:
        if name == "outcome":
            return DONE_WORDS if value == DONE else EXITS.get(value, Sentence(value, value))
        options: tuple[Option, ...] = self._asked[name].options if name in self._asked else ()
        own = next((option.label for option in options if option.value == value), None)
        return own or self._anywhere.get(value) or Sentence(value, value)

    @cached_property
    def _anywhere(self) -> dict[str, Sentence]:
        """Code -> what people read for it, where every form that offers it says the same."""
        found: dict[str, set[Sentence]] = {}
        for form in self.bundle.forms.values():
            for field in form.fields():
                for option in field.options:
                    found.setdefault(option.value, set()).add(option.label)
        return {code: next(iter(labels)) for code, labels in found.items() if len({said.ja for said in labels}) == 1}

    def expression(self, source: str) -> Sentence:
        """The expression in words, or as it is written where it cannot be said."""
        text = source.strip()
        if said := _duration(text):
            return said
        try:
            tree = ast.parse(expressions.parse(text).source, mode="eval").body
        except (ExpressionError, SyntaxError):
            return Sentence(text, text)
        return self._said(_Spelt().visit(tree))

    def test(self, source: str, label: str, test: Test | None) -> Sentence | None:
        """One cell of a decision table as a condition on its column; None for a dash, which looks at nothing."""
        column = self.name(source) if source in FACT_WORDS or source in self._asked else None
        said = column or Sentence(f"「{label}」", f'"{label}"')
        match test:
            case None:
                return Sentence(f"{said.ja}が(読めない値)", f"{said.en} is (unreadable)")
            case Anything():
                return None
            case _:
                words = self._cell(source, test)
                return Sentence(f"{said.ja}が{words.ja}", f"{said.en} is {words.en}")

    def _cell(self, source: str, test: Test) -> Sentence:
        match test:
            case Compare(operator=operator, operand=operand):
                words, value = _COMPARED[operator], self.operand(source, operand)
                return Sentence(words.ja.format(value.ja), words.en.format(value.en))
            case Interval(low=low, high=high, low_open=low_open, high_open=high_open):
                first, last = self.operand(source, low), self.operand(source, high)
                return Sentence(
                    f"{first.ja}{'より上' if low_open else '以上'}{last.ja}{'未満' if high_open else '以下'}",
                    f"{'over' if low_open else 'from'} {first.en} {'and under' if high_open else 'to'} {last.en}",
                )
            case AnyOf(tests=tests):
                said = [self._cell(source, each) for each in tests]
                return Sentence("か".join(each.ja for each in said), " or ".join(each.en for each in said))
            case Not(test=inner):
                said_inner = self._cell(source, inner)
                return Sentence(f"{said_inner.ja}以外", f"anything but {said_inner.en}")
        return Sentence("なんでも", "anything")

    def operand(self, name: str, operand: Operand | None) -> Sentence:
        """A value in a decision table's cell."""
        if operand is None:
            return Sentence("(空)", "(empty)")
        if operand.expression is not None:
            return self.expression(operand.expression.source)
        return self.value(name, operand.constant)

    def _said(self, tree: ast.expr) -> Sentence:
        match tree:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Constant(value=str() as text):
                return _duration(text) or self.value("", text)
            case ast.Constant(value=value):
                return self.value("", value)
            case ast.BoolOp(op=op, values=values):
                said = [self._part(value, op) for value in values]
                ja, en = ("、かつ", " and ") if isinstance(op, ast.And) else ("、または", " or ")
                return Sentence(ja.join(each.ja for each in said), en.join(each.en for each in said))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                if isinstance(operand, ast.Name):
                    return self._compared(operand, ast.NotEq(), ast.Constant(True))
                inner = self._said(operand)
                return Sentence(f"「{inner.ja}」ではない", f"not ({inner.en})")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
            case ast.Call(func=ast.Name(id=name), args=args) if name in _CALLS:
                return self._called(name, args)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                when, then, other = self._said(test), self._said(body), self._said(orelse)
                return Sentence(
                    f"{when.ja}なら{then.ja}、そうでなければ{other.ja}", f"{then.en} if {when.en}, otherwise {other.en}"
                )
            case ast.BinOp(left=left, op=op, right=right):
                first, second, sign = self._said(left), self._said(right), _ARITHMETIC[type(op)]
                return Sentence(f"{first.ja}{sign}{second.ja}", f"{first.en} {sign} {second.en}")
        written = ast.unparse(tree)
        return Sentence(written, written)

    def _part(self, tree: ast.expr, around: ast.boolop) -> Sentence:
        """A part of and/or; a bare yes-or-no fact as a sentence, and in brackets where the other word is inside."""
        if isinstance(tree, ast.Name):
            return self._compared(tree, ast.Eq(), ast.Constant(True))
        said = self._said(tree)
        mixed = isinstance(tree, ast.BoolOp) and type(tree.op) is not type(around)
        return Sentence(f"({said.ja})", f"({said.en})") if mixed else said

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Sentence:
        first = self._said(left)
        name = left.id if isinstance(left, ast.Name) else ""
        if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
            values = [self.value(name, item.value) for item in right.elts if isinstance(item, ast.Constant)]
            ja, en = "か".join(value.ja for value in values), " or ".join(value.en for value in values)
            if isinstance(op, ast.In):
                return Sentence(f"{first.ja}が{ja}", f"{first.en} is {en}")
            return Sentence(f"{first.ja}が{ja}のどれでもない", f"{first.en} is none of {en}")
        second = self.value(name, right.value) if isinstance(right, ast.Constant) else self._said(right)
        if isinstance(op, ast.Eq):
            return Sentence(f"{first.ja}が{second.ja}", f"{first.en} is {second.en}")
        if isinstance(op, ast.NotEq):
            return Sentence(f"{first.ja}が{second.ja}ではない", f"{first.en} is not {second.en}")
        words = _ORDER[type(op)][1 if self._is_day(left) or self._is_day(right) else 0]
        return Sentence(words.ja.format(a=first.ja, b=second.ja), words.en.format(a=first.en, b=second.en))

    def _is_day(self, tree: ast.expr) -> bool:
        if isinstance(tree, ast.Name):
            fact = self.bundle.facts.get(tree.id)
            return tree.id in ("today", "now") or (
                fact is not None and fact.type in (ValueType.DATE, ValueType.INSTANT)
            )
        return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id.endswith("_after")

    def _called(self, name: str, args: list[ast.expr]) -> Sentence:
        match args:  # `months_after(day, 0 - n)` is n months before
            case [day, ast.BinOp(left=ast.Constant(value=0), op=ast.Sub(), right=number)] if name in _BEFORE:
                words = _BEFORE[name]
                first, second = self._said(day), self._said(number)
                return Sentence(words.ja.format(first.ja, second.ja), words.en.format(first.en, second.en))
        said, words = [self._said(each) for each in args], _CALLS[name]
        try:
            return Sentence(words.ja.format(*(each.ja for each in said)), words.en.format(*(each.en for each in said)))
        except IndexError:  # called with too few values; lint says so
            return Sentence(name, name)


class _Spelt(ast.NodeTransformer):
    """FEEL's spelling of yes, no and not known, as Python has it."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(LITERAL_NAMES[node.id]) if node.id in LITERAL_NAMES else node


def _duration(text: str) -> Sentence | None:
    """`"P14D"` is 14日; None where the text is no such duration."""
    match = _DURATION.fullmatch(text.strip("\"'"))
    if match is None:
        return None
    told = {name: found for name, found in match.groupdict().items() if found}
    times = told.pop("times", None)
    unit, number = next(iter(told.items()))
    length = Sentence(_LENGTHS[unit].ja.format(n=number), _LENGTHS[unit].en.format(n=number))
    if times is None:
        return length
    return Sentence(_EVERY.ja.format(length=length.ja, times=times), _EVERY.en.format(length=length.en, times=times))
