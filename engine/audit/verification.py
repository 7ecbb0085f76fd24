"""Checking the ledger: nothing altered, deleted, reordered or cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from engine.audit import merkle
from engine.audit.entry import AuditEntry, leaf_data
from engine.audit.merkle import Tree
from engine.audit.sequencer import AuditHead, AuditLeaf
from engine.database import municipality_of

_CHUNK = 5_000


class FaultKind(StrEnum):
    """What can be wrong.

    altered: the content does not fit its hash. deleted: its place is there, the entry is not. missing: a place is gone.
    reordered: entries changed places. truncated: the ledger is shorter than a head says. headless: it is longer than
    its last head. rewritten: the tree does not reach the root of a head, and no single entry can be named.
    """

    ALTERED = "altered"
    DELETED = "deleted"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    HEADLESS = "headless"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head as somebody may keep it outside the database."""

    tree_size: int
    root_hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong. position: from 0. entry_id: None where no entry stands there any more."""

    kind: FaultKind
    position: int
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found. checked: entries recomputed. unsequenced: entries that have no place yet (normal: a few)."""

    tree_size: int
    root_hash: bytes
    checked: int
    unsequenced: int
    fault: Fault | None

    @property
    def is_sound(self) -> bool:
        return self.fault is None


class _BrokenError(Exception):
    def __init__(self, kind: FaultKind, position: int, entry_id: str | None) -> None:
        self.fault = Fault(kind, position, entry_id)


def verify(session: Session, since: Head | None = None, *, anchors: Iterable[Head] = ()) -> Verification:
    """Recompute the ledger from its first entry, or from a head known to be good, and compare it with every head.

    since: entries before it are taken on trust. anchors: heads kept elsewhere that the ledger must still reach.
    Meant for a read-only transaction, so that it sees one state.
    """
    town = municipality_of(session)
    session.flush()
    heads = heads_of(session, town)
    sequenced = session.scalar(select(func.count()).where(AuditLeaf.municipality_id == town)) or 0
    entries = session.scalar(select(func.count()).where(AuditEntry.municipality_id == town)) or 0
    tree, start, fault = Tree(), 0, None
    try:
        if since is not None and since.tree_size:
            tree = _trusted(heads, since)
            start = tree.size
        _walk(session, town, tree, _expected(heads, anchors, tree.size))
    except _BrokenError as broken:
        fault = broken.fault
    return Verification(tree.size, tree.root(), tree.size - start, max(entries - sequenced, 0), fault)


def heads_of(session: Session, town: str) -> list[AuditHead]:
    query = select(AuditHead).where(AuditHead.municipality_id == town).order_by(AuditHead.tree_size)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _trusted(heads: list[AuditHead], since: Head) -> Tree:
    """The tree at a head known to be good, from the peaks stored for it."""
    for head in heads:
        if head.tree_size == since.tree_size:
            try:
                tree = head.tree()
            except ValueError:
                break
            if tree.root() == since.root_hash == head.root_hash:
                return tree
            raise _BrokenError(FaultKind.REWRITTEN, since.tree_size - 1, None)
    raise _BrokenError(FaultKind.TRUNCATED, heads[-1].tree_size if heads else 0, None)


def _expected(heads: list[AuditHead], anchors: Iterable[Head], beyond: int) -> list[Head]:
    """All heads to be reached after `beyond`, smallest first."""
    stored = [Head(head.tree_size, head.root_hash) for head in heads]
    return sorted((head for head in [*stored, *anchors] if head.tree_size > beyond), key=lambda head: head.tree_size)


def _walk(session: Session, town: str, tree: Tree, expected: list[Head]) -> None:
    """Grow the tree up to every head. Raises _BrokenError at the first fault; the tree then stands just before it."""
    leaves = leaves_of(session, town, tree.size)
    for head in expected:
        run: list[str] = []
        begin = tree.size
        while tree.size < head.tree_size:
            row = next(leaves, None)
            if row is None:
                raise _BrokenError(FaultKind.TRUNCATED, tree.size, None)
            _check(row, tree.size)
            run.append(row.leaf_id)
            tree.append(row.leaf)
        if tree.root() != head.root_hash:
            raise _reordered(run, begin)
    beyond = next(leaves, None)
    if beyond is not None:
        raise _BrokenError(FaultKind.HEADLESS, tree.size, beyond.leaf_id)


def _check(row: Row[tuple[object, ...]], position: int) -> None:
    if row.position != position:
        raise _BrokenError(FaultKind.MISSING, position, None)
    if row.id is None:
        raise _BrokenError(FaultKind.DELETED, position, row.leaf_id)
    data = leaf_data(row.municipality_id, row.id, row.at, row.actor, row.action, row.about, row.details)
    if not merkle.leaf_hash(data) == row.leaf == row.leaf_hash:
        raise _BrokenError(FaultKind.ALTERED, position, row.id)


def _reordered(run: list[str], begin: int) -> _BrokenError:
    """One run placed its entries in the order of their ids: the first out of order was moved."""
    for offset, (found, right) in enumerate(zip(run, sorted(run), strict=True)):
        if found != right:
            return _BrokenError(FaultKind.REORDERED, begin + offset, found)
    return _BrokenError(FaultKind.REWRITTEN, begin, run[0] if run else None)


def leaves_of(session: Session, town: str, start: int) -> Iterator[Row[tuple[object, ...]]]:
    """Places with their entries (columns of a missing entry are None), by position, in bounded pieces."""
    query = (
        select(
            AuditLeaf.position,
            AuditLeaf.id.label("leaf_id"),
            AuditLeaf.leaf_hash.label("leaf"),
            AuditEntry.municipality_id,
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.about,
            AuditEntry.details,
            AuditEntry.leaf_hash,
        )
        .outerjoin(
            AuditEntry, (AuditEntry.municipality_id == AuditLeaf.municipality_id) & (AuditEntry.id == AuditLeaf.id)
        )
        .where(AuditLeaf.municipality_id == town)
        .order_by(AuditLeaf.position)
        .limit(_CHUNK)
    )
    beyond = start - 1
    while rows := session.execute(query.where(AuditLeaf.position > beyond)).all():
        yield from rows  # type: ignore[misc]  # the row's columns are named, not counted
        beyond = rows[-1].position
