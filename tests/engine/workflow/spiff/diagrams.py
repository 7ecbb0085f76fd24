"""Tiny diagrams and surroundings for the tests of the adapter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.workflow.spiff import Run, ServiceCall, Specs, load, restore, start
from forms import expressions
from forms.values import Value, ValueType
from processes.manifest import FactDefinition
from processes.vocabulary import CALL

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="tsunagu"'
)
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
FLOW = re.compile(r"^\s*(\w+) -> (\w+)(?: \[(.*)\])?\s*$", re.MULTILINE)


@dataclass
class Files:
    """What `load` needs of a bundle."""

    files: Mapping[str, bytes]
    facts: Mapping[str, FactDefinition] = field(default_factory=dict)


@dataclass
class World:
    """Surroundings that remember: facts per track (None: the case), operations and decisions as functions."""

    now: datetime = NOON
    facts: dict[str | None, dict[str, Value]] = field(default_factory=lambda: {None: {}})
    operations: dict[str, Callable[[ServiceCall], Mapping[str, Value] | None]] = field(default_factory=dict)
    decisions: dict[str, Callable[[Mapping[str, Value]], Any]] = field(default_factory=dict)
    calls: list[ServiceCall] = field(default_factory=list)

    def names(self, track: str | None) -> Mapping[str, Value]:
        return {**self.facts[None], **self.facts.get(track, {})}

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return expressions.functions()

    def set_facts(self, track: str | None, values: Mapping[str, Value]) -> None:
        self.facts.setdefault(track, {}).update(values)

    def serve(self, call: ServiceCall) -> Mapping[str, Value] | None:
        self.calls.append(call)
        return self.operations[call.operation](call) if call.operation in self.operations else None

    def decide(self, decision_id: str, names: Mapping[str, Value]) -> Any:
        return self.decisions[decision_id](names)

    def advance(self, **time: int) -> None:
        self.now += timedelta(**time)


def flows(text: str) -> str:
    """`a -> b` or `a -> b [condition]` per line, as sequence flows named a_b."""
    return "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        + (f"<conditionExpression>{escaped(condition)}</conditionExpression>" if condition else "")
        + "</sequenceFlow>"
        for source, target, condition in FLOW.findall(text)
    )


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def process(id: str, nodes: str, arrows: str) -> str:
    return f'<process id="{id}" isExecutable="true">{nodes}{flows(arrows)}</process>'


def subprocess(id: str, nodes: str, arrows: str, attributes: str = "") -> str:
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(arrows)}</subProcess>'


def message(name: str) -> str:
    """The definition a catch or throw of this message holds; `definitions` declares it."""
    return f'<messageEventDefinition messageRef="m_{name}"/>'


def timer(kind: str, body: str) -> str:
    return f"<timerEventDefinition><time{kind}>{escaped(body)}</time{kind}></timerEventDefinition>"


def extensions(text: str) -> str:
    return f"<extensionElements>{text}</extensionElements>"


def properties(**values: str) -> str:
    items = "".join(
        f"<spiffworkflow:property name='{name}' value='{escaped(value)}'/>" for name, value in values.items()
    )
    return extensions(f"<spiffworkflow:properties>{items}</spiffworkflow:properties>")


def service(id: str, operation: str, **parameters: str) -> str:
    items = "".join(
        f"<spiffworkflow:parameter id='{name}' type='str' value='{escaped(value)}'/>"
        for name, value in parameters.items()
    )
    inner = f"<spiffworkflow:parameters>{items}</spiffworkflow:parameters>"
    operator = f'<spiffworkflow:serviceTaskOperator id="{operation}">{inner}'
    return f'<serviceTask id="{id}">{extensions(operator + "</spiffworkflow:serviceTaskOperator>")}</serviceTask>'


def rule(id: str, decision: str) -> str:
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    return f'<businessRuleTask id="{id}">{extensions(called)}</businessRuleTask>'


def definitions(*parts: str) -> bytes:
    """A whole file. Messages, signals, errors and escalations its parts refer to are declared."""
    body = "".join(parts)
    declared = "".join(
        f'<message id="m_{name}" name="{name}"/>' for name in sorted(set(re.findall(r'messageRef="m_(\w+)"', body)))
    )
    declared += "".join(
        f'<signal id="s_{name}" name="{name}"/>' for name in sorted(set(re.findall(r'signalRef="s_(\w+)"', body)))
    )
    for kind in ("error", "escalation"):
        codes = sorted(set(re.findall(rf'{kind}Ref="{kind}_(\w+)"', body)))
        declared += "".join(f'<{kind} id="{kind}_{code}" name="{code}" {kind}Code="{code}"/>' for code in codes)
    return f"<definitions {NAMESPACES}>{declared}{body}</definitions>".encode()


def specs_of(*parts: str, facts: tuple[str, ...] = (), of_call: tuple[str, ...] = ()) -> Specs:
    declared = {
        **dict.fromkeys(facts, FactDefinition(ValueType.STR)),
        **dict.fromkeys(of_call, FactDefinition(ValueType.STR, CALL)),
    }
    return load(Files({"processes/test/test.bpmn": definitions(*parts)}, declared))


class Walked:
    """An instance that is saved and loaded after every act, so that no test can rely on what stays in memory."""

    def __init__(self, specs: Specs, world: World, process_id: str = "main", **locals: Value) -> None:
        self.specs, self.world = specs, world
        self.run: Run = start(specs, process_id, world, locals=locals)
        self._keep()

    def act(self, name: str, *args: Any, **kwargs: Any) -> Any:
        result = getattr(self.run, name)(*args, **kwargs)
        self._keep()
        return result

    def _keep(self) -> None:
        self.progress = self.run.progress()
        self.state = self.run.state()
        self.run = restore(self.specs, self.state, self.world)

    def complete(self, element: str, outcome: str = "done", track: str | None = None) -> None:
        self.act("complete", self.task(element, track).key, outcome)

    def send(self, name: str, *, on: str | None = None, track: str | None = None, **payload: Value) -> None:
        """Deliver to the one catch of this message, on the track `on`; `track` is the track it starts."""
        [catch] = [one for one in self.run.catches(name) if on is None or one.track == on]
        self.act("catch", catch.key, track=track, payload=payload)

    def task(self, element: str, track: str | None = None) -> Any:
        [task] = [one for one in self.progress.open_tasks if one.element == element and track in (None, one.track)]
        return task

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.progress.open_tasks)

    @property
    def flows(self) -> list[str | None]:
        return [walk.flow or f"({walk.node})" for walk in self.progress.walked]
