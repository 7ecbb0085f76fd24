"""Every rule refuses what it is there for, at the right element, and says how to mend it."""

from __future__ import annotations

import re

import pytest

from processes.linting import RULES, lint_bundle
from processes.linting.lanes import JAPANESE
from tests.processes.drawings import MANIFEST, Drawing, a_bundle, found
from tests.processes.linting import (
    conditions,
    drawing,
    gateways,
    lanes,
    questions,
    references,
    services,
    structure,
    tables,
    tasks,
    tracks,
    unused,
)
from tests.processes.linting.cases import CASES

MODULES = (
    structure,
    gateways,
    tracks,
    references,
    drawing,
    lanes,
    tasks,
    conditions,
    services,
    tables,
    questions,
    unused,
)  # importing a module enters its cases


@pytest.mark.parametrize("case", CASES)
def test_a_rule_complains_exactly_where_it_should(case):
    make, elements = CASES[case]

    assert sorted(found(make(), case.split(":")[0])) == sorted(elements)


def test_every_rule_has_its_case():
    assert {case.split(":")[0] for case in CASES} == set(RULES)


def test_every_message_is_said_in_both_languages():
    for make, _ in CASES.values():
        for finding in lint_bundle(make()):
            assert JAPANESE.search(finding.message.ja)
            assert not JAPANESE.match(finding.message.en)


def test_every_sentence_begins_with_its_place_in_both_languages():
    """The name of the diagram, table, form or manifest, and of the step, as staff call them."""
    for make, _ in CASES.values():
        bundle = make()
        for finding in lint_bundle(bundle):
            ja, en = finding.message.ja, finding.message.en
            assert ja.startswith(("図「", "判定表「", "様式「", "きまりと数")), finding
            assert en.startswith(("Diagram ", "Table ", "Form ", "Rules and numbers")), finding
            processes = bundle.diagrams[finding.file].processes if finding.file in bundle.diagrams else ()
            for node in (process.nodes.get(finding.element) for process in processes):
                assert node is None or f"「{node.name or node.id}」" in ja, finding


CODES = re.compile(r"\([^()]*\)|\"[^\"]*\"|`[^`]*`")
DRAWN = re.compile(
    r"gateway|boundary|sub-?process|\bflows?\b|\bnodes?\b|(service|user|manual|script) task|event-based|call activit|"
    r"isExecutable|BPMN|non-interrupting|terminate|extension|\bevent\b",
    re.I,
)


def test_english_sentences_speak_of_steps_and_arrows_and_not_of_the_notation():
    """Its words stand in brackets at most, for those who know them."""
    for make, _ in CASES.values():
        for finding in lint_bundle(make()):
            assert not DRAWN.search(CODES.sub("", finding.message.en)), finding


def test_a_condition_is_said_in_words_with_what_is_written_behind():
    drawing = Drawing().user_task("it", exits="refused").node("exclusiveGateway", "met", "会えたか")
    drawing.straight("it", "met").flow("met", "ended", 'outcome == "refused" and dv_flag == "x"', id="refused_way")

    (said,) = [each.message for each in lint_bundle(a_bundle(drawing)) if each.rule == "condition"]

    assert said.ja.startswith(
        "図「訪問」の「会えたか」から「終わり」への矢印: "
        "条件『直前の作業の結果が「拒否された」、かつ「心配な様子」が「x」』"
        '(書き方 outcome == "refused" and dv_flag == "x"): '
    )
    assert said.en.startswith('Diagram "Visit", the arrow from "Met" to "Ended": The condition "the outcome of')


def test_a_small_clean_bundle_of_a_stranger_is_told_nothing():
    """A journey, one call and one form: no finding is fussy, and one about visits comes only where it is called one."""
    unused = 'cutoff = 9\nwait = "P7D"\n'
    calling = Drawing(name="電話での相談").user_task("it", "様子を聞く", due="days_after(born_on, visit_days)")
    visiting = a_bundle(manifest=MANIFEST.replace(unused, ""))

    assert lint_bundle(a_bundle(calling.straight("it"), manifest=MANIFEST.replace(unused, ""))) == []
    assert [(finding.rule, finding.level) for finding in lint_bundle(visiting)] == [("visit_not_said", "warning")]


def test_the_bundle_all_cases_start_from_has_no_errors():
    assert [finding for finding in lint_bundle(a_bundle()) if finding.level == "error"] == []
