"""Giving entries their place in the Merkle tree, after the fact.

Entries are written by many at once and in no order. The sequencer, one at a time per municipality, takes those that
have no place yet, in the order of their ids, and appends them; each run leaves a head (size, root) that later checks
must reach again. Whoever keeps a head outside the database can prove that nothing before it was touched.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.audit.entry import AuditEntry
from engine.audit.merkle import Tree
from engine.clock import wall_now
from engine.database import Base, id_at, municipality_of, take_turns

# An entry committed later than this after its id was made is found by `sequence(everything=True)` only.
LATE_COMMIT = timedelta(days=1)


class AuditLeaf(Base):
    """The place of one entry in the tree. Its id is the entry's; position counts from 0."""

    __tablename__ = "audit_leaf"
    __table_args__ = (UniqueConstraint("municipality_id", "position"), {"info": {"immutable": True}})

    position: Mapped[int] = mapped_column(BigInteger)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The tree as it stood after one run: size, root, and the peaks from which it can be grown."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("municipality_id", "tree_size"), {"info": {"immutable": True}})

    tree_size: Mapped[int] = mapped_column(BigInteger)
    root_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]

    def tree(self) -> Tree:
        """The tree, ready to grow. Raises ValueError where size and peaks do not fit."""
        return Tree(self.tree_size, [self.peaks[n : n + 32] for n in range(0, len(self.peaks), 32)])


def latest_head(session: Session) -> AuditHead | None:
    """The head of the last run; None before the first."""
    query = select(AuditHead).where(AuditHead.municipality_id == municipality_of(session))
    return session.scalars(query.order_by(AuditHead.tree_size.desc()).limit(1)).first()


def sequence(session: Session, *, limit: int = 10_000, everything: bool = False) -> int:
    """Give up to `limit` entries without a place theirs; how many were placed.

    0 also where another sequencer is at work. everything: look for stragglers in the whole ledger.
    """
    town = municipality_of(session)
    session.flush()
    if not take_turns(session, "audit.sequence", wait=False):
        return 0
    head = latest_head(session)
    waiting = _unsequenced(session, town, head, limit, everything)
    if not waiting:
        return 0
    tree = head.tree() if head is not None else Tree()
    leaves = []
    for entry_id, leaf in waiting:
        leaves.append({"municipality_id": town, "id": entry_id, "position": tree.size, "leaf_hash": leaf})
        tree.append(leaf)
    session.execute(insert(AuditLeaf), leaves)
    session.add(
        AuditHead(
            municipality_id=town, tree_size=tree.size, root_hash=tree.root(), peaks=b"".join(tree.peaks), at=wall_now()
        )
    )
    session.flush()
    return len(leaves)


def _unsequenced(
    session: Session, town: str, head: AuditHead | None, limit: int, everything: bool
) -> list[tuple[str, bytes]]:
    query = (
        select(AuditEntry.id, AuditEntry.leaf_hash)
        .outerjoin(
            AuditLeaf, (AuditLeaf.municipality_id == AuditEntry.municipality_id) & (AuditLeaf.id == AuditEntry.id)
        )
        .where(AuditEntry.municipality_id == town, AuditLeaf.id.is_(None))
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    if head is not None and not everything:
        query = query.where(AuditEntry.id > id_at(head.at - LATE_COMMIT))
    return [(entry_id, leaf) for entry_id, leaf in session.execute(query)]
