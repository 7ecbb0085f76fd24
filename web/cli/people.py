"""Commands for users and tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from engine.casework import people
from engine.casework.people import UserView
from engine.database import transaction
from forms.sentences import Sentence
from web.app import open_database
from web.cli import door


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
@click.option("--centre", metavar="CODE")
@click.option("--partner", metavar="CODE")
@click.option("--name", help="Default: the login.")
@click.option("--password", envvar="TSUNAGU_NEW_PASSWORD", help="Better through TSUNAGU_NEW_PASSWORD.")
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
            session, None, login, role=role, centre=centre, partner=partner, name=name, password=password
        )
    found = _user(added)
    door.emit(found, as_json, lambda: [_user_line(found)])


@click.group("token")
def token() -> None:
    """Bearer tokens for programs."""


@token.command("create")
@door.as_user
@click.option("--days", type=click.IntRange(1, 3650), help="Default: TSUNAGU_TOKEN_DAYS or 90.")
@door.as_json
def create(login: str | None, days: int | None, as_json: bool) -> None:
    """Create a token that acts as this person. It is shown once."""
    lifetime = timedelta(days=days) if days is not None else door.settings().token_lifetime
    with door.acting(login) as at:
        text, expires_at = people.create_token(at.session, at.actor, lifetime=lifetime)
    door.emit({"token": text, "expires_at": expires_at}, as_json, lambda: [text])


@token.command("revoke")
@click.argument("text", metavar="TOKEN")
@door.as_json
def revoke(text: str, as_json: bool) -> None:
    """Revoke a token; whoever holds it may do so."""
    with transaction(open_database(door.settings())) as session:
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
