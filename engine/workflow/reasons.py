"""Why a task opens: the work, the timer or the message that came just before it on its track."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.workflow.spiff import Walk
from processes.model import Node, Process


def events_left(
    walked: Iterable[Walk], processes: Mapping[str, Process], *kinds: str
) -> list[tuple[str | None, str, Node]]:
    """The events of these kinds that tokens left: track, process and node, each once, in the order of the walk."""
    found: dict[tuple[str | None, str, str], Node] = {}
    for walk in walked:
        process = processes[walk.process]
        flow = process.flows.get(walk.flow or "")
        node = process.nodes.get(flow.source) if flow is not None else None
        if node is not None and node.event.kind in kinds:
            found.setdefault((walk.track, walk.process, node.id), node)
    return [(track, process_id, node) for (track, process_id, _), node in found.items()]


@dataclass
class Reasons:
    """What a step so far gives as the reason for what it opens. `acted`: said of every track, before all else."""

    acted: str = ""
    _left: dict[str | None, str] = field(default_factory=dict)  # track -> name of the event that moved it

    def of(self, track: str | None) -> str:
        """The name to show, empty when there is none to give."""
        return self.acted or self._left.get(track, "")

    def read(self, walked: Iterable[Walk], processes: Mapping[str, Process]) -> None:
        """Which timer or message was left by each track; of two, neither is named as the reason for what follows."""
        fired: dict[str | None, set[str]] = {}
        for track, _, node in events_left(walked, processes, "timer", "message"):
            if node.name:
                fired.setdefault(track, set()).add(node.name)
        self._left |= {track: names.pop() for track, names in fired.items() if len(names) == 1}
