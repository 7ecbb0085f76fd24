"""Reading bundles from files."""

from pathlib import Path

import pytest

from forms.values import ValueType
from processes.bundle import BundleError, from_files, read, version_of
from processes.linting import lint
from processes.vocabulary import vocabulary_json
from tests.processes.drawings import MANIFEST, a_bundle
from tests.processes.test_lint_paths import written

PROCESSES = Path(__file__).parents[2] / "processes"


def test_a_bundle_holds_what_its_files_say():
    bundle = a_bundle()

    assert (bundle.name, bundle.title.ja, bundle.journey) == ("town", "まちの支援", "family_journey")
    assert bundle.facts["born_on"].type is ValueType.DATE
    assert bundle.facts["born_on"].scope == "track"
    assert bundle.parameters["visit_days"] == 28
    assert set(bundle.processes) == {"family_journey", "visit"}
    assert set(bundle.forms) == {"fm09"}
    assert bundle.findings == ()


def test_a_fact_may_belong_to_the_case_and_have_limits():
    manifest = MANIFEST.replace('score = "int"', 'score = { type = "int", scope = "case", minimum = 0, maximum = 30 }')

    fact = a_bundle(manifest=manifest).facts["score"]

    assert (fact.type, fact.scope, fact.minimum, fact.maximum) == (ValueType.INT, "case", 0, 30)


def test_the_risk_level_is_from_nought_to_four():
    fact = a_bundle().facts["risk_level"]

    assert (fact.minimum, fact.maximum) == (0, 4)


def test_the_version_depends_on_names_and_contents_only():
    files = dict(a_bundle().files)
    reversed_files = dict(reversed(files.items()))

    assert version_of(files) == version_of(reversed_files) == a_bundle().version
    assert version_of(files | {"forms/town/fm09.form": b"{}"}) != version_of(files)


def test_a_folder_is_read_from_above_and_from_inside(tmp_path):
    folder = written(tmp_path)

    assert read(folder).version == read(folder / "processes").version == read(folder / "processes/town").version


def test_no_bundle_and_two_bundles_are_refused(tmp_path):
    with pytest.raises(BundleError):
        read(tmp_path)
    with pytest.raises(BundleError):
        from_files({"forms/town/fm09.form": b"{}"})

    other = written(tmp_path) / "processes/village"
    other.mkdir()
    (other / "bundle.toml").write_text(MANIFEST, encoding="utf-8")
    with pytest.raises(BundleError):
        read(tmp_path)
    assert {finding.file.split("/")[1] for finding in lint(tmp_path)} == {"town", "village"}


def test_a_file_that_cannot_be_read_leaves_the_rest_usable():
    bundle = from_files({**a_bundle().files, "processes/town/visit.bpmn": b"<"})

    assert [finding.rule for finding in bundle.findings] == ["malformed_xml"]
    assert set(bundle.processes) == {"family_journey"}


def test_the_vocabulary_lists_the_bundles_facts_and_parameters():
    words = vocabulary_json(a_bundle())

    assert words["facts"]["risk_level"] == {"type": "int", "scope": "track", "minimum": 0, "maximum": 4}
    assert words["parameters"]["visit_days"] == 28
    assert words["functions"]["days_after"]["result"] == "date"
    assert words["lanes"]["保健師"] == "public_health_nurse"
    assert words["exits"]["absent"]["en"]
    assert vocabulary_json(None)["facts"] == {}


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PROCESSES.glob("*/bundle.toml")), ids=lambda p: p.name
)
def test_the_shipped_bundles_have_no_errors(folder):
    assert [finding for finding in lint(folder) if finding.level == "error"] == []
