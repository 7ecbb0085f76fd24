"""Every bundle in the tree, whoever added it: it lints clean, its forms compile, and their examples pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forms.compiler import compile_form
from processes import bundle as bundles
from processes.linting import lint_bundle
from tests.conventions.sources import ROOT

SHIPPED = sorted(manifest.parent for manifest in (ROOT / "processes").glob("*/bundle.toml"))
FORMS = sorted((ROOT / "forms").glob("*/*.form"))
VISIT_FORMS = {"home_visit", "sighting_check"}
VISIT_WORDS = ("訪問", "会って", "直接見て")
DAYS = [
    pytest.param(date(2024, 2, 29), id="a leap day"),
    pytest.param(date(2026, 3, 31), id="the last day of a fiscal year"),
    pytest.param(date(2027, 1, 1), id="New Year"),
]


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}" if path.suffix else path.name


def test_there_is_a_bundle_and_every_form_belongs_to_one():
    assert SHIPPED
    assert {path.parent.name for path in FORMS} <= {path.name for path in SHIPPED}


@pytest.mark.parametrize("folder", SHIPPED, ids=_named)
def test_a_shipped_bundle_lints_without_findings(folder: Path):
    """Not even a warning: what we ship is the example others copy."""
    found = lint_bundle(bundles.read(folder))

    assert [f"{each.file} {each.element}: {each.rule}: {each.message.en}" for each in found] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=_named)
def test_a_shipped_bundle_has_everything_it_names(folder: Path):
    bundle = bundles.read(folder)

    assert bundle.journey in bundle.processes
    nodes = [node for process in bundle.processes.values() for node in process.nodes.values()]
    assert {node.form for node in nodes if node.form} <= set(bundle.forms), "work whose form is missing"


@pytest.mark.parametrize("folder", SHIPPED, ids=_named)
def test_work_that_reads_like_a_visit_says_whether_it_is_one(folder: Path):
    """The list of visits holds what declares itself a visit: forgetting it would leave a family off the list."""
    bundle = bundles.read(folder)
    work = [node for process in bundle.processes.values() for node in process.nodes.values() if node.is_human]
    said = {node.id: node.properties.get("visit") for node in work}
    reads_like_one = {node.id for node in work if node.form in VISIT_FORMS or any(w in node.name for w in VISIT_WORDS)}

    assert reads_like_one
    assert {element for element in reads_like_one if said[element] not in ("yes", "no")} == set()
    assert [node.id for node in work if said[node.id] == "no" and not node.documentation] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=_named)
def test_work_with_the_form_of_a_receipt_says_whether_it_waits_for_one(folder: Path):
    """The head's 引継ぎ未受領 counts what declares itself: forgetting it would lose papers that never arrived."""
    work = [node for process in bundles.read(folder).processes.values() for node in process.nodes.values()]
    said = {node.id: node.properties.get("receipt") for node in work if node.form == "handover_receipt"}

    assert {"yes", "no"} >= set(said.values()) >= {"yes"}


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("path", FORMS, ids=_named)
def test_a_form_compiles_and_its_example_passes(path: Path, on: date):
    form = bundles.read(ROOT / "processes" / path.parent.name).forms[path.stem]
    compiled = compile_form(form)

    accepted = compiled.accept(compiled.example(on), on=on)

    assert list(form.findings) == []
    assert accepted.values
    assert form.title.ja
    assert form.title.en
