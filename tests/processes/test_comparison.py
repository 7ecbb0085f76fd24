"""What differs between two bundles is said in sentences, each difference once, none passed over."""

from __future__ import annotations

import json
import re

import pytest

from processes import bundle as bundles
from processes.bundle import Bundle
from processes.comparison import Kind, Mark, compare
from processes.in_words import Words
from tests.processes.drawings import FORM, MANIFEST, Drawing, a_bundle, a_table, decision_call
from web import shipped


def visit(
    name: str = "家庭を訪問する", *, lane: str = "保健師", condition: str = 'outcome == "refused"', **settings: str
):
    """Start → visit → branching → (refused) a call, else the end."""
    drawing = Drawing().user_task("visit_family", name, exits="refused", **settings)
    drawing.node("exclusiveGateway", "how_it_went", "")
    drawing.user_task("phone", "電話する")
    drawing.straight("visit_family", "how_it_went")
    drawing.flow("how_it_went", "phone", condition).flow("phone", "ended")
    drawing.defaults["how_it_went"] = "how_it_went_to_ended"
    return drawing


def said(before: Bundle, after: Bundle) -> dict[str, list[tuple[Mark, str, str]]]:
    return {
        change.file: [(each.mark, each.element, each.sentence.ja) for each in change.changes]
        for change in compare(before, after)
    }


def only(before: Bundle, after: Bundle) -> list[tuple[Mark, str, str]]:
    ((_, changes),) = said(before, after).items()
    return changes


def test_equal_bundles_differ_in_nothing():
    assert compare(a_bundle(visit()), a_bundle(visit())) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param(
            {"name": "ご家庭を訪ねる"},
            "作業「ご家庭を訪ねる」の名前が「家庭を訪問する」から「ご家庭を訪ねる」に変わりました",
            id="renamed",
        ),
        pytest.param(
            {"due": "days_after(today, 7)"},
            "作業「家庭を訪問する」の期限が「なし」から「始まった日の7日後」に変わりました",
            id="a new due day",
        ),
        pytest.param(
            {"priority": "high"}, "作業「家庭を訪問する」の優先度が「なし」から「high」に変わりました", id="priority"
        ),
    ],
)
def test_a_changed_step_is_said_in_words(changed, sentence):
    assert only(a_bundle(visit()), a_bundle(visit(**changed))) == [(Mark.CHANGED, "visit_family", sentence)]


def test_a_changed_condition_is_said_in_words_at_its_arrow():
    changes = only(a_bundle(visit()), a_bundle(visit(condition='outcome == "refused" and dv_flag')))

    assert changes == [
        (
            Mark.CHANGED,
            "how_it_went_to_phone",
            "分かれ道(how_it_went)から「電話する」への矢印を通る条件が"
            "『直前の作業の結果が「拒否された」』から"
            "『直前の作業の結果が「拒否された」、かつ「心配な様子」が「はい」』に変わりました",
        )
    ]


def test_a_step_that_came_or_went_is_named_with_its_place():
    short = Drawing().user_task("visit_family").straight("visit_family")
    longer = Drawing().user_task("visit_family").user_task("report", "報告する").straight("visit_family", "report")

    came = only(a_bundle(short), a_bundle(longer))
    gone = only(a_bundle(longer), a_bundle(short))

    assert came[0] == (Mark.ADDED, "report", "作業「報告する」(「家庭を訪問する」のあと)が加わりました")
    assert came[1:] == [
        (Mark.REMOVED, "visit_family_to_ended", "「家庭を訪問する」から「終わり」への矢印がなくなりました")
    ]
    assert gone[0] == (Mark.REMOVED, "report", "作業「報告する」(「家庭を訪問する」のあと)がなくなりました")


def test_the_role_and_the_kind_of_a_step_are_compared():
    by_nurse = Drawing().user_task("visit_family").straight("visit_family")
    by_midwife = Drawing(lane="助産師").user_task("visit_family").straight("visit_family")

    assert "作業「家庭を訪問する」の担当が「保健師」から「助産師」に変わりました" in [
        sentence for _, _, sentence in only(a_bundle(by_nurse), a_bundle(by_midwife))
    ]


def test_a_file_in_which_only_the_layout_differs_is_not_passed_over():
    moved = visit()
    moved.places["visit_family"] = (400.0, 300.0)

    ((mark, element, sentence),) = only(a_bundle(visit()), a_bundle(moved))

    assert (mark, element) == (Mark.CHANGED, "")
    assert "進み方に関わらない" in sentence


def test_a_changed_row_of_a_table_is_said_with_both_states():
    def bundle(days: str) -> Bundle:
        table = a_table(
            (["true"], [days]), (["false"], ["14"]), inputs={"dv_flag": "boolean"}, outputs={"wait_days": "number"}
        )
        drawing = Drawing().node("businessRuleTask", "it", "決める", decision_call("level")).straight("it")
        return a_bundle(drawing, tables={"level": table})

    changes = only(bundle("2"), bundle("7"))

    assert changes == [
        (
            Mark.CHANGED,
            "row_0",
            "1行目が『「心配な様子」が「はい」 → wait_days: 2』から"
            "『「心配な様子」が「はい」 → wait_days: 7』に変わりました",
        )
    ]


def test_fields_of_a_form_that_came_went_or_changed():
    form = json.loads(FORM)
    first = form["components"][0]
    renamed = {**form, "components": [{**first, "label": "新しい見出し"}, *form["components"][1:]]}
    longer = {
        **form,
        "components": [*form["components"], {**first, "key": "extra", "label": "ほかに", "properties": {}}],
    }

    changed = only(a_bundle(visit()), a_bundle(visit(), form=json.dumps(renamed).encode()))
    came = only(a_bundle(visit()), a_bundle(visit(), form=json.dumps(longer).encode()))

    assert changed[0][:2] == (Mark.CHANGED, first["key"])
    assert f"「{first['label']}」から「新しい見出し」に変わりました" in changed[0][2]
    assert came == [(Mark.ADDED, "extra", "欄「ほかに」が加わりました")]


def test_numbers_and_facts_of_the_manifest():
    manifest = MANIFEST.replace("[parameters]", "[parameters]\nnew_days = 3\n", 1)

    changes = only(a_bundle(visit()), a_bundle(visit(), manifest=manifest))

    assert changes == [(Mark.ADDED, "new_days", "数・設定「new_days」(初めの値 3)が加わりました")]


def test_a_diagram_that_came_names_its_steps_and_stands_before_the_numbers():
    more = Drawing("phoning", "電話").user_task("phone", "電話する").straight("phone")
    found = compare(a_bundle(visit()), a_bundle(visit(), more, manifest=MANIFEST.replace("まちの支援", "夏")))

    assert [(each.kind, each.mark) for each in found] == [
        (Kind.DIAGRAM, Mark.ADDED),
        (Kind.NUMBERS, Mark.CHANGED),
    ]
    assert found[0].elements(Mark.ADDED) == ["started", "phone", "ended"]


def test_every_condition_of_the_shipped_bundle_is_said_without_code():
    """Names of facts would be seen in brackets; a parameter's own name stands behind its number."""
    shipped_bundle = bundles.read(shipped.FOLDER)
    words = Words(shipped_bundle)
    conditions = [flow.condition for process in shipped_bundle.processes.values() for flow in process.flows.values()]

    for condition in filter(None, conditions):
        said = words.expression(condition)
        assert not re.search(r"==|[<>]=?|outcome", said.ja), (condition, said.ja)
        assert not re.search(r"==|[<>]=?", said.en), (condition, said.en)
        assert not [fact for fact in shipped_bundle.facts if f"「{fact}」" in said.ja], (condition, said.ja)
