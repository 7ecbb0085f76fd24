"""Which names an expression in a given place may read, and their types."""

from __future__ import annotations

from collections.abc import Mapping

from forms.values import ValueType, type_of
from processes.bundle import Bundle
from processes.model import Process
from processes.vocabulary import MESSAGES, OPERATIONS

Types = Mapping[str, ValueType | None]

CLOCK: Types = {"today": ValueType.DATE, "now": ValueType.INSTANT}


def of_bundle(bundle: Bundle) -> dict[str, ValueType | None]:
    """Facts, parameters, `today` and `now`: readable everywhere."""
    facts = {name: fact.type for name, fact in bundle.facts.items()}
    parameters = {name: type_of(value) for name, value in bundle.parameters.items()}
    return {**dict.fromkeys(bundle.unclear), **CLOCK, **parameters, **facts}


def in_process(bundle: Bundle, process: Process) -> dict[str, ValueType | None]:
    """What may be read anywhere in a process: the bundle's names and what its own steps leave in the token.

    Steps leave the outputs of decisions, the results of operations and the payload of messages caught; a fact of the
    same name keeps its own type. `outcome` is not among them: it is only there after a human task (`with_outcome`).
    """
    types: dict[str, ValueType | None] = {}
    everywhere = of_bundle(bundle)
    for node in process.nodes.values():
        if node.operation and node.operation in OPERATIONS:
            types.update(OPERATIONS[node.operation].results)
        if node.message and node.message in MESSAGES and not node.throws:
            types.update({parameter.name: parameter.type for parameter in MESSAGES[node.message].payload})
        if node.decision and node.decision in bundle.decisions:
            decision = bundle.decisions[node.decision]
            told = decision.output_types(everywhere)
            types.update({output.name: told.get(output.name) for output in decision.outputs})
    return {**types, **everywhere}


def with_outcome(types: Types) -> dict[str, ValueType | None]:
    """The same names, and the outcome of the human task just finished."""
    return {**types, "outcome": ValueType.STR}


def in_decision(bundle: Bundle, decision_id: str) -> dict[str, ValueType | None]:
    """What a decision table may read: all that the processes calling it may, and `outcome`."""
    types = of_bundle(bundle)
    for process in bundle.processes.values():
        if any(node.decision == decision_id for node in process.nodes.values()):
            types = {**in_process(bundle, process), **types}
    return with_outcome(types)
