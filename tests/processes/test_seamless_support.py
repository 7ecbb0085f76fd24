"""The shipped diagrams as a whole: what comes in is caught, what is asked for exists."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from processes.bundle import Bundle, read
from processes.vocabulary import MESSAGES

SHIPPED = Path(__file__).parents[2] / "processes" / "seamless_support"

WITHOUT_DIAGRAM = {
    "due_date_corrected": "The fact changes, and with it every timer that reads it; nothing else is to be done.",
    "consent_withdrawn": "The consent ends on its day wherever it is read; no diagram waits for it.",
}
"""Messages from outside that no diagram catches, and why nothing is lost with them."""


@cache
def _bundle() -> Bundle:
    return read(SHIPPED)


@pytest.mark.parametrize("name", [name for name, message in MESSAGES.items() if not message.internal])
def test_every_message_from_outside_is_caught_by_a_diagram_or_needs_none(name: str) -> None:
    caught = {
        node.message
        for process in _bundle().processes.values()
        for node in process.nodes.values()
        if node.message and not node.throws
    }

    assert (name in caught) is not (name in WITHOUT_DIAGRAM)


def test_every_message_a_diagram_throws_is_caught_by_another() -> None:
    nodes = [node for process in _bundle().processes.values() for node in process.nodes.values() if node.message]

    thrown = {node.message for node in nodes if node.throws}
    caught = {node.message for node in nodes if not node.throws}

    assert thrown - caught == set()


def test_no_diagram_has_more_than_thirty_nodes() -> None:
    counts = {
        process.id: sum(
            not any(inner.parent == node.id for inner in process.nodes.values()) for node in process.nodes.values()
        )
        for process in _bundle().processes.values()
    }

    assert {id: count for id, count in counts.items() if count > 30} == {}


# What people read the name of: next steps, endings, what happened, and after which step work came.
NAMED = ("endEvent", "startEvent", "serviceTask", "callActivity")


def test_all_steps_and_diagrams_that_people_read_of_have_an_english_name_of_their_own():
    found = read(SHIPPED)
    nodes = {node.id: node for process in found.processes.values() for node in process.nodes.values()}
    read_of = (node for node in nodes.values() if node.name and node.kind in NAMED)
    shown = {id for id, node in nodes.items() if node.is_human or node.event.kind == "timer"} | set(found.processes)
    shown |= {node.id for node in read_of}

    assert shown - set(found.names_en) == set()
    assert set(found.names_en) - set(nodes) - set(found.processes) == set()
    assert [name for name in found.names_en.values() if not name.isascii() or "_" in name] == []


def test_a_step_without_an_english_name_is_called_by_its_id():
    found = read(SHIPPED)

    assert found.english("epds_time") == "Two weeks after the birth"
    assert found.english("some_other_step") == "Some other step"
