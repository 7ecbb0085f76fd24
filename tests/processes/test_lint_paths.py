"""What may be handed to lint, and that nothing in a file makes it raise."""

from __future__ import annotations

import contextlib
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes import bpmn, bundle, dmn
from processes.findings import Unreadable
from processes.linting import lint, lint_bundle
from tests.processes.drawings import MANIFEST, Drawing, a_bundle, a_journey, a_table, a_visit, errors


def written(folder: Path, files: dict[str, bytes] | None = None) -> Path:
    """The bundle of all cases as files under `folder`; `files` come on top."""
    for name, data in {**a_bundle().files, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


BROKEN = a_visit().xml().replace(b'targetRef="met"', b'targetRef="nowhere"')


def test_a_folder_of_processes_and_forms_is_a_bundle(tmp_path):
    assert errors(lint(written(tmp_path))) == []


def test_a_bundles_own_folder_finds_its_forms(tmp_path):
    assert errors(lint(written(tmp_path) / "processes/town")) == []


def test_one_file_is_looked_at_in_its_bundle(tmp_path):
    folder = written(tmp_path, {"processes/town/visit.bpmn": BROKEN, "processes/town/other.bpmn": b"<"})

    findings = lint(folder / "processes/town/visit.bpmn")

    assert {finding.file for finding in findings} == {"processes/town/visit.bpmn"}
    assert "dangling_reference" in {finding.rule for finding in findings}
    assert errors(lint(folder / "forms/town/fm09.form")) == []


def test_a_lone_diagram_is_not_asked_for_facts_it_cannot_know(tmp_path):
    (tmp_path / "visit.bpmn").write_bytes(a_visit().xml())
    (tmp_path / "family_journey.bpmn").write_bytes(a_journey().xml())
    (tmp_path / "level.dmn").write_bytes(a_table((["-"], ['"a"']), inputs={"anything": "integer"}))

    for name in ("visit.bpmn", "family_journey.bpmn", "level.dmn"):
        assert errors(lint(tmp_path / name)) == []


def test_a_lone_table_still_has_its_gap_found(tmp_path):
    path = tmp_path / "level.dmn"
    path.write_bytes(a_table((["<= 3"], ['"a"']), ([">= 4"], ['"b"']), inputs={"n": "number"}, policy="UNIQUE"))
    assert errors(lint(path)) == []

    path.write_bytes(a_table((["< 3"], ['"a"']), (["> 4"], ['"b"']), inputs={"n": "number"}, policy="UNIQUE"))
    assert [finding.rule for finding in errors(lint(path))] == ["dmn_gap"]


def test_nothing_at_the_path_is_the_callers_mistake(tmp_path):
    with pytest.raises(FileNotFoundError):
        lint(tmp_path / "nothing")


def test_a_folder_without_a_bundle_says_so(tmp_path):
    (tmp_path / "visit.bpmn").write_bytes(a_visit().xml())

    findings = lint(tmp_path)

    assert [finding.rule for finding in errors(findings)] == ["no_bundle"]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        pytest.param("x.bpmn", b"", "malformed_xml", id="empty"),
        pytest.param("x.bpmn", b"<bpmn:definitions>", "malformed_xml", id="unclosed"),
        pytest.param("x.bpmn", b"<html/>", "not_bpmn", id="another kind of XML"),
        pytest.param("x.bpmn", BOMB, "doctype", id="entity bomb"),
        pytest.param("x.dmn", ENTITY, "doctype", id="outside entity"),
        pytest.param("x.bpmn", "<あ/>".encode("shift_jis"), "not_utf8", id="Shift JIS"),
        pytest.param("x.bpmn", b'<?xml version="1.0" encoding="iso-8859-1"?><x/>', "not_utf8", id="declares latin-1"),
        pytest.param("x.bpmn", b"<x>" + b" " * 5_000_000 + b"</x>", "too_large", id="huge"),
        pytest.param("x.bpmn", b"<x>" * 2000 + b"</x>" * 2000, "malformed_xml", id="very deep"),
        pytest.param("x.bpmn", b"\x00\x01\x02", "malformed_xml", id="binary"),
        pytest.param("x.dmn", b"<definitions/>", "not_dmn", id="no namespace"),
        pytest.param("bundle.toml", b"name = ", "malformed_toml", id="invalid TOML"),
        pytest.param("bundle.toml", b"\xff", "not_utf8", id="TOML that is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(tmp_path, name, data, rule):
    folder = written(tmp_path, {f"processes/town/{name}": data})

    for path in (folder, folder / "processes/town" / name):
        findings = [finding for finding in lint(path) if finding.file == f"processes/town/{name}"]
        assert rule in {finding.rule for finding in findings}


def test_a_diagram_of_a_thousand_nodes_is_refused_before_it_is_checked():
    drawing = Drawing()
    ids = [f"step_{step}" for step in range(1000)]
    for id in ids:
        drawing.user_task(id)

    assert "too_large" in {finding.rule for finding in a_bundle(drawing.straight(*ids)).findings}


def test_folders_loops_and_pipes_named_like_diagrams_are_findings(tmp_path):
    folder = written(tmp_path)
    town = folder / "processes/town"
    (town / "folder.bpmn").mkdir()
    (town / "loop.bpmn").symlink_to("loop.bpmn")
    (town / "gone.dmn").symlink_to("nowhere")
    os.mkfifo(town / "pipe.bpmn")

    rules = {finding.file: finding.rule for finding in errors(lint(folder))}

    assert rules == {
        "processes/town/folder.bpmn": "not_a_file",
        "processes/town/loop.bpmn": "unreadable",
        "processes/town/gone.dmn": "unreadable",
        "processes/town/pipe.bpmn": "not_a_file",
    }
    for name in ("folder.bpmn", "loop.bpmn", "gone.dmn", "pipe.bpmn"):
        assert len(lint(town / name)) == 1


def test_a_manifest_that_is_a_folder_is_a_finding(tmp_path):
    folder = written(tmp_path)
    (folder / "processes/town/bundle.toml").unlink()
    (folder / "processes/town/bundle.toml").mkdir()

    assert "not_a_file" in {finding.rule for finding in lint(folder)}


@pytest.mark.parametrize(
    ("manifest", "rule"),
    [
        ('title_ja = "a"\ntitle_en = "a"\njourney = "visit"\n[facts]\n[parameters]', "manifest_key"),
        ('name = "a"\ntitle_ja = "a"\ntitle_en = "a"\njourney = "visit"\nfacts = 3\n[parameters]', "manifest_key"),
        (
            'name = "a"\ntitle_ja = "a"\ntitle_en = "a"\njourney = "visit"\n[facts]\nx = "colour"\n[parameters]',
            "fact_type",
        ),
        (
            'name = "a"\ntitle_ja = "a"\ntitle_en = "a"\njourney = "visit"\n[facts]\n[parameters]\nx = [1]',
            "parameter_value",
        ),
        (
            'name = "a"\ntitle_ja = "a"\ntitle_en = "a"\njourney = "visit"\n[facts]\nx = "int"\n[parameters]\nx = 1',
            "name_twice",
        ),
    ],
)
def test_what_is_wrong_in_the_manifest_is_a_finding(manifest, rule):
    assert rule in {finding.rule for finding in lint_bundle(a_bundle(manifest=manifest))}


def test_a_manifest_without_its_journey_is_asked_for_that_alone():
    manifest = MANIFEST.replace('journey = "family_journey"', "")

    assert [(each.rule, each.element) for each in errors(lint_bundle(a_bundle(manifest=manifest)))] == [
        ("manifest_key", "journey")
    ]


SHIPPED, _ = bundle.files_of(Path(bundle.__file__).parent / "seamless_support")


@pytest.mark.parametrize("suffix", [".bpmn", ".dmn", ".form", ".toml"])
def test_a_file_that_cannot_be_read_brings_no_complaints_about_the_others(suffix):
    usual = {(each.file, each.element, each.rule) for each in lint_bundle(bundle.from_files(SHIPPED))}

    for broken in [file for file in SHIPPED if file.endswith(suffix)][:8]:
        findings = lint_bundle(bundle.from_files({**SHIPPED, broken: b"<"}))

        assert [each.file for each in findings if (each.file, each.element, each.rule) not in usual] == [broken]


def test_a_fact_that_is_badly_declared_is_complained_of_once():
    manifest = MANIFEST.replace('risk_level = "int"', 'risk_level = "colour"')

    assert [each.rule for each in errors(lint_bundle(a_bundle(manifest=manifest)))] == ["fact_type"]


# --- nothing makes it raise ---

CORPUS = [
    *a_bundle().files.values(),
    a_table((["< 3"], ['"a"']), ([">= 4"], ['"b"']), inputs={"risk_level": "integer"}),
]
WORDS = [
    b"outcome",
    b"<",
    b">",
    b'"',
    b"&#0;",
    b"&lt;",
    b"sequenceFlow",
    b"subProcess",
    b"visit_home",
    b"",
    b"NaN",
    b"-",
    b"[",
    b"\xff",
    "漢".encode(),
]


def mutated(data: bytes, seed: int) -> bytes:
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 6)):
        place, length = dice.randrange(len(data) + 1), dice.choice([0, 1, 3, 20, 200])
        other = dice.choice(CORPUS)
        start = dice.randrange(len(other))
        piece = dice.choice([dice.choice(WORDS), other[start : start + dice.choice([5, 60, 400])]])
        data = data[:place] + piece + data[place + length :]
    return data


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3), st.integers(0, 2**32))
def test_mutated_files_give_findings_and_no_exception(which, seed):
    files = dict(a_bundle().files) | {"processes/town/level.dmn": CORPUS[-1]}
    name = [*files][which] if which < 3 else "processes/town/level.dmn"
    files[name] = mutated(files[name], seed)

    lint_bundle(bundle.from_files(files))
    lint_bundle(bundle.from_files({Path(name).name: files[name]}, whole=False))


ATTRIBUTES = [
    "id",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "calledElement",
    "bpmnElement",
    "name",
    "x",
    "messageRef",
    "value",
]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_well_formed_nonsense_gives_findings_and_no_exception(seed):
    """Attributes and whole elements change places, so that the XML stays readable and the diagram becomes absurd."""
    from lxml import etree

    dice = random.Random(seed)
    source = dice.choice([a_journey().xml(), a_visit().xml(), CORPUS[-1]])
    root = etree.fromstring(source)
    elements = [element for element in root.iter() if element is not root]
    for _ in range(dice.randint(1, 8)):
        one, other = dice.choice(elements), dice.choice(elements)
        act = dice.randrange(4)
        if act == 0 and one.attrib:
            one.attrib[dice.choice([str(name) for name in one.attrib])] = dice.choice(
                [other.get("id") or "x", "", "-1", "true"]
            )
        elif act == 1 and one.getparent() is not None:
            one.getparent().remove(one)
        elif act == 2 and one not in other.iterancestors() and one is not other:
            other.append(one)
        else:
            one.text = other.text
            one.set(dice.choice(ATTRIBUTES), dice.choice(elements).get("id") or "")
    data = etree.tostring(root)

    name = "level.dmn" if source is CORPUS[-1] else "visit.bpmn"
    lint_bundle(bundle.from_files({**a_bundle().files, f"processes/town/{name}": data}))
    lint_bundle(bundle.from_files({name: data}, whole=False))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_readers_raise_nothing_but_unreadable(data):
    for read in (bpmn.read, dmn.read):
        with contextlib.suppress(Unreadable):
            read("x", data)


@pytest.mark.timeout(60)
def test_a_bundle_of_twenty_five_diagrams_is_checked_in_two_seconds():
    drawings = []
    for number in range(23):
        drawing = Drawing(f"part_{number}", "一部")
        ids = [f"step_{step}" for step in range(26)]
        for id in ids:
            drawing.user_task(id, exits="none", due="days_after(born_on, visit_days)")
        drawings.append(drawing.straight(*ids))
    files = a_bundle(*drawings).files

    began = time.process_time()
    lint_bundle(bundle.from_files(files))

    assert time.process_time() - began < 2
