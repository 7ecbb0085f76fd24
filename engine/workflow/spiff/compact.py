"""The state of an instance as bytes: only where its tokens stand, a few hundred bytes at any age.

Layout: magic "TW", one byte format number, then zlib over a JSON object: "v" library version, "f" fingerprint of the
specs, "k" next key, "s" start data, "d" list of data, "w" list of workflows, "e" 1 when ended. A workflow is
`[spec, its activity's workflow, its activity's row, [row, …]]`; the instance comes first and has -1 for its activity.
A row is `[task spec, state, parent row or -1, data, internal data]`. Specs are counted as in `Specs.order`, data
dictionaries are listed once. Definitions are not in it: whoever keeps the state names the bundle version.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, EngineError
from engine.workflow.spiff.gateways import TAKEN
from engine.workflow.spiff.instance import Instance
from engine.workflow.spiff.parser import LIBRARY_VERSION, Specs
from engine.workflow.spiff.pruning import prune
from engine.workflow.spiff.surroundings import Surroundings

FORMAT = 1
MAGIC = b"TW"
MOST_BYTES = 16_000_000

_TRANSIENT = frozenset({TAKEN})
_MERGED = "merged"
_STATES = {
    TaskState.WAITING: 0,
    TaskState.READY: 1,
    TaskState.STARTED: 2,
    TaskState.COMPLETED: 3,
    TaskState.CANCELLED: 4,
    TaskState.FUTURE: 5,
    TaskState.MAYBE: 6,
}
_STATE_OF = {number: state for state, number in _STATES.items()}


class StateTooNew(Conflict):
    """The state was written by a newer release or library; reading it could lose data."""

    code = "state_too_new"


class StateUnreadable(EngineError):
    """The state is damaged, or belongs to other specs."""

    code = "state_unreadable"


def dump(instance: Instance) -> bytes:
    """The state of the instance. Prunes it."""
    prune(instance)
    specs, data = instance.specs, _DataList()
    workflows = [instance, *sorted((part for part in instance.subprocesses.values()), key=lambda part: part.depth)]
    place: dict[Any, tuple[int, int]] = {}
    rows = [_workflow_row(workflow, number, place, specs, data) for number, workflow in enumerate(workflows)]
    state = {"v": LIBRARY_VERSION, "f": specs.fingerprint, "k": instance.next_key, "d": data.listed, "w": rows}
    state["s"] = data.number(instance.start_data)
    if instance.completed:
        state["e"] = 1
    return MAGIC + bytes([FORMAT]) + zlib.compress(orjson.dumps(state), 6)


def restore(specs: Specs, state: bytes, around: Surroundings) -> Instance:
    """The instance as it was when its state was taken. Raises StateTooNew, StateUnreadable."""
    document = _opened(state)
    if document["f"] != specs.fingerprint:
        raise StateUnreadable("expected the specs this state was taken with, but got others")
    try:
        return _instance(specs, document, around)
    except Exception as error:  # damaged bytes can fail anywhere; the caller knows only that they are damaged
        raise StateUnreadable(f"expected a state that fits its specs, but: {type(error).__name__}") from error


def _opened(state: bytes) -> dict[str, Any]:
    if len(state) < 3 or state[:2] != MAGIC or state[2] == 0:
        raise StateUnreadable("expected a state of an instance, but these bytes are none")
    if state[2] > FORMAT:
        raise StateTooNew(f"expected format {FORMAT} or older, but got {state[2]}")
    try:
        unzip = zlib.decompressobj()
        document: dict[str, Any] = orjson.loads(unzip.decompress(state[3:], MOST_BYTES))
        if not unzip.eof or unzip.unused_data:
            raise ValueError("not whole")
        written = tuple(int(part) for part in document["v"].split("."))
        document["f"], document["k"] + 1, document["d"], document["w"]
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, MemoryError, RecursionError) as error:
        raise StateUnreadable(f"expected a whole state, but: {type(error).__name__}") from error
    if written > tuple(int(part) for part in LIBRARY_VERSION.split(".")):
        raise StateTooNew(f"expected a state of SpiffWorkflow {LIBRARY_VERSION} or older, but got {document['v']}")
    return document


def _workflow_row(
    workflow: Any, number: int, place: dict[Any, tuple[int, int]], specs: Specs, data: _DataList
) -> list[Any]:
    spec_number = specs.spec_ids.index(workflow.spec.name)
    index = specs.index[workflow.spec.name]
    root = workflow.task_tree
    above = place[workflow.parent_task_id] if number else (-1, -1)
    kept = [task for task in workflow.tasks.values() if task is not root or task.state != TaskState.COMPLETED]
    for row_number, task in enumerate(kept):
        place[task.id] = (number, row_number)
    rows = []
    for task in kept:
        parent = place[task._parent][1] if task._parent in place and place[task._parent][0] == number else -1
        own = data.number(task.data if _STATES[task.state] < 3 or "from" in task.internal_data else {})
        row = [index[task.task_spec.name], _STATES[task.state], parent, own, _internal(task)]
        rows.append(row if row[4] else row[:4])
    return [spec_number, *above, rows]


def _internal(task: Any) -> dict[str, Any]:
    kept = {
        name: _plain(value)
        for name, value in task.internal_data.items()
        if name not in _TRANSIENT and value is not None
    }
    if _MERGED in kept:
        kept[_MERGED] = len(kept[_MERGED])
    return kept


def _instance(specs: Specs, document: dict[str, Any], around: Surroundings) -> Instance:
    data = [_value(item) for item in document["d"]]
    first, *rest = document["w"]
    ids = count(1)  # tasks made later get UUIDs, so small numbers are free, and far cheaper
    instance = Instance(specs, specs.spec_ids[first[0]], around)
    instance.next_key = document["k"]
    instance.start_data = data[_index(document["s"])]
    rows: list[list[Any]] = [_fill(instance, first, data, specs, ids)]
    for row in rest:
        activity = rows[_index(row[1])][_index(row[2])]
        part = instance.create_subprocess(activity, specs.spec_ids[_index(row[0])])
        rows.append(_fill(part, row, data, specs, ids))
        part.completed_event.connect(activity.task_spec._on_subworkflow_completed, activity)
    instance.completed = document.get("e") == 1
    instance.begin_call()
    return instance


def _fill(workflow: Any, row: list[Any], data: list[dict[str, Any]], specs: Specs, ids: Iterator[int]) -> list[Any]:
    """Rebuild the tasks of a workflow; they are returned in the order of their rows."""
    names, specs_by_name = specs.order[workflow.spec.name], workflow.spec.task_specs
    workflow.tasks.clear()
    root = workflow.task_tree = Task(workflow, workflow.spec.start, None, TaskState.COMPLETED, next(ids))
    tasks: list[Any] = []
    for spec, state, parent, own, *internal in row[3]:
        task_spec = specs_by_name[names[_index(spec)]]
        if task_spec is workflow.spec.start:
            root._state = _STATE_OF[state]
            task = root
        else:
            above = root if parent == -1 else tasks[_index(parent)]
            task = Task(workflow, task_spec, above, _STATE_OF[state], next(ids))
            task.triggered = True
        task.data = dict(data[_index(own)])
        if internal:
            task.internal_data = _value(internal[0])
            if _MERGED in task.internal_data:
                task.internal_data[_MERGED] = [""] * task.internal_data[_MERGED]
        if state == 0 and isinstance(task_spec, CatchingEvent):
            workflow.top_workflow.event_manager.add_task(task)
        tasks.append(task)
    return tasks


def _index(number: int) -> int:
    if number < 0:
        raise IndexError("a row before the first")
    return number


class _DataList:
    """Data dictionaries, each listed once: the tasks of one track share theirs."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self._numbers: dict[bytes, int] = {}

    def number(self, data: dict[str, Any]) -> int:
        plain = _plain(data)
        text = orjson.dumps(plain)
        if text not in self._numbers:
            self._numbers[text] = len(self.listed)
            self.listed.append(plain)
        return self._numbers[text]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; days and instants are marked so that they come back as what they were."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, date):
        return {"$d": value.isoformat()}
    if isinstance(value, dict):
        plain = {str(name): _plain(item) for name, item in value.items()}
        return {"$o": plain} if any(name.startswith("$") for name in plain) else plain
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise TypeError(f"expected flat values in a process, but got {type(value).__name__}")


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        if "$t" in plain:
            return datetime.fromisoformat(plain["$t"])
        if "$d" in plain:
            return date.fromisoformat(plain["$d"])
        if "$o" in plain:
            plain = plain["$o"]
        return {name: _value(item) for name, item in plain.items()}
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    return plain
