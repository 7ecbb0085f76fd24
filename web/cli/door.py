"""What every command shares: faults as one line, who acts, the database, and the one JSON document.

Exit codes: 0 done; 1 lint found errors, or the ledger does not verify; 2 a fault, told in one line on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from engine import clock, schema
from engine.access import Actor
from engine.casework import people
from engine.database import enter_municipality, transaction
from engine.errors import EngineError
from engine.organisation import places
from engine.schema import SchemaState
from forms.sentences import Sentence
from web import refusals
from web import settings as settings_
from web.app import database_file, open_database
from web.settings import Environment, Settings

Command = TypeVar("Command", bound=Callable[..., Any])

LANGUAGE = "TSUNAGU_LANGUAGE"
TOKEN = "TSUNAGU_TOKEN"  # noqa: S105 - the name of a variable


class Fault(click.ClickException):
    """Something the operator can mend, in one sentence."""

    exit_code = 2

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(say(sentence))


@dataclass(frozen=True, slots=True)
class Acting:
    """An open transaction with someone in it."""

    session: Session
    actor: Actor
    now: datetime


def say(sentence: Sentence) -> str:
    """The sentence in the operator's language."""
    return sentence.text(os.environ.get(LANGUAGE, "ja"))


def settings(*, serving: bool = False, environment: Environment | None = None) -> Settings:
    """The settings; `environment` counts where TSUNAGU_ENV is not set. Raises Fault with every fault in one line."""
    variables = dict(os.environ)
    if environment is not None and not variables.get("TSUNAGU_ENV"):
        variables["TSUNAGU_ENV"] = environment
    found = settings_.read(variables, serving=serving)
    if isinstance(found, Settings):
        return found
    raise Fault(Sentence("".join(fault.ja for fault in found), " ".join(fault.en for fault in found)))


def database(found: Settings | None = None) -> Engine:
    """The database of the settings, once it is known to have this release's tables. Raises Fault, SchemaTooNew."""
    engine = bare_database(found)
    require_current(engine)
    return engine


def bare_database(found: Settings | None = None, *, makes_it: bool = False) -> Engine:
    """The database of the settings, whatever is in it, until the command ends.

    makes_it: the command begins a new database where there is none. Raises Fault where it may not or cannot.
    """
    found = found or settings()
    file = database_file(found)
    if not makes_it and file is not None and not file.exists():
        raise Fault(
            Sentence(
                f"データベースがまだありません: {file}。tsunagu schema upgrade を実行するか、"
                "TSUNAGU_DATABASE_URL をご確認ください。",
                f"There is no database at {file}; run tsunagu schema upgrade, or check TSUNAGU_DATABASE_URL.",
            )
        )
    try:
        engine = open_database(found)
    except OSError:
        raise Fault(
            Sentence(
                "データベースを置くフォルダーを作れません。TSUNAGU_DATABASE_URL と権限をご確認ください。",
                "The database's folder cannot be made; check TSUNAGU_DATABASE_URL and permissions.",
            )
        ) from None
    click.get_current_context().call_on_close(engine.dispose)
    return engine


def require_current(engine: Engine) -> SchemaState:
    """Where the database stands. Raises Fault where that is not this release's schema, SchemaTooNew."""
    state = schema.check(engine)
    if not state.is_current:
        raise Fault(
            Sentence(
                f"データベースが {state.newest} になっていません。tsunagu schema upgrade を実行してください。",
                f"The database is at {state.current or 'nothing'}, not {state.newest}; run tsunagu schema upgrade.",
            )
        )
    return state


def require_town(session: Session) -> None:
    """Raises Fault where the database holds no municipality yet."""
    if not places.municipalities(session):
        raise Fault(
            Sentence(
                "自治体がまだありません。tsunagu setup TOWN.toml を実行してください(デモは tsunagu seed)。",
                "There is no municipality yet; run tsunagu setup TOWN.toml (for a demo, tsunagu seed).",
            )
        )


def movable(refusing: str) -> Settings:
    """The settings, where this is a demo or a test. Raises Fault in production."""
    found = settings()
    if found.in_production:
        raise Fault(
            Sentence(
                f"{refusing} は本番環境では使えません(TSUNAGU_ENV は demo または test)。",
                f"{refusing} is refused in production (TSUNAGU_ENV must be demo or test).",
            )
        )
    return found


@contextmanager
def acting(login: str | None, *, read_only: bool = False) -> Iterator[Acting]:
    """One transaction in which a person acts: `--as LOGIN`, or the owner of the token in TSUNAGU_TOKEN."""
    if login is not None:
        movable("--as")
    engine = database()
    with transaction(engine, read_only=read_only) as session:
        actor = find_actor(session, login)
        enter_municipality(session, actor.municipality_id)
        yield Acting(session, actor, clock.now(session))


def find_actor(session: Session, login: str | None) -> Actor:
    """The person named, or the owner of the token. Raises Fault."""
    require_town(session)
    if login is not None:
        named = people.actor_of(session, login)
        if named is None:
            raise Fault(Sentence(f"この利用者はいません: {login}", f"There is no user {login}."))
        return named
    token = os.environ.get(TOKEN)
    actor = people.actor_of_token(session, token) if token else None
    if actor is None:
        raise Fault(
            Sentence(
                f"だれが行うかを --as LOGIN(デモ・試験)または {TOKEN} で示してください。",
                f"Say who acts, by --as LOGIN (demo, test) or by {TOKEN}.",
            )
        )
    return actor


@contextmanager
def town(code: str | None = None, *, read_only: bool = False) -> Iterator[Session]:
    """One transaction in a municipality, for what the operator of the machine does: the only one, or the one named."""
    with transaction(database(), read_only=read_only) as session:
        require_town(session)
        found = places.municipalities(session)
        chosen = [place for place in found if code is None or place.code == code]
        if len(chosen) != 1:
            raise Fault(
                Sentence(
                    f"--municipality で一つ選んでください({', '.join(place.code for place in found)})。",
                    f"Choose one by --municipality ({', '.join(place.code for place in found)}).",
                )
            )
        enter_municipality(session, chosen[0].municipality_id)
        yield session


def json_file(path: str) -> dict[str, Any]:
    """A JSON object from a file, or from standard input for `-`. Raises Fault."""
    try:
        text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        value = orjson.loads(text)
    except OSError:
        raise Fault(Sentence(f"ファイルを読めません: {path}", f"The file cannot be read: {path}")) from None
    except orjson.JSONDecodeError:
        raise Fault(Sentence(f"JSON として読めません: {path}", f"This is not JSON: {path}")) from None
    if not isinstance(value, dict):
        raise Fault(Sentence(f"JSON のオブジェクトにしてください: {path}", f"It must hold a JSON object: {path}"))
    return value


def emit(value: Any, as_json: bool, lines: Callable[[], list[str]] | None = None) -> None:
    """One JSON document, or lines for people."""
    if as_json or lines is None:
        sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")
        return
    for line in lines():
        click.echo(line)


def in_words(error: EngineError) -> str:
    """A refusal of the engine in one line: its code, and the fields where there are any."""
    errors = getattr(error, "errors", None)
    if isinstance(errors, Mapping):
        return rejected(errors)
    if problems := getattr(error, "problems", None):
        return f"{error.code}: " + " / ".join(say(problem) for problem in problems)
    if isinstance(sentence := getattr(error, "sentence", None), Sentence):
        return f"{error.code}: {say(sentence)}"
    if error.code not in refusals.REFUSALS:
        return f"{error.code}: {error}"
    named = [str(value) for name in _NAMED if (value := getattr(error, name, None)) is not None]
    words = refusals.REFUSALS[error.code]
    about = f" ({', '.join(named)})" if named else ""
    told = Sentence(f"{words.title.ja}{about}。{words.detail.ja}", f"{words.title.en}{about}. {words.detail.en}")
    return f"{error.code}: {say(told)}"


# What of an error tells the operator which of their words was meant.
_NAMED = ("name", "kind", "place_code", "role", "login", "municipality_code")


def rejected(errors: Mapping[str, Any]) -> str:
    """Rejected answers in one line: field and sentence."""
    fields = "; ".join(f"{field}: {' '.join(say(text) for text in texts)}" for field, texts in errors.items())
    return f"answers_rejected: {fields}"


def as_json(command: Command) -> Command:
    """`--json` prints one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def as_user(command: Command) -> Command:
    """`--as LOGIN` acts as that person under the normal policy; demo and test only."""
    return click.option("--as", "login", metavar="LOGIN", help="Act as this person (refused in production).")(command)


def of_municipality(command: Command) -> Command:
    """`--municipality CODE`, where the database holds several."""
    return click.option("--municipality", "municipality", metavar="CODE", help="Which municipality.")(command)
