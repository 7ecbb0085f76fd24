"""Commands that move a demo or test town's clock."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from engine.access import Action, Actor
from engine.casework import people, town_calendar
from engine.casework.views import Advance
from engine.clock import jst_day
from engine.database import enter_municipality, transaction
from engine.organisation import places
from forms.sentences import Sentence
from web.api.town_clock import duration, instant
from web.cli import door


@click.group("clock")
def clock() -> None:
    """The town's calendar (moved in demo and test only)."""


@clock.command("show")
@door.of_municipality
@door.as_json
def show(municipality: str | None, as_json: bool) -> None:
    """The town's present instant."""
    with door.town(municipality, read_only=True) as session:
        now = town_calendar.show(session)
    door.emit({"now": now, "today": jst_day(now)}, as_json, lambda: [now.isoformat()])


@clock.command("set")
@click.argument("when", metavar="ISO")
@door.as_user
@door.as_json
def set_clock(when: str, login: str | None, as_json: bool) -> None:
    """Move to a day or an instant; what is due on the way is done on its day."""
    target = instant(when)
    engine, actor = _ready(login)
    _tell(town_calendar.advance(engine, actor, set_to=target, allowed=True), as_json)


@clock.command("advance")
@click.argument("by", metavar="ISO-DURATION")
@door.as_user
@door.as_json
def advance(by: str, login: str | None, as_json: bool) -> None:
    """Move on by a duration such as P30D."""
    engine, actor = _ready(login)
    _tell(town_calendar.advance(engine, actor, by=duration(by, _now(engine, actor)), allowed=True), as_json)


def _ready(login: str | None) -> tuple[Engine, Actor]:
    """The database and who moves the clock: the person named, else whoever operates this demo."""
    engine = door.database(door.movable("clock"))
    with transaction(engine, read_only=True) as session:
        return engine, door.find_actor(session, login) if login is not None else _anybody(session)


def _anybody(session: Session) -> Actor:
    """Whoever stands at the console of a demo may move its clock; the policy asks for a person of the town."""
    door.require_town(session)
    for town in places.municipalities(session):
        enter_municipality(session, town.municipality_id)
        for user in people.list_users(session):
            actor = people.actor_of(session, user.login)
            if actor is not None and any(Action.MOVE_CLOCK in post.keys for post in actor.posts):
                return actor
    raise door.Fault(
        Sentence(
            "暦を動かせる職員がいません。--as LOGIN で示してください。",
            "Nobody of the town may move the clock; name someone by --as LOGIN.",
        )
    )


def _now(engine: Engine, actor: Actor) -> datetime:
    with transaction(engine, read_only=True, municipality_id=actor.municipality_id) as session:
        return town_calendar.show(session)


def _tell(moved: Advance, as_json: bool) -> None:
    told = {"now": moved.now, "fired": moved.fired, "incidents": moved.incidents}
    door.emit(told, as_json, lambda: [f"{moved.now.isoformat()}  fired {moved.fired}, incidents {moved.incidents}"])


COMMANDS = (clock,)
