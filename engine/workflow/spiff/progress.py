"""What a run answers: where an instance stands and what the last call changed, in our words.

Keys are short texts, unique within one instance for its whole life; they survive save and load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from forms.values import Value

CatchKind = Literal["track_start", "catch", "boundary"]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human task that is READY.

    locals: what the task's branch carries besides track and outcome (handed over by call activities, undeclared
    results).
    began: the instant it became ready. new: opened by the last call.
    """

    key: str
    process: str
    element: str
    name: str
    lane: str | None
    track: str | None
    locals: Mapping[str, Value]
    began: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A waiting timer.

    due_at: UTC instant, None while a fact is missing. interrupting: it would end the work it hangs on.
    locals: asked for only where the timer is new, gives what was handed to its process.
    """

    key: str
    process: str
    element: str
    track: str | None
    due_at: datetime | None
    interrupting: bool
    locals: Callable[[], Mapping[str, Value]] = field(default=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Catch:
    """A place that waits for a message.

    `track_start` stands as long as the instance does and may be used again and again.
    locals: what the called process it waits in was handed (which check-up, say).
    """

    key: str
    element: str
    process: str
    track: str | None
    kind: CatchKind
    name: str
    locals: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Walk:
    """A node entered by a flow; flow None for starts, boundary events and event subprocesses.

    Which no flow leads to.
    """

    process: str
    node: str
    flow: str | None
    track: str | None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message that a throw event, send task or end event sent."""

    name: str
    payload: Mapping[str, Value]
    track: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that failed and waits for `retry`.

    kind: condition, decision, service, timer, message, call, runaway or step. error: English, no personal data.
    new: failed in the last call.
    """

    key: str
    process: str
    element: str
    track: str | None
    kind: str
    error: str
    new: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """All that stands now, and what the last call did (walked, thrown, ended_tracks).

    ended_tracks: tracks that were open before the call and are not now, whether they ended by themselves or were
    stopped.
    """

    open_tasks: list[OpenTask]
    timers: list[DueTimer]
    catches: list[Catch]
    walked: list[Walk]
    thrown: list[Thrown]
    failures: list[Failure]
    ended_tracks: list[str]
    ended: bool
