"""Drafts: a copy of a version that somebody is changing. Nothing runs on a draft."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, municipality_of, references
from engine.definitions import proposal as proposals
from engine.definitions import version as version_store
from engine.definitions.proposal import Proposal
from engine.errors import Conflict, NotFound, Rejected
from processes import bundle as bundles
from processes.bundle import Bundle
from processes.findings import Finding
from processes.linting import lint_bundle

MAXIMUM_BYTES = 2_000_000
MAXIMUM_FILES = 500

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}"


class DefinitionDraft(Base):
    """A bundle being changed by one person. based_on: the version it was copied from, None for a new bundle."""

    __tablename__ = "definition_draft"
    __table_args__ = (references("bundle_version", "based_on"),)

    bundle: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    owner: Mapped[str]
    based_on: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DefinitionDraftFile(Base):
    """One file of a draft as it stands now. `hash` (SHA-256, hex) tells whether two people saw the same."""

    __tablename__ = "definition_draft_file"
    __table_args__ = (
        references("definition_draft", "draft_id", ondelete="CASCADE"),
        UniqueConstraint("municipality_id", "draft_id", "path"),
    )

    draft_id: Mapped[str]
    path: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]


class DraftUnknown(NotFound):
    """No such draft, or no such file in it."""

    def __init__(self, draft_id: str, path: str | None = None) -> None:
        self.draft_id = draft_id
        self.path = path
        super().__init__(f"expected a draft {draft_id[:40]!r} with the file asked for, but there is none")


class FileChanged(Conflict):
    """Somebody else wrote the file after the caller had read it. `found` is the hash it has now."""

    code = "file_changed"

    def __init__(self, draft_id: str, found: str | None) -> None:
        self.draft_id = draft_id
        self.found = found
        super().__init__(f"expected the file of draft {draft_id} as it was read, but it was changed since")


class FileRefused(Rejected):
    """The path is none that a bundle may have, or the file or the draft is too large."""

    code = "file_refused"

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"expected a file a bundle may have, but {problem}")


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file as a list shows it."""

    path: str
    size: int
    hash: str
    changed_at: datetime


def start(session: Session, bundle_name: str, *, by: str, now: datetime, title: str = "") -> DefinitionDraft:
    """A new draft: a copy of the version in force, or an empty folder where the bundle is new."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", bundle_name):
        raise FileRefused("the bundle's name is not lower_snake_case")
    base = proposals.current(session, bundle_name)
    draft = DefinitionDraft(
        bundle=bundle_name,
        title=title,
        owner=by,
        based_on=base.id if base is not None else None,
        created_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    if base is not None:
        session.add_all(
            DefinitionDraftFile(draft_id=draft.id, path=path, content=content, hash=_hash(content), changed_at=now)
            for path, content in version_store.files_of(session, base.id).items()
        )
        session.flush()
    return draft


def find(session: Session, draft_id: str) -> DefinitionDraft:
    """Raises DraftUnknown."""
    found = session.get(DefinitionDraft, (municipality_of(session), draft_id))
    if found is None:
        raise DraftUnknown(draft_id)
    return found


def drafts(session: Session, owner: str | None = None) -> list[DefinitionDraft]:
    """All drafts, the last changed first; only those of one person if named."""
    query = select(DefinitionDraft).where(DefinitionDraft.municipality_id == municipality_of(session))
    if owner is not None:
        query = query.where(DefinitionDraft.owner == owner)
    return list(session.scalars(query.order_by(DefinitionDraft.changed_at.desc(), DefinitionDraft.id.desc())))


def files(session: Session, draft_id: str) -> list[FileLine]:
    """What stands in the draft, by path, without the contents. Raises DraftUnknown."""
    find(session, draft_id)
    query = select(
        DefinitionDraftFile.path,
        func.length(DefinitionDraftFile.content),
        DefinitionDraftFile.hash,
        DefinitionDraftFile.changed_at,
    ).where(DefinitionDraftFile.municipality_id == municipality_of(session), DefinitionDraftFile.draft_id == draft_id)
    return [FileLine(*row) for row in session.execute(query.order_by(DefinitionDraftFile.path))]


def read(session: Session, draft_id: str, path: str) -> bytes:
    """Raises DraftUnknown."""
    found = _file(session, draft_id, path)
    if found is None:
        raise DraftUnknown(draft_id, path)
    return found.content


def write(session: Session, draft_id: str, path: str, content: bytes, *, seen: str | None = None, now: datetime) -> str:
    """Write one file, new or in place of the old; its hash.

    seen: the hash of what the writer had before them; None where they do not mind what stands there.
    Raises DraftUnknown, FileRefused, FileChanged.
    """
    draft = find(session, draft_id)
    _refuse_path(draft.bundle, path)
    if len(content) > MAXIMUM_BYTES:
        raise FileRefused(f"it is larger than {MAXIMUM_BYTES} bytes")
    found = _file(session, draft_id, path, lock=True)
    if seen is not None and seen != (found.hash if found is not None else ""):
        raise FileChanged(draft_id, found.hash if found is not None else None)
    if found is None:
        if len(files(session, draft_id)) >= MAXIMUM_FILES:
            raise FileRefused(f"the draft has {MAXIMUM_FILES} files already")
        found = DefinitionDraftFile(draft_id=draft_id, path=path)
        session.add(found)
    found.content, found.hash, found.changed_at = content, _hash(content), now
    draft.changed_at = now
    session.flush()
    return found.hash


def remove(session: Session, draft_id: str, path: str, *, now: datetime) -> None:
    """Take one file out of the draft. Raises DraftUnknown."""
    found = _file(session, draft_id, path, lock=True)
    if found is None:
        raise DraftUnknown(draft_id, path)
    session.delete(found)
    find(session, draft_id).changed_at = now
    session.flush()


def discard(session: Session, draft_id: str) -> None:
    """Throw the draft away with its files. Raises DraftUnknown."""
    session.delete(find(session, draft_id))
    session.flush()


def bundle(session: Session, draft_id: str) -> Bundle:
    """The draft read as a bundle. Raises DraftUnknown, and BundleError where it has no bundle.toml."""
    find(session, draft_id)
    return bundles.from_files(contents(session, draft_id))


def contents(session: Session, draft_id: str) -> dict[str, bytes]:
    """Path -> content of every file of the draft."""
    query = select(DefinitionDraftFile.path, DefinitionDraftFile.content).where(
        DefinitionDraftFile.municipality_id == municipality_of(session), DefinitionDraftFile.draft_id == draft_id
    )
    return dict(session.execute(query).all())


def lint(session: Session, draft_id: str) -> list[Finding]:
    """What is wrong with the draft. Raises DraftUnknown, BundleError."""
    return list(lint_bundle(bundle(session, draft_id)))


def propose(session: Session, draft_id: str, *, by: str, now: datetime, note: str = "") -> Proposal:
    """Put the draft forward. It stays, so that it can be worked on after a refusal.

    Raises DraftUnknown, BundleError, BundleRefused, AlreadyInForce, Outdated.
    """
    based_on = find(session, draft_id).based_on
    made = bundle(session, draft_id)
    return proposals.propose(session, made, by=by, now=now, note=note, draft_id=draft_id, based_on=based_on)


def was_published(session: Session, proposal: Proposal) -> None:
    """The draft of a published proposal goes on from that version."""
    draft = session.get(DefinitionDraft, (municipality_of(session), proposal.draft_id or ""))
    if draft is not None:
        draft.based_on = proposal.version_id
        session.flush()


def _file(session: Session, draft_id: str, path: str, *, lock: bool = False) -> DefinitionDraftFile | None:
    query = select(DefinitionDraftFile).where(
        DefinitionDraftFile.municipality_id == municipality_of(session),
        DefinitionDraftFile.draft_id == draft_id,
        DefinitionDraftFile.path == path,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def _refuse_path(bundle_name: str, path: str) -> None:
    """Only files a bundle may have: nothing here ever becomes a path outside it when a draft is written to disk."""
    folder = re.escape(bundle_name)
    allowed = rf"processes/{folder}/(bundle\.toml|{_NAME}\.(bpmn|dmn))|forms/{folder}/{_NAME}\.form"
    if not re.fullmatch(allowed, path):
        raise FileRefused("the path is not processes/<bundle>/*.bpmn, *.dmn, bundle.toml or forms/<bundle>/*.form")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
