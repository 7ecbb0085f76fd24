"""Every diagram under processes/, walked at random with real decisions.

Saved after each step it stands as one never saved.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.workflow.spiff import Specs, load
from forms import expressions
from forms.values import Value
from processes import bundle as bundles
from processes.bundle import Bundle
from tests.engine.workflow.spiff.diagrams import NOON, World
from tests.engine.workflow.spiff.test_compaction import Ours, standing, told

BUNDLES = sorted(path.parent for path in (Path(__file__).parents[4] / "processes").glob("*/bundle.toml"))
WALKS = int(os.environ.get("TSUNAGU_SOAK_MODELS", "60")) // 20
STEPS = 40


def random_value(type: str, random: Random) -> Value:
    if random.random() < 0.1:
        return None
    day = NOON.date() + timedelta(days=random.randint(-300, 900))
    return {
        "str": lambda: random.choice(("wako", "standard", "business", "calendar", "hospital", "x")),
        "int": lambda: random.randint(0, 4),
        "float": lambda: random.random() * 10,
        "bool": lambda: random.random() < 0.5,
        "date": lambda: date(day.year, day.month, min(day.day, 28)),
        "instant": lambda: NOON + timedelta(hours=random.randint(-100, 100)),
    }[type]()


def world_of(bundle: Bundle, seed: int) -> World:
    random = Random(seed)
    facts = {name: random_value(str(fact.type), random) for name, fact in sorted(bundle.facts.items())}
    world = World(facts={None: {**bundle.parameters, **facts}})
    for id, decision in bundle.decisions.items():
        world.decisions[id] = lambda names, decision=decision: decision.decide(names, expressions.functions())
    return world


class Walker(Ours):
    """One process of a bundle."""

    def __init__(self, specs: Specs, world: World, forgetful: bool, process_id: str) -> None:
        self.process_id = process_id
        super().__init__(specs, world, forgetful, process_id)

    def everything(self) -> Any:
        progress = self.run.progress()
        return (
            standing(self),
            [(timer.key, timer.due_at) for timer in progress.timers],
            progress.walked,
            progress.thrown,
            progress.failures,
            progress.ended_tracks,
            progress.ended,
        )


def outcomes(bundle: Bundle, process_id: str, element: str) -> tuple[str, ...]:
    return ("done", *bundle.processes[process_id].nodes[element].exits)


def walk(bundle: Bundle, sides: list[Walker], random: Random) -> None:
    tracks = 0
    for step in range(STEPS):
        seen = [side.everything() for side in sides]
        assert seen[0] == seen[1], f"step {step}"
        progress = sides[0].run.progress()
        choices: list[tuple[str, Any]] = [("complete", task) for task in progress.open_tasks] * 2
        choices += [("catch", catch) for catch in progress.catches if catch.kind != "track_start" or tracks < 3]
        choices += [("timer", timer) for timer in progress.timers if timer.due_at is not None]
        if not choices:
            return
        kind, one = random.choice(choices)
        outcome = random.choice(outcomes(bundle, one.process, one.element)) if kind == "complete" else ""
        tracks += kind == "catch" and one.kind == "track_start"
        for side in sides:
            if kind == "complete":
                side.run.complete(one.key, outcome)
            elif kind == "catch":
                side.run.catch(one.key, track=f"T{tracks}" if one.kind == "track_start" else None)
            else:
                side.world.now = max(side.world.now, one.due_at)
                side.run.fire_due()
            side.keep()


@pytest.fixture(scope="module", params=BUNDLES, ids=lambda path: path.name)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return bundles.read(request.param)


def test_every_process_of_a_bundle_stands_the_same_when_saved_after_every_step(bundle, monkeypatch):
    monkeypatch.setattr("engine.workflow.spiff.run.MANY_TASKS", 10**9)
    specs = load(bundle)
    for process_id in sorted(bundle.processes):
        for seed in range(max(1, WALKS)):
            try:
                sides = [Walker(specs, world_of(bundle, seed), forgetful, process_id) for forgetful in (True, False)]
                walk(bundle, sides, Random(seed))
            except Exception as error:
                pytest.fail(f"{process_id}, seed {seed}: {type(error).__name__}: {error}")


def test_told_names_the_place_and_the_data_of_a_task(bundle):
    """`told` is what the comparison rests on: two tasks of different places or data are told apart."""
    specs = load(bundle)
    side = Walker(specs, world_of(bundle, 0), True, bundle.journey)

    assert len({told(task) for task in side.ready()}) == len(side.ready())
