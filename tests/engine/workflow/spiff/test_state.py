"""The compact state: small, flat with age, and refused in two words when it is newer or damaged."""

from __future__ import annotations

import zlib
from random import Random

import orjson
import pytest

from engine.workflow.spiff import StateTooNew, StateUnreadable, compact, load, restore, start
from engine.workflow.spiff.parser import LIBRARY_VERSION
from engine.workflow.spiff.stock import Empty, chain, measure_chain
from tests.engine.workflow.spiff.diagrams import (
    Files,
    Walked,
    World,
    message,
    process,
    specs_of,
    subprocess,
    timer,
)


def track(name: str, branches: int) -> str:
    """A track with so many parallel branches, each a task with a reminder and an interrupting message."""
    arms = range(branches)
    inner = "".join(
        f'<userTask id="{name}_task_{arm}"/><boundaryEvent id="{name}_late_{arm}" attachedToRef="{name}_task_{arm}" '
        f'cancelActivity="false">{timer("Date", f"days_after(due_on, {arm})")}</boundaryEvent>'
        f'<endEvent id="{name}_end_{arm}"/><endEvent id="{name}_told_{arm}"/>'
        for arm in arms
    )
    arrows = "\n".join(
        f"{name}_split -> {name}_task_{arm}\n{name}_task_{arm} -> {name}_end_{arm}\n"
        f"{name}_late_{arm} -> {name}_told_{arm}"
        for arm in arms
    )
    return subprocess(
        name,
        f'<startEvent id="{name}_start" isInterrupting="false">{message(name)}</startEvent>'
        + subprocess(
            f"{name}_care",
            f'<startEvent id="{name}_in"/><parallelGateway id="{name}_split"/>{inner}',
            f"{name}_in -> {name}_split\n{arrows}",
        )
        + f'<boundaryEvent id="{name}_lost" attachedToRef="{name}_care">{message(f"{name}_lost")}</boundaryEvent>'
        f'<endEvent id="{name}_e"/><endEvent id="{name}_f"/>',
        f"{name}_start -> {name}_care\n{name}_care -> {name}_e\n{name}_lost -> {name}_f",
        'triggeredByEvent="true"',
    )


BUSY = process(
    "main",
    '<startEvent id="s"/><userTask id="open"/><endEvent id="e"/>' + track("family", 3) + track("child", 6),
    """s -> open
    open -> e""",
)
BUSY_TRACKS = (
    ("family", "01JD0000000000000000000000"),
    ("child", "01JD0000000000000000000001"),
    ("child", "01JD0000000000000000000002"),
)


def busy() -> Walked:
    run = Walked(specs_of(BUSY), World(facts={None: {"due_on": None}}))
    for name, id in BUSY_TRACKS:
        run.send(name, track=id)
        run.world.advance(days=17, seconds=3)
    return run


def test_a_journey_with_three_tracks_and_fifteen_timers_stays_below_two_kilobytes():
    run = busy()

    assert (len(run.progress.timers), len(run.progress.open_tasks)) == (15, 16)
    assert len(run.state) <= 2048


def test_a_chain_of_calls_stays_below_300_bytes_at_every_age():
    specs, around = load(Files({"chain.bpmn": chain(12)})), Empty()
    run = start(specs, "journey", around, locals={"outcome": ""})
    sizes = []

    while not run.progress().ended:
        state = run.state()
        sizes.append(len(state))
        run = restore(specs, state, around)
        run.complete(run.progress().open_tasks[0].key, "done")

    assert len(sizes) == 36
    assert max(sizes) <= 300


def test_an_old_journey_is_no_bigger_and_a_step_far_quicker_than_the_librarys():
    """Times are only compared with the peer's, taken on the same machine at the same moment.

    `tsunagu bench` tells them.
    """
    young, old = measure_chain((3, 27), length=10, repeats=5)

    assert old["state_bytes"] <= 1.2 * young["state_bytes"] <= 2048
    assert 3 * old["ours_ms"] <= old["stock_ms"]


def test_saving_twice_gives_the_same_bytes():
    run = busy()

    assert restore(run.specs, run.state, run.world).state() == run.state


def test_specs_are_the_same_before_and_after():
    specs = specs_of(BUSY)
    before = picture(specs)
    for _ in range(2):
        run = Walked(specs, World(facts={None: {"due_on": None}}))
        for name, id in BUSY_TRACKS:
            run.send(name, track=id)
        run.act("stop_tracks")
        run.complete("open")
        assert run.progress.ended

    assert picture(specs) == before


def picture(specs) -> dict:
    """Everything in the specs that a run could change."""
    return {
        (id, name): (
            type(spec).__name__,
            list(spec._inputs),
            list(spec._outputs),
            dict(spec.data),
            [event and event.n_subscribers() for event in (spec.completed_event, spec.update_event, spec.ready_event)],
            list(getattr(spec, "trigger_specs", [])),
            repr(vars(getattr(spec, "event_definition", None)) if hasattr(spec, "event_definition") else None),
        )
        for id, process in specs.processes.items()
        for name, spec in process.task_specs.items()
    }


def rewritten(state: bytes, **changes) -> bytes:
    document = orjson.loads(zlib.decompress(state[3:]))
    return state[:3] + zlib.compress(orjson.dumps({**document, **changes}))


def test_a_newer_format_or_library_is_refused():
    run = busy()

    with pytest.raises(StateTooNew):
        restore(run.specs, run.state[:2] + bytes([compact.FORMAT + 1]) + run.state[3:], run.world)
    with pytest.raises(StateTooNew):
        restore(run.specs, rewritten(run.state, v="99.0.0"), run.world)
    assert restore(run.specs, rewritten(run.state, v="3.1.0"), run.world).progress().open_tasks
    assert LIBRARY_VERSION == "3.2.0"


def test_a_state_of_other_specs_is_refused():
    run = busy()

    with pytest.raises(StateUnreadable):
        restore(specs_of(process("main", '<startEvent id="s"/><endEvent id="e"/>', "s -> e")), run.state, run.world)


@pytest.mark.parametrize(
    "state", [b"", b"TW", b"{}", b"TW\x01", b"TW\x00" + b"x" * 9, b"TW\x01" + zlib.compress(b"[]")]
)
def test_what_is_no_state_is_refused(state):
    run = busy()

    with pytest.raises(StateUnreadable):
        restore(run.specs, state, run.world)


def test_damaged_bytes_raise_nothing_else():
    run, random = busy(), Random(7)
    for _ in range(400):
        damaged = bytearray(run.state)
        for _ in range(random.randint(1, 4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        with pytest.raises((StateTooNew, StateUnreadable)) if bytes(damaged) != run.state else Nothing():
            restore(run.specs, bytes(damaged[: random.choice((None, None, random.randrange(len(damaged))))]), run.world)


def test_damaged_contents_raise_nothing_else():
    run, random = busy(), Random(11)
    original = orjson.loads(zlib.decompress(run.state[3:]))
    for _ in range(400):
        document = orjson.loads(orjson.dumps(original))
        spot, place = document, None
        while isinstance(spot, (dict, list)) and len(spot):
            holder, place = spot, random.choice(list(spot) if isinstance(spot, dict) else range(len(spot)))
            spot = spot[place]
        holder[place] = random.choice((None, -1, 10**9, "x", [], {}, 1.5, True, "$t", {"$t": "x"}, {"$d": 3}))
        state = run.state[:3] + zlib.compress(orjson.dumps(document))
        try:
            restore(run.specs, state, run.world)
        except (StateTooNew, StateUnreadable):
            continue


class Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...
