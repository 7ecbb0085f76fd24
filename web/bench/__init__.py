"""`tsunagu bench step`: how long one step of a family's journey takes on this machine, beside stock SpiffWorkflow.

Nothing of the product needs this package. It makes a town of its own in a temporary folder (SQLite, every commit
synced) and in a database of its own (PostgreSQL), opens families through casework, serves them by the real web server
in a process of its own, and throws everything away afterwards. Progress goes to standard error.

`shipped` and `chain` are steps without a database (`journeys.py`); `http`, `worklist_ms` and `timers_1000_s` are the
whole product (`town.py`, `calls.py`). What was not asked for, or whose database does not answer, is null.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from web.bench import databases, journeys
from web.bench.databases import DATABASES
from web.bench.town import Town

PARTS = ("shipped", "chain", "http", "worklist", "timers")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    cases: really opened. calls: timed completions in cases just opened. age: the task of one case that is timed.
    listed: open cases behind the worklist. families: lives driven to see how large a state becomes.
    """

    cases: int
    calls: int
    age: int
    listed: int
    pages: int
    families: int
    marks: tuple[int, ...]
    repeats: int


FULL = Size(1000, 300, 450, 10_000, 60, 10, (10, 50, 100, 200, 300), 15)
QUICK = Size(12, 10, 12, 30, 5, 1, (10, 20), 3)

Measure = Callable[[Town, Size], Any]
_IN_TOWN: dict[str, tuple[str, Measure]] = {  # in this order: each leaves the town as the next wants it
    "http": ("http", lambda town, size: town.completions(size.calls, size.age)),
    "timers": ("timers_1000_s", lambda town, _: town.timers()),
    "worklist": ("worklist_ms", lambda town, size: town.worklist(size.listed, size.pages)),
}


@click.command("step")
@click.option("--quick", is_flag=True, help="Small counts: whether it works, not how fast.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="One part; may be repeated.")
def _options(quick: bool, only: tuple[str, ...]) -> tuple[Size, tuple[str, ...]]:
    return QUICK if quick else FULL, only or PARTS


def step(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure. arguments: `--quick`, `--only PART` (shipped, chain, http, worklist, timers)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that databases and servers are cleared away
    size, parts = _options.main(args=list(arguments), prog_name="tsunagu bench step", standalone_mode=False)
    found: dict[str, Any] = {
        "shipped": journeys.shipped(size.families, size.repeats, say) if "shipped" in parts else None,
        "chain": journeys.chain(size.marks, size.repeats, say) if "chain" in parts else None,
    }
    measures = [part for part in _IN_TOWN if part in parts]
    for key in ("http", "worklist_ms", "timers_1000_s"):
        found[key] = dict.fromkeys(DATABASES)
    for name in DATABASES if measures else ():
        _in_a_town(name, size, measures, found)
    return found


def _in_a_town(name: str, size: Size, measures: Sequence[str], found: dict[str, Any]) -> None:
    """Take the measures on one kind of database."""

    def tell(text: str) -> None:
        say(f"{name}: {text}")

    try:
        with databases.made(name) as engine, Town.opened(engine, size.cases, tell) as town:
            for part in measures:
                key, measure = _IN_TOWN[part]
                found[key][name] = measure(town, size)
                tell(f"{key} {found[key][name]}")
    except databases.NotThere as reason:
        say(str(reason))


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)
