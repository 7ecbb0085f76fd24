"""Taking over into a draft what colleagues published since it was begun, file by file.

A file only they changed comes from the published version; one only the draft changed stays. Where both changed the
same file a person says which to keep: nothing is merged inside a file, because a drawing cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from engine.definitions import draft as drafts
from engine.definitions import proposal as proposals
from engine.definitions import version as version_store
from engine.errors import Rejected


class Keep(StrEnum):
    """Which of two changes to one file the draft goes on with: its own, or the published one."""

    OWN = "own"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Overlap:
    """What stands between a draft and the version in force.

    version_id: the version in force. taken: files only the publication changed. both: files both sides changed, in
    different ways; a path may be missing on one side, where it was deleted.
    """

    version_id: str
    taken: tuple[str, ...]
    both: tuple[str, ...]


class ChoiceMissing(Rejected):
    """A file was changed on both sides and nobody said which to keep."""

    code = "choice_missing"

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        super().__init__(f"expected a choice for each of {len(paths)} files changed on both sides, but some had none")


def overlap(session: Session, draft_id: str) -> Overlap | None:
    """What was published since the draft was begun; None where it still stands on the version in force.

    Raises DraftUnknown.
    """
    draft = drafts.find(session, draft_id)
    in_force = proposals.current(session, draft.bundle)
    if in_force is None or in_force.id == draft.based_on:
        return None
    base = version_store.files_of(session, draft.based_on) if draft.based_on is not None else {}
    theirs = version_store.files_of(session, in_force.id)
    mine = drafts.contents(session, draft_id)
    changed = sorted(path for path in base.keys() | theirs.keys() if base.get(path) != theirs.get(path))
    both = tuple(path for path in changed if mine.get(path) not in (base.get(path), theirs.get(path)))
    taken = tuple(path for path in changed if mine.get(path) != theirs.get(path) and path not in both)
    return Overlap(in_force.id, taken, both)


def take_over(session: Session, draft_id: str, choices: Mapping[str, Keep], *, now: datetime) -> None:
    """Bring the draft up to the version in force. choices: for each file both sides changed, which to keep.

    Raises DraftUnknown, ChoiceMissing; then nothing is written.
    """
    found = overlap(session, draft_id)
    if found is None:
        return
    if missing := tuple(path for path in found.both if path not in choices):
        raise ChoiceMissing(missing)
    theirs = version_store.files_of(session, found.version_id)
    wanted = (*found.taken, *(path for path in found.both if choices[path] is Keep.PUBLISHED))
    present = drafts.contents(session, draft_id)
    for path in wanted:
        if path in theirs:
            drafts.write(session, draft_id, path, theirs[path], now=now)
        elif path in present:
            drafts.remove(session, draft_id, path, now=now)
    drafts.find(session, draft_id).based_on = found.version_id
    session.flush()
