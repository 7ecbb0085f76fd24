"""What a step may look at: the family's facts and services, handed in by casework, and the version it is pinned to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from engine.workflow import spiff
from engine.workflow.versions import Version
from forms.expressions import Value


class Knowledge(Protocol):
    """What casework hands to a step: facts, functions bound to the town's calendar, services, and who is concerned."""

    def names(self, track: str | None) -> Mapping[str, Value]: ...
    def functions(self) -> Mapping[str, Callable[..., Value]]: ...
    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None: ...
    def serve(self, call: spiff.ServiceCall) -> Mapping[str, Value] | None: ...
    def about(self, track: str | None) -> str | None: ...
    def partner_id(self, kind: str, track: str | None) -> str | None: ...
    def session_day(self, track: str | None, kind: str) -> date | None: ...
    def centre_id(self) -> str: ...
    def responsible_id(self) -> str | None: ...


@dataclass
class Surroundings:
    """What the engine's adapter may look at during this step."""

    now: datetime
    knowledge: Knowledge
    version: Version

    def names(self, track: str | None) -> Mapping[str, Value]:
        return self.knowledge.names(track)

    def functions(self) -> Mapping[str, Callable[..., Value]]:
        return self.knowledge.functions()

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        self.knowledge.set_facts(track, values)

    def serve(self, call: spiff.ServiceCall) -> Mapping[str, Value] | None:
        return self.knowledge.serve(call)

    def decide(self, decision_id: str, names: Mapping[str, Value]) -> Any:
        return self.version.bundle.decisions[decision_id].decide(names, self.functions())
