"""Commands that run: demo, serve, work, seed."""

from __future__ import annotations

import importlib
import signal
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy.engine import Engine

from engine.database import transaction
from engine.organisation import places
from engine.schema import upgrade
from forms.sentences import Sentence
from web import log, serving, shipped, worker
from web.app import create_app
from web.cli import door
from web.settings import Environment, Settings

FAMILIES = 60


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: TSUNAGU_PORT or 8000.")
@click.option("--families", type=click.IntRange(0, 100_000), default=FAMILIES, show_default=True)
@click.option("--seed-only", is_flag=True, help="Make the demo town without serving.")
@door.as_json
def demo(port: int | None, families: int, seed_only: bool, as_json: bool) -> None:
    """Make a demo town with families at every stage and serve it, worker inside."""
    settings = _demo_settings()
    log.configure(settings.environment)
    made = _make_town(_upgraded(settings), families)
    door.emit(made, as_json, lambda: _greeting(made, settings, None if seed_only else port or settings.port))
    if not seed_only:
        _serve(settings, port)


@click.command("seed")
@click.option("--families", type=click.IntRange(0, 100_000), default=FAMILIES, show_default=True)
@door.as_json
def seed(families: int, as_json: bool) -> None:
    """Make the demo town without serving (demo and test only)."""
    settings = _demo_settings()
    made = _make_town(_upgraded(settings), families)
    door.emit(made, as_json, lambda: _greeting(made, settings, None))


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: TSUNAGU_PORT or 8000.")
@click.option("--without-worker", is_flag=True, help="Leave due work to `tsunagu work`.")
def serve(port: int | None, without_worker: bool) -> None:
    """Serve pages and API on TSUNAGU_HOST and TSUNAGU_PORT.

    In production the database must have this release's schema and a municipality; in demo and test both are made, the
    town without families. A town without any published version gets the shipped bundle.
    """
    settings = door.settings(serving=True)
    log.configure(settings.environment)
    engine = door.bare_database(settings, makes_it=not settings.in_production)
    if settings.in_production:
        door.require_current(engine)
        with transaction(engine, read_only=True) as session:
            door.require_town(session)
    else:
        upgrade(engine)
        _make_empty_town(engine, settings, port)
    shipped.publish(engine)
    engine.dispose()
    _serve(settings, port, with_worker=not without_worker)


def _make_empty_town(engine: Engine, settings: Settings, port: int | None) -> None:
    with transaction(engine, read_only=True) as session:
        known = places.municipalities(session)
    if not known:
        made = _make_town(engine, families=0)
        door.emit(made, False, lambda: _greeting(made, settings, port or settings.port))


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, print counts, and end.")
@door.as_json
def work(once: bool, as_json: bool) -> None:
    """Do due work: timers, messages, outbox, retries, and chain the ledger."""
    settings = door.settings()
    log.configure(settings.environment)
    engine = door.database(settings)
    if once:
        counts = asdict(worker.work_once(engine))
        door.emit(counts, as_json, lambda: [f"{kind}: {number}" for kind, number in counts.items()])
        return
    looping = worker.Worker(engine)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: looping.ask_to_stop())
    looping.run()


def _greeting(made: dict[str, Any], settings: Settings, port: int | None) -> list[str]:
    """What to tell the person at the console: where to go, and as whom."""
    lines = [f"{made['municipality']}  (TSUNAGU_ENV={settings.environment})"]
    if port is not None:
        lines.append(f"http://{settings.host}:{port}/sign-in")
    return [*lines, f"password: {made['password']}", *(f"  {login}" for login in made["logins"])]


def _demo_settings() -> Settings:
    settings = door.settings(environment=Environment.DEMO, serving=True)
    if settings.in_production:
        raise door.Fault(
            Sentence("デモの町は本番環境では作れません。", "A demo town is refused in production (TSUNAGU_ENV).")
        )
    return settings


def _upgraded(settings: Settings) -> Engine:
    engine = door.bare_database(settings, makes_it=True)
    upgrade(engine)
    return engine


def _make_town(engine: Engine, families: int) -> dict[str, Any]:
    """`web/demo.py` makes the town; it stands above this module's imports because it is not part of a production."""
    made: dict[str, Any] = importlib.import_module("web.demo").make_town(engine, families=families)
    return made


def _serve(settings: Settings, port: int | None, *, with_worker: bool = True) -> None:
    app = create_app(settings)
    chosen = port or settings.port
    try:
        serving.serve(app, settings.host, chosen, threads=settings.threads, with_worker=with_worker)
    except serving.CannotListen:
        raise door.Fault(
            Sentence(
                f"{settings.host}:{chosen} で待ち受けられません。使用中でないかご確認ください。",
                f"Cannot listen on {settings.host}:{chosen}; is it in use?",
            )
        ) from None


COMMANDS = (demo, seed, serve, work)
