"""From a change to the version in force: put forward, seen by a second person, returned, withdrawn or published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from engine import audit, definitions
from engine.access import Action, Actor, ProposalSubject, policy
from engine.access import load as load_standing
from engine.casework.viewing import staff_names
from engine.clock import jst_day
from engine.database import take_turns
from engine.definitions import Proposal, ProposalState, draft
from processes import bundle as bundles
from processes import comparison
from processes.bundle import Bundle
from processes.comparison import FileChange


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A version put forward.

    own: the actor proposed it and so cannot approve it. outdated: another version was published since it was begun, so
    nobody can. in_force: id of the version it would replace, None for a town's first. closed_by, closed_at, comment:
    who withdrew or returned it, when and why.
    """

    id: str
    bundle: str
    version_id: str
    state: ProposalState
    note: str
    proposed_by: str
    proposed_at: datetime
    own: bool
    outdated: bool
    in_force: str | None
    draft_id: str | None
    closed_by: str
    closed_at: datetime | None
    comment: str

    @property
    def is_open(self) -> bool:
        return self.state is ProposalState.OPEN


def _require(
    session: Session, actor: Actor, action: Action, now: datetime, subject: ProposalSubject | None = None
) -> None:
    policy.require(load_standing(session, actor, on=jst_day(now)), action, subject)


def _record(session: Session, what: str, by: str, proposal: Proposal, now: datetime) -> None:
    audit.record(session, what, by=by, about=None, now=now, details={"version": proposal.version_id})


def propose(session: Session, actor: Actor, bundle: Bundle, *, note: str = "", now: datetime) -> Proposal:
    """Put a bundle forward. Raises BundleRefused, AlreadyInForce, Forbidden."""
    _require(session, actor, Action.PROPOSE_VERSION, now)
    proposal = definitions.propose(session, bundle, by=actor.staff_id, now=now, note=note)
    _record(session, "version.proposed", actor.staff_id, proposal, now)
    return proposal


def propose_draft(session: Session, actor: Actor, draft_id: str, *, note: str = "", now: datetime) -> Proposal:
    """Put a draft forward. Raises BundleRefused, AlreadyInForce, Outdated, DraftUnknown, Forbidden."""
    _require(session, actor, Action.PROPOSE_VERSION, now)
    proposal = draft.propose(session, draft_id, by=actor.staff_id, now=now, note=note)
    _record(session, "version.proposed", actor.staff_id, proposal, now)
    return proposal


def approve(session: Session, actor: Actor, proposal_id: str, *, now: datetime) -> Proposal:
    """Publish what somebody else proposed: new families start on it, running ones stay pinned.

    Raises ProposalUnknown, ProposalClosed, OwnProposal, Outdated, BundleRefused, Forbidden.
    """
    found = definitions.proposal.find(session, proposal_id)
    _require(session, actor, Action.APPROVE_VERSION, now, ProposalSubject(found.proposed_by))
    proposal = definitions.approve(session, proposal_id, by=actor.staff_id, now=now)
    draft.was_published(session, proposal)
    _record(session, "version.published", actor.staff_id, proposal, now)
    return proposal


def send_back(session: Session, actor: Actor, proposal_id: str, *, comment: str, now: datetime) -> Proposal:
    """Return what somebody else proposed, with what is to change.

    Raises ProposalUnknown, ProposalClosed, OwnProposal, CommentMissing, Forbidden.
    """
    found = definitions.proposal.find(session, proposal_id)
    _require(session, actor, Action.APPROVE_VERSION, now, ProposalSubject(found.proposed_by))
    proposal = definitions.send_back(session, proposal_id, by=actor.staff_id, comment=comment, now=now)
    _record(session, "version.returned", actor.staff_id, proposal, now)
    return proposal


def withdraw(session: Session, actor: Actor, proposal_id: str, *, now: datetime) -> Proposal:
    """Take one's own proposal back. Raises ProposalUnknown, ProposalClosed, ForeignProposal, Forbidden."""
    _require(session, actor, Action.PROPOSE_VERSION, now)
    proposal = definitions.withdraw(session, proposal_id, by=actor.staff_id, now=now)
    _record(session, "version.withdrawn", actor.staff_id, proposal, now)
    return proposal


def proposals(session: Session, actor: Actor, *, now: datetime) -> list[ProposalView]:
    """Proposals that wait for a second person, newest first."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return _views(session, actor, definitions.proposals(session, ProposalState.OPEN))


def show(session: Session, actor: Actor, proposal_id: str, *, now: datetime) -> ProposalView:
    """One proposal, open or not. Raises ProposalUnknown, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return _views(session, actor, [definitions.proposal.find(session, proposal_id)])[0]


def last_of_draft(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> ProposalView | None:
    """What became of the draft the last time it was put forward; None where it never was."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    found = definitions.proposal.last_of_draft(session, draft_id)
    return _views(session, actor, [found])[0] if found is not None else None


def _views(session: Session, actor: Actor, found: list[Proposal]) -> list[ProposalView]:
    names = staff_names(session, [person for each in found for person in (each.proposed_by, each.closed_by) if person])
    current = {name: definitions.current(session, name) for name in {each.bundle for each in found}}
    in_force = {name: version.id if version is not None else None for name, version in current.items()}
    return [
        ProposalView(
            id=each.id,
            bundle=each.bundle,
            version_id=each.version_id,
            state=each.state,
            note=each.note,
            proposed_by=names.get(each.proposed_by, ""),
            proposed_at=each.proposed_at,
            own=each.proposed_by == actor.staff_id,
            outdated=in_force[each.bundle] not in (None, each.based_on),
            in_force=in_force[each.bundle],
            draft_id=each.draft_id,
            closed_by=names.get(each.closed_by or "", ""),
            closed_at=each.closed_at,
            comment=each.comment,
        )
        for each in found
    ]


def changes_of(session: Session, actor: Actor, proposal: ProposalView, *, now: datetime) -> list[FileChange]:
    """What differs between a proposal and the version in force; empty where there is none yet. Raises Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    if proposal.in_force is None:
        return []
    before = definitions.bundle_of(session, proposal.in_force)
    return comparison.compare(before, definitions.bundle_of(session, proposal.version_id))


def changes_of_draft(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> list[FileChange]:
    """What differs between a draft and the version it was begun from. Raises DraftUnknown, BundleError, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    based_on = draft.find(session, draft_id).based_on
    if based_on is None:
        return []
    return comparison.compare(definitions.bundle_of(session, based_on), draft.bundle(session, draft_id))


def publish_shipped(session: Session, folder: Path, *, now: datetime) -> bool:
    """Publish the bundle that comes with the release where nothing is published yet. Whether it did."""
    return not definitions.versions(session) and publish_first(session, bundles.read(folder), now=now)


def publish_first(session: Session, bundle: Bundle, *, now: datetime) -> bool:
    """Publish a town's first bundle; False where it has one. Raises BundleRefused.

    Proposed and approved in the name of the installation: the first version has no predecessor to protect.
    """
    take_turns(session, "definitions.publish_first")
    if definitions.versions(session):
        return False
    proposal = definitions.propose(session, bundle, by="installation", now=now)
    definitions.approve(session, proposal.id, by="release", now=now)
    audit.record(
        session, "version.published", by="installation", about=None, now=now, details={"version": proposal.version_id}
    )
    return True
