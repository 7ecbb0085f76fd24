"""Every case by its rule and name. Importing a module of this package enters its cases here."""

from __future__ import annotations

from collections.abc import Callable

from processes.bundle import Bundle, from_files
from tests.processes.drawings import Drawing, a_bundle

CASES: dict[str, tuple[Callable[[], Bundle], list[str]]] = {}


def refuses(rule: str, *elements: str):
    """The bundle that the function makes has findings of `rule` at these elements and nowhere else."""

    def enter(make: Callable[[], Bundle | Drawing]) -> Callable[[], Bundle | Drawing]:
        def bundle() -> Bundle:
            made = make()
            return a_bundle(made) if isinstance(made, Drawing) else made

        case = f"{rule}: {make.__name__}"
        assert case not in CASES, f"two cases are called {case}"
        CASES[case] = (bundle, list(elements))
        return make

    return enter


def line(kind: str, inner: str = "", *, name: str = "作業", **attributes: str) -> Drawing:
    """A start, one node called `it`, an end."""
    return Drawing().node(kind, "it", name, inner, **attributes).straight("it")


def task(**settings: str) -> Drawing:
    return Drawing().user_task("it", **settings).straight("it")


def raw(data: bytes) -> Bundle:
    """The usual bundle with this in place of the visit's diagram."""
    return from_files({**a_bundle().files, "processes/town/visit.bpmn": data})
