"""Commands that measure; the measuring itself is in `web/bench.py`, which no other part needs."""

from __future__ import annotations

import importlib
from typing import Any

import click

from web import log
from web.cli import door


@click.group("bench")
def bench() -> None:
    """Measure this machine."""


@bench.command("step", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
@door.as_json
def step(context: click.Context, as_json: bool) -> None:
    """How long one step of a family's journey takes."""
    log.configure(door.settings().environment)
    found: dict[str, Any] = importlib.import_module("web.bench").step(context.args)
    door.emit(found, as_json, lambda: [f"{name}: {value}" for name, value in found.items()])


COMMANDS = (bench,)
