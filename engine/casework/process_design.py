"""Changing how the town works: versions to look at, drafts and what the linter finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, definitions
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.clock import jst_day
from engine.database import municipality_of
from engine.definitions import VersionLine, draft, taking_over
from engine.definitions.draft import DefinitionDraft, FileLine
from engine.definitions.taking_over import Keep, Overlap
from engine.organisation.staff import Staff
from engine.workflow import versions as running_versions
from forms.sentences import Sentence
from processes import bundle as bundles
from processes.bundle import Bundle
from processes.element_words import file_called
from processes.findings import Finding
from processes.linting import lint_bundle


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with its files. based_on: id of the version it was copied from."""

    id: str
    bundle: str
    title: str
    owner: str
    based_on: str | None
    changed_at: datetime
    files: tuple[FileLine, ...]


def _require(session: Session, actor: Actor, action: Action, now: datetime) -> None:
    policy.require(load_standing(session, actor, on=jst_day(now)), action)


def versions(session: Session, actor: Actor, *, now: datetime) -> list[VersionLine]:
    """Every version with its publication, newest first."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return known_versions(session)


def known_versions(session: Session) -> list[VersionLine]:
    """The same for whoever runs the installation, with logins in place of staff ids."""
    lines = definitions.versions(session)
    people = {person for line in lines for person in (line.proposed_by, line.approved_by) if person}
    rows = session.execute(
        select(Staff.id, Staff.login).where(Staff.municipality_id == municipality_of(session), Staff.id.in_(people))
    )
    logins: dict[str | None, str] = {row.id: row.login for row in rows}  # a town's first is nobody's: it keeps its word
    return [
        replace(
            line,
            proposed_by=logins.get(line.proposed_by, line.proposed_by),
            approved_by=logins.get(line.approved_by, line.approved_by),
        )
        for line in lines
    ]


def version_line(session: Session, version_id: str) -> VersionLine | None:
    """Name, number and day of the version a case runs on; no secret. None where it was never kept."""
    return next((line for line in definitions.versions(session) if line.id == version_id), None)


def process_names(session: Session) -> dict[str, Sentence]:
    """Process id -> name of each process with work for people, in the version in force; no secret."""
    version = running_versions.load(session, running_versions.current_id(session))
    return {
        process.id: Sentence(process.name or process.id, version.bundle.english(process.id))
        for process in version.bundle.processes.values()
        if any(node.is_human for node in process.nodes.values())
    }


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
    """What is wrong with the draft, as saved or with one file as it stands in the editor.

    Of one file: what is found in it, and what its change leaves behind in the others. Raises DraftUnknown, Forbidden.
    """
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    if replaced is None:
        return draft.lint(session, draft_id)
    file, content = replaced
    saved = draft.bundle(session, draft_id)
    found = lint_bundle(bundles.from_files({**saved.files, file: content}))
    if all(each.file == file for each in found):
        return found
    based_on = draft.find(session, draft_id).based_on
    before = definitions.bundle_of(session, based_on) if based_on is not None else saved
    known = {(each.file, each.element, each.rule) for each in lint_bundle(before)}
    return [each for each in found if each.file == file or (each.file, each.element, each.rule) not in known]


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
    return {file: file_called(found, file) for file in found.files}


def version_bundle(session: Session, actor: Actor, version_id: str, *, now: datetime) -> Bundle:
    """A published or proposed version, to be looked at. Raises VersionUnknown, Forbidden."""
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return definitions.bundle_of(session, version_id)


def behind(session: Session, actor: Actor, draft_id: str, *, now: datetime) -> Overlap | None:
    """What was published since the draft was begun, and where both changed one file; None = nothing was.

    Raises DraftUnknown, Forbidden.
    """
    _require(session, actor, Action.VIEW_DEFINITIONS, now)
    return taking_over.overlap(session, draft_id)


def take_over(session: Session, actor: Actor, draft_id: str, choices: Mapping[str, Keep], *, now: datetime) -> None:
    """Bring a draft up to the version in force. Raises DraftUnknown, ChoiceMissing, Forbidden."""
    _require(session, actor, Action.EDIT_DRAFT, now)
    taking_over.take_over(session, draft_id, choices, now=now)
    audit.record(session, "draft.brought_up", by=actor.staff_id, about=None, now=now, details={"draft": draft_id})


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
