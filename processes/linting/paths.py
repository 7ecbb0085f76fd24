"""Walking a diagram: what is reached from where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processes.model import GATEWAYS, SUBPROCESSES, Flow, Node, Process


def successors(process: Process, node_id: str) -> Iterator[str]:
    """The nodes right after, and the boundary events on it."""
    for flow in process.outgoing(node_id):
        yield flow.target
    for boundary in process.boundaries(node_id):
        yield boundary.id


def reached(process: Process, starts: Iterable[str], *, without: frozenset[str] = frozenset()) -> set[str]:
    """All nodes reached from these, themselves included, never stepping on `without`. Stays in one scope."""
    found: set[str] = set()
    waiting = [start for start in starts if start in process.nodes and start not in without]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        waiting += [after for after in successors(process, node) if after in process.nodes and after not in without]
    return found


def breaks_off(process: Process, node: Node) -> bool:
    """Whether no arrow leads on from a node that is no end, where an end is drawn beside it or it is a branching."""
    if node.kind == "endEvent" or node.is_event_subprocess or process.outgoing(node.id):
        return False
    return node.kind in GATEWAYS or any(other.kind == "endEvent" for other in process.inside(node.parent))


def flows_after(process: Process, task: Node) -> Iterator[tuple[Flow | None, Node]]:
    """The steps after a human task up to the next human task: each flow with the node it leads to.

    Goes into subprocesses and out of them again; passes call activities. Yields (None, node) for entering a subprocess.
    """
    seen: set[str] = set()
    waiting: list[str] = [task.id]
    while waiting:
        node_id = waiting.pop()
        for flow in process.outgoing(node_id):
            node = process.nodes.get(flow.target)
            if node is None:
                continue
            yield flow, node
            if node.id not in seen and not node.is_human:
                seen.add(node.id)
                waiting += _onward(process, node)
        inner = process.nodes.get(node_id)
        if inner is not None and inner.kind in SUBPROCESSES and node_id != task.id:
            for start in process.starts(node_id):
                if start.id not in seen:
                    seen.add(start.id)
                    waiting.append(start.id)


def _onward(process: Process, node: Node) -> list[str]:
    """Where to go on from: the node itself, or the subprocess around it when the node ends that one."""
    if node.kind == "endEvent" and node.parent is not None and node.parent in process.nodes:
        return [node.parent] if node.event.kind == "none" else []
    return [node.id]


def humans_before(process: Process, node_id: str) -> tuple[set[str], bool]:
    """The human tasks whose outcome may still stand at a node: the nearest ones on every way back.

    The flag tells that a call activity lies on a way back, so that an outcome may also come from elsewhere.
    """
    found: set[str] = set()
    foreign = False
    seen: set[str] = set()
    waiting = [node_id]
    while waiting:
        current = process.nodes.get(waiting.pop())
        if current is None or current.id in seen:
            continue
        seen.add(current.id)
        if current.is_human:
            found.add(current.id)
            continue
        if current.kind == "callActivity":
            foreign = True
        if current.kind in SUBPROCESSES and current.id != node_id:
            inside = [
                node.id for node in process.nodes.values() if _is_inside(process, node, current.id) and node.is_human
            ]
            found.update(inside)
        if current.attached_to is not None:
            waiting += [flow.source for flow in process.incoming(current.attached_to)]
            continue
        if current.kind == "startEvent" and current.parent is not None:
            waiting += [flow.source for flow in process.incoming(current.parent)]
        waiting += [flow.source for flow in process.incoming(current.id)]
    return found, foreign


def _is_inside(process: Process, node: Node, subprocess: str) -> bool:
    return any(around.id == subprocess for around in process.ancestors(node))


def loops_back(process: Process, flow: Flow) -> bool:
    """Whether the flow closes a loop: its source can be reached from its target."""
    return flow.source in reached(process, [flow.target])
