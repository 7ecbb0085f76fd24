"""The runnable form of a published version: its bundle and the engine's specs, made once per process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from engine import definitions
from engine.errors import Conflict
from engine.workflow import spiff
from forms.components import Component
from forms.expressions import Value
from forms.sentences import Sentence
from processes.bundle import Bundle

OPENING_FORM = "pregnancy_notification"


@dataclass(frozen=True)
class Version:
    """One published version, ready to run. Immutable, therefore shared by every thread."""

    id: str
    bundle: Bundle
    specs: spiff.Specs

    @cached_property
    def fact_types(self) -> dict[str, str]:
        """Fact name -> `str int float bool date instant`."""
        return {name: str(fact.type) for name, fact in self.bundle.facts.items()}

    @cached_property
    def of_call(self) -> frozenset[str]:
        """Facts of one pass through a called process: diagrams read them from the token, people from the track."""
        return self.specs.of_call

    @cached_property
    def blank(self) -> dict[str, Value]:
        """Every name a diagram may read, at its value when nothing is known yet."""
        return {**dict.fromkeys(self.bundle.facts), **self.bundle.parameters}

    @cached_property
    def _naming(self) -> dict[str, tuple[Component, ...]]:
        """Form -> its fields whose answer says which of its kind a piece of work is (`names_task`)."""
        found = {
            key: tuple(field for field in form.fields() if field.names_task) for key, form in self.bundle.forms.items()
        }
        return {key: fields for key, fields in found.items() if fields}

    @cached_property
    def naming(self) -> frozenset[str]:
        """Keys of the values that tell work and timers from others of their kind."""
        return frozenset(field.key for fields in self._naming.values() for field in fields)

    def told_apart_by(self, handed: Mapping[str, Any]) -> dict[str, Any]:
        """What of the values handed to a process tells its work and its timers apart."""
        return {key: handed[key] for key in sorted(self.naming) if handed.get(key) not in (None, "")}

    def which(self, handed: Mapping[str, Any], *, form: str | None = None) -> Sentence | None:
        """1歳6か月児健診: the option handed for a field that names work; None where nothing of the kind was handed.

        form: only fields of this form count; without it, those of any.
        """
        for key, fields in self._naming.items() if handed else ():
            for field in fields if form in (None, key) else ():
                option = next((one for one in field.options if one.value == handed.get(field.key)), None)
                if option is not None:
                    return option.label
        return None

    @cached_property
    def step_ids(self) -> dict[str, str]:
        """Name of a step -> its element id; of steps that share a name, the last."""
        nodes = (node for process in self.bundle.processes.values() for node in process.nodes.values())
        return {node.name: node.id for node in nodes if node.name}

    @cached_property
    def flow_ids(self) -> dict[str, dict[tuple[str, str], str]]:
        """process -> (source node, target node) -> flow id."""
        return {
            name: {(flow.source, flow.target): flow.id for flow in process.flows.values()}
            for name, process in self.bundle.processes.items()
        }


_versions: dict[str, Version] = {}
_making = threading.Lock()


def load(session: Session, version_id: str) -> Version:
    """The version with this id; parsed on first use. Raises VersionUnknown."""
    known = _versions.get(version_id)
    if known is None:
        bundle = definitions.bundle_of(session, version_id)
        with _making:
            known = _versions.get(version_id)
            if known is None:
                known = _versions[version_id] = Version(version_id, bundle, spiff.load(bundle))
    return known


class NothingPublished(Conflict):
    """No process definitions are in force yet."""

    code = "nothing_published"

    def __init__(self) -> None:
        super().__init__("expected a published version, but nothing has been published yet")


def current_id(session: Session) -> str:
    """Id of the version new families start on: the one published last of the bundles that can open a case.

    A bundle of side pathways alone, without the notification form, is never it, unless there is no other.
    Raises NothingPublished.
    """
    found = definitions.in_force(session)
    if not found:
        raise NothingPublished
    return next((one for one in found if OPENING_FORM in load(session, one).bundle.forms), found[0])


def asking_id(session: Session) -> str:
    """Id of the version whose notification form a family is asked with: the one it starts on.

    Where that has no such form, the newest one that has: a new version of the diagrams alone stops no counter.
    """
    begins_on = current_id(session)
    kept = (line.id for line in definitions.versions(session) if line.published_at is not None)
    asked = (one for one in (begins_on, *kept) if OPENING_FORM in load(session, one).bundle.forms)
    return next(asked, begins_on)
