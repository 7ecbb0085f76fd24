"""Numbers the municipality may change: which there are, what holds today, and setting one from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import audit
from engine.access import Action, Actor, policy
from engine.access import load as load_standing
from engine.clock import jst_day
from engine.database import municipality_of
from engine.errors import NotFound, Rejected
from engine.organisation.parameters import ParameterValue, parameters_on
from engine.organisation.parameters import set_parameter as enter_parameter
from engine.workflow import versions
from forms.values import Value

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter of the bundle in force. shipped: its value in the bundle; value: what holds today."""

    name: str
    value: Value
    shipped: Value


class ParameterUnknown(NotFound):
    """The bundle in force has no such parameter."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"expected a parameter of the bundle in force, but it has none called {name[:60]!r}")


class ParameterRefused(Rejected):
    """The value is not of the kind the bundle ships."""

    code = "parameter_refused"

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        super().__init__(f"expected {name} to be of type {kind}")


def list_parameters(session: Session, *, now: datetime) -> list[ParameterView]:
    """Every parameter of the bundle in force with the value that holds today, by name."""
    shipped = _shipped(session)
    own = parameters_on(session, municipality_of(session), jst_day(now))
    return [ParameterView(name, own.get(name, shipped[name]), shipped[name]) for name in sorted(shipped)]


def set_parameter(
    session: Session, actor: Actor | None, name: str, text: str, *, valid_from: date, now: datetime
) -> ParameterValue:
    """Let a parameter have a value, given as text, from a day on. `actor` None: the operator at the console.

    Raises ParameterUnknown, ParameterRefused, Forbidden.
    """
    if actor is not None:
        policy.require(load_standing(session, actor, on=jst_day(now)), Action.SET_PARAMETER)
    shipped = _shipped(session)
    if name not in shipped:
        raise ParameterUnknown(name)
    value = _like(name, shipped[name], text)
    by = actor.staff_id if actor is not None else OPERATOR
    enter_parameter(session, name, value, valid_from=valid_from, now=now, by=by)
    audit.record(
        session, "parameter.set", by=by, about=None, now=now, details={"name": name, "from": valid_from.isoformat()}
    )
    return value


def _shipped(session: Session) -> dict[str, Value]:
    return dict(versions.load(session, versions.current_id(session)).bundle.parameters)


def _like(name: str, shipped: Value, text: str) -> ParameterValue:
    """The text as a value of the shipped one's type."""
    try:
        if isinstance(shipped, bool):
            return {"true": True, "false": False}[text.strip().lower()]
        if isinstance(shipped, int):
            return int(text)
        if isinstance(shipped, float):
            return float(text)
    except (KeyError, ValueError):
        raise ParameterRefused(name, type(shipped).__name__) from None
    return text
