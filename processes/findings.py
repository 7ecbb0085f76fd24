"""What is wrong with a bundle, one finding at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forms.sentences import Sentence

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    file: posix path inside the bundle, `processes/<bundle>/x.bpmn`.
    element: XML id, for a flow the flow's own id, for a form the field key; "" = the file as a whole.
    rule: stable snake_case code.
    message: what is wrong and how to mend it.
    """

    file: str
    element: str
    rule: str
    level: Level
    message: Sentence


class Unreadable(Exception):
    """A file that cannot be read at all: `rule` and `sentence` become its finding."""

    def __init__(self, rule: str, sentence: Sentence) -> None:
        self.rule = rule
        self.sentence = sentence
        super().__init__(sentence.en)

    def finding(self, file: str) -> Finding:
        return Finding(file, "", self.rule, "error", self.sentence)
