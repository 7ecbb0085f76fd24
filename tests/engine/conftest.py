"""A town at work on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.database import engine_for
from tests.office import Office


@pytest.fixture
def office(database: Engine) -> Office:
    """The small town with the shipped bundle, on Monday 6 April 2026."""
    return Office(database)


@pytest.fixture(scope="session")
def town_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """The small town as a SQLite file, to be copied: setting it up takes longer than most tests."""
    path = tmp_path_factory.mktemp("town") / "tsunagu.db"
    shutil.copyfile(sqlite_template, path)
    engine = engine_for(f"sqlite:///{path}")
    office = Office(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path, office


@pytest.fixture
def town(town_template: tuple[Path, Office], tmp_path: Path) -> Iterator[Office]:
    """The same town on SQLite alone, for tests of rules that no database could change."""
    made, office = town_template
    path = tmp_path / "town.db"
    shutil.copyfile(made, path)
    engine = engine_for(f"sqlite:///{path}")
    yield office.moved_to(engine)
    engine.dispose()
