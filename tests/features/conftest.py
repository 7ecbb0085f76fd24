"""A town for every scenario: set up and published once a session, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.parser import Feature, Scenario
from pytest_bdd.steps import StepNamePrefix
from sqlalchemy import event

from engine.database import engine_for
from features.steps import calendar, families, knowledge, notices, sharing, work
from features.steps.town import Town
from tests.features import coverage
from tests.office import Office
from web import demo_town

for module in (calendar, families, knowledge, notices, sharing, work):
    steps = {name: step for name, step in vars(module).items() if name.startswith(StepNamePrefix.step_def.value)}
    globals().update(steps)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    if "town_template" in request.fixturenames:  # elsewhere the same scenario runs once more
        coverage.count(request.config, feature.filename, scenario.name)


@pytest.fixture(scope="session")
def town_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A SQLite file with the town set up and the shipped processes published, and the town's id."""
    path = tmp_path_factory.mktemp("town") / "tsunagu.db"
    shutil.copyfile(sqlite_template, path)
    engine = engine_for(f"sqlite:///{path}")
    town = Office(engine, description=demo_town.description()).town
    engine.dispose()
    assert not path.with_name(path.name + "-wal").exists(), "the template is not complete"
    return path, town


@pytest.fixture
def town(request: pytest.FixtureRequest, town_template: tuple[Path, str], tmp_path: Path) -> Iterator[Town]:
    """The town on the morning of Monday 6 April 2026, before the first family."""
    template, town_id = town_template
    path = tmp_path / "tsunagu.db"
    shutil.copyfile(template, path)
    engine = engine_for(f"sqlite:///{path}")
    event.listen(engine, "connect", _need_not_survive_a_power_cut)
    town = Town(engine, town_id)
    yield town
    coverage.collect(request.config, town.walked())
    engine.dispose()


def _need_not_survive_a_power_cut(connection, _record) -> None:
    connection.execute("PRAGMA synchronous=OFF")
