"""Merkle tree hashing after RFC 6962 section 2.1, grown at its right edge.

Only the peaks are kept (the roots of the complete subtrees, largest first), so that appending n leaves costs O(n) and
the root is at hand at any size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree of which only the right edge is remembered. `peaks` has one hash per bit set in `size`."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"expected {size.bit_count()} peaks for {size} leaves, but got {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        node, full = leaf, self.size
        while full & 1:
            node = node_hash(self.peaks.pop(), node)
            full >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree head of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root
