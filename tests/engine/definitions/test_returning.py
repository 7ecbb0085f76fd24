"""Proposals that go back: returned, withdrawn, overtaken by another publication; and bringing a draft up to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from engine import definitions
from engine.database import new_id, transaction
from engine.definitions import (
    CommentMissing,
    ForeignProposal,
    Outdated,
    OwnProposal,
    ProposalClosed,
    ProposalState,
    draft,
    taking_over,
)
from engine.definitions.taking_over import ChoiceMissing, Keep
from tests.engine.definitions.bundles import a_bundle
from tests.engine.towns import NOW

LATER = NOW + timedelta(hours=1)
TOML = "processes/town/bundle.toml"
FORM = "forms/town/fm09.form"


@pytest.fixture
def town(database):
    with transaction(database, municipality_id=new_id()) as session:
        first = definitions.propose(session, a_bundle(), by="tanaka", now=NOW)
        definitions.approve(session, first.id, by="suzuki", now=NOW)
        yield session


def renamed(session, row, title):
    """The draft with another title in its bundle.toml."""
    old = draft.read(session, row.id, TOML).decode()
    draft.write(session, row.id, TOML, old.replace("まちの支援", title).encode(), now=NOW)


def a_changed_draft(session, title, by="tanaka"):
    row = draft.start(session, "town", by=by, now=NOW)
    renamed(session, row, title)
    return row


def test_a_returned_proposal_is_closed_with_its_comment_and_the_draft_can_be_put_forward_again(town):
    row = a_changed_draft(town, "夏の支援")
    proposal = draft.propose(town, row.id, by="tanaka", now=NOW)

    definitions.send_back(town, proposal.id, by="suzuki", comment=" 期限を直してください ", now=LATER)

    assert (proposal.state, proposal.comment, proposal.closed_by) == (
        ProposalState.RETURNED,
        "期限を直してください",
        "suzuki",
    )
    assert definitions.proposal.last_of_draft(town, row.id) is proposal
    with pytest.raises(ProposalClosed):
        definitions.approve(town, proposal.id, by="suzuki", now=LATER)
    again = draft.propose(town, row.id, by="tanaka", now=LATER)
    assert again.id != proposal.id
    assert definitions.approve(town, again.id, by="suzuki", now=LATER).state is ProposalState.PUBLISHED


def test_returning_needs_another_person_and_a_reason(town):
    proposal = draft.propose(town, a_changed_draft(town, "夏の支援").id, by="tanaka", now=NOW)

    with pytest.raises(OwnProposal):
        definitions.send_back(town, proposal.id, by="tanaka", comment="x", now=LATER)
    with pytest.raises(CommentMissing):
        definitions.send_back(town, proposal.id, by="suzuki", comment=" \n", now=LATER)
    assert proposal.state is ProposalState.OPEN


def test_only_the_proposer_withdraws(town):
    proposal = draft.propose(town, a_changed_draft(town, "夏の支援").id, by="tanaka", now=NOW)

    with pytest.raises(ForeignProposal):
        definitions.withdraw(town, proposal.id, by="suzuki", now=LATER)
    assert definitions.withdraw(town, proposal.id, by="tanaka", now=LATER).state is ProposalState.WITHDRAWN


def test_a_draft_has_one_open_proposal_the_last(town):
    row = a_changed_draft(town, "夏の支援")
    first = draft.propose(town, row.id, by="tanaka", now=NOW)
    renamed_again = draft.read(town, row.id, TOML).decode().replace("夏の支援", "秋の支援")
    draft.write(town, row.id, TOML, renamed_again.encode(), now=NOW)

    second = draft.propose(town, row.id, by="tanaka", now=LATER)

    assert (first.state, second.state) == (ProposalState.WITHDRAWN, ProposalState.OPEN)


def test_a_proposal_older_than_a_publication_undoes_nothing(town):
    old = draft.propose(town, a_changed_draft(town, "夏の支援").id, by="tanaka", now=NOW)
    other = draft.propose(town, a_changed_draft(town, "秋の支援", by="mori").id, by="mori", now=NOW)
    definitions.approve(town, other.id, by="suzuki", now=LATER)

    with pytest.raises(Outdated) as caught:
        definitions.approve(town, old.id, by="suzuki", now=LATER)

    assert caught.value.code == "proposal_outdated"
    assert definitions.current(town, "town").id == other.version_id
    assert old.state is ProposalState.OPEN


def test_a_draft_older_than_a_publication_is_not_put_forward(town):
    row = a_changed_draft(town, "夏の支援")
    other = draft.propose(town, a_changed_draft(town, "秋の支援", by="mori").id, by="mori", now=NOW)
    definitions.approve(town, other.id, by="suzuki", now=LATER)

    with pytest.raises(Outdated):
        draft.propose(town, row.id, by="tanaka", now=LATER)


def test_a_draft_goes_on_from_its_own_publication(town):
    row = a_changed_draft(town, "夏の支援")
    proposal = draft.propose(town, row.id, by="tanaka", now=NOW)
    definitions.approve(town, proposal.id, by="suzuki", now=LATER)

    draft.was_published(town, proposal)

    assert row.based_on == proposal.version_id
    assert taking_over.overlap(town, row.id) is None


def test_what_was_published_is_taken_over_beside_the_draft_s_own_changes(town):
    row = draft.start(town, "town", by="tanaka", now=NOW)
    own = draft.read(town, row.id, FORM) + b"\n"
    draft.write(town, row.id, FORM, own, now=NOW)
    other = draft.propose(town, a_changed_draft(town, "秋の支援", by="mori").id, by="mori", now=NOW)
    definitions.approve(town, other.id, by="suzuki", now=LATER)

    found = taking_over.overlap(town, row.id)
    taking_over.take_over(town, row.id, {}, now=LATER)

    assert (found.taken, found.both) == ((TOML,), ())
    assert draft.read(town, row.id, FORM) == own
    assert "秋の支援" in draft.read(town, row.id, TOML).decode()
    proposal = draft.propose(town, row.id, by="tanaka", now=LATER)
    assert definitions.approve(town, proposal.id, by="suzuki", now=LATER).state is ProposalState.PUBLISHED


@pytest.mark.parametrize(("keep", "kept"), [(Keep.OWN, "夏の支援"), (Keep.PUBLISHED, "秋の支援")])
def test_where_both_changed_one_file_a_person_chooses(town, keep, kept):
    row = a_changed_draft(town, "夏の支援")
    other = draft.propose(town, a_changed_draft(town, "秋の支援", by="mori").id, by="mori", now=NOW)
    definitions.approve(town, other.id, by="suzuki", now=LATER)

    with pytest.raises(ChoiceMissing):
        taking_over.take_over(town, row.id, {}, now=LATER)
    assert row.based_on == a_bundle().version
    taking_over.take_over(town, row.id, {TOML: keep}, now=LATER)

    assert kept in draft.read(town, row.id, TOML).decode()
    assert row.based_on == other.version_id


def test_a_file_deleted_by_the_publication_goes_and_one_deleted_on_both_sides_is_no_clash(town):
    row = draft.start(town, "town", by="tanaka", now=NOW)
    extra = draft.start(town, "town", by="mori", now=NOW)
    table = next(line.path for line in draft.files(town, row.id) if line.path.endswith(".form"))
    draft.write(town, extra.id, "forms/town/extra.form", draft.read(town, row.id, table), now=NOW)
    with_extra = draft.propose(town, extra.id, by="mori", now=NOW)
    definitions.approve(town, with_extra.id, by="suzuki", now=LATER)
    draft.was_published(town, with_extra)
    taking_over.take_over(town, row.id, {}, now=LATER)
    assert draft.read(town, row.id, "forms/town/extra.form")

    draft.remove(town, extra.id, "forms/town/extra.form", now=LATER)
    without = draft.propose(town, extra.id, by="mori", now=LATER)
    definitions.approve(town, without.id, by="suzuki", now=LATER)
    taking_over.take_over(town, row.id, {}, now=LATER)

    assert "forms/town/extra.form" not in {line.path for line in draft.files(town, row.id)}


def test_of_two_approvals_at_the_same_moment_one_wins(database):
    municipality = new_id()
    with transaction(database, municipality_id=municipality) as session:
        first = definitions.propose(session, a_bundle(), by="tanaka", now=NOW)
        definitions.approve(session, first.id, by="suzuki", now=NOW)
        rivals = [
            draft.propose(session, a_changed_draft(session, title, by=who).id, by=who, now=NOW).id
            for title, who in (("夏の支援", "tanaka"), ("秋の支援", "mori"))
        ]
    together = Barrier(2)

    def approve(proposal_id: str) -> str:
        together.wait(timeout=30)
        try:
            with transaction(database, municipality_id=municipality) as session:
                definitions.approve(session, proposal_id, by="suzuki", now=LATER)
        except Outdated as error:
            return error.code
        return "published"

    with ThreadPoolExecutor(2) as people:
        results = sorted(people.map(approve, rivals))

    assert results == ["proposal_outdated", "published"]
    with transaction(database, municipality_id=municipality, read_only=True) as session:
        open_now = definitions.proposals(session, ProposalState.OPEN)
        published = definitions.proposals(session, ProposalState.PUBLISHED)
        assert (len(open_now), sorted(each.publication for each in published)) == (1, [1, 2])
