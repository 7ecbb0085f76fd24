"""One message on its way into a case: what it carries, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.cases.facts import is_of, typed
from engine.casework import moves
from engine.casework.knowledge import CaseKnowledge
from engine.workflow.step import Step
from forms.expressions import Value
from processes.vocabulary import CALL


class Unclear(Exception):
    """The message fits no track of the case, or several. `why` is a code for the person who matches it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass
class Delivery:
    """One message on its way into a case.

    of_house: it is an act of staff and speaks for the whole family. One from outside speaks for its pregnancy or child
    alone: level, consent and sealed addresses are never set from outside.
    confirmed: a person has looked at it and said that it counts.
    meant: the track it was found to be about; where nothing waits for it yet, the buffer keeps it for that one.
    inbox_id: the row it came in as.
    """

    step: Step
    knowledge: CaseKnowledge
    name: str
    track: str | None
    payload: Mapping[str, Any]
    of_house: bool = False
    confirmed: bool = False
    meant: str | None = None
    inbox_id: str | None = None

    @property
    def case_id(self) -> str:
        return self.knowledge.owner_id

    def value(self, *names: str) -> Value:
        """The first of these payload keys that is given, in its declared type if it names a fact."""
        for name in names:
            value: Value = self.payload.get(name)
            if value not in (None, ""):
                return value
        return None

    def day(self, *names: str) -> date | None:
        """A payload day; `receive` has checked that it is one."""
        value = self.value(*names)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return date.fromisoformat(value) if isinstance(value, str) else None

    def facts(self) -> dict[str, Value]:
        """Payload keys that are facts of the version, in their declared types; what is of another type is left out.

        Facts of one pass through a called process are said by its own steps alone, or brought by the token (`moves`).
        """
        declared = self.knowledge.version.bundle.facts
        found: dict[str, Value] = {}
        for key, raw in self.payload.items():
            fact = declared.get(key)
            if fact is None or fact.scope == CALL or not (self.of_house or fact.scope == "track"):
                continue
            value = typed(raw, str(fact.type))
            if value is not None and is_of(value, str(fact.type)):
                found[key] = value
        return found

    def deliver(self, track: str | None, facts: Mapping[str, Value]) -> bool:
        """Set the facts, then hand the message to whatever waits for it on the track."""
        self.meant = track
        self.knowledge.set_facts(track, facts)
        return moves.deliver(self.step, self.name, track=track, payload={}, about=self.payload, inbox_id=self.inbox_id)
