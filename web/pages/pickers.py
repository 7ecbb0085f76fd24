"""What a field that names a place or a person offers to choose from (`properties.ref`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import g

from engine import organisation
from engine.casework import people
from forms.components import Component, Form, placed_fields
from web import language
from web.pages import days
from web.request_scope import Scope


@dataclass(frozen=True, slots=True)
class Pickers:
    """choices: ref -> (code, name), nothing else may be meant. suggestions: ref -> names one may also type over."""

    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    suggestions: Mapping[str, Sequence[str]] = field(default_factory=dict)


def pickers_for(scope: Scope, form: Form) -> Pickers:
    """What this form's fields need; nothing is read for a form without such fields."""
    refs = {each.ref for each in _all_fields(form.components) if each.ref}
    ja = language.current() == "ja"
    choices: dict[str, list[tuple[str, str]]] = {}
    suggestions: dict[str, list[str]] = {}
    if "district" in refs:
        districts = organisation.districts_on(scope.session, days.today_of(scope.now))
        choices["district"] = [*((each.code, each.name) for each in districts), (_NOT_KNOWN, _NOT_KNOWN)]
    if "centre" in refs:
        centres = organisation.centres(scope.session)
        choices["centre"] = [(each.code, each.name_ja if ja else each.name_en) for each in centres]
    if "organisation" in refs:
        suggestions["organisation"] = [
            each.name_ja if ja else each.name_en for each in organisation.partners(scope.session)
        ]
    if "staff" in refs:
        own = _own_centre(scope)
        users = people.list_users(scope.session)
        suggestions["staff"] = [each.name for each in users if each.partner is None and own in (None, each.centre)]
    return Pickers(choices, suggestions)


def place_names() -> Mapping[str, Mapping[str, str]]:
    """ref -> code -> name of the town's districts and centres, for answers read again; read once a request."""
    if "place_names" not in g:
        scope: Scope = g.scope
        ja = language.current() == "ja"
        g.place_names = {
            "district": {
                each.code: each.name for each in organisation.districts_on(scope.session, days.today_of(scope.now))
            },
            "centre": {each.code: each.name_ja if ja else each.name_en for each in organisation.centres(scope.session)},
        }
    found: Mapping[str, Mapping[str, str]] = g.place_names
    return found


_NOT_KNOWN = "不明"  # as the form's help says; the centre is then that of the counter
# Fields that name whoever fills the form; others name somebody else on purpose.
_WHO_WRITES = frozenset({"explained_by", "worker", "mch_author", "responsible", "by"})


def prefilled(scope: Scope, form: Form, about: str) -> dict[str, str]:
    """What a person would write first: their own name, the name of whom it is about, their own centre."""
    found: dict[str, str] = {}
    own = _own_centre(scope)
    for placed in placed_fields(form.components):
        component = placed.component
        if not component.required or component.system:
            continue
        if component.ref == "staff" and component.key in _WHO_WRITES:
            found[component.key] = scope.actor.name
        elif component.ref == "person" and about and component.limits.max_length and not component.default:
            found[component.key] = about
        elif component.ref == "centre" and own:
            found[component.key] = own
    return found


def _own_centre(scope: Scope) -> str | None:
    codes = {each.id: each.code for each in organisation.centres(scope.session)}
    return codes.get(scope.actor.centre_id or "")


def _all_fields(components: Sequence[Component]) -> list[Component]:
    return [each for component in components for each in (component, *_all_fields(component.children))]
