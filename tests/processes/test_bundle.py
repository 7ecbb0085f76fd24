"""Reading bundles from files."""

from pathlib import Path

import pytest

from forms.values import ValueType
from processes import manifest
from processes.bundle import BundleError, from_files, read, version_of
from processes.linting import lint, lint_bundle
from processes.parameters import ParameterError
from processes.vocabulary import FACTS, vocabulary_json
from tests.processes.drawings import MANIFEST, a_bundle, errors
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


def test_a_fact_of_the_vocabulary_need_not_be_declared():
    manifest = MANIFEST.partition("[facts]")[0] + "[parameters]\nvisit_days = 28\n"

    bundle = a_bundle(manifest=manifest)

    assert (bundle.facts["due_on"].type, bundle.facts["due_on"].scope) == (ValueType.DATE, "track")
    assert bundle.facts["risk_level"].maximum == 4
    assert "visit_days" not in bundle.facts  # the bundle's own parameter
    assert errors(lint_bundle(bundle)) == []  # the form sets dv_flag, the diagrams read born_on


def test_what_the_shipped_bundle_declares_stands_in_the_vocabulary():
    """A fact new to the shipped bundle is a new word: add it to processes/vocabulary/facts.py."""
    told = manifest.read("bundle.toml", (PROCESSES / "seamless_support/bundle.toml").read_bytes(), "seamless_support")

    declared = {name: (fact.type, fact.scope) for name, fact in told.facts.items()}

    assert declared.items() <= FACTS.items()


@pytest.mark.parametrize(
    ("line", "wrong", "right"),
    [
        pytest.param('x = { value = "a", choices = ["a", "b"] }', ["c", "A", ""], ["b", "ｂ"], id="choices"),
        pytest.param("x_days = 3", ["-1", "36526", "1.5", "three", "1_0", ""], ["0", "１４"], id="days"),
        pytest.param("x = true", ["1", "yes"], ["false", "TRUE"], id="yes or no"),
        pytest.param("x = 1.5", ["nan", "inf", "1e5"], ["2", "-0.5"], id="a number"),
        pytest.param("x_level = { value = 1, maximum = 3 }", ["4", "-1"], ["3", "0"], id="a range of its own"),
        pytest.param('x = "text"', ["x" * 201], ["", "あ"], id="text"),
    ],
)
def test_a_parameter_takes_values_of_its_kind_only(line: str, wrong: list[str], right: list[str]):
    (definition,) = manifest.read("bundle.toml", f"[parameters]\n{line}\n".encode(), "town").parameters.values()

    for text in wrong:
        with pytest.raises(ParameterError):
            definition.read(text)
    assert [type(definition.read(text)) for text in right] == [type(definition.value)] * len(right)


@pytest.mark.parametrize(
    "line",
    [
        'x = { value = "c", choices = ["a"] }',
        "x_days = -1",
        "x = { choices = [1] }",
        "x = { value = 1, colour = 2 }",
        'x = { value = 1, choices = [1, "a"] }',
        'x = { value = 1, maximum = "9" }',
        "x = nan",
    ],
)
def test_a_parameter_whose_own_value_is_not_allowed_is_a_finding(line: str):
    told = manifest.read("bundle.toml", f"[parameters]\n{line}\n".encode(), "town")

    assert "parameter_value" in {finding.rule for finding in told.findings}
    assert told.parameters == {}


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PROCESSES.glob("*/bundle.toml")), ids=lambda p: p.name
)
def test_the_shipped_bundles_have_no_errors(folder):
    assert [finding for finding in lint(folder) if finding.level == "error"] == []


@pytest.mark.parametrize("table", ['names_en = "Visit"', "[names_en]\nvisit = 3"], ids=["no table", "no text"])
def test_english_names_that_cannot_be_read_are_a_finding(table: str):
    manifest_text = f'name = "a"\ntitle_ja = "あ"\ntitle_en = "A"\njourney = "a"\n{table}\n'

    told = manifest.read("bundle.toml", manifest_text.encode(), "a")

    assert [(each.element, each.level) for each in told.findings] == [("names_en", "error")]
    assert told.names_en == {}
