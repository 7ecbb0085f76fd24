"""Commands for users and tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from engine import clock
from engine.casework import people, sign_ins
from engine.casework.people import UserView
from engine.database import transaction
from forms.sentences import Sentence
from web.cli import door, passwords


@click.group("user")
def user() -> None:
    """Who may sign in."""


@user.command("list")
@door.of_municipality
@door.as_json
def list_users(municipality: str | None, as_json: bool) -> None:
    """List users with roles and place."""
    with door.town(municipality, read_only=True) as session:
        found = [_user(row) for row in people.list_users(session)]
    door.emit(found, as_json, lambda: [_user_line(row) for row in found])


@user.command("add")
@click.argument("login")
@click.option("--role", required=True, help="Role id.")
@click.option("--centre", metavar="CODE", help="Where the person works.")
@click.option(
    "--partner", metavar="CODE", help="The agency the person belongs to; --centre is then the one it works with."
)
@click.option("--name", help="Default: the login.")
@click.option("--password", envvar=passwords.NEW, help="Better through TSUNAGU_NEW_PASSWORD.")
@door.of_municipality
@door.as_json
def add_user(
    login: str,
    role: str,
    centre: str | None,
    partner: str | None,
    name: str | None,
    password: str | None,
    municipality: str | None,
    as_json: bool,
) -> None:
    """Add a user. Without a password they cannot sign in at a browser, only act by token."""
    with door.town(municipality) as session:
        added = people.add_user(
            session,
            None,
            login,
            role=role,
            centre=centre if partner is None else None,
            partner=partner,
            name=name,
            password=password,
        )
    found = _user(added)
    door.emit(found, as_json, lambda: [_user_line(found)])


@user.command("password")
@click.argument("login")
@door.of_municipality
@door.as_json
def set_password(login: str, municipality: str | None, as_json: bool) -> None:
    """Give somebody a new password; their browsers are signed out.

    It is taken from TSUNAGU_NEW_PASSWORD, or asked for, or made up and printed once.
    """
    text, made_up = passwords.new_password(login)
    with door.town(municipality) as session:
        people.set_password(session, login, text)
    told = {"login": login} | ({"password": text} if made_up else {})
    door.emit(told, as_json, lambda: [f"{name}: {value}" for name, value in told.items()])


@click.group("token")
def token() -> None:
    """Bearer tokens for programs."""


@token.command("create")
@door.as_user
@click.option(
    "--login", "signing_in", metavar="LOGIN", help="Sign in as this person, by TSUNAGU_PASSWORD or asked for."
)
@click.option("--days", type=click.IntRange(1, 3650), help="Default: TSUNAGU_TOKEN_DAYS or 90.")
@door.as_json
def create(login: str | None, signing_in: str | None, days: int | None, as_json: bool) -> None:
    """Create a token that acts as this person. It is shown once."""
    lifetime = timedelta(days=days) if days is not None else door.settings().token_lifetime
    if signing_in is not None:
        text, expires_at = _sign_in(signing_in, lifetime)
    else:
        with door.acting(login) as at:
            text, expires_at = people.create_token(at.session, at.actor, lifetime=lifetime)
    door.emit({"token": text, "expires_at": expires_at}, as_json, lambda: [text])


def _sign_in(login: str, lifetime: timedelta) -> tuple[str, datetime]:
    """A token for whoever knows the password. Guessing is braked as at the browser."""
    engine, now = door.database(), clock.wall_now()
    with transaction(engine, read_only=True) as session:
        door.require_town(session)
        sign_ins.require_few_failures(session, login, _CONSOLE, now=now)
    password = passwords.own_password(login)
    with transaction(engine) as session:
        actor = people.sign_in(session, login, password)
        if actor is not None:
            sign_ins.clear_failures(session, login)
            return people.create_token(session, actor, lifetime=lifetime)
        sign_ins.record_failure(session, login, _CONSOLE, now=now)
    raise door.Fault(
        Sentence("職員番号かパスワードが違います。", "The login or the password is wrong."),
    )


_CONSOLE = "console"


@token.command("revoke")
@click.argument("text", metavar="TOKEN")
@door.as_json
def revoke(text: str, as_json: bool) -> None:
    """Revoke a token; whoever holds it may do so."""
    with transaction(door.database()) as session:
        actor = people.actor_of_token(session, text)
        revoked = actor is not None and people.revoke_token(session, actor, text)
    if not revoked:
        raise door.Fault(Sentence("有効なトークンではありません。", "This is not a valid token."))
    door.emit({"revoked": True}, as_json, lambda: ["revoked"])


def _user(row: UserView) -> dict[str, Any]:
    return {"login": row.login, "roles": list(row.roles), "centre": row.centre, "partner": row.partner}


def _user_line(row: dict[str, Any]) -> str:
    return f"{row['login']:40} {row['centre'] or row['partner'] or '-':10} {', '.join(row['roles'])}"


COMMANDS = (user, token)
