"""The forms staff and partners may fill: by file stem or by code (FM01), of the current version or a pinned one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.access import Actor
from engine.casework.notified_woman import NOTIFICATION_FORM, a_district
from engine.errors import NotFound
from engine.workflow import versions
from forms.compiler import CompiledForm, compile_form
from forms.definition import Form
from forms.sentences import Sentence
from processes.bundle import Bundle


class FormUnknown(NotFound):
    """No such form in the version."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"expected a form, but the version has none called {key[:60]!r}")


def find_form(bundle: Bundle, key: str) -> Form:
    """The form with this stem, or with this code in any case. Raises FormUnknown."""
    form = bundle.forms.get(key)
    if form is None:
        form = next((each for each in bundle.forms.values() if each.code.casefold() == key.casefold()), None)
    if form is None:
        raise FormUnknown(key)
    return form


def form(session: Session, actor: Actor, key: str, *, version: str | None = None) -> CompiledForm:
    """A form ready to describe itself and to accept answers; without `version`, as new cases use it."""
    bundle = versions.load(session, version or versions.current_id(session)).bundle
    try:
        return compile_form(find_form(bundle, key))
    except FormUnknown:
        opening = opening_form(session) if version is None else None
        if opening is None or key.casefold() not in (opening.key, opening.code.casefold()):
            raise
        return compile_form(opening)


def opening_form(session: Session) -> Form:
    """The notification form as new families are asked it. Raises FormUnknown where no version ever had one."""
    return find_form(versions.load(session, versions.asking_id(session)).bundle, NOTIFICATION_FORM)


def example(session: Session, actor: Actor, compiled: CompiledForm, *, on: date) -> dict[str, Any]:
    """Answers to the form that pass in this town on the day: a district is one of the actor's centre."""
    answers = compiled.example(on)
    for field in compiled.form.fields():
        if field.ref == "district" and isinstance(answers.get(field.key), str):
            answers[field.key] = a_district(session, answers[field.key], actor.centre_id, on)
    return answers


def forms(session: Session, actor: Actor) -> list[tuple[str, str, Sentence]]:
    """(key, code, title) of every form of the current version, by code."""
    bundle = versions.load(session, versions.current_id(session)).bundle
    return sorted(
        ((each.key, each.code, each.title) for each in bundle.forms.values()), key=lambda row: (row[1], row[0])
    )
