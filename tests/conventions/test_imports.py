"""Who may import what, where import-linter would have to be told of each new module; and one head of the revisions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from alembic.script import ScriptDirectory

from tests.conventions.sources import LAYERS, ROOT, modules


def imported(tree: ast.Module) -> Iterator[str]:
    """The first part of everything a module imports, also inside its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def test_only_the_adapter_knows_spiffworkflow():
    found = {path for path, tree in modules(*LAYERS) if "SpiffWorkflow" in imported(tree)}

    assert found
    assert {path for path in found if not path.startswith("engine/workflow/spiff/")} == set()


def test_the_product_never_imports_its_tests():
    outside = {"tests", "features", "tools", "pytest", "hypothesis", "playwright", "schemathesis"}

    assert {path: names for path, tree in modules(*LAYERS) if (names := outside & set(imported(tree)))} == {}


def test_nothing_is_imported_by_its_distance():
    """A relative import hides from the reader which layer is meant."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*LAYERS, "tests", "features")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert found == []


def test_the_revisions_have_one_head():
    scripts = ScriptDirectory(str(ROOT / "engine/schema"), version_locations=[str(ROOT / "engine/schema/revisions")])

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
