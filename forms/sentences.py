"""What the product says to a person, in both of its languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to say, in Japanese and English. Never holds personal data."""

    ja: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in `language`: "en" gives English, everything else Japanese."""
        return self.en if language == "en" else self.ja

    def __str__(self) -> str:
        return self.en
