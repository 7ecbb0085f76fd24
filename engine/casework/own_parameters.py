"""Parameters the house reads itself, whatever the diagrams: the town's value counts, then the bundle's, then ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from engine.organisation.parameters import ParameterValue, parameters_on
from engine.workflow import versions
from processes.parameters import ParameterDefinition

RECEIVING_CENTRE = "receiving_centre"  # the code of the centre that takes in what has no other place
PUT_OFF_DAYS = "put_off_days"  # how far ahead work may be put off: a quarter, then somebody looks at the family anew

OWN_PARAMETERS: Mapping[str, ParameterDefinition] = {
    RECEIVING_CENTRE: ParameterDefinition(""),
    PUT_OFF_DAYS: ParameterDefinition(90, minimum=1, maximum=366),
}


def in_force(session: Session, name: str, *, on: date) -> ParameterValue:
    """What one of these parameters is on the day."""
    bundle = versions.load(session, versions.current_id(session)).bundle
    shipped = bundle.parameter_definitions.get(name, OWN_PARAMETERS[name]).value
    return parameters_on(session, None, on).get(name, shipped)
