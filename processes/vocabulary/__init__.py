"""The words a diagram may use: lanes, exits, operations, messages, task settings.

This is the seam between those who draw and those who build: a lane names a role, a service task names an operation,
an exit code says why a task was left undone. A word that is not here is a lint error. Adding a word is one line in
its module and, for an operation, one function in `engine/casework/service_tasks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forms.expressions import FUNCTIONS
from forms.sentences import Sentence
from forms.values import ValueType, type_of
from processes.vocabulary.agencies import AGENCIES
from processes.vocabulary.exits import DONE, EXITS
from processes.vocabulary.facts import CALL, FACTS
from processes.vocabulary.lanes import LANES, ROLES, role_of
from processes.vocabulary.messages import MESSAGES
from processes.vocabulary.operations import OPERATIONS
from processes.vocabulary.terms import Message, Operation, Parameter

if TYPE_CHECKING:
    from processes.bundle import Bundle

__all__ = [
    "AGENCIES",
    "DONE",
    "EXITS",
    "CALL",
    "FACTS",
    "FACT_RANGES",
    "LANES",
    "MESSAGES",
    "OPERATIONS",
    "PARAMETER_RANGES",
    "PRIORITY_WORDS",
    "ROLES",
    "TASK_PROPERTIES",
    "WINDOW_NAMES",
    "YES_NO_WORDS",
    "Message",
    "Operation",
    "Parameter",
    "role_of",
    "vocabulary_json",
]

# Task settings: `spiffworkflow:properties` of a human task.
WINDOW_NAMES: tuple[str, ...] = ("may_start", "due", "late", "expires")
# sent_to: the kind of agency the work goes to, once papers of the same track have gone to one of that kind.
# visit: the person who does it goes to the family ("yes"); "no" where form or name would make one think so.
# receipt: papers have left, and the work waits until the other side says that it has them ("yes"); "no" likewise.
# session: the kind of check-up (CL_CHECKUP) whose session's day is the due day of a child invited to one.
TASK_PROPERTIES: tuple[str, ...] = (
    "form",
    *WINDOW_NAMES,
    "session",
    "priority",
    "exits",
    "sent_to",
    "visit",
    "receipt",
)
YES_NO_WORDS: tuple[str, ...] = ("yes", "no")
PRIORITY_WORDS: tuple[str, ...] = ("high", "normal", "low")

# Smallest and largest value of facts whose meaning fixes them (D-01: levels L0 to L4).
FACT_RANGES: Mapping[str, tuple[int, int]] = {"risk_level": (0, 4)}

# Smallest and largest value of number parameters by the ending of their name, unless bundle.toml sets its own.
# The largest keep every calendar calculation inside the calendar: a hundred years.
PARAMETER_RANGES: Mapping[str, tuple[int, int]] = {
    "_hours": (0, 876_600),
    "_days": (0, 36_525),
    "_weeks": (0, 5_218),
    "_months": (0, 1_200),
    "_years": (0, 100),
    "_week": (0, 45),
    "_age": (0, 100),
    "_level": FACT_RANGES["risk_level"],
    "_g": (0, 10_000),
}


def vocabulary_json(bundle: Bundle | None) -> dict[str, Any]:
    """All words as one JSON-ready document (`tsunagu vocabulary --json`).

    bundle: whose facts and parameters are listed; without one both are empty.
    """
    return {
        "facts": _facts(bundle),
        "parameters": dict(bundle.parameters) if bundle else {},
        "parameter_limits": _limits(bundle),
        "functions": {
            name: {
                "signature": str(signature),
                "parameters": [_argument(parameter.name, parameter.type) for parameter in signature.parameters],
                "variadic": signature.variadic,
                "result": str(signature.result or "any"),
                **_texts(signature.description),
            }
            for name, signature in sorted(FUNCTIONS.items())
        },
        "operations": {
            operation.id: {
                "parameters": [_parameter(parameter) for parameter in operation.parameters],
                "results": {name: str(type_) for name, type_ in operation.results.items()},
                **_texts(operation.sentence),
            }
            for operation in OPERATIONS.values()
        },
        "exits": {code: _texts(sentence) for code, sentence in EXITS.items()},
        "lanes": dict(LANES),
        "agencies": list(AGENCIES),
        "messages": {
            message.name: {
                "payload": [_parameter(parameter) for parameter in message.payload],
                "internal": message.internal,
                **_texts(message.sentence),
            }
            for message in MESSAGES.values()
        },
        "task_properties": list(TASK_PROPERTIES),
    }


def _facts(bundle: Bundle | None) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for name, fact in (bundle.facts if bundle else {}).items():
        facts[name] = {"type": str(fact.type), "scope": fact.scope}
        if fact.minimum is not None:
            facts[name]["minimum"] = fact.minimum
        if fact.maximum is not None:
            facts[name]["maximum"] = fact.maximum
    return facts


def _limits(bundle: Bundle | None) -> dict[str, dict[str, Any]]:
    """Parameter -> its type and, where there are any, the choices and the range."""
    limits: dict[str, dict[str, Any]] = {}
    for name, definition in (bundle.parameter_definitions if bundle else {}).items():
        told = {"choices": list(definition.choices), "minimum": definition.minimum, "maximum": definition.maximum}
        kept = {key: value for key, value in told.items() if value not in (None, [])}
        limits[name] = {"type": str(type_of(definition.value)), **kept}
    return limits


def _argument(name: str, kind: ValueType | None) -> dict[str, str]:
    return {"name": name, "type": str(kind or "any")}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    listed: dict[str, Any] = {"name": parameter.name, "type": str(parameter.type), "required": parameter.required}
    if parameter.choices:
        listed["choices"] = list(parameter.choices)
    return listed


def _texts(sentence: Sentence) -> dict[str, str]:
    return {"ja": sentence.ja, "en": sentence.en}
