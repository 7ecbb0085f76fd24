"""From a proposed version to the one in force: two people, one lint, nothing overwritten.

Source: privacy.md section 7 (segregation: deployment needs two-person approval).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, municipality_of, references, take_turns
from engine.definitions import version as version_store
from engine.definitions.version import BundleVersion
from engine.errors import Conflict, NotFound, NotPermitted, Rejected
from processes.bundle import Bundle
from processes.findings import Finding
from processes.linting import lint_bundle


class ProposalState(StrEnum):
    """open: waits for a second person. published: approved, in force until the next. withdrawn: taken back by those
    who made it. returned: sent back by the second person with a comment."""

    OPEN = "open"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class Proposal(Base):
    """A version put forward, and what became of it.

    based_on: the version that was in force for whoever made this one; None for a town's first. It may be published only
    while that is so, or a colleague's publication would be undone without a word.
    draft_id: the draft it was made from, which may be gone by now (so no foreign key); None for a folder of files.
    publication: counts the publications of the bundle from 1; the highest is in force. Not the instant decides, because
    a demo town's clock may be set back.
    closed_by, closed_at, comment: who withdrew or returned it, when, and what they said.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        references("bundle_version", "version_id"),
        references("bundle_version", "based_on"),
        UniqueConstraint("municipality_id", "bundle", "publication"),
    )

    bundle: Mapped[str]
    version_id: Mapped[str] = mapped_column(String(64))
    based_on: Mapped[str | None] = mapped_column(String(64))
    draft_id: Mapped[str | None]
    state: Mapped[ProposalState]
    note: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    publication: Mapped[int | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")


class ProposalUnknown(NotFound):
    """No such proposal in this municipality."""

    def __init__(self, proposal_id: str) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"expected a proposal, but there is none with id {proposal_id[:40]!r}")


class ProposalClosed(Conflict):
    """The proposal was published, withdrawn or returned already."""

    code = "proposal_closed"

    def __init__(self, proposal_id: str, state: ProposalState) -> None:
        self.proposal_id = proposal_id
        self.state = state
        super().__init__(f"expected proposal {proposal_id} to be open, but it is {state}")


class OwnProposal(NotPermitted):
    """Whoever proposes a version does not approve it."""

    code = "own_proposal"

    def __init__(self, proposal_id: str) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"expected a second person to approve proposal {proposal_id}, but it was the proposer")


class ForeignProposal(NotPermitted):
    """Only whoever proposed a version takes it back; a second person returns it."""

    code = "foreign_proposal"

    def __init__(self, proposal_id: str) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"expected the proposer to withdraw proposal {proposal_id}, but it was somebody else")


class Outdated(Conflict):
    """Another version was published since this one was begun; to publish it would undo that.

    based_on: the version it was made from. in_force: the one published since.
    """

    code = "proposal_outdated"

    def __init__(self, based_on: str | None, in_force: str) -> None:
        self.based_on = based_on
        self.in_force = in_force
        super().__init__(f"expected a change of version {in_force}, which is in force, but it was made from {based_on}")


class CommentMissing(Rejected):
    """A proposal is returned with a word on what is to change."""

    code = "comment_missing"

    def __init__(self) -> None:
        super().__init__("expected a comment on what is to change, but there was none")


class AlreadyInForce(Conflict):
    """The bundle has exactly the content of the version in force."""

    code = "already_in_force"

    def __init__(self, version_id: str) -> None:
        self.version_id = version_id
        super().__init__(f"expected a change, but version {version_id} is in force")


class BundleRefused(Rejected):
    """The bundle has errors; `findings` lists errors and warnings. Nothing is stored."""

    code = "bundle_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        errors = sum(finding.level == "error" for finding in findings)
        super().__init__(f"expected a bundle without errors, but lint found {errors}")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as a list shows it. published_at: when it last came into force, None if it never did."""

    id: str
    bundle: str
    number: int
    title_ja: str
    title_en: str
    created_at: datetime
    published_at: datetime | None
    proposed_by: str | None
    approved_by: str | None
    is_current: bool


def propose(
    session: Session,
    bundle: Bundle,
    *,
    by: str,
    now: datetime,
    note: str = "",
    draft_id: str | None = None,
    based_on: str | None = None,
) -> Proposal:
    """Put a bundle forward as the next version. An equal proposal that is still open is returned as it is.

    draft_id, based_on: the draft and the version it was copied from. A folder of files is taken as made from what is
    in force now. Of one draft only the last proposal stays open.
    Raises BundleRefused, AlreadyInForce, Outdated; then nothing is written.
    """
    refuse_errors(bundle)
    in_force = _id_in_force(session, bundle.name)
    if in_force == bundle.version:
        raise AlreadyInForce(bundle.version)
    base = in_force if draft_id is None else based_on
    _refuse_outdated(base, in_force)
    kept = version_store.keep(session, bundle, now=now)
    for waiting in proposals(session, ProposalState.OPEN):
        if waiting.version_id == kept.id and waiting.proposed_by == by and waiting.based_on == base:
            return waiting
        if draft_id is not None and waiting.draft_id == draft_id:
            _close(waiting, ProposalState.WITHDRAWN, by=by, now=now)
    proposal = Proposal(
        bundle=bundle.name,
        version_id=kept.id,
        based_on=base,
        draft_id=draft_id,
        state=ProposalState.OPEN,
        note=note,
        proposed_by=by,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    return proposal


def approve(session: Session, proposal_id: str, *, by: str, now: datetime) -> Proposal:
    """Publish a proposal: from now on new families start with it.

    Linted once more, because the rules may have grown since it was proposed. Of two approvals at one moment the first
    wins: they take turns before looking at what is in force.
    Raises ProposalUnknown, ProposalClosed, OwnProposal, Outdated, BundleRefused; then nothing is written.
    """
    take_turns(session, f"definitions.publish {find(session, proposal_id).bundle}")
    proposal = _open(session, proposal_id)
    if proposal.proposed_by == by:
        raise OwnProposal(proposal_id)
    _refuse_outdated(proposal.based_on, _id_in_force(session, proposal.bundle))
    refuse_errors(version_store.bundle_of(session, proposal.version_id))
    proposal.state, proposal.approved_by, proposal.published_at = ProposalState.PUBLISHED, by, now
    proposal.publication = _publications(session, proposal.bundle) + 1
    session.flush()
    return proposal


def withdraw(session: Session, proposal_id: str, *, by: str, now: datetime) -> Proposal:
    """Take one's own proposal back. Raises ProposalUnknown, ProposalClosed, ForeignProposal."""
    proposal = _open(session, proposal_id)
    if proposal.proposed_by != by:
        raise ForeignProposal(proposal_id)
    _close(proposal, ProposalState.WITHDRAWN, by=by, now=now)
    session.flush()
    return proposal


def send_back(session: Session, proposal_id: str, *, by: str, comment: str, now: datetime) -> Proposal:
    """Return somebody else's proposal with what is to change.

    Raises ProposalUnknown, ProposalClosed, OwnProposal, CommentMissing.
    """
    proposal = _open(session, proposal_id)
    if proposal.proposed_by == by:
        raise OwnProposal(proposal_id)
    if not comment.strip():
        raise CommentMissing
    _close(proposal, ProposalState.RETURNED, by=by, now=now)
    proposal.comment = comment.strip()
    session.flush()
    return proposal


def _close(proposal: Proposal, state: ProposalState, *, by: str, now: datetime) -> None:
    proposal.state, proposal.closed_by, proposal.closed_at = state, by, now


def _refuse_outdated(based_on: str | None, in_force: str | None) -> None:
    if in_force is not None and in_force != based_on:
        raise Outdated(based_on, in_force)


def _id_in_force(session: Session, bundle_name: str) -> str | None:
    found = current(session, bundle_name)
    return found.id if found is not None else None


def last_of_draft(session: Session, draft_id: str) -> Proposal | None:
    """What was put forward last from a draft; None where nothing was."""
    query = select(Proposal).where(Proposal.municipality_id == municipality_of(session), Proposal.draft_id == draft_id)
    return session.scalar(query.order_by(Proposal.id.desc()).limit(1))


def proposals(session: Session, state: ProposalState | None = None) -> list[Proposal]:
    """All proposals, newest first, or those in one state."""
    query = select(Proposal).where(Proposal.municipality_id == municipality_of(session))
    if state is not None:
        query = query.where(Proposal.state == state)
    return list(session.scalars(query.order_by(Proposal.id.desc())))


def find(session: Session, proposal_id: str) -> Proposal:
    """Raises ProposalUnknown."""
    found = session.get(Proposal, (municipality_of(session), proposal_id))
    if found is None:
        raise ProposalUnknown(proposal_id)
    return found


def current(session: Session, bundle_name: str) -> BundleVersion | None:
    """The version in force of a bundle; None where none was ever published."""
    query = (
        select(BundleVersion)
        .join(
            Proposal,
            (Proposal.municipality_id == BundleVersion.municipality_id) & (Proposal.version_id == BundleVersion.id),
        )
        .where(
            Proposal.municipality_id == municipality_of(session),
            Proposal.bundle == bundle_name,
            Proposal.publication.is_not(None),
        )
        .order_by(Proposal.publication.desc())
        .limit(1)
    )
    return session.scalar(query)


def in_force(session: Session) -> list[str]:
    """Ids of the versions in force, one of each bundle, the one published last first."""
    query = (
        select(Proposal.bundle, Proposal.version_id, Proposal.published_at, Proposal.id)
        .where(Proposal.municipality_id == municipality_of(session), Proposal.publication.is_not(None))
        .order_by(Proposal.publication)
    )
    last = {row.bundle: row for row in session.execute(query)}
    return [row.version_id for row in sorted(last.values(), key=lambda row: (row.published_at, row.id), reverse=True)]


def versions(session: Session, bundle_name: str | None = None) -> list[VersionLine]:
    """All versions, newest number first, with their latest publication; those of one bundle if it is named."""
    query = select(BundleVersion).where(BundleVersion.municipality_id == municipality_of(session))
    if bundle_name is not None:
        query = query.where(BundleVersion.bundle == bundle_name)
    kept = session.scalars(query.order_by(BundleVersion.bundle, BundleVersion.number.desc())).all()
    latest: dict[str, Proposal] = {}
    for proposal in sorted(proposals(session), key=lambda proposal: (proposal.publication or 0, proposal.id)):
        latest[proposal.version_id] = proposal
    in_force = {name: current(session, name) for name in {version.bundle for version in kept}}
    return [_line(version, latest.get(version.id), in_force[version.bundle]) for version in kept]


def refuse_errors(bundle: Bundle) -> None:
    """Raises BundleRefused where lint finds an error; warnings pass."""
    findings = lint_bundle(bundle)
    if any(finding.level == "error" for finding in findings):
        raise BundleRefused(findings)


def _publications(session: Session, bundle_name: str) -> int:
    query = select(func.max(Proposal.publication)).where(
        Proposal.municipality_id == municipality_of(session), Proposal.bundle == bundle_name
    )
    return session.scalar(query) or 0


def _open(session: Session, proposal_id: str) -> Proposal:
    key = (municipality_of(session), proposal_id)
    proposal = session.get(Proposal, key, with_for_update=True, populate_existing=True)
    if proposal is None:
        raise ProposalUnknown(proposal_id)
    if proposal.state is not ProposalState.OPEN:
        raise ProposalClosed(proposal_id, proposal.state)
    return proposal


def _line(version: BundleVersion, proposal: Proposal | None, in_force: BundleVersion | None) -> VersionLine:
    return VersionLine(
        id=version.id,
        bundle=version.bundle,
        number=version.number,
        title_ja=version.title_ja,
        title_en=version.title_en,
        created_at=version.created_at,
        published_at=proposal.published_at if proposal else None,
        proposed_by=proposal.proposed_by if proposal else None,
        approved_by=proposal.approved_by if proposal else None,
        is_current=in_force is not None and in_force.id == version.id,
    )
