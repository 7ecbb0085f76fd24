"""Working on a draft: copy, read, write, lint, propose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import definitions
from engine.database import new_id, transaction
from engine.definitions import BundleRefused, draft
from engine.definitions.draft import DraftUnknown, FileChanged, FileRefused
from processes.bundle import BundleError
from tests.engine.definitions.bundles import a_bundle
from tests.engine.towns import NOW

LATER = NOW + timedelta(minutes=5)
BPMN = "processes/town/visit.bpmn"


@pytest.fixture
def town(database):
    with transaction(database, municipality_id=new_id()) as session:
        yield session


@pytest.fixture
def a_draft(town):
    proposal = definitions.propose(town, a_bundle(), by="tanaka", now=NOW)
    definitions.approve(town, proposal.id, by="suzuki", now=NOW)
    return draft.start(town, "town", by="tanaka", now=NOW)


def test_a_draft_begins_as_a_copy_of_the_version_in_force(town, a_draft):
    assert a_draft.based_on == a_bundle().version
    assert {line.path: line.size for line in draft.files(town, a_draft.id)} == {
        path: len(content) for path, content in a_bundle().files.items()
    }
    assert draft.bundle(town, a_draft.id).version == a_bundle().version


def test_a_draft_of_a_new_bundle_is_empty(town):
    fresh = draft.start(town, "brand_new", by="tanaka", now=NOW)

    assert (fresh.based_on, draft.files(town, fresh.id)) == (None, [])
    with pytest.raises(BundleError):
        draft.lint(town, fresh.id)


def test_what_is_written_is_read_back_and_moves_the_draft_to_the_top(town, a_draft):
    other = draft.start(town, "town", by="suzuki", now=NOW + timedelta(minutes=1))

    draft.write(town, a_draft.id, BPMN, b"<new/>", now=LATER)

    assert draft.read(town, a_draft.id, BPMN) == b"<new/>"
    assert draft.drafts(town) == [a_draft, other]
    assert draft.drafts(town, "suzuki") == [other]


def test_a_file_changed_since_it_was_read_is_not_overwritten(town, a_draft):
    seen = next(line.hash for line in draft.files(town, a_draft.id) if line.path == BPMN)
    mine = draft.write(town, a_draft.id, BPMN, b"<mine/>", seen=seen, now=LATER)

    with pytest.raises(FileChanged) as caught:
        draft.write(town, a_draft.id, BPMN, b"<theirs/>", seen=seen, now=LATER)

    assert caught.value.found == mine
    assert draft.read(town, a_draft.id, BPMN) == b"<mine/>"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "visit.bpmn",
        "processes/town/../../etc/passwd.bpmn",
        "processes/other/x.bpmn",
        "/processes/town/x.bpmn",
        "processes/town/x.py",
        "processes/town/.hidden.bpmn",
        "processes/town/deeper/x.bpmn",
        "forms/town/x.bpmn",
        "processes/town/x.bpmn\n",
        "processes/town/" + "x" * 100 + ".bpmn",
    ],
)
def test_only_files_a_bundle_may_have_are_taken(town, a_draft, path):
    with pytest.raises(FileRefused):
        draft.write(town, a_draft.id, path, b"", now=LATER)


def test_a_file_too_large_is_refused(town, a_draft):
    with pytest.raises(FileRefused):
        draft.write(town, a_draft.id, BPMN, b"x" * (draft.MAXIMUM_BYTES + 1), now=LATER)


def test_a_removed_file_is_gone_and_a_discarded_draft_with_all_its_files(town, a_draft):
    draft.remove(town, a_draft.id, BPMN, now=LATER)
    with pytest.raises(DraftUnknown):
        draft.read(town, a_draft.id, BPMN)

    draft.discard(town, a_draft.id)
    town.expire_all()
    with pytest.raises(DraftUnknown):
        draft.files(town, a_draft.id)


def test_a_draft_with_errors_shows_them_and_cannot_be_proposed(town, a_draft):
    draft.write(town, a_draft.id, BPMN, b"this is no diagram", now=LATER)

    assert any(finding.level == "error" and finding.file == BPMN for finding in draft.lint(town, a_draft.id))
    with pytest.raises(BundleRefused):
        draft.propose(town, a_draft.id, by="tanaka", now=LATER)


def test_a_sound_draft_becomes_the_next_version(town, a_draft):
    changed = draft.read(town, a_draft.id, BPMN).replace("家庭を訪問する".encode(), "家庭を訪ねる".encode())
    draft.write(town, a_draft.id, BPMN, changed, now=LATER)

    proposal = draft.propose(town, a_draft.id, by="tanaka", now=LATER)
    definitions.approve(town, proposal.id, by="suzuki", now=LATER)

    assert definitions.current(town, "town").number == 2
    assert definitions.bundle_of(town, proposal.version_id).files[BPMN] == changed
    assert a_bundle().version in {line.id for line in definitions.versions(town)}
