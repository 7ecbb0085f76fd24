"""A few scenarios on PostgreSQL as well: a calendar that fires timers, letters held back, a case that closes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_bdd import scenario
from sqlalchemy.engine import URL

from engine import schema
from engine.database import engine_for
from features.steps.town import Town
from tests.office import Office

FEATURES = Path(__file__).resolve().parents[2] / "features"


@pytest.fixture
def town(make_postgresql: Callable[[], URL]) -> Iterator[Town]:
    """The town on a database of its own; what is walked here is not counted."""
    engine = engine_for(make_postgresql())
    schema.create_all_for_tests(engine)
    yield Town(engine, Office(engine).town)
    engine.dispose()


@scenario(str(FEATURES / "no_show.feature"), "翌日の終わりまでに訪ねなければ期限切れになり、センター長に上がる")
def test_a_missed_visit_goes_up_to_the_head() -> None:
    """W15."""


@scenario(str(FEATURES / "loss.feature"), "その日から、どの案内も届かない")
def test_no_letter_leaves_after_a_loss() -> None:
    """X1."""
