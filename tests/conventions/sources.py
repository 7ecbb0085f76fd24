"""The files of the project, as the conventions read them: tracked text files, and our modules as syntax trees."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("forms", "processes", "engine", "web")
_NOT_OURS = {".git", ".venv", "var", "node_modules", "build", "__pycache__"}


@lru_cache(maxsize=1)
def tracked() -> tuple[str, ...]:
    """Paths of the files of the project, from its root; in a copy without git, every file that could be one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return tuple(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())
    return tuple(sorted(_walked()))


def _walked() -> Iterator[str]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in _NOT_OURS and not name.startswith(".")]
        yield from (str((Path(folder) / name).relative_to(ROOT)) for name in names)


def texts(*, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Path and text of every text file whose path does not begin with one of `but`."""
    for path in tracked():
        if path.startswith(but):
            continue
        data = (ROOT / path).read_bytes()
        if b"\0" not in data:
            yield path, data.decode()


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of every Python file below these folders."""
    below = tuple(f"{folder}/" for folder in folders)
    for path in tracked():
        if path.endswith(".py") and path.startswith(below):
            yield path, ast.parse((ROOT / path).read_text(), path)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or of attributes of a name, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
