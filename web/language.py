"""Which language the caller is answered in: Japanese, unless English is asked for."""

from __future__ import annotations

from typing import Literal, cast

from flask import current_app, g, request

from forms.sentences import Sentence

Language = Literal["ja", "en"]

COOKIE = "tsunagu_language"
DATES_COOKIE = "tsunagu_dates"
LANGUAGES: tuple[Language, Language] = ("ja", "en")


def current() -> Language:
    """The caller's language: a person's own choice (cookie), else Accept-Language, else the configured default."""
    chosen = g.get("language")
    if chosen is None:
        chosen = g.language = _choose()
    return cast(Language, chosen)


def western_years() -> bool:
    """Whether days are written with the Gregorian year in Japanese too: a person's own choice (cookie)."""
    return current() == "en" or request.cookies.get(DATES_COOKIE) == "gregorian"


def say(sentence: Sentence) -> str:
    """The sentence in the caller's language."""
    return sentence.text(current())


def _choose() -> str:
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    default: str = current_app.config["DEFAULT_LANGUAGE"]
    return request.accept_languages.best_match(LANGUAGES, default=default) or default
