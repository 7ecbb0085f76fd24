"""Proposing and publishing: two people, no errors, nothing ever overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine import definitions
from engine.database import new_id, transaction
from engine.definitions import (
    AlreadyInForce,
    BundleRefused,
    OwnProposal,
    ProposalClosed,
    ProposalState,
    ProposalUnknown,
    VersionDamaged,
    VersionFile,
    VersionUnknown,
    version,
)
from tests.engine.definitions.bundles import a_broken_bundle, a_bundle
from tests.engine.towns import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def town(database):
    with transaction(database, municipality_id=new_id()) as session:
        yield session


@pytest.fixture(autouse=True)
def forget_bundles(monkeypatch):
    monkeypatch.setattr(version, "_bundles", version._Bundles(32))


def publish(session, bundle, now=NOW):
    proposal = definitions.propose(session, bundle, by="tanaka", now=now)
    definitions.approve(session, proposal.id, by="suzuki", now=now)
    return session.get(definitions.BundleVersion, (proposal.municipality_id, bundle.version))


def test_a_proposal_is_not_in_force_until_a_second_person_agrees(town):
    bundle = a_bundle()

    proposal = definitions.propose(town, bundle, by="tanaka", now=NOW, note="初版")
    assert definitions.current(town, "town") is None

    definitions.approve(town, proposal.id, by="suzuki", now=LATER)
    assert definitions.current(town, "town").id == bundle.version
    assert (proposal.state, proposal.approved_by, proposal.published_at) == (ProposalState.PUBLISHED, "suzuki", LATER)


def test_the_proposer_cannot_approve(town):
    proposal = definitions.propose(town, a_bundle(), by="tanaka", now=NOW)

    with pytest.raises(OwnProposal) as caught:
        definitions.approve(town, proposal.id, by="tanaka", now=LATER)

    assert caught.value.code == "own_proposal"
    assert definitions.current(town, "town") is None


def test_a_proposal_is_decided_once(town):
    published = definitions.propose(town, a_bundle(), by="tanaka", now=NOW)
    definitions.approve(town, published.id, by="suzuki", now=NOW)
    withdrawn = definitions.propose(town, a_bundle("二"), by="tanaka", now=NOW)
    definitions.withdraw(town, withdrawn.id, by="tanaka", now=NOW)

    for proposal in (published, withdrawn):
        with pytest.raises(ProposalClosed):
            definitions.approve(town, proposal.id, by="suzuki", now=LATER)
        with pytest.raises(ProposalClosed):
            definitions.withdraw(town, proposal.id, by="tanaka", now=LATER)


def test_an_unknown_proposal_or_version_is_not_found(town):
    with pytest.raises(ProposalUnknown):
        definitions.approve(town, new_id(), by="suzuki", now=NOW)
    with pytest.raises(VersionUnknown):
        definitions.bundle_of(town, "0" * 64)


def test_a_bundle_with_errors_is_refused_with_its_findings_and_leaves_nothing(town):
    with pytest.raises(BundleRefused) as caught:
        definitions.propose(town, a_broken_bundle(), by="tanaka", now=NOW)

    assert any(finding.level == "error" for finding in caught.value.findings)
    assert definitions.versions(town) == []


def test_what_is_in_force_cannot_be_proposed_again_but_an_older_version_can(town):
    publish(town, a_bundle("一"))
    publish(town, a_bundle("二"), LATER)

    with pytest.raises(AlreadyInForce):
        definitions.propose(town, a_bundle("二"), by="tanaka", now=LATER)
    publish(town, a_bundle("一"), LATER + timedelta(hours=1))

    assert definitions.current(town, "town").id == a_bundle("一").version
    assert [(line.number, line.is_current) for line in definitions.versions(town)] == [(2, False), (1, True)]


def test_what_is_published_last_is_in_force_even_when_the_town_s_clock_was_set_back(town):
    publish(town, a_bundle("一"), NOW)
    publish(town, a_bundle("二"), NOW - timedelta(days=4000))

    assert definitions.current(town, "town").id == a_bundle("二").version


def test_the_same_proposal_twice_is_one(town):
    first = definitions.propose(town, a_bundle(), by="tanaka", now=NOW)

    assert definitions.propose(town, a_bundle(), by="tanaka", now=LATER) is first


def test_two_people_may_propose_the_same_and_each_approves_the_other_s(town):
    definitions.propose(town, a_bundle(), by="tanaka", now=NOW)
    second = definitions.propose(town, a_bundle(), by="suzuki", now=NOW)

    definitions.approve(town, second.id, by="tanaka", now=NOW)

    assert len(definitions.versions(town)) == 1


def test_versions_are_listed_newest_first_with_what_became_of_them(town):
    publish(town, a_bundle("一"))
    definitions.propose(town, a_bundle("二"), by="tanaka", now=LATER)

    newest, oldest = definitions.versions(town, "town")

    assert (newest.number, newest.published_at, newest.is_current, newest.proposed_by) == (2, None, False, "tanaka")
    assert (oldest.number, oldest.published_at, oldest.is_current, oldest.approved_by) == (1, NOW, True, "suzuki")
    assert definitions.versions(town, "other") == []


def test_the_bundle_of_a_version_is_what_was_proposed_and_is_read_once(town):
    bundle = a_bundle()
    publish(town, bundle)

    first = definitions.bundle_of(town, bundle.version)

    assert first.files == bundle.files
    assert first.version == bundle.version
    assert definitions.bundle_of(town, bundle.version) is first


def test_only_the_bundles_used_last_are_held(town):
    held = version._Bundles(2)
    for name in "abc":
        held.put(name, a_bundle())
        held.get("a")

    assert [name for name in "abc" if held.get(name)] == ["a", "c"]


def test_a_town_does_not_see_the_versions_of_another(database):
    with transaction(database, municipality_id=new_id()) as session:
        publish(session, a_bundle())

    with transaction(database, municipality_id=new_id()) as session:
        assert definitions.versions(session) == []
        assert definitions.current(session, "town") is None
        with pytest.raises(VersionUnknown):
            definitions.files_of(session, a_bundle().version)


@pytest.mark.parametrize("statement", ["UPDATE {0} SET municipality_id = 'x'", "DELETE FROM {0}"])
@pytest.mark.parametrize("table", ["version_file", "bundle_version"])
def test_published_rows_cannot_be_altered(database, table, statement):
    town = new_id()
    with transaction(database, municipality_id=town) as session:
        publish(session, a_bundle())

    with pytest.raises(DBAPIError), transaction(database) as session:
        session.execute(sa.text(statement.format(table)))

    with transaction(database, read_only=True, municipality_id=town) as session:
        assert definitions.files_of(session, a_bundle().version) == a_bundle().files


def test_files_that_do_not_have_the_hash_of_their_version_are_not_run(town):
    kept = publish(town, a_bundle())
    town.add(VersionFile(version_id=kept.id, path="forms/town/smuggled.form", content=b"{}"))
    town.flush()
    version._bundles = version._Bundles(32)

    with pytest.raises(VersionDamaged):
        definitions.bundle_of(town, kept.id)
