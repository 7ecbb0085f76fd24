"""Changing how the town works: drafts, the linter's findings, a proposal, a second person's approval, publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, definitions
from engine.access import Action, Actor, ProposalSubject, policy
from engine.access import load as load_standing
from engine.casework.viewing import staff_names
from engine.clock import jst_day
from engine.database import municipality_of, take_turns
from engine.definitions import Proposal, VersionLine, draft
from engine.definitions.draft import DefinitionDraft, FileLine
from engine.organisation.staff import Staff
from engine.workflow import versions as running_versions
from forms.sentences import Sentence
from processes import bundle as bundles
from processes.bundle import Bundle
from processes.findings import Finding


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with its files. based_on: number of the version it was copied from."""

    id: str
    bundle: str
    title: str
    owner: str
    based_on: str | None
    changed_at: datetime
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A version put forward. `own`: the actor proposed it and so cannot approve it."""

    id: str
    bundle: str
    version_id: str
    state: str
    note: str
    proposed_by: str
    proposed_at: datetime
    own: bool


def _require(
    session: Session, actor: Actor, action: Action, now: datetime, subject: ProposalSubject | None = None
) -> None:
    policy.require(load_standing(session, actor, on=jst_day(now)), action, subject)


def versions(session: Session, actor: Actor, *, now: datetime) -> list[VersionLine]:
    """Every version with its publication, newest first."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return definitions.versions(session)


def process_names(session: Session) -> dict[str, Sentence]:
    """Process id -> name of each process with work for people, in the version in force; no secret."""
    version = running_versions.load(session, running_versions.current_id(session))
    return {
        process.id: Sentence(process.name or process.id, version.bundle.english(process.id))
        for process in version.bundle.processes.values()
        if any(node.is_human for node in process.nodes.values())
    }


def step_names(session: Session, version_id: str) -> dict[str, str]:
    """Japanese name -> English name of every step of a version; no secret. Raises VersionUnknown."""
    version = running_versions.load(session, version_id)
    return {name: version.bundle.english(element) for name, element in version.step_ids.items()}


def propose(session: Session, actor: Actor, bundle: Bundle, *, note: str = "", now: datetime) -> Proposal:
    """Put a bundle forward. Raises BundleRefused, AlreadyInForce, Forbidden."""
    _require(session, actor, Action.PROPOSE_VERSION, now)
    proposal = definitions.propose(session, bundle, by=actor.staff_id, now=now, note=note)
    audit.record(
        session, "version.proposed", by=actor.staff_id, about=None, now=now, details={"version": proposal.version_id}
    )
    return proposal


def approve(session: Session, actor: Actor, proposal_id: str, *, now: datetime) -> Proposal:
    """Publish what somebody else proposed: new families start on it, running ones stay pinned.

    Raises ProposalUnknown, ProposalClosed, OwnProposal, BundleRefused, Forbidden.
    """
    found = definitions.proposal.find(session, proposal_id)
    _require(session, actor, Action.APPROVE_VERSION, now, ProposalSubject(found.proposed_by))
    proposal = definitions.approve(session, proposal_id, by=actor.staff_id, now=now)
    audit.record(
        session, "version.published", by=actor.staff_id, about=None, now=now, details={"version": proposal.version_id}
    )
    return proposal


def proposals(session: Session, actor: Actor, *, now: datetime) -> list[ProposalView]:
    """Proposals that wait for a second person, newest first."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    found = definitions.proposals(session, definitions.ProposalState.OPEN)
    names = staff_names(session, [proposal.proposed_by for proposal in found])
    return [
        ProposalView(
            each.id,
            each.bundle,
            each.version_id,
            str(each.state),
            each.note,
            names.get(each.proposed_by, ""),
            each.proposed_at,
            each.proposed_by == actor.staff_id,
        )
        for each in found
    ]


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


def start_draft(session: Session, actor: Actor, *, title: str = "", now: datetime) -> DraftView:
    """A copy, to work on, of the version new families start on. Raises NothingPublished, Forbidden."""
    _require(session, actor, Action.EDIT_DRAFT, now)
    bundle = running_versions.load(session, running_versions.current_id(session)).bundle
    row = draft.start(session, bundle.name, by=actor.staff_id, now=now, title=title)
    audit.record(session, "draft.started", by=actor.staff_id, about=None, now=now, details={"draft": row.id})
    return _view(session, row)


def drafts(session: Session, actor: Actor, *, now: datetime) -> list[DraftView]:
    """All drafts, the last changed first."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return [_view(session, row) for row in draft.drafts(session)]


def show_draft(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> DraftView:
    """Raises DraftUnknown, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return _view(session, draft.find(session, draft_id))


def read_file(session: Session, actor: Actor, draft_id: str, path: str, *, now: datetime) -> tuple[bytes, str]:
    """(content, hash) of one file of a draft. Raises DraftUnknown, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    lines = {line.path: line for line in draft.files(session, draft_id)}
    content = draft.read(session, draft_id, path)
    return content, lines[path].hash


def write_file(
    session: Session, actor: Actor, draft_id: str, path: str, content: bytes, *, seen: str | None, now: datetime
) -> str:
    """Save one file; its new hash. Raises DraftUnknown, FileChanged, FileRefused, Forbidden."""
    _require(session, actor, Action.EDIT_DRAFT, now)
    return draft.write(session, draft_id, path, content, seen=seen, now=now)


def lint_draft(
    session: Session, actor: Actor, draft_id: str, *, replaced: tuple[str, bytes] | None = None, now: datetime
) -> list[Finding]:
    """What is wrong with the draft, as saved or with one file as it stands in the editor."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    if replaced is None:
        return draft.lint(session, draft_id)
    from processes.linting import lint_bundle

    files = {**draft.bundle(session, draft_id).files, replaced[0]: replaced[1]}
    return [finding for finding in lint_bundle(bundles.from_files(files)) if finding.file == replaced[0]]


def draft_bundle(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> Bundle:
    """The draft read as a bundle: for the editor's lists of forms, decisions and processes."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return draft.bundle(session, draft_id)


def file_names(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> dict[str, Sentence]:
    """Path -> what people call the file: the diagram's, decision's or form's name. Raises DraftUnknown."""
    try:
        found = draft_bundle(session, actor, draft_id, now=now)
    except bundles.BundleError:
        return {}
    return _names_of(found)


def _names_of(found: Bundle) -> dict[str, Sentence]:
    folder = found.name
    drawn = [(each.file, each.id, each.name) for each in found.processes.values()]
    tables = [(f"processes/{folder}/{each.id}.dmn", each.id, each.name) for each in found.decisions.values()]
    names = {path: Sentence(name, found.english(id)) for path, id, name in (*drawn, *tables) if name}
    return names | {
        f"forms/{folder}/{form.key}.form": Sentence(f"{form.title.ja}({form.code})", f"{form.title.en} ({form.code})")
        for form in found.forms.values()
    }


def version_bundle(session: Session, actor: Actor, version_id: str, *, now: datetime) -> Bundle:
    """A published or proposed version, to be looked at. Raises VersionUnknown, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return definitions.bundle_of(session, version_id)


def propose_draft(session: Session, actor: Actor, draft_id: str, *, note: str = "", now: datetime) -> Proposal:
    """Raises BundleRefused, AlreadyInForce, DraftUnknown, Forbidden."""
    return propose(session, actor, draft.bundle(session, draft_id), note=note, now=now)


def discard_draft(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> None:
    """Throw a draft away. Raises DraftUnknown, Forbidden."""
    _require(session, actor, Action.EDIT_DRAFT, now)
    draft.discard(session, draft_id)
    audit.record(session, "draft.discarded", by=actor.staff_id, about=None, now=now, details={"draft": draft_id})


def _view(session: Session, row: DefinitionDraft) -> DraftView:
    owner = session.scalar(
        select(Staff.name).where(Staff.municipality_id == municipality_of(session), Staff.id == row.owner)
    )
    return DraftView(
        row.id, row.bundle, row.title, owner or "", row.based_on, row.changed_at, tuple(draft.files(session, row.id))
    )
