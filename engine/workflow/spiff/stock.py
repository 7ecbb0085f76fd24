"""SpiffWorkflow as it comes, beside ours: the peer of the property test and of the benchmark.

Nothing in the product uses this. It knows no surroundings: its conditions are Python, its clock is the system's, and
what it keeps of an instance is everything.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from time import perf_counter
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.workflow.spiff.parser import Fact, load
from engine.workflow.spiff.run import restore, start
from forms import expressions

MARKS = (10, 50, 100, 200, 300)


class Stock:
    """One instance run by the untouched library."""

    def __init__(self, xml: bytes, process_id: str, data: dict[str, Any]) -> None:
        parser = SpiffBpmnParser()
        self._root = etree.fromstring(xml)  # kept: the library tells documents apart by id()
        parser.add_bpmn_xml(self._root)
        self.workflow = BpmnWorkflow(parser.get_spec(process_id), parser.get_subprocess_specs(process_id))
        self.workflow.task_tree.data.update(data)
        self.workflow.do_engine_steps()

    def ready(self) -> list[Any]:
        """Human tasks that are READY."""
        return [task for task in self._tasks() if task.state == TaskState.READY and task.task_spec.manual]

    def waiting(self) -> list[tuple[Any, str, int | None]]:
        """(task, element, index behind an event-based gateway) of every event waited for."""
        found: list[tuple[Any, str, int | None]] = []
        for task in self._tasks():
            definition = getattr(task.task_spec, "event_definition", None)
            if task.state != TaskState.WAITING or definition is None:
                continue
            if isinstance(definition, MultipleEventDefinition):
                found += [(task, spec.bpmn_id, place) for place, spec in enumerate(task.task_spec.outputs)]
            else:
                found.append((task, task.task_spec.bpmn_id, None))
        return found

    def complete(self, task: Any, outcome: str) -> None:
        task.data["outcome"] = outcome
        task.run()
        self.workflow.do_engine_steps()

    def happen(self, task: Any, index: int | None) -> None:
        """Let the event a task waits for happen, for this task alone."""
        definition = task.task_spec.event_definition
        if index is not None:
            chosen = definition.event_definitions[index]
            task.internal_data["seen_events"] = [BpmnEvent(chosen, payload={})]
        elif hasattr(definition, "expression") and not hasattr(definition, "correlation_properties"):
            task.internal_data["event_fired"] = True
        else:
            task.task_spec.catch(task, BpmnEvent(definition, payload={}))
        task.task_spec._update(task)
        self.workflow.do_engine_steps()

    def start_track(self, element: str, track: str) -> None:
        id = self.workflow.spec.start.trigger_wf(self.workflow.task_tree, element)
        self.workflow.get_task_from_id(id).data["track"] = track
        [begun] = self.workflow.subprocesses[id].get_tasks(state=TaskState.WAITING)
        begun.data["track"] = track
        self.happen(begun, None)

    def _tasks(self) -> Iterable[Any]:
        parts = [part for part in self.workflow.subprocesses.values() if not part.completed]
        return [task for workflow in (self.workflow, *parts) for task in workflow.tasks.values()]


@dataclass
class Empty:
    """Surroundings in which nothing is known and nothing happens."""

    now: datetime = datetime(2026, 4, 1, tzinfo=UTC)
    functions_: dict[str, Any] = field(default_factory=lambda: dict(expressions.functions()))

    def names(self, track: str | None) -> dict[str, Any]:
        return {}

    def functions(self) -> dict[str, Any]:
        return self.functions_

    def set_facts(self, track: str | None, values: Any) -> None:
        """There are no facts."""

    def serve(self, call: Any) -> None:
        """There are no operations."""

    def decide(self, decision_id: str, names: Any) -> dict[str, Any]:
        return {}


@dataclass
class _Files:
    files: dict[str, bytes]
    facts: dict[str, Fact] = field(default_factory=dict)


def chain(length: int) -> bytes:
    """A journey of `length` call activities, each of three human tasks and a choice."""
    steps = "".join(_called(number) for number in range(length))
    calls = "".join(f'<callActivity id="call_{number}" calledElement="step_{number}"/>' for number in range(length))
    ids = ["start", *(f"call_{number}" for number in range(length)), "end"]
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tsunagu">'
        f'<process id="journey" isExecutable="true">'
        f'<startEvent id="start"/>{calls}<endEvent id="end"/>{_line("j", ids)}</process>'
        f"{steps}</definitions>"
    ).encode()


def _called(number: int) -> str:
    a, b, c = (f"task_{number}_{place}" for place in range(3))
    first, last, gate = f"start_{number}", f"end_{number}", f"gate_{number}"
    return (
        f'<process id="step_{number}" isExecutable="true"><startEvent id="{first}"/><userTask id="{a}"/>'
        f'<userTask id="{b}"/>'
        f'<exclusiveGateway id="{gate}" default="back_{number}_no"/><userTask id="{c}"/><endEvent id="{last}"/>'
        f"{_line(f's_{number}', [first, a, b, gate])}"
        f'<sequenceFlow id="back_{number}" sourceRef="{gate}" targetRef="{a}">'
        '<conditionExpression>outcome == "again"</conditionExpression></sequenceFlow>'
        f'<sequenceFlow id="back_{number}_no" sourceRef="{gate}" targetRef="{c}"/>'
        f"{_line(f't_{number}', [c, last])}</process>"
    )


def _line(prefix: str, ids: list[str]) -> str:
    return "".join(
        f'<sequenceFlow id="{prefix}_{place}" sourceRef="{source}" targetRef="{target}"/>'
        for place, (source, target) in enumerate(pairwise(ids))
    )


def measure_chain(
    completed_marks: tuple[int, ...] = MARKS, length: int = 100, repeats: int = 15
) -> list[dict[str, float]]:
    """Restore, complete one task and save, at several ages of the same journey, by us and by the library.

    Rows {completed, ours_ms, stock_ms, state_bytes, stock_bytes}; milliseconds are medians of `repeats`, each the
    mean of the three tasks of one call activity. A mark that leaves fewer than three tasks is taken where three are
    left.
    """
    xml = chain(length)
    marks = sorted({min(mark, 3 * length - 3) for mark in completed_marks})
    ours, stock = _ours(xml, marks, repeats), _stock(xml, marks, repeats)
    return [
        {
            "completed": mark,
            "ours_ms": ours[mark][0],
            "stock_ms": stock[mark][0],
            "state_bytes": ours[mark][1],
            "stock_bytes": stock[mark][1],
        }
        for mark in marks
    ]


def _ours(xml: bytes, marks: list[int], repeats: int) -> dict[int, tuple[float, int]]:
    specs, around = load(_Files({"chain.bpmn": xml})), Empty()
    state = start(specs, "journey", around, locals={"outcome": ""}).state()

    def step(kept: bytes) -> bytes:
        run = restore(specs, kept, around)
        run.complete(run.progress().open_tasks[0].key, "done")
        return run.state()

    return _measured(state, step, marks, repeats)


def _stock(xml: bytes, marks: list[int], repeats: int) -> dict[int, tuple[float, int]]:
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
    state = serializer.serialize_json(Stock(xml, "journey", {"outcome": ""}).workflow).encode()

    def step(kept: bytes) -> bytes:
        workflow = serializer.deserialize_json(kept.decode())
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data["outcome"] = "done"
        task.run()
        workflow.do_engine_steps()
        return bytes(serializer.serialize_json(workflow).encode())

    return _measured(state, step, marks, repeats)


def _measured(
    state: bytes, step: Callable[[bytes], bytes], marks: list[int], repeats: int
) -> dict[int, tuple[float, int]]:
    found: dict[int, tuple[float, int]] = {}
    for completed in range(marks[-1] + 1):
        if completed in marks:
            taken = []
            for _ in range(repeats):
                begun = perf_counter()
                step(step(step(state)))
                taken.append((perf_counter() - begun) * 1000 / 3)
            found[completed] = (statistics.median(taken), len(state))
        if completed < marks[-1]:
            state = step(state)
    return found
