"""What a word of the vocabulary is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.sentences import Sentence
from forms.values import ValueType


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named value handed to an operation or carried by a message.

    choices: the texts it may be; empty = any value of the type.
    """

    name: str
    type: ValueType
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service task can ask the engine to do.

    results: name -> type of what comes back; names declared as facts become facts.
    """

    id: str
    parameters: tuple[Parameter, ...]
    results: Mapping[str, ValueType]
    sentence: Sentence

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, slots=True)
class Message:
    """A message a process may wait for or throw.

    internal: only thrown by our own processes or by the engine, never accepted from outside.
    told_apart_by: payload keys that must be what the waiting process was called with (its check-up, say).
    """

    name: str
    payload: tuple[Parameter, ...]
    sentence: Sentence
    internal: bool = False
    told_apart_by: tuple[str, ...] = ()
