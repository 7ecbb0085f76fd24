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

from engine import clock
from engine.access import Actor
from engine.casework import people
from engine.database import enter_municipality, transaction
from engine.errors import EngineError
from engine.organisation import places
from forms.sentences import Sentence
from web import settings as settings_
from web import wording
from web.app import open_database
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


def database() -> Engine:
    """The database of the settings."""
    return open_database(settings())


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
        found = places.municipalities(session)
        chosen = [place for place in found if code is None or place.code == code]
        if len(chosen) != 1:
            raise Fault(
                Sentence(
                    "自治体がありません。または --municipality で一つ選んでください。",
                    "There is no municipality, or choose one by --municipality.",
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
    problems = getattr(error, "problems", None)
    if problems:
        return f"{error.code}: " + " / ".join(str(problem) for problem in problems)
    words = wording.refusal(error.code, 422)
    return f"{error.code}: {say(words.title)}" if error.code in wording.REFUSALS else f"{error.code}: {error}"


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
