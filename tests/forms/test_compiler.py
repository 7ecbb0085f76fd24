"""What happens to answers: read in every width and from every door, or refused all at once with a way to mend it."""

from __future__ import annotations

import json
import timeit
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.compiler import AnswersRejected, compile_form
from forms.definition import read
from tests.forms.builders import a_compiled, a_component, a_document

ON = date(2026, 4, 10)


def accepted(form, answers, **given):
    return form.accept(answers, on=ON, **given)


def errors(form, answers, **given):
    with pytest.raises(AnswersRejected) as refused:
        form.accept(answers, on=ON, **given)
    assert all(sentence.ja and sentence.en for said in refused.value.errors.values() for sentence in said)
    return {key: said[0].ja for key, said in refused.value.errors.items()}


MY_NUMBER = a_component("textfield", "n", properties={"format": "individual_number"})


def rows(*components, **changes):
    return {
        "type": "dynamiclist",
        "path": "rows",
        "label": "行",
        "properties": {"label_en": "Rows"},
        "components": list(components),
    } | changes


@pytest.mark.parametrize(
    ("component", "posted", "value"),
    [
        pytest.param(a_component("number", "n"), "１２", 12, id="full-width digits"),
        pytest.param(a_component("number", "n"), " 3,200 ", 3200, id="thousands"),
        pytest.param(a_component("number", "n"), "−5", -5, id="a typographic minus"),
        pytest.param(a_component("number", "n"), 3.0, 3, id="a whole float"),
        pytest.param(a_component("number", "n", decimalDigits=1), "３６．５", 36.5, id="decimals"),
        pytest.param(a_component("number", "n", increment="0.1"), 36.5, 36.5, id="decimals told by the increment"),
        pytest.param(a_component("datetime", "n"), "Ｒ７．４．１", "2025-04-01", id="wareki"),
        pytest.param(a_component("datetime", "n"), date(2025, 4, 1), "2025-04-01", id="a date"),
        pytest.param(
            a_component("datetime", "n", subtype="datetime"),
            "2025-04-01T09:30",
            "2025-04-01T09:30:00+09:00",
            id="instant",
        ),
        pytest.param(a_component("textfield", "name_kana"), "ｻﾄｳ ﾊﾅｺ", "サトウ　ハナコ", id="half-width kana"),
        pytest.param(a_component("textfield", "name_kana"), "さとう　がんま", "サトウ　ガンマ", id="hiragana"),
        pytest.param(
            a_component("textfield", "name_kana"), "ローラ・デ＝ソウザ", "ローラ・デ＝ソウザ", id="foreign name"
        ),
        pytest.param(a_component("textfield", "phone"), "０４８ー４６４ー１１１１", "048-464-1111", id="phone"),
        pytest.param(a_component("textfield", "phone"), "なし", "なし", id="no phone"),
        pytest.param(a_component("textfield", "postal_code"), "〒３５１０１９２", "351-0192", id="postal code"),
        pytest.param(a_component("textfield", "n", properties={"format": "email"}), "ａ@ｂ.jp", "a@b.jp", id="e-mail"),
        pytest.param(a_component("textfield", "n", properties={"format": "digits"}), "１２-３", "123", id="digits"),
        pytest.param(
            a_component("textfield", "individual_number"), "９８７６ 5432-1093", "987654321093", id="個人番号"
        ),
        pytest.param(a_component("textfield", "individual_number"), "100000000005", "100000000005", id="check digit"),
        pytest.param(a_component("textfield", "individual_number"), "000000000060", "000000000060", id="remainder 1"),
        pytest.param(a_component("textfield", "n", properties={"format": "alnum"}), "Ａ－１", "A-1", id="a code"),
        pytest.param(
            a_component("textfield", "n", validate={"pattern": "^[0-9]{3}$"}), "１２３", "123", id="own pattern"
        ),
        pytest.param(a_component("textfield", "n"), "　髙橋 葛󠄀城　", "髙橋 葛󠄀城", id="rare characters stay"),
        pytest.param(a_component("textfield", "n"), "一\r\n二\t三", "一 二 三", id="pasted lines in one line"),
        pytest.param(a_component("textarea", "n"), "一\r\n\r\n二\n", "一\n\n二", id="lines"),
        pytest.param(a_component("select", "n"), "ａ", "a", id="full-width code"),
        pytest.param(a_component("checklist", "n"), ["b", "a", "b"], ["a", "b"], id="ticks in the options' order"),
        pytest.param(a_component("checklist", "n"), "a", ["a"], id="one tick posted by a browser"),
        pytest.param(a_component("checklist", "n"), "a,c", ["a", "c"], id="ticks joined"),
        pytest.param(a_component("checkbox", "n"), "on", True, id="a browser's tick"),
        pytest.param(a_component("checkbox", "n"), "false", False, id="false as text"),
        pytest.param(a_component("checkbox", "n"), True, True, id="JSON true"),
    ],
)
def test_answers_are_made_uniform_not_refused(component, posted, value):
    key = component["key"]

    assert accepted(a_compiled(component), {key: posted}).values == {key: value}


@pytest.mark.parametrize(
    ("component", "posted", "says"),
    [
        (a_component("number", "n"), "十二", "数字で"),
        (a_component("number", "n"), True, "数字で"),
        (a_component("number", "n"), float("nan"), "数字で"),
        pytest.param(MY_NUMBER, "987654321094", "検査用数字", id="wrong check digit"),
        pytest.param(MY_NUMBER, "897654321093", "検査用数字", id="two digits changed places"),
        pytest.param(MY_NUMBER, "98765432109", "12けた", id="eleven digits"),
        pytest.param(a_component("number", "n"), 10**400, "以下で", id="endless digits"),
        (a_component("number", "n"), "1.5", "整数で"),
        (a_component("number", "n", decimalDigits=1), 36.55, "小数第1位まで"),
        (a_component("number", "n", validate={"min": 1, "max": 6}), 7, "6以下"),
        (a_component("number", "n", validate={"min": 1, "max": 6}), 0, "1以上"),
        (a_component("number", "n"), [1], "数字で"),
        (a_component("datetime", "n"), "令和99年1月1日", "2117年"),
        (a_component("datetime", "n"), "平成35年4月1日", "令和5年4月1日"),
        (a_component("datetime", "n"), 20250401, "文字で"),
        (a_component("textfield", "n"), 7, "文字で"),
        (a_component("textfield", "n"), ["a"], "文字で"),
        (a_component("textfield", "n"), {"a": 1}, "文字で"),
        (a_component("textfield", "n"), "a\x00b", "制御文字"),
        (a_component("textfield", "n"), "a\ud800b", "制御文字"),
        (a_component("textfield", "n"), "あ" * 201, "200文字以内で入力してください(いま201文字です)"),
        (a_component("textarea", "n"), "あ" * 4001, "4000文字以内"),
        (a_component("textarea", "n"), "あ" * 10**6, "4000文字以内"),
        (a_component("textfield", "n", validate={"minLength": 3}), "ab", "3文字以上"),
        (a_component("textfield", "n", validate={"pattern": "^[0-9]+$"}), "ab", "形式"),
        (a_component("textfield", "name_kana"), "佐藤", "カタカナで"),
        (a_component("textfield", "n", properties={"format": "phone"}), "なし", "市外局番から"),
        (a_component("textfield", "n", properties={"format": "postal"}), "123", "7けた"),
        (a_component("select", "n"), "z", "選択肢の中から"),
        (a_component("radio", "n"), True, "文字で"),
        (a_component("checklist", "n"), ["z"], "選択肢の中から"),
        (a_component("checklist", "n"), {"a": True}, "一覧で"),
        (a_component("checklist", "n", validate={"maxItems": 1}), ["a", "b"], "1件まで"),
        (a_component("checkbox", "n"), "maybe", "true か false"),
        (a_component("checkbox", "n"), 1, "true か false"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_way_to_mend_it(component, posted, says):
    assert says in errors(a_compiled(component), {component["key"]: posted})[component["key"]]


def test_everything_wrong_is_said_at_once_in_reading_order():
    required = {"required": True}
    form = a_compiled(
        a_component("textfield", "a", validate=required),
        a_component("number", "b"),
        a_component("radio", "c", validate=required),
    )

    assert list(errors(form, {"x": 1, "b": "?"})) == ["a", "b", "c", "x"]


def test_an_unknown_key_is_refused_by_its_name():
    assert "unknown field" in errors(a_compiled(a_component("number", "n")), {"m": 1})["m"]


@pytest.mark.parametrize("answers", [[], "x", None, 7])
def test_answers_that_are_no_object_are_refused(answers):
    assert "" in errors(a_compiled(a_component("number", "n")), answers)


@pytest.mark.parametrize("blank", ["", "  ", "　", None])
def test_a_blank_is_no_answer(blank):
    optional = a_compiled(a_component("textfield", "a", properties={"fact": "name"}))
    needed = a_compiled(a_component("textfield", "a", validate={"required": True}))

    assert accepted(optional, {"a": blank}).values == accepted(optional, {"a": blank}).facts == {}
    assert errors(needed, {"a": blank}) == {"a": "項目aを入力してください。"}


def test_a_required_tick_must_be_answered_but_an_optional_one_is_off():
    needed = a_compiled(a_component("checkbox", "a", validate={"required": True}))

    assert "チェック" in errors(needed, {})["a"]
    assert accepted(a_compiled(a_component("checkbox", "a")), {}).values == {"a": False}


PROXY = (
    a_component("radio", "applicant", values=[{"value": v, "label": v, "label_en": v} for v in ("self", "proxy")]),
    a_component("textfield", "proxy_name", validate={"required": True}, conditional={"hide": '=applicant != "proxy"'}),
)


def test_a_hidden_field_is_neither_required_nor_kept():
    form = a_compiled(*PROXY)

    assert accepted(form, {"applicant": "self", "proxy_name": "a\x00"}).values == {"applicant": "self"}
    assert "proxy_name" in errors(form, {"applicant": "proxy"})
    assert form.shown({"applicant": "proxy"}, on=ON) == {"applicant", "proxy_name"}
    assert form.shown({}, on=ON) == {"applicant"}


def test_a_hidden_group_hides_what_is_inside_and_what_depends_on_it():
    group = {
        "type": "group",
        "label": "組",
        "properties": {"label_en": "Group"},
        "conditional": {"hide": "=b != true"},
        "components": [a_component("number", "inside", validate={"required": True})],
    }
    after = a_component("number", "after", conditional={"hide": "=inside = null"})
    form = a_compiled(after, group, a_component("checkbox", "b"))

    assert accepted(form, {"inside": 3, "after": 4}).values == {"b": False}
    assert accepted(form, {"inside": 3, "after": 4, "b": True}).values == {"after": 4, "inside": 3, "b": True}


def test_a_condition_may_read_what_is_known_of_the_case():
    form = a_compiled(a_component("textfield", "a", conditional={"hide": "=not(risk_level >= 2)"}))

    assert accepted(form, {"a": "x"}, known={"risk_level": 3}).values == {"a": "x"}
    assert accepted(form, {"a": "x"}).values == {}


def test_a_computed_field_ignores_what_was_posted():
    form = a_compiled(
        a_component("number", "a"),
        a_component("number", "b"),
        a_component("textfield", "high", readonly=True, properties={"calc": "total >= 9", "fact": "epds_positive"}),
        a_component("number", "total", readonly=True, properties={"calc": "a + b", "fact": "epds_total"}),
    )

    assert accepted(form, {"a": 4, "b": 5, "total": 0}).facts == {"epds_positive": True, "epds_total": 9}
    assert accepted(form, {"a": 4, "high": [1]}).facts == {}


def test_a_system_field_is_set_only_by_the_system():
    form = a_compiled(
        a_component("textfield", "by", validate={"required": True}, properties={"system": True, "fact": "by"})
    )

    assert accepted(form, {"by": "me"}).values == {}
    assert accepted(form, {"by": "me"}, fixed={"by": "system"}).facts == {"by": "system"}


def test_what_the_task_fixes_overrides_what_was_posted():
    form = a_compiled(a_component("select", "kind", properties={"fact": "kind"}), a_component("datetime", "day"))

    found = accepted(form, {"kind": "zzz"}, fixed={"kind": "a", "day": date(2025, 4, 1), "other": 7})

    assert found.values == {"kind": "a", "day": "2025-04-01"}
    assert found.facts == {"kind": "a"}


def test_facts_are_typed_values():
    fields = {
        "day": a_component("datetime", "day"),
        "at": a_component("datetime", "at", subtype="datetime"),
        "n": a_component("number", "n"),
        "x": a_component("number", "x", decimalDigits=2),
        "one": a_component("radio", "one"),
        "many": a_component("checklist", "many"),
        "tick": a_component("checkbox", "tick"),
    }
    for key, field in fields.items():
        field["properties"]["fact"] = f"fact_{key}"
    answers = {
        "day": "R8.4.10",
        "at": "2026-04-10T00:00:00Z",
        "n": "3",
        "x": "2.50",
        "one": "a",
        "many": ["c", "a"],
        "tick": "true",
    }

    assert accepted(a_compiled(*fields.values()), answers).facts == {
        "fact_day": ON,
        "fact_at": datetime(2026, 4, 10, tzinfo=UTC),
        "fact_n": 3,
        "fact_x": 2.5,
        "fact_one": "a",
        "fact_many": "a,c",
        "fact_tick": True,
    }


def test_a_field_not_sent_takes_its_default_but_a_blank_one_does_not():
    form = a_compiled(
        a_component("number", "fetus_count", defaultValue=1),
        a_component("datetime", "day", properties={"default": "=days_after(today, 30)"}),
    )

    assert accepted(form, {}).values == {"fetus_count": 1, "day": "2026-05-10"}
    assert accepted(form, {"fetus_count": "", "day": None}).values == {}
    assert form.defaults(on=ON) == {"fetus_count": 1, "day": "2026-05-10"}


@pytest.mark.parametrize(
    ("rule", "day", "says"),
    [
        ({"not_future": True}, "2026-04-11", "今日より後"),
        ({"not_past": True}, "2026-04-09", "今日より前"),
        ({"not_before": "days_after(today, 2)"}, "2026-04-11", "令和8年4月12日(日)以後"),
        ({"not_after": "born_on"}, "2026-04-11", "令和8年4月1日(水)以前"),
    ],
)
def test_a_day_is_held_to_its_limits_both_ends_allowed(rule, day, says):
    form = a_compiled(a_component("datetime", "day", properties=rule))
    known = {"born_on": date(2026, 4, 1)}
    edges = {"not_future": ON, "not_past": ON, "not_before": date(2026, 4, 12), "not_after": date(2026, 4, 1)}

    assert says in errors(form, {"day": day}, known=known)["day"]
    assert accepted(form, {"day": edges[next(iter(rule))].isoformat()}, known=known).values


def test_two_days_may_limit_each_other():
    form = a_compiled(
        a_component("datetime", "start", properties={"not_after": "end"}),
        a_component("datetime", "end", properties={"not_before": "start"}),
    )

    assert set(errors(form, {"start": "2026-04-02", "end": "2026-04-01"})) == {"start", "end"}
    assert accepted(form, {"start": "2026-04-02"}).values == {"start": "2026-04-02"}


RULE = {"expr": "gravida >= births", "field": "gravida", "ja": "少なすぎます。", "en": "Too few.", "level": "error"}


@pytest.mark.parametrize("level", ["error", "warning"])
def test_a_rule_across_fields_refuses_or_warns(level):
    form = a_compiled(
        a_component("number", "gravida"), a_component("number", "births"), rules=[RULE | {"level": level}]
    )
    wrong = {"gravida": 1, "births": 2}

    assert accepted(form, {"gravida": 1}).warnings == {}
    if level == "error":
        assert errors(form, wrong) == {"gravida": "少なすぎます。"}
    else:
        assert accepted(form, wrong).warnings["gravida"][0].en == "Too few."


def test_a_warning_of_a_field_refuses_nothing():
    late = {"warn_if": "weeks >= 20", "warn_ja": "遅い届出です。", "warn_en": "A late notification."}
    form = a_compiled(a_component("number", "weeks", properties=late))

    assert accepted(form, {"weeks": 20}).warnings["weeks"][0].ja == "遅い届出です。"
    assert accepted(form, {"weeks": 19}).warnings == {}


def test_rows_are_checked_one_by_one_and_errors_name_their_place():
    form = a_compiled(
        rows(a_component("textfield", "what", validate={"required": True}), a_component("datetime", "due"))
    )

    said = errors(form, {"rows": [{"what": "a"}, {"due": "R8.4.1"}, {"what": "b", "due": "x", "z": 1}, 7]})

    assert set(said) == {"rows[1].what", "rows[2].due", "rows[2].z", "rows[3]"}


def test_blank_rows_are_left_out_and_rows_may_come_flat():
    form = a_compiled(rows(a_component("textfield", "what"), a_component("datetime", "due")))
    flat = {"rows[0].what": "", "rows[0].due": "", "rows[2].what": "a", "rows[2].due": "R8.4.1"}

    assert accepted(form, flat).values == {"rows": [{"what": "a", "due": "2026-04-01"}]}
    assert set(errors(form, {"rows[2].due": "x"})) == {"rows[2].due"}


def test_a_row_in_which_only_a_nought_stands_is_an_answer():
    form = a_compiled(rows(a_component("number", "days")))

    assert form.accept({"rows": [{"days": 0}, {"days": "0"}, {"days": ""}]}, on=ON).values == {
        "rows": [{"days": 0}, {"days": 0}]
    }


@pytest.mark.parametrize(
    "sent", [{"rows": [{"no": "A1", "name": "佐藤"}]}, {"rows[0].no": "A1", "rows[0].name": "佐藤"}]
)
def test_what_is_not_kept_is_checked_and_left_out_of_values_and_drafts(sent):
    secret = {"properties": {"not_kept": True, "format": "digits"}, "validate": {"required": True}}
    form = a_compiled(
        a_component("textfield", "number", **secret),
        rows(a_component("textfield", "no", properties={"not_kept": True}), a_component("textfield", "name")),
    )

    accepted = form.accept({"number": "123", **sent}, on=ON)

    assert accepted.values == {"rows": [{"name": "佐藤"}]}
    assert errors(form, {"number": "12a", **sent}).keys() == {"number"}
    assert errors(form, sent).keys() == {"number"}
    assert form.to_keep({"number": "12a", **sent}) == {
        key: [{"name": "佐藤"}] if key == "rows" else value for key, value in sent.items() if not key.endswith(".no")
    }
    assert form.example(ON)["number"]
    assert form.not_kept == {"number", "no"}


def test_rows_have_limits_and_count_in_rules():
    form = a_compiled(
        a_component("number", "fetus_count"),
        rows(a_component("textfield", "number"), validate={"required": True, "maxItems": 3}),
        rules=[RULE | {"expr": "rows == fetus_count", "field": "rows"}],
    )

    assert "rows" in errors(form, {"fetus_count": 1})
    assert "3件まで" in errors(form, {"rows": [{"number": "1"}] * 4})["rows"]
    assert "rows" in errors(form, {"fetus_count": 2, "rows": [{"number": "1"}]})
    assert accepted(form, {"fetus_count": 1, "rows": [{"number": "1"}]}).values["fetus_count"] == 1


def test_a_row_sees_its_own_fields_and_those_around_it():
    why = a_component(
        "textfield", "why", validate={"required": True}, conditional={"hide": "=not(ok = false and strict)"}
    )
    form = a_compiled(
        rows(a_component("checkbox", "ok"), why, a_component("number", "n")), a_component("checkbox", "strict")
    )

    assert set(errors(form, {"strict": True, "rows": [{"ok": True}, {"n": 1}]})) == {"rows[1].why"}
    assert accepted(form, {"rows": [{"n": 1, "why": "x"}]}).values["rows"] == [{"ok": False, "n": 1}]
    assert "rows[1].why" in form.shown({"strict": True, "rows": [{"ok": True}, {"n": 1}]}, on=ON)


def test_a_form_describes_its_fields():
    form = a_compiled(*PROXY, rows(a_component("number", "n", validate={"max": 3})))

    applicant, proxy_name, listed = form.describe()

    assert applicant["key"] == "applicant"
    assert applicant["options"][1] == {"value": "proxy", "label": {"ja": "proxy", "en": "proxy"}}
    assert proxy_name["required"] is True
    assert proxy_name["show_if"] == "applicant == 'proxy'"
    assert listed["fields"][0]["limits"] == {"maximum": 3, "decimals": 0}
    assert json.dumps(form.describe())


def test_an_example_follows_the_file_where_it_says_so():
    form = a_compiled(
        a_component("datetime", "day", properties={"example": "=days_before(today, 3)"}),
        a_component("textfield", "name", properties={"example": "佐藤"}),
        a_component("number", "total", properties={"calc": "1 + 1"}),
    )

    assert form.example(ON) == {"day": "2026-04-07", "name": "佐藤"}


def test_an_example_in_the_file_that_does_not_pass_is_replaced():
    form = a_compiled(a_component("number", "n", validate={"max": 3, "required": True}, properties={"example": 9}))

    assert form.example(ON) == {"n": 1}


limits = st.integers(-5, 5)


@st.composite
def components(draw, key, in_row=False):
    kinds = ["textfield", "textarea", "number", "datetime", "select", "radio", "checkbox", "checklist"]
    kind = draw(st.sampled_from(kinds if in_row else [*kinds, "dynamiclist", "group"]))
    validate = {"required": draw(st.booleans())}
    properties = {"label_en": key}
    if kind in ("textfield", "textarea") and draw(st.booleans()):
        validate |= {"minLength": (least := draw(st.integers(0, 20))), "maxLength": least + draw(st.integers(1, 20))}
    if kind == "number" and draw(st.booleans()):
        validate |= {"min": (least := draw(limits)), "max": least + draw(st.integers(0, 5))}
    if kind == "datetime":
        properties |= draw(
            st.sampled_from(
                [
                    {},
                    {"not_future": True},
                    {"not_past": True},
                    {"not_before": "days_after(today, 5)"},
                    {"not_after": "today"},
                ]
            )
        )
    component = a_component(kind, key, validate=validate, properties=properties)
    if kind == "datetime" and draw(st.booleans()):
        component["subtype"] = "datetime"
    if kind in ("group", "dynamiclist"):
        del component["key"]
        component |= {"path": key} if kind == "dynamiclist" else {}
        inside = [draw(components(f"{key}_{number}", in_row=True)) for number in range(draw(st.integers(1, 3)))]
        component["components"] = inside
    if draw(st.booleans()):
        component["conditional"] = {
            "hide": draw(st.sampled_from(['=first != "a"', "=not(first = null)", "=risk >= 2"]))
        }
    return component


@st.composite
def documents(draw):
    return a_document(
        a_component("radio", "first"), *(draw(components(f"f{number}")) for number in range(draw(st.integers(0, 6))))
    )


@given(documents(), st.dates(date(2000, 1, 1), date(2080, 12, 31)))
@settings(max_examples=80, deadline=None)
def test_an_example_always_validates(document, on):
    form = read("x", json.dumps(document).encode())
    assert [finding for finding in form.findings if finding.level == "error"] == []
    compiled = compile_form(form)

    example = compiled.example(on)

    assert compiled.accept(json.loads(json.dumps(example)), on=on).values.keys() >= example.keys()


answers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.dates() | st.binary(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)


@given(
    documents(),
    st.dictionaries(
        st.sampled_from(["first", "f0", "f1", "f2", "f3", "f1_0", "f0[0].f0_0", "f0[999].f0_1", "f9[", "f0[1000000].x"])
        | st.text(max_size=5)
        | st.integers(),
        answers,
        max_size=6,
    ),
)
@settings(max_examples=100, deadline=None)
def test_no_answers_break_a_form(document, posted):
    compiled = compile_form(read("x", json.dumps(document).encode()))
    compiled.shown(posted, on=ON)
    try:
        found = compiled.accept(posted, on=ON)
    except AnswersRejected as refused:
        said = refused.errors
    else:
        said = found.warnings
        json.dumps(found.values).encode()
    assert all(key.encode() is not None and sentences for key, sentences in said.items())


def test_a_form_of_forty_fields_is_accepted_in_under_two_milliseconds():
    fields = [
        a_component(kind, f"{kind}_{number}", validate={"required": True})
        for number in range(5)
        for kind in ("textfield", "textarea", "number", "datetime", "select", "radio", "checkbox", "checklist")
    ]
    form = a_compiled(*fields)
    example = form.example(ON)

    seconds = min(timeit.repeat(lambda: form.accept(example, on=ON), number=5, repeat=5)) / 5

    assert seconds < 2e-3
