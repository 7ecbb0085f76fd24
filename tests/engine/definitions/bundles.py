"""Bundles for tests of the version store: the small town of the lint tests, under titles that tell versions apart."""

from __future__ import annotations

from processes.bundle import Bundle
from tests.processes import drawings


def a_bundle(title: str = "まちの支援") -> Bundle:
    """A sound bundle named `town`; another title makes another version."""
    return drawings.a_bundle(manifest=drawings.MANIFEST.replace("まちの支援", title))


def a_broken_bundle() -> Bundle:
    """One whose form cannot be read."""
    return drawings.a_bundle(form=b"{")
