"""Every expression in a diagram: can it be read, does it know its names, is its type what the place needs?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from forms import expressions
from forms.durations import DateError, add_duration
from forms.sentences import Sentence
from forms.values import ExpressionError, ValueType, fits
from processes.linting.registry import Complaint, Subject, rule
from processes.model import HUMAN_TASKS, Process

BOOL, DATE, INSTANT, INT, STR = ValueType.BOOL, ValueType.DATE, ValueType.INSTANT, ValueType.INT, ValueType.STR

Types = Mapping[str, ValueType | None]

MOST_REPETITIONS = 1000

_BARE_DURATION = re.compile(r"(R\d*\s*/\s*)?P(?=[0-9T])[0-9YMWDTHS.]+")
_REPEATS = re.compile(r"R\d*/(?P<every>P.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """One expression where it stands. wanted: the types that may come out; () = any."""

    process: Process
    element: str
    title: Sentence
    source: str
    wanted: tuple[ValueType, ...]

    def complaint(self, subject: Subject, sentence: Sentence) -> Complaint:
        """What is wrong, after the expression in words and, in brackets, as it is written."""
        words = subject.words.expression(self.source)
        ja, en = f"「{self.source}」", f"`{self.source}`"
        if words.ja != self.source.strip():
            ja, en = f"『{words.ja}』(書き方 {self.source})", f'"{words.en}" (written {self.source})'
        return (
            self.process.file,
            self.element,
            Sentence(f"{self.title.ja}{ja}: {sentence.ja}", f"{self.title.en} {en}: {sentence.en}"),
        )


WINDOW_WORDS = {
    "may_start": Sentence("始めてよい日", "The day it may start"),
    "due": Sentence("期限", "The due day"),
    "late": Sentence("遅れになる日", "The day it is late"),
    "expires": Sentence("打ち切る日", "The day it expires"),
}
_SESSION = Sentence("日程のある健診", "The check-up whose session it waits for")
_TIMER_TITLES = {
    "date": Sentence("タイマー(日付)", "The timer (date)"),
    "duration": Sentence("タイマー(期間)", "The timer (duration)"),
    "cycle": Sentence("タイマー(繰り返し)", "The timer (cycle)"),
}
_TIMER_TYPES = {"date": (DATE, INSTANT, STR), "duration": (STR, DATE, INSTANT), "cycle": (STR,)}


def _conditions(subject: Subject) -> Iterator[Place]:
    for process in subject.processes:
        for flow in process.flows.values():
            if flow.condition:
                yield Place(process, flow.id, Sentence("条件", "The condition"), flow.condition, (BOOL,))
    for process, node in subject.nodes():
        if node.event.kind == "conditional" and node.event.expression:
            yield Place(process, node.id, Sentence("条件", "The condition"), node.event.expression, (BOOL,))


def _windows(subject: Subject) -> Iterator[Place]:
    for process, node in subject.nodes(*HUMAN_TASKS):
        for name, words in WINDOW_WORDS.items():
            if node.properties.get(name):
                yield Place(
                    process,
                    node.id,
                    words,
                    node.properties[name],
                    (DATE, INSTANT),
                )
        if node.properties.get("session"):
            yield Place(process, node.id, _SESSION, node.properties["session"], (STR,))


def _timers(subject: Subject) -> Iterator[Place]:
    for process, node in subject.nodes():
        if node.event.kind == "timer" and node.event.timer and node.event.expression:
            kind = node.event.timer
            yield Place(process, node.id, _TIMER_TITLES[kind], node.event.expression, _TIMER_TYPES[kind])


def _repetitions(subject: Subject) -> Iterator[Place]:
    for process, node in subject.nodes():
        repetition = node.repetition
        if repetition is not None and repetition.cardinality:
            yield Place(process, node.id, Sentence("回数", "The number of repetitions"), repetition.cardinality, (INT,))
        if repetition is not None and repetition.condition:
            yield Place(
                process, node.id, Sentence("繰り返しの条件", "The condition of the loop"), repetition.condition, (BOOL,)
            )


def _handed_on(subject: Subject) -> Iterator[Place]:
    """Locals handed to a called process and payloads of thrown messages: as the fact they are named after."""
    for process, node in subject.nodes():
        if node.kind == "callActivity" or (node.throws and node.message):
            for name, value in node.properties.items():
                fact = subject.bundle.facts.get(name)
                wanted = (fact.type,) if fact and node.kind == "callActivity" else ()
                yield Place(process, node.id, Sentence(f"渡す値 {name}", f"The value handed as {name}"), value, wanted)


def places(subject: Subject) -> Iterator[Place]:
    """Every expression of every diagram, but for those of service tasks."""
    for collect in (_conditions, _windows, _timers, _repetitions, _handed_on):
        yield from collect(subject)


def problems(subject: Subject, place: Place) -> Iterator[Sentence]:
    """What is wrong with one expression. Where not all names can be told, every name passes."""
    known = subject.knows_names(place.process)
    yield from problems_of(place.source, subject.types(place.process), place.wanted, known=known)


def problems_of(source: str, types: Types, wanted: tuple[ValueType, ...], *, known: bool) -> Iterator[Sentence]:
    if _BARE_DURATION.fullmatch(source.strip()):
        return  # duration_quotes says it better
    try:
        expression = expressions.parse(source)
    except ExpressionError as error:
        yield error.sentence
        return
    if not known:
        types = {
            **dict.fromkeys(expression.names),
            **{name: kind for name, kind in types.items() if name in ("today", "now", "outcome")},
        }
    found = expression.problems(types)
    yield from found
    kind = expression.type(types)
    if not found and wanted and not any(fits(kind, allowed) for allowed in wanted):
        titles = [allowed.wording for allowed in wanted]
        now = kind.wording.ja if kind else "不明"
        yield Sentence(
            f"{'か'.join(title.ja for title in titles)}になる式にしてください(今は{now})。",
            f"It must come out as {' or '.join(title.en for title in titles)}, "
            f"not {kind.wording.en if kind else 'unknown'}.",
        )


@rule("condition")
def sound_conditions(subject: Subject) -> Iterator[Complaint]:
    for place in (*_conditions(subject), *_repetitions(subject)):
        for sentence in problems(subject, place):
            yield place.complaint(subject, sentence)


@rule("window")
def sound_windows(subject: Subject) -> Iterator[Complaint]:
    for place in _windows(subject):
        for sentence in problems(subject, place):
            yield place.complaint(subject, sentence)


@rule("timer")
def sound_timers(subject: Subject) -> Iterator[Complaint]:
    for place in _timers(subject):
        found = list(problems(subject, place))
        found += [] if found else list(_timer_text(subject, place))
        for sentence in found:
            yield place.complaint(subject, sentence)


@rule("timer_missing")
def timers_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        if node.event.kind == "timer" and not (node.event.timer and node.event.expression):
            yield (
                process.file,
                node.id,
                Sentence(
                    "いつまで待つかが書かれていません。日か期間の式を書いてください。",
                    "The timer has no time. Write a date or a duration.",
                ),
            )
        if node.event.kind == "conditional" and not node.event.expression:
            yield (
                process.file,
                node.id,
                Sentence("条件が書かれていません。条件の式を書いてください。", "The condition is empty. Write one."),
            )


def _timer_text(subject: Subject, place: Place) -> Iterator[Sentence]:
    """A quoted text (or a parameter that is one) in a timer is a duration or, in a cycle, R/duration."""
    text = literal_text(place.source)
    if text is None:
        value = subject.bundle.parameters.get(place.source.strip())
        text = value if isinstance(value, str) else None
    if text is None:
        return
    if place.wanted == (STR,):
        repeats = _REPEATS.fullmatch(text)
        if repeats is None:
            yield Sentence(
                '繰り返しは "R3/P7D"(7日ごとに3回)のように書いてください。',
                'Write a cycle like "R3/P7D" (three times, every 7 days).',
            )
            return
        text = repeats["every"]
    try:
        add_duration(datetime(2026, 4, 1, tzinfo=UTC), text)
    except DateError as error:
        yield error.sentence


def literal_text(source: str) -> str | None:
    """What a text in quotes says; None for any other expression."""
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree.value if isinstance(tree, ast.Constant) and isinstance(tree.value, str) else None


@rule("handed_value")
def sound_handed_values(subject: Subject) -> Iterator[Complaint]:
    for place in _handed_on(subject):
        for sentence in problems(subject, place):
            yield place.complaint(subject, sentence)


@rule("duration_quotes")
def duration_quotes(subject: Subject) -> Iterator[Complaint]:
    for place in places(subject):
        text = place.source.strip()
        if _BARE_DURATION.fullmatch(text):
            yield place.complaint(
                subject,
                Sentence(f'期間は引用符で囲み "{text}" と書いてください。', f'Put the duration in quotes: "{text}".'),
            )


@rule("number_in_time", "warning")
def numbers_in_times(subject: Subject) -> Iterator[Complaint]:
    """Days and durations are what a municipality changes: they belong in a parameter."""
    for place in (*_windows(subject), *_timers(subject)):
        literals = [
            node.value for node in _parts(place) if isinstance(node, ast.Constant) and _is_setting(node, durations=True)
        ]
        if literals:
            yield place.complaint(subject, _make_parameter(literals[0]))


@rule("number_in_condition", "warning", whole=True)
def numbers_in_conditions(subject: Subject) -> Iterator[Complaint]:
    """Thresholds are what a municipality changes. Steps of a fact with a declared range (levels) are no threshold."""
    for place in (*_conditions(subject), *_repetitions(subject)):
        literals = [
            node.value
            for compared in _parts(place)
            if isinstance(compared, ast.Compare) and not _has_range(subject, compared)
            for node in ast.walk(compared)
            if isinstance(node, ast.Constant) and _is_setting(node)
        ]
        if literals:
            yield place.complaint(subject, _make_parameter(literals[0]))


def _parts(place: Place) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(expressions.parse(place.source).source, mode="eval"))
    except (ExpressionError, SyntaxError):
        return


def _is_setting(constant: ast.Constant, *, durations: bool = False) -> bool:
    """Whether a literal is a number somebody may want changed: 0 and 1 are none."""
    value = constant.value
    if isinstance(value, str):
        return durations and _BARE_DURATION.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and value not in (0, 1)


def _has_range(subject: Subject, compared: ast.Compare) -> bool:
    facts = (subject.bundle.facts.get(part.id) for part in ast.walk(compared) if isinstance(part, ast.Name))
    return any(fact is not None and fact.minimum is not None and fact.maximum is not None for fact in facts)


def _make_parameter(literal: object) -> Sentence:
    if isinstance(literal, str):
        return Sentence(
            f"期間 {literal} は数・設定にして、名前で書いてください。",
            f"Make the duration {literal} a parameter and use its name.",
        )
    return Sentence(
        f"数 {literal} は数・設定にして、名前で書いてください。",
        f"Make the number {literal} a parameter and use its name.",
    )


@rule("collection")
def collections(subject: Subject) -> Iterator[Complaint]:
    """Variables are flat: there are no lists to walk over, and parallel instances cut them short."""
    for process, node in subject.nodes():
        repetition = node.repetition
        if repetition is not None and repetition.collection:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"一覧「{repetition.collection}」の繰り返しは使えません。回数で繰り返してください。",
                    f'Repeating over the list "{repetition.collection}" does not work. Repeat by a number.',
                ),
            )


@rule("repetition_bound")
def repetition_bounds(subject: Subject) -> Iterator[Complaint]:
    """A slip of the pen must not put thousands of tasks on a desk."""
    for process, node in subject.nodes():
        told = (node.repetition.cardinality, node.repetition.maximum) if node.repetition else ()
        if any((count := _known_number(subject, source)) and count > MOST_REPETITIONS for source in told):
            yield (
                process.file,
                node.id,
                Sentence(
                    f"繰り返しは{MOST_REPETITIONS}回までです。回数を減らしてください。",
                    f"at most {MOST_REPETITIONS} repetitions. Write a smaller number.",
                ),
            )


def _known_number(subject: Subject, source: str | None) -> float | None:
    """What an expression comes to when it reads nothing but parameters; None when it is not known before."""
    try:
        value = expressions.parse(source or "").evaluate(subject.bundle.parameters, expressions.functions())
    except (ExpressionError, ArithmeticError):
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@rule("repetition")
def repetitions(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        repetition = node.repetition
        if repetition is None:
            continue
        if repetition.kind == "loop" and not repetition.condition and repetition.maximum is None:
            yield (
                process.file,
                node.id,
                Sentence(
                    "繰り返しをやめる条件も回数もありません。どちらかを書いてください。",
                    "The loop has neither a condition nor a maximum. Write one.",
                ),
            )
        if repetition.maximum is not None and not (repetition.maximum.isascii() and repetition.maximum.isdigit()):
            yield (
                process.file,
                node.id,
                Sentence(
                    "繰り返しの最大回数は整数で書いてください。", "Write the maximum of the loop as a whole number."
                ),
            )
        if repetition.kind != "loop" and not repetition.cardinality and not repetition.collection:
            yield (
                process.file,
                node.id,
                Sentence(
                    "繰り返しの回数がありません。書いてください。",
                    "The number of repetitions is missing. Write it.",
                ),
            )
