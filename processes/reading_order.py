"""The order in which a person reads a diagram: from its start along the flow, side paths after the way they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processes.model import Node, Process


def in_order_of_flow(process: Process) -> list[Node]:
    """Every node once: before whatever follows it, but for the arrows of loops; a subprocess before what is in it.

    Event subprocesses, which hang on no arrow, come last, in the order of the file.
    """
    return list(_scope(process, None))


def _scope(process: Process, parent: str | None) -> Iterator[Node]:
    inside = {node.id: node for node in process.inside(parent)}
    for node in _sorted(process, inside):
        yield node
        yield from _scope(process, node.id)


def _sorted(process: Process, inside: Mapping[str, Node]) -> list[Node]:
    """The nodes of one scope, as a depth-first walk leaves them, turned round: each before all it leads to."""
    left: list[str] = []
    seen: set[str] = set()
    for root in reversed(_roots(process, inside)):
        _walk(process, inside, root, seen, left)
    ring = [node for node in inside.values() if node.id not in seen]  # nothing leads into it: lint refuses such
    return [*(inside[node_id] for node_id in reversed(left)), *ring]


def _roots(process: Process, inside: Mapping[str, Node]) -> list[str]:
    """Start events first, then whatever else nothing leads to, event subprocesses last."""
    free = [node for node in inside.values() if not process.incoming(node.id) and node.attached_to not in inside]
    return [node.id for node in sorted(free, key=lambda node: (node.is_event_subprocess, node.kind != "startEvent"))]


def _walk(process: Process, inside: Mapping[str, Node], root: str, seen: set[str], left: list[str]) -> None:
    """Without recursion: a diagram may be as long as it likes. What is walked last comes first."""
    way: list[tuple[str, Iterator[str]]] = []
    if root not in seen:
        seen.add(root)
        way.append((root, _following(process, inside, root)))
    while way:
        node_id, following = way[-1]
        step = next((each for each in following if each not in seen), None)
        if step is None:
            left.append(node_id)
            way.pop()
        else:
            seen.add(step)
            way.append((step, _following(process, inside, step)))


def _following(process: Process, inside: Mapping[str, Node], node_id: str) -> Iterator[str]:
    """Where a token may go from a node, the usual way last: what may happen meanwhile, then the arrows turned round."""
    boundaries = [node.id for node in process.boundaries(node_id)]
    targets = [flow.target for flow in process.outgoing(node_id)]
    return (each for each in [*reversed(boundaries), *reversed(targets)] if each in inside)
