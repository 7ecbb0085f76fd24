"""Form files: every fault is a finding, at its place, in both languages."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.compiler import compile_form
from forms.components import ComponentType, TextFormat
from forms.definition import FormDefinitionError, read
from forms.expressions import ValueType
from tests.forms.builders import a_component, a_document, a_form, an_option


def rules(form, level="error"):
    return {(finding.field, finding.rule) for finding in form.findings if finding.level == level}


def test_a_sound_form_has_no_findings():
    form = a_form(
        a_component(
            "textfield", "name", validate={"required": True}, description="助け", properties={"help_en": "Help"}
        ),
        {
            "type": "group",
            "label": "組",
            "properties": {"label_en": "Group"},
            "components": [a_component("number", "n")],
        },
        {"type": "text", "text": "説明", "properties": {"text_en": "Explanation"}},
        {"type": "separator"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "行",
            "properties": {"label_en": "Rows"},
            "components": [a_component("datetime", "due")],
        },
    )

    assert form.findings == ()
    assert (form.key, form.code, form.title.en) == ("trial", "FM99", "Trial")
    assert [component.key for component in form.fields()] == ["name", "n", "rows"]
    assert form.types() == {
        "today": ValueType.DATE,
        "name": ValueType.STR,
        "n": ValueType.INT,
        "rows": ValueType.INT,
    }


def test_the_version_follows_the_content():
    one, same, other = (a_form(a_component("textfield", key)) for key in ("a", "a", "b"))

    assert one.version == same.version != other.version
    assert len(one.version) == 12
    assert compile_form(one) is compile_form(same)


LIST = {"type": "dynamiclist", "path": "rows", "id": "rows", "label": "行", "properties": {"label_en": "Rows"}}


@pytest.mark.parametrize(
    ("component", "finding"),
    [
        pytest.param(a_component("iframe", "a"), ("a", "form_unknown_type"), id="unknown type"),
        pytest.param(a_component("filepicker", "a"), ("a", "form_unknown_type"), id="a file"),
        pytest.param(a_component("datetime", "a", subtype="time"), ("a", "form_unknown_type"), id="time alone"),
        pytest.param(a_component("textfield", "A-b"), ("A-b", "form_bad_key"), id="bad key"),
        pytest.param(a_component("textfield", ""), ("", "form_bad_key"), id="no key"),
        pytest.param(a_component("textfield", "a", label=""), ("a", "form_missing_label"), id="no label"),
        pytest.param(a_component("textfield", "a", label=7), ("a", "form_bad_value"), id="label of the wrong type"),
        pytest.param(a_component("select", "a", values=[]), ("a", "form_no_options"), id="no options"),
        pytest.param(a_component("select", "a", values=7), ("a", "form_bad_value"), id="options of the wrong type"),
        pytest.param(a_component("select", "a", values=[7]), ("a", "form_bad_option"), id="option of the wrong type"),
        pytest.param(
            a_component("radio", "a", values=[an_option("x"), an_option("x")]),
            ("a", "form_option_duplicate"),
            id="option twice",
        ),
        pytest.param(
            a_component("checklist", "a", values=[an_option("x,y")]), ("a", "form_bad_option"), id="comma in a code"
        ),
        pytest.param(
            a_component("textfield", "a", conditional={"hide": "=a.b = 1"}), ("a", "form_bad_condition"), id="bad FEEL"
        ),
        pytest.param(
            a_component("textfield", "a", conditional={"hide": "b = 1"}),
            ("a", "form_bad_condition"),
            id="no equals sign",
        ),
        pytest.param(
            a_component("textfield", "a", conditional={"hide": "=1 + 1"}),
            ("a", "form_bad_condition"),
            id="no condition",
        ),
        pytest.param(
            a_component("textfield", "a", properties={"calc": "open('x')"}), ("a", "form_bad_condition"), id="bad calc"
        ),
        pytest.param(a_component("textfield", "a", properties={"calc": 7}), ("a", "form_bad_condition"), id="calc 7"),
        pytest.param(
            a_component("textfield", "a", properties={"calc": "a == 'x'"}), ("a", "form_condition_cycle"), id="circle"
        ),
        pytest.param(
            a_component("textfield", "a", validate={"pattern": "(a+)+$"}),
            ("a", "form_bad_pattern"),
            id="runaway pattern",
        ),
        pytest.param(
            a_component("textfield", "a", validate={"pattern": "("}), ("a", "form_bad_pattern"), id="no pattern"
        ),
        pytest.param(a_component("number", "a", validate={"min": 3, "max": 1}), ("a", "form_bad_limits"), id="limits"),
        pytest.param(a_component("number", "a", validate={"min": "x"}), ("a", "form_bad_value"), id="no number"),
        pytest.param(
            a_component("number", "a", properties={"not_future": True}),
            ("a", "form_bad_limits"),
            id="day rule on a number",
        ),
        pytest.param(
            a_component("datetime", "a", properties={"not_before": "3"}), ("a", "form_bad_condition"), id="no day"
        ),
        pytest.param(a_component("textfield", "a", properties={"sens": "S9"}), ("a", "form_bad_value"), id="sens"),
        pytest.param(a_component("textfield", "a", properties={"format": "fax"}), ("a", "form_bad_value"), id="format"),
        pytest.param(
            a_component("textfield", "a", properties={"fact": "x", "not_kept": True}),
            ("a", "form_not_kept_used"),
            id="a fact that is not kept",
        ),
        pytest.param(a_component("textfield", "a", properties={"fact": "Bad-Name"}), ("a", "form_bad_fact"), id="fact"),
        pytest.param(
            a_component("textfield", "a", properties={"warn_if": "a == 'x'"}),
            ("a", "form_missing_label"),
            id="no warning",
        ),
        pytest.param(
            a_component("textfield", "a", validate={"required": True, "pattern": "^Q{5}$"}),
            ("a", "form_example_rejected"),
            id="nobody knows an example",
        ),
        pytest.param(LIST | {"components": []}, ("rows", "form_empty"), id="empty list"),
        pytest.param(
            LIST
            | {"components": [LIST | {"path": "inner", "id": "inner", "components": [a_component("textfield", "a")]}]},
            ("inner", "form_list_in_list"),
            id="list in a list",
        ),
        pytest.param(
            LIST | {"components": [a_component("textfield", "a", properties={"fact": "x"})]},
            ("a", "form_bad_fact"),
            id="fact in a row",
        ),
        pytest.param(
            {"type": "group", "path": "p", "id": "g", "label": "x", "components": []},
            ("g", "form_group_path"),
            id="path",
        ),
        pytest.param("text", ("", "form_bad_value"), id="no object"),
    ],
)
def test_a_fault_is_found_at_its_place(component, finding):
    form = a_form(component)

    assert finding in rules(form)
    assert all(each.sentence.ja and each.sentence.en for each in form.findings)


def test_a_key_used_twice_is_found_even_across_groups():
    group = {"type": "group", "label": "組", "components": [a_component("number", "a")]}

    assert ("a", "form_duplicate_key") in rules(a_form(a_component("textfield", "a"), group))


def test_two_lists_may_use_the_same_key_in_their_rows():
    inside = [a_component("textfield", "due")]

    assert rules(a_form(LIST | {"components": inside}, LIST | {"path": "more", "components": inside})) == set()


def test_a_missing_english_label_is_a_warning():
    form = a_form({"type": "textfield", "key": "a", "label": "あ"})

    assert ("a", "form_missing_english") in rules(form, "warning")
    assert rules(form) == set()


def test_conditions_may_read_facts_of_the_case():
    form = a_form(a_component("textfield", "a", conditional={"hide": "=risk_level >= 2"}))

    assert rules(form) == set()


def test_a_condition_with_the_wrong_type_is_found():
    number = a_component("number", "n")
    shown = a_component("textfield", "a", conditional={"hide": '=n = "x"'})

    assert ("a", "form_bad_condition") in rules(a_form(number, shown))


@pytest.mark.parametrize(
    "rule",
    [
        {"expr": "a ==", "field": "a", "ja": "文", "en": "Text", "level": "error"},
        {"expr": "a == 'x'", "field": "b", "ja": "文", "en": "Text", "level": "error"},
        {"expr": "a == 'x'", "field": "a", "ja": "文", "en": "Text", "level": "fatal"},
        {"expr": "a == 'x'", "field": "a"},
        {"field": "a", "ja": "文", "en": "Text"},
        "rule",
    ],
)
def test_an_unreadable_rule_is_found(rule):
    found = rules(a_form(a_component("textfield", "a"), rules=[rule]))

    assert {name for _, name in found} & {"form_rule_unreadable", "form_bad_condition"}


def test_a_form_without_a_title_or_fields_is_found():
    form = read("x", json.dumps({"type": "default"}).encode())

    found = {(finding.rule, finding.level) for finding in form.findings}
    assert {("form_missing_label", "warning"), ("form_empty", "error")} <= found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b"\xff\xfe",
        '{"a": "あ"}'.encode("shift_jis"),
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"components": ' + b'[{"components": ' * 50_000,
        b" " * 1_000_001,
    ],
)
def test_what_is_no_form_at_all_is_refused(data):
    with pytest.raises(FormDefinitionError) as refused:
        read("x", data)

    assert refused.value.sentence.ja


def test_endless_nesting_is_a_finding():
    component = a_component("textfield", "a")
    for number in range(60):
        component = {"type": "group", "label": "組", "id": f"g{number}", "components": [component]}

    assert ("", "form_too_deep") in rules(a_form(component))


def test_a_byte_order_mark_does_no_harm():
    assert read("x", b"\xef\xbb\xbf" + json.dumps(a_document(a_component("number", "n"))).encode()).findings == ()


def test_kana_phone_and_postal_code_are_told_by_their_keys():
    form = a_form(*(a_component("textfield", key) for key in ("family_name_kana", "phone", "postal_code", "note")))

    assert [c.format for c in form.fields()] == [TextFormat.KANA, TextFormat.PHONE, TextFormat.POSTAL, None]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(list(ComponentType)),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "key",
                    "path",
                    "label",
                    "id",
                    "components",
                    "values",
                    "value",
                    "properties",
                    "validate",
                    "calc",
                    "conditional",
                    "hide",
                    "required",
                    "min",
                    "pattern",
                    "rules",
                    "expr",
                    "field",
                    "example",
                    "fact",
                    "title_ja",
                ]
            ),
            inside,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(json_values)
@settings(max_examples=120)
def test_no_json_breaks_the_reading_of_forms(document):
    try:
        form = read("x", json.dumps(document).encode())
    except FormDefinitionError:
        return
    assert all(finding.sentence.ja.encode() and finding.sentence.en.encode() for finding in form.findings)
    compile_form(form).describe()
    compile_form(form).defaults(on=date(2026, 4, 10))


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading_of_forms(data):
    with contextlib.suppress(FormDefinitionError):
        read("x", data)
