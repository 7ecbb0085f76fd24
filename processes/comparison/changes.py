"""What a comparison finds: sentences for people, and the ids of the elements they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forms.sentences import Sentence


class Mark(StrEnum):
    """What became of an element."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Kind(StrEnum):
    """What a file of a bundle is, as the editor lists it."""

    DIAGRAM = "bpmn"
    DECISION = "dmn"
    FORM = "form"
    NUMBERS = "toml"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. element: XML id, field key or name in bundle.toml; "" = the file as a whole."""

    mark: Mark
    element: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class FileChange:
    """Everything that differs in one file.

    mark: the file itself is new, gone, or changed. process: id of its diagram's process, "" for other kinds.
    changes: in the order of the file; never empty.
    """

    file: str
    kind: Kind
    name: Sentence
    mark: Mark
    process: str
    changes: tuple[Change, ...]

    def elements(self, mark: Mark) -> list[str]:
        """Ids of the elements with this mark, each once."""
        return list(dict.fromkeys(change.element for change in self.changes if change.mark is mark and change.element))


def turned(what: Sentence, before: Sentence, after: Sentence) -> Sentence:
    """`作業「訪問する」の期限が「14日後」から「7日後」に変わりました`."""
    return Sentence(
        f"{what.ja}が{_quoted(before.ja)}から{_quoted(after.ja)}に変わりました",
        f'{what.en} was "{before.en}" and is now "{after.en}"',
    )


def came(what: Sentence) -> Sentence:
    return Sentence(f"{what.ja}が加わりました", f"{what.en} was added")


def went(what: Sentence) -> Sentence:
    return Sentence(f"{what.ja}がなくなりました", f"{what.en} was removed")


def _quoted(text: str) -> str:
    """In brackets; in double ones where it holds brackets itself, as Japanese has it."""
    return f"『{text}』" if "「" in text else f"「{text}」"
