"""Numbers the municipality may change: which there are, what holds today, and setting one from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import audit, organisation
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.casework import cases
from engine.casework.own_parameters import OWN_PARAMETERS, RECEIVING_CENTRE
from engine.casework.people import OPERATOR
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import NotFound, Rejected
from engine.organisation.parameters import ParameterValue, parameters_on
from engine.organisation.parameters import set_parameter as enter_parameter
from engine.workflow import versions
from forms.sentences import Sentence
from forms.values import Value
from processes.parameters import ParameterDefinition, ParameterError


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter of the bundle in force. shipped: its value in the bundle; value: what holds today.

    choices, minimum, maximum: what it may be; empty or None = no limit.
    """

    name: str
    value: Value
    shipped: Value
    choices: tuple[str | int | float, ...]
    minimum: float | None
    maximum: float | None


class ParameterUnknown(NotFound):
    """The bundle in force has no such parameter."""

    code = "parameter_unknown"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a parameter of the bundle in force, but it has none called {name[:60]!r}")


class ParameterRefused(Rejected):
    """The bundle does not allow this value: its kind, its choices or its range. `sentence` says what it allows."""

    code = "parameter_refused"

    def __init__(self, name: str, sentence: Sentence) -> None:
        self.name = name
        self.sentence = Sentence(f"{name}: {sentence.ja}。", f"{name}: {sentence.en}.")
        super().__init__(f"expected a value the bundle allows for {name}: {sentence.en}")


class ParameterInThePast(Rejected):
    """Families were decided on by what held that day; that must still be told. `sentence` says what to do."""

    code = "parameter_in_the_past"

    def __init__(self, valid_from: date, today: date) -> None:
        self.sentence = Sentence(
            f"過去の日({valid_from})からの値は入れられません。{today} 以降の日にしてください。"
            "過ぎた日に何が有効だったかは変えません。",
            f"A value cannot hold from a past day ({valid_from}); give {today} or later. "
            "What held on a past day stays as it was.",
        )
        super().__init__("expected a day from today on, because families have been decided on")


def list_parameters(session: Session, *, now: datetime) -> list[ParameterView]:
    """Every parameter of the bundle in force with the value that holds today, by name."""
    own = parameters_on(session, municipality_of(session), jst_day(now))
    return [
        ParameterView(
            name,
            own.get(name, definition.value),
            definition.value,
            definition.choices,
            definition.minimum,
            definition.maximum,
        )
        for name, definition in sorted(_definitions(session).items())
    ]


def set_parameter(
    session: Session, actor: Actor | None, name: str, text: str, *, valid_from: date, now: datetime
) -> ParameterValue:
    """Let a parameter have a value, given as text, from a day on. `actor` None: the operator at the console.

    A past day is for a town without families only.
    Raises ParameterUnknown, ParameterRefused, ParameterInThePast, Forbidden.
    """
    if actor is not None:
        policy.require(load_standing(session, actor, on=jst_day(now)), Action.SET_PARAMETER)
    definition = _definitions(session).get(name)
    if definition is None:
        raise ParameterUnknown(name)
    try:
        value = definition.read(text)
    except ParameterError as error:
        raise ParameterRefused(name, error.sentence) from None
    if valid_from < jst_day(now) and cases.has_cases(session):
        raise ParameterInThePast(valid_from, jst_day(now))
    by = actor.staff_id if actor is not None else OPERATOR
    enter_parameter(session, name, value, valid_from=valid_from, now=now, by=by)
    audit.record(
        session, "parameter.set", by=by, about=None, now=now, details={"name": name, "from": valid_from.isoformat()}
    )
    return value


def _definitions(session: Session) -> Mapping[str, ParameterDefinition]:
    """Those of the bundle in force, and those the house reads itself."""
    codes = [centre.code for centre in organisation.centres(session)]
    receiving = replace(OWN_PARAMETERS[RECEIVING_CENTRE], choices=("", *codes))
    bundle = versions.load(session, versions.current_id(session)).bundle
    return {**OWN_PARAMETERS, RECEIVING_CENTRE: receiving, **bundle.parameter_definitions}
