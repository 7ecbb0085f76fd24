"""Which work can ever come to somebody, by the diagrams in force: what a page may offer them at all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.access import Actor, policy
from engine.workflow import versions


@dataclass(frozen=True, slots=True)
class OwnWork:
    """forms: of work that a diagram may bring to the person. visits: whether some of it is going to a family."""

    forms: frozenset[str] = frozenset()
    visits: bool = False


def own_work(session: Session, actor: Actor) -> OwnWork:
    """The work that a diagram in force may bring to one of the actor's postings."""
    bundle = versions.load(session, versions.current_id(session)).bundle
    nodes = (node for process in bundle.processes.values() for node in process.nodes.values() if node.is_human)
    own = [
        node
        for node in nodes
        if any(policy.may_come_to(post, node.lane_role or "", node.properties.get("sent_to")) for post in actor.posts)
    ]
    return OwnWork(
        frozenset(node.form or "" for node in own), any(node.properties.get("visit") == "yes" for node in own)
    )
