"""The list of checks. A check is a small function from a bundle to complaints, with its code and level above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from forms.sentences import Sentence
from forms.values import ValueType
from processes import names
from processes.bundle import Bundle
from processes.decisions import Decision
from processes.findings import Finding, Level
from processes.in_words import Words
from processes.model import Diagram, Node, Process

Complaint = tuple[str, str, Sentence]
"""File, element and what to say."""


@dataclass(frozen=True)
class Subject:
    """What a check looks at: the bundle, and what several checks ask of it, worked out once."""

    bundle: Bundle

    @cached_property
    def diagrams(self) -> tuple[Diagram, ...]:
        return tuple(self.bundle.diagrams.values())

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """Every process read, also those whose id another has taken."""
        return tuple(process for diagram in self.diagrams for process in diagram.processes)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(self.bundle.tables.values())

    @cached_property
    def unread(self) -> frozenset[str]:
        """Kinds of file (`.bpmn`, `.dmn`, `.form`) of which one cannot be read, so that nobody knows what is in it."""
        return frozenset(PurePosixPath(finding.file).suffix for finding in self.bundle.findings)

    @cached_property
    def torn(self) -> frozenset[str]:
        """Diagrams in which the arrows cannot be followed: one leads nowhere, an interruption sits on nothing, or two
        things bear one id."""
        return frozenset(diagram.file for diagram in self.diagrams if _is_torn(diagram))

    def knows_names(self, process: Process) -> bool:
        """Whether all names the process may read can be told: not without the bundle, nor without a table it uses."""
        decided = {node.decision for node in process.nodes.values() if node.decision}
        return self.bundle.whole and decided <= self.bundle.decisions.keys()

    @cached_property
    def called(self) -> frozenset[str]:
        """Ids of processes that some call activity calls."""
        return frozenset(called for process in self.processes for called in process.calls())

    @cached_property
    def thrown(self) -> frozenset[str]:
        return frozenset(name for process in self.processes for name in process.messages_thrown())

    @cached_property
    def caught(self) -> frozenset[str]:
        return frozenset(name for process in self.processes for name in process.messages_caught())

    @cached_property
    def _types(self) -> dict[int, dict[str, ValueType | None]]:
        return {id(process): names.with_outcome(names.in_process(self.bundle, process)) for process in self.processes}

    def types(self, process: Process) -> dict[str, ValueType | None]:
        """The names an expression in the process may read, `outcome` among them."""
        return self._types[id(process)]

    @cached_property
    def words(self) -> Words:
        return Words(self.bundle)

    def nodes(self, *kinds: str) -> Iterator[tuple[Process, Node]]:
        """All nodes of these kinds; without kinds all nodes."""
        for process in self.processes:
            for node in process.nodes.values():
                if not kinds or node.kind in kinds:
                    yield process, node


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    whole: it needs the whole bundle, so that it is left out for a file looked at alone.
    missing_from: it complains that something stands in no file of these kinds, so that it is left out while one of
    them cannot be read: that file may well hold it.
    walks: it follows the arrows, so that it is left out for a diagram in which they cannot be followed: what it would
    say there is only what follows from the broken arrow, and mending that mends it.
    """

    code: str
    level: Level
    whole: bool
    check: Callable[[Subject], Iterator[Complaint]]
    missing_from: frozenset[str] = frozenset()
    walks: bool = False

    def findings(self, subject: Subject) -> Iterator[Finding]:
        if (self.whole and not subject.bundle.whole) or self.missing_from & subject.unread:
            return
        for file, element, sentence in self.check(subject):
            if self.walks and file in subject.torn:
                continue
            yield Finding(file, element, self.code, self.level, sentence)


RULES: dict[str, Rule] = {}

Check = Callable[[Subject], Iterator[Complaint]]


def rule(
    code: str,
    level: Level = "error",
    *,
    whole: bool = False,
    missing_from: tuple[str, ...] = (),
    walks: bool = False,
) -> Callable[[Check], Check]:
    """Enter a check in the list under its code."""

    def enter(check: Check) -> Check:
        RULES[code] = Rule(code, level, whole, check, frozenset(missing_from), walks)
        return check

    return enter


def _is_torn(diagram: Diagram) -> bool:
    ids = [id for id, tag in diagram.ids if not tag.startswith("BPMN")]  # without those of shapes and edges
    if diagram.nameless or len(set(ids)) < len(ids):
        return True
    return any(
        end not in process.nodes
        for process in diagram.processes
        for end in (
            *(end for flow in process.flows.values() for end in (flow.source, flow.target)),
            *(node.attached_to for node in process.nodes.values() if node.attached_to is not None),
        )
    )


def called(node: Node) -> str:
    """What to call a node in a sentence: its name, else its id."""
    return node.name or node.id
