"""The command that begins a real town: `tsunagu setup TOWN.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from engine import clock
from engine.casework.founding import extend_town, found_town
from engine.database import transaction
from engine.definitions import BundleRefused
from forms.sentences import Sentence
from web import shipped
from web.cli import definitions, door, passwords


@click.command("setup")
@click.argument("file", type=click.Path(exists=True, path_type=Path), metavar="TOWN.toml|TOWN.json")
@click.option(
    "--bundle",
    "folder",
    type=click.Path(exists=True, path_type=Path),
    metavar="DIR",
    help="The first process definitions. Default: the shipped bundle.",
)
@click.option(
    "--administrator",
    default="administrator",
    show_default=True,
    metavar="LOGIN",
    help="Who signs in first: somebody of the file, or a new login.",
)
@click.option("--add", is_flag=True, help="Add what is new in the file to a municipality that was set up before.")
@door.as_json
def setup(file: Path, folder: Path | None, administrator: str, add: bool, as_json: bool) -> int:
    """Make a municipality from its description, and publish its first process definitions.

    The first administrator's password is taken from TSUNAGU_NEW_PASSWORD, or asked for, or made up and printed once.
    With --add, centres, districts, partners, staff, closing days and parameters that are not there yet are added;
    what is there stays as it is.
    """
    description = _description(file)
    bundle = definitions.bundle_in(folder or shipped.FOLDER)
    if add:
        with transaction(door.database()) as session:
            added = extend_town(session, description, bundle=bundle, now=clock.wall_now())
        door.emit({"added": added}, as_json, lambda: [f"{section}: +{number}" for section, number in added.items()])
        return 0
    password, made_up = passwords.new_password(administrator)
    try:
        with transaction(door.database()) as session:
            founded = found_town(
                session,
                description,
                bundle=bundle,
                administrator=administrator,
                password=password,
                now=clock.wall_now(),
            )
    except BundleRefused as error:
        return definitions.tell_findings(error.findings, as_json)
    told = asdict(founded) | ({"password": password} if made_up else {})
    door.emit(told, as_json, lambda: [f"{name}: {value}" for name, value in told.items()])
    return 0


def _description(path: Path) -> dict[str, Any]:
    if path.suffix == ".json":
        return door.json_file(str(path))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise door.Fault(Sentence(f"ファイルを読めません: {path}", f"The file cannot be read: {path}")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise door.Fault(
            Sentence(f"TOML として読めません: {path} ({error})", f"This is not TOML: {path} ({error})")
        ) from None


COMMANDS = (setup,)
