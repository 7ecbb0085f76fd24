"""What can only be seen in the whole form: keys used twice, circular conditions, wrong types, examples."""

from __future__ import annotations

from datetime import date
from typing import Any

from forms.compiler import CompiledForm, NoExample
from forms.components import Component, ComponentType, Form, in_order_of_need, placed_fields, types_of
from forms.expressions import Expression, ValueType
from forms.findings import Findings

_TRIAL_DAYS = (date(2026, 4, 10), date(2028, 2, 29))

_CONDITION = (ValueType.BOOL,)

Types = dict[str, ValueType | None]


def check(form: Form, findings: Findings) -> None:
    """Add what is wrong with the form as a whole.

    A name that is no field of the form may be a fact, which only the bundle knows; whether it is, is checked there.
    """
    sound = _check_level(form.components, {"today": ValueType.DATE, "now": ValueType.INSTANT}, findings)
    keys = {component.key for component in form.fields()}
    types: Types = form.types() | {"now": ValueType.INSTANT}
    for rule in form.rules:
        if rule.field not in keys:
            findings.error(
                rule.field,
                "form_rule_unreadable",
                f"きまりの項目「{rule.field[:40]}」が様式にありません。",
                f'The rule stands at "{rule.field[:40]}", which is no field of the form.',
            )
        _check_expression(rule.field, rule.expression, types, _CONDITION, findings)
    _check_not_kept(form, findings)
    if sound and not findings.has_errors():
        _check_example(form, findings)


def _check_not_kept(form: Form, findings: Findings) -> None:
    """What is not kept must not live on as a fact or inside a calculation."""
    fields = [
        each for field in form.fields() for each in (field, *(p.component for p in placed_fields(field.children)))
    ]
    not_kept = {field.key for field in fields if field.not_kept}
    for field in fields:
        reads = field.calc is not None and not_kept & field.calc.names
        if reads or (field.not_kept and (field.fact or field.system)):
            findings.error(
                field.key,
                "form_not_kept_used",
                "残さない項目(not_kept)は、事実にも計算にも使えません。",
                "A field that is not kept (not_kept) can neither set a fact nor be part of a calculation.",
            )


def _check_level(components: tuple[Component, ...], around: Types, findings: Findings) -> bool:
    placed = placed_fields(components)
    keys = [field.component.key for field in placed]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        findings.error(
            key, "form_duplicate_key", f"項目のキー「{key}」が2回使われています。", f'The key "{key}" is used twice.'
        )
    _, circular = in_order_of_need(placed)
    for field in circular:
        findings.error(
            field.component.key,
            "form_condition_cycle",
            "表示条件や計算が互いを待ち合っています(循環)。",
            "Conditions or calculations wait for each other in a circle.",
        )
    types = types_of(components, around)
    for component in _every(components):
        _check_component(component, types, findings)
    return len(set(keys)) == len(keys) and not circular


def _every(components: tuple[Component, ...]) -> list[Component]:
    """All components of a level, groups opened but themselves included."""
    found: list[Component] = []
    for component in components:
        found.append(component)
        if component.type is ComponentType.GROUP:
            found.extend(_every(component.children))
    return found


def _check_component(component: Component, types: Types, findings: Findings) -> None:
    day = (ValueType.DATE, ValueType.INSTANT) if component.instant else (ValueType.DATE,)
    wanted = {"show_if": _CONDITION, "warn_if": _CONDITION, "not_before": day, "not_after": day}
    for place, expression in component.expressions():
        _check_expression(component.key, expression, types, wanted.get(place, ()), findings)
    limits = component.limits
    day_rules = (limits.not_future, limits.not_past, limits.not_before, limits.not_after)
    if any(day_rules) and component.type is not ComponentType.DATETIME:
        findings.error(
            component.key,
            "form_bad_limits",
            "日付のきまり(not_future など)は日付の項目だけに付けられます。",
            "Day limits (not_future and so on) belong to datetime fields only.",
        )
    if component.type is ComponentType.DYNAMICLIST:
        if not placed_fields(component.children):
            findings.error(component.key, "form_empty", "一覧に項目がありません。", "The list asks nothing.")
        _check_level(component.children, types, findings)


def _check_expression(
    place: str, expression: Expression, types: Types, wanted: tuple[ValueType, ...], findings: Findings
) -> None:
    known: Types = dict.fromkeys(expression.names) | types
    problems = expression.problems(known)
    for problem in problems:
        findings.error(
            place,
            "form_bad_condition",
            f"「{expression.source[:80]}」: {problem.ja}",
            f'"{expression.source[:80]}": {problem.en}',
        )
    kind = expression.type(known)
    if wanted and not problems and kind is not None and kind not in wanted:
        findings.error(
            place,
            "form_bad_condition",
            f"「{expression.source[:80]}」は{wanted[0].wording.ja}になる式にしてください。",
            f'"{expression.source[:80]}" must come out as {wanted[0].wording.en}.',
        )


def _check_example(form: Form, findings: Findings) -> None:
    for day in _TRIAL_DAYS:
        try:
            CompiledForm(form).example(day)
        except NoExample as error:
            for place, sentences in error.errors.items():
                _say_rejected(place, sentences, findings)
            return


def _say_rejected(place: str, sentences: list[Any], findings: Findings) -> None:
    findings.error(
        place,
        "form_example_rejected",
        f"例(example)が通りません: {sentences[0].ja}",
        f"No example passes: {sentences[0].en}",
    )
