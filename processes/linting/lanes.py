"""Who does it and what it is called: lanes are roles, names are Japanese as staff say them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms.sentences import Sentence
from processes.linting.registry import Complaint, Subject, called, rule
from processes.model import ACTIVITIES, TASKS, Process
from processes.vocabulary import LANES, role_of

JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff々〆ヶ\uff66-\uff9f]")


@rule("unknown_lane")
def unknown_lanes(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        for id, name in process.lane_ids.items():
            if role_of(name) is None:
                yield (
                    process.file,
                    id or process.id,
                    Sentence(
                        f"帯の名前「{name}」は役割の名前ではありません。{'・'.join(list(LANES)[:4])}などの役割名にしてください。",
                        f'The lane "{name}" names no role. Use a role such as {", ".join(list(LANES)[:4])}.',
                    ),
                )


@rule("lane_twice")
def lanes_twice(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        seen: dict[str, str] = {}
        for id, name in process.lane_ids.items():
            role = role_of(name)
            if role is not None and role in seen:
                yield (
                    process.file,
                    id or process.id,
                    Sentence(
                        f"帯「{name}」と「{seen[role]}」は同じ役割です。一つにまとめてください。",
                        f'The lanes "{name}" and "{seen[role]}" are the same role. Keep one.',
                    ),
                )
            elif role is not None:
                seen[role] = name


def _wants_lanes(process: Process) -> bool:
    return bool(process.lane_ids) or any(node.kind in TASKS for node in process.nodes.values())


@rule("outside_lanes")
def outside_lanes(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        if _wants_lanes(process):
            for node in process.inside(None):
                if node.lane is None:
                    yield (
                        process.file,
                        node.id,
                        Sentence(
                            "どの帯にも入っていないので、だれの仕事か決まりません。担当する役割の帯に置いてください。",
                            f'"{called(node)}" lies in no lane. Put it in the lane of the role that does it.',
                        ),
                    )


@rule("in_two_lanes")
def in_two_lanes(subject: Subject) -> Iterator[Complaint]:
    for diagram in subject.diagrams:
        for id, lanes in diagram.lanes_of.items():
            if len(set(lanes)) > 1:
                yield (
                    diagram.file,
                    id,
                    Sentence(
                        f"二つの帯({'、'.join(lanes)})に入っています。一つにしてください。",
                        f"It lies in two lanes ({', '.join(lanes)}). Put it in one.",
                    ),
                )


@rule("name_missing")
def names_missing(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes(*ACTIVITIES):
        if not node.name:
            yield (
                process.file,
                node.id,
                Sentence(
                    f"名前がありません(ID: {node.id})。職員の言葉で名前を付けてください。",
                    f'"{node.id}" has no name. Name it as staff say it.',
                ),
            )


@rule("process_name_missing", "warning")
def process_names_missing(subject: Subject) -> Iterator[Complaint]:
    for process in subject.processes:
        if process.id and not process.name:
            yield (
                process.file,
                process.id,
                Sentence(
                    "図に名前がありません。職員の言葉で名前を付けてください。",
                    "The diagram has no name. Name it as staff say it.",
                ),
            )


@rule("name_not_japanese", "warning")
def names_not_japanese(subject: Subject) -> Iterator[Complaint]:
    for process, node in subject.nodes():
        if node.name and not JAPANESE.search(node.name):
            yield (
                process.file,
                node.id,
                Sentence(f"名前「{node.name}」を日本語にしてください。", f'Give "{node.name}" a Japanese name.'),
            )
    for process in subject.processes:
        if process.name and not JAPANESE.search(process.name):
            yield (
                process.file,
                process.id,
                Sentence(f"名前「{process.name}」を日本語にしてください。", f'Give "{process.name}" a Japanese name.'),
            )
