"""The tree against the definition in RFC 6962 section 2.1, computed the slow way."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit.merkle import Tree, leaf_hash


def the_hash_of(leaves: list[bytes]) -> bytes:
    """MTH of the RFC, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + the_hash_of(leaves[:k]) + the_hash_of(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_rfc_at_every_size(leaves):
    tree = Tree()

    for number, leaf in enumerate(leaves, 1):
        tree.append(leaf_hash(leaf))

        assert tree.root() == the_hash_of(leaves[:number])
    assert tree.size == len(leaves)


def test_the_root_of_the_test_vectors_of_certificate_transparency():
    leaves = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"PQRSTUVW", b"`abcdefghijklmno"]
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))

    # certificate-transparency, merkle_tree_test.cc: root of "`abcdefghijklmno" (0x60..0x6f) as the eighth leaf
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_grows_on_from_its_peaks(before, after):
    whole, part = Tree(), Tree()
    for number in range(before):
        whole.append(leaf_hash(b"%d" % number))
        part.append(leaf_hash(b"%d" % number))

    part = Tree(part.size, part.peaks)
    for number in range(after):
        whole.append(leaf_hash(b"%d" % number))
        part.append(leaf_hash(b"%d" % number))

    assert part.root() == whole.root()


def test_peaks_must_fit_the_size():
    with pytest.raises(ValueError, match="2 peaks"):
        Tree(3, [b""])
