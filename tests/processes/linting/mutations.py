"""Faults put into the shipped bundle, one at a time, as a slip of the hand or of a tool may leave them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from processes import bundle as bundles
from processes.bpmn import BPMN, SPIFF
from processes.bundle import Bundle

NAMES = {
    "b": BPMN,
    "s": SPIFF,
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
SHIPPED = Path(bundles.__file__).parent / "seamless_support"

Act = Callable[[etree._Element], None]


@dataclass(frozen=True)
class Mutation:
    """One fault. first: the rule that must head the list; None where the bundle still runs and may be published.

    most: how many errors may be told of it, so that nobody looks for the cause among its consequences.
    """

    name: str
    file: str
    act: Act | tuple[str, str] | None
    first: str | None
    most: int = 3

    def bundle(self) -> Bundle:
        files = dict(_files())
        path = self.file if "/" in self.file else f"processes/seamless_support/{self.file}"
        if self.act is None:
            del files[path]
        elif isinstance(self.act, tuple):
            old, new = (text.encode() for text in self.act)
            assert old in files[path], f"{self.name}: nothing to change"
            files[path] = files[path].replace(old, new, 1)
        else:
            root = etree.fromstring(files[path])
            before = etree.tostring(root)
            self.act(root)
            assert etree.tostring(root) != before, f"{self.name}: nothing was changed"
            files[path] = etree.tostring(root)
        return bundles.from_files(files)


@cache
def _files() -> dict[str, bytes]:
    return bundles.files_of(SHIPPED)[0]


def find(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path, namespaces=NAMES)
    assert found, f"nothing at {path}"
    element: etree._Element = found[0]
    return element


def drop(*paths: str) -> Act:
    """Take out everything at these paths."""

    def act(root: etree._Element) -> None:
        for path in paths:
            for element in root.xpath(path, namespaces=NAMES):
                element.getparent().remove(element)

    return act


def step_taken_out(id: str) -> Act:
    """A step with its arrows, drawing and lane, as the editor takes it out."""
    ends = f"[@sourceRef='{id}' or @targetRef='{id}']"

    def act(root: etree._Element) -> None:
        flows = [flow.get("id") for flow in root.xpath(f"//b:sequenceFlow{ends}", namespaces=NAMES)]
        for flow in flows:
            arrow_taken_out(flow)(root)
        drop(f"//b:*[@id='{id}']", f"//di:*[@bpmnElement='{id}']", f"//b:flowNodeRef[text()='{id}']")(root)

    return act


def arrow_taken_out(id: str) -> Act:
    return drop(
        f"//b:sequenceFlow[@id='{id}']",
        f"//di:*[@bpmnElement='{id}']",
        f"//b:incoming[text()='{id}']",
        f"//b:outgoing[text()='{id}']",
    )


def put(path: str, name: str, value: str | None) -> Act:
    """An attribute with another value; None takes it out."""

    def act(root: etree._Element) -> None:
        element = find(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return act


def text(path: str, value: str) -> Act:
    def act(root: etree._Element) -> None:
        find(root, path).text = value

    return act


def into(path: str, inner: str, place: int | None = None) -> Act:
    """XML put inside an element; without a place at its end."""

    def act(root: etree._Element) -> None:
        told = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
        parts = etree.fromstring(f"<x{told}>{inner}</x>")
        element = find(root, path)
        for part in list(parts):
            element.append(part) if place is None else element.insert(place, part)

    return act


def turned_into(id: str, kind: str, inner: str = "") -> Act:
    """A step of another kind at the same place, with `inner` in place of what it had in it but its arrows."""

    def act(root: etree._Element) -> None:
        element = find(root, f"//b:*[@id='{id}']")
        for child in list(element):
            if etree.QName(child).localname not in ("incoming", "outgoing"):
                element.remove(child)
        element.tag = f"{{{BPMN}}}{kind}"
        if inner:
            into(f"//b:*[@id='{id}']", inner, 0)(root)

    return act


def of_kind(id: str, kind: str) -> Act:
    """The same step under another kind, with all that is in it."""

    def act(root: etree._Element) -> None:
        find(root, step(id)).tag = f"{{{BPMN}}}{kind}"

    return act


def both(*acts: Act) -> Act:
    def act(root: etree._Element) -> None:
        for each in acts:
            each(root)

    return act


def step(id: str) -> str:
    return f"//b:*[@id='{id}']"


def setting(id: str, name: str) -> str:
    return f"{step(id)}//s:property[@name='{name}']"


def timed(id: str) -> str:
    return f"{step(id)}/b:timerEventDefinition"
