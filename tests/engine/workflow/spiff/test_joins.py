"""Joins wait for all of their block: no token may stand in it when a parallel or inclusive join lets one on.

Judged from outside, by the blocks the generator drew; all shapes, those included in which the library's joins err.
"""

from __future__ import annotations

from random import Random

import pytest

from engine.workflow.spiff import load
from tests.engine.workflow.spiff.diagrams import Files, World
from tests.engine.workflow.spiff.random_models import OUTCOMES, Model
from tests.engine.workflow.spiff.test_compaction import MODELS, MOST_STEPS, SEED, Ours, number, place


def left_behind(model: Model, side: Ours) -> list[str]:
    """Elements at which a token stands inside a block whose join let one on in this call."""
    found = []
    progress = side.run.progress()
    sources = {flow: source for flow, source in model.sources().items() if source in model.blocks}
    for walk in progress.walked:
        if walk.flow not in sources:
            continue
        block = model.blocks[sources[walk.flow]]
        for task in [*side.ready(), *(task for task, _, _ in side.waiting())]:
            if task.data.get("track") != walk.track:
                continue
            chain = [number(mark[0]) for mark in place(task)]
            loose = any(one in path for one in chain for path in model.loose)
            if not loose and any(one in block for one in chain):
                found.append(task.task_spec.bpmn_id)
    return found


@pytest.mark.parametrize("chunk", range(4))
def test_no_token_is_left_in_a_block_behind_its_join(chunk):
    for seed in range(SEED + chunk, SEED + MODELS, 4):
        model, random = Model(seed, wild=True), Random(seed)
        if model.ambiguous or not model.blocks:
            continue
        side = Ours(load(Files({"model.bpmn": model.xml})), World(), forgetful=True)
        for _ in range(MOST_STEPS):
            assert left_behind(model, side) == [], f"seed {seed}\n{model.xml.decode()}"
            choices = [(task, None) for task in side.ready()] * 3 + [(task, index) for task, _, index in side.waiting()]
            if not choices:
                break
            task, index = random.choice(choices)
            if task in side.ready():
                side.complete(task, random.choice(OUTCOMES))
            else:
                side.happen(task, index)
