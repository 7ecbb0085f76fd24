"""Forms and names of the bundle: facts that answers set, parameters that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forms import expressions
from forms.components import Component, Form, placed_fields
from forms.expressions import Expression
from forms.sentences import Sentence
from forms.values import ExpressionError, fits
from processes import names
from processes.linting.conditions import places
from processes.linting.registry import Complaint, Subject, rule


@rule("fact_undeclared", whole=True)
def facts_undeclared(subject: Subject) -> Iterator[Complaint]:
    for key, form in subject.bundle.forms.items():
        for field in form.fields():
            if field.fact and field.fact not in subject.bundle.facts.keys() | subject.bundle.unclear:
                yield (
                    subject.bundle.form_file(key),
                    field.key,
                    Sentence(
                        f"この欄が記録する事実「{field.fact}」が、きまりと数(bundle.toml)の[facts]にありません。名前を直すか、型を書き加えてください。",
                        f'The fact "{field.fact}" is not in [facts] of bundle.toml. '
                        "Mend the name or declare it with its type.",
                    ),
                )


@rule("fact_of_other_type", whole=True)
def facts_of_other_type(subject: Subject) -> Iterator[Complaint]:
    for key, form in subject.bundle.forms.items():
        types = form.types()
        for field in form.fields():
            fact = subject.bundle.facts.get(field.fact or "")
            kind = types.get(field.key)
            if fact is not None and kind is not None and not fits(kind, fact.type):
                yield (
                    subject.bundle.form_file(key),
                    field.key,
                    Sentence(
                        f"この欄は{kind.wording.ja}ですが、事実「{field.fact}」の型は{fact.type.wording.ja}です。どちらかを直してください。",
                        f'This field is {kind.wording.en}, but the fact "{field.fact}" is {fact.type.wording.en}. '
                        "Mend one of them.",
                    ),
                )


@rule("form_unknown_name", whole=True)
def form_unknown_names(subject: Subject) -> Iterator[Complaint]:
    """What a form's expression reads and the form does not ask must be a fact or a parameter of the bundle."""
    around = frozenset(names.of_bundle(subject.bundle))
    for key, form in subject.bundle.forms.items():
        asked = around | {field.key for field in form.fields()}
        placed = [(element, expression, asked) for element, expression in _rule_expressions(form)]
        for element, expression, known in (*_expressions(form.components, asked), *placed):
            for name in sorted(expression.names - known):
                yield (
                    subject.bundle.form_file(key),
                    element,
                    Sentence(
                        f"式「{expression.source}」の「{name}」は、この様式の欄でも事実でもありません。名前を直してください。",
                        f'"{name}" in `{expression.source}` is neither a field of the form nor a fact. Mend the name.',
                    ),
                )


def _expressions(
    components: Iterable[Component], known: frozenset[str]
) -> Iterator[tuple[str, Expression, frozenset[str]]]:
    """Every expression with its field's key and the names it may read; inside a list also those of its own row."""
    for component in components:
        yield from ((component.key, expression, known) for _, expression in component.expressions())
        row = {placed.component.key for placed in placed_fields(component.children)}
        yield from _expressions(component.children, known | row)


def _rule_expressions(form: Form) -> Iterator[tuple[str, Expression]]:
    return ((rule.field, rule.expression) for rule in form.rules)


@rule("parameter_unused", "warning", whole=True, missing_from=(".bpmn", ".dmn", ".form"))
def parameters_unused(subject: Subject) -> Iterator[Complaint]:
    used = names_used(subject)
    for name in subject.bundle.parameters:
        if name not in used:
            yield (
                subject.bundle.manifest_file,
                name,
                Sentence(
                    f"数・設定「{name}」はどの図・判定表でも使われていません。使うか、消してください。",
                    f'The parameter "{name}" is used in no diagram or table. Use it or remove it.',
                ),
            )


def names_used(subject: Subject) -> set[str]:
    sources = [place.source for place in places(subject)]
    sources += [argument.value for _, node in subject.nodes() for argument in node.arguments]
    used: set[str] = set()
    for source in sources:
        try:
            used |= expressions.parse(source).names
        except ExpressionError:
            continue
    for form in subject.bundle.forms.values():
        for _, expression, _known in _expressions(form.components, frozenset()):
            used |= expression.names
        for _, expression in _rule_expressions(form):
            used |= expression.names
    for decision in subject.decisions:
        for column in decision.inputs:
            used |= column.expression.names if column.expression else frozenset()
        for row in decision.rules:
            operands = [operand for test in row.tests if test is not None for operand in test.operands()]
            operands += [result for result in row.results if result is not None]
            used |= frozenset[str]().union(*(operand.names for operand in operands))
    return used
