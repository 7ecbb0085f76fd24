"""One step without a database: restore, complete one task, save; ours and that of SpiffWorkflow as it comes."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from engine import clock
from engine.cases import facts
from engine.clock import jst_day
from engine.database import enter_municipality, transaction
from engine.workflow import spiff, versions
from engine.workflow.instance import Instance, InstanceState
from engine.workflow.spiff.stock import measure_chain
from engine.workflow.spiff.stock_journey import measure_journey
from engine.workflow.versions import Version
from forms.expressions import Value, functions
from web import demo
from web.bench import databases

_TRACK_MESSAGE = "pregnancy_notified"
_EVERY = 5  # looks to a state that is kept and timed


def chain(marks: tuple[int, ...], repeats: int, say: Callable[[str], None]) -> list[dict[str, float]]:
    """Rows of `stock.measure_chain`: a journey of 100 call activities at several ages, ours beside stock."""
    say("chain")
    return [
        {name: round(value, 3) if name.endswith("_ms") else value for name, value in row.items()}
        for row in measure_chain(marks, repeats=repeats)
    ]


def shipped(families: int, repeats: int, say: Callable[[str], None]) -> dict[str, float]:
    """The shipped journey: how large a state is at any age, and how long one step takes.

    Lives of up to seven years are driven through the whole product; the sizes are taken every week and whenever
    something happens, the times on states kept now and then. Stock's time is that of a pregnancy just notified, the
    youngest state there is; its state only grows from there.
    """
    say(f"shipped: {families} lives")
    with databases.made("sqlite") as engine:
        seen = _Seen(engine)
        demo.seed(engine, families=families, watch=seen.look)
    version, sizes = seen.version, seen.sizes
    ours = [_timed(version, *one, repeats) for one in seen.kept]
    start = next(catch for catch in _begun(version).catches(_TRACK_MESSAGE) if catch.kind == "track_start")
    files = [text for name, text in version.bundle.files.items() if name.endswith(".bpmn")]
    stock_ms, _ = measure_journey(files, version.bundle.journey, start.key.removeprefix("+"), repeats)
    return {
        "state_bytes_median": round(statistics.median(sizes)),
        "state_bytes_max": max(sizes),
        "ours_ms": round(statistics.median(ours), 3),
        "stock_ms": round(stock_ms, 3),
    }


@dataclass
class _Known:
    """Surroundings with a family's facts in memory; operations do nothing."""

    now: datetime
    version: Version
    sheets: Mapping[str, Mapping[str, Value]]
    functions_: Mapping[str, Callable[..., Value]] = field(default_factory=lambda: functions(None))

    def names(self, track: str | None) -> dict[str, Value]:
        own = self.sheets.get((track or "").split("/", 1)[0], {})
        today: dict[str, Value] = {"today": jst_day(self.now), "now": self.now}
        today |= {"infant_at_home": False, "child_unseen": False}
        return {**self.version.blank, **self.sheets.get("", {}), **own, **today}

    def functions(self) -> Mapping[str, Callable[..., Value]]:
        return self.functions_

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        """What would become facts is not needed again."""

    def serve(self, call: spiff.ServiceCall) -> None:
        """Operations do nothing."""

    def decide(self, decision_id: str, names: Mapping[str, Value]) -> Any:
        return self.version.bundle.decisions[decision_id].decide(names, self.functions_)


@dataclass
class _Seen:
    """What was seen of the journeys while they were lived."""

    engine: Engine
    sizes: list[int] = field(default_factory=list)
    kept: list[tuple[bytes, _Known]] = field(default_factory=list)
    version: Version = field(init=False)
    looks: int = 0

    def look(self) -> None:
        """Note every state's size, and now and then keep one in which a task is open."""
        with transaction(self.engine, read_only=True) as session:
            running = select(Instance).where(Instance.state == InstanceState.RUNNING).order_by(Instance.id)
            rows = [row for row in session.scalars(running) if row.state_bytes]
            self.sizes += [len(row.state_bytes or b"") for row in rows]
            self.looks += 1
            if rows and self.looks % _EVERY == 0:
                self._keep(session, rows[self.looks // _EVERY % len(rows)])

    def _keep(self, session: Session, row: Instance) -> None:
        assert row.state_bytes is not None
        enter_municipality(session, row.municipality_id)
        self.version = versions.load(session, row.version_id)
        sheets = facts.sheets(session, row.case_ref or row.id)
        typed = {track: facts.typed_sheet(sheet.facts, self.version.fact_types) for track, sheet in sheets.items()}
        known = _Known(clock.now(session), self.version, typed)
        if spiff.restore(self.version.specs, row.state_bytes, known).progress().open_tasks:
            self.kept.append((row.state_bytes, known))


def _timed(version: Version, state: bytes, around: _Known, repeats: int) -> float:
    """Median milliseconds of one step from this state."""
    taken = []
    for _ in range(repeats):
        began = perf_counter()
        run = spiff.restore(version.specs, state, around)
        run.complete(run.progress().open_tasks[0].key, "done")
        run.state()
        taken.append((perf_counter() - began) * 1000)
    return statistics.median(taken)


def _begun(version: Version) -> spiff.Run:
    now = clock.wall_now()
    return spiff.start(version.specs, version.bundle.journey, _Known(now, version, {}))
