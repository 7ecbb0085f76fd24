"""Due work in batches: what is read together is what each step would have read by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.facts import FactSheet
from engine.casework import due_work
from engine.clock import jst_midnight
from engine.database import engine_for, transaction
from engine.workflow.event import Event
from engine.workflow.task import Task
from engine.workflow.timer import Timer
from tests.engine.casework.test_due_work import _stand_at
from tests.office import Office

DAYS = [date(2026, 8, 17), date(2026, 8, 24), date(2026, 9, 1), date(2026, 12, 1)]


@pytest.fixture
def twin(town: Office, tmp_path: Path) -> Iterator[Office]:
    """The same town again, with five families; two of them have a child, one of those is expecting another."""
    families = [town.open_case() for _ in range(5)]
    for case_id in families[:2]:
        town.send("birth_registered", case_id, born_on="2026-04-05")
    town.send("pregnancy_notified", families[0], due_on="2026-11-20", fetus_count=1)
    town.engine.dispose()
    shutil.copyfile(tmp_path / "town.db", tmp_path / "twin.db")
    engine = engine_for(f"sqlite:///{tmp_path / 'twin.db'}")
    yield town.moved_to(engine)
    engine.dispose()


def test_a_batch_leaves_what_one_by_one_leaves(town: Office, twin: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in DAYS:
        _stand_at(town, day)
        together = due_work.run_due(town.engine)
        _stand_at(twin, day)
        with monkeypatch.context() as one_by_one:
            one_by_one.setattr(due_work, "BATCH", 1)
            alone = due_work.run_due(twin.engine)

        assert together.timers == alone.timers
        assert (together.failed, alone.failed) == (0, 0)

    assert _left(town) == _left(twin)
    assert len([one for one in _left(town) if one[0] == "timer_fired"]) > len(DAYS)


def _left(office: Office) -> list[tuple[Any, ...]]:
    """Everything the days left behind, without the ids made on the way, in an order that does not hang on them."""
    with transaction(office.engine, read_only=True, municipality_id=office.town) as session:
        events = [
            (one.kind, one.case_ref, one.track_id, one.process, one.element, str(one.at))
            for one in session.scalars(select(Event).where(Event.at >= jst_midnight(DAYS[0])))
        ]
        tasks = [
            ("task", one.case_ref, one.track_id, one.element, one.about_ref, one.state, str(one.due_on), one.why)
            for one in session.scalars(select(Task))
        ]
        timers = [
            ("timer", one.case_ref, one.track_id, one.element, str(one.due_at))
            for one in session.scalars(select(Timer))
        ]
        sheets = [
            ("facts", one.case_id, one.track_id, str(sorted(one.facts.items())))
            for one in session.scalars(select(FactSheet))
        ]
    return sorted([*events, *tasks, *timers, *sheets], key=str)
