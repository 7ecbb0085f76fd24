"""Passwords at the console: from the environment, asked for, or made up; never an argument others could read."""

from __future__ import annotations

import os
import secrets
import sys

import click

from forms.sentences import Sentence
from web.cli import door

NEW = "TSUNAGU_NEW_PASSWORD"
MINE = "TSUNAGU_PASSWORD"


def new_password(whose: str) -> tuple[str, bool]:
    """A password for this login, and whether it was made up and so must be told once.

    From TSUNAGU_NEW_PASSWORD; else asked for, where somebody sits at a terminal; else made up.
    """
    given = os.environ.get(NEW)
    if given:
        return given, False
    if sys.stdin.isatty():
        asked = door.say(Sentence(f"{whose} の新しいパスワード", f"New password of {whose}"))
        again = door.say(Sentence("もう一度", "Again"))
        return str(click.prompt(asked, hide_input=True, confirmation_prompt=again, err=True)), False
    return secrets.token_urlsafe(15), True


def own_password(login: str) -> str:
    """The password of somebody who signs in here. Raises Fault where there is nobody to ask."""
    given = os.environ.get(MINE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise door.Fault(
            Sentence(
                f"パスワードを {MINE} で渡すか、端末で実行してください。",
                f"Give the password in {MINE}, or run this at a terminal.",
            )
        )
    asked = door.say(Sentence(f"{login} のパスワード", f"Password of {login}"))
    return str(click.prompt(asked, hide_input=True, err=True))
