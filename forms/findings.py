"""Collecting what is wrong with a form, instead of stopping at the first fault."""

from __future__ import annotations

from forms.components import FormFinding
from forms.sentences import Sentence

_MOST = 500


class Findings:
    """A growing list of findings; stops growing at 500, which no person would read."""

    def __init__(self) -> None:
        self._found: list[FormFinding] = []

    def error(self, field: str, rule: str, ja: str, en: str) -> None:
        """Add something that must be mended before the form can be published."""
        self._add(field, rule, "error", ja, en)

    def warning(self, field: str, rule: str, ja: str, en: str) -> None:
        """Add something that should be looked at."""
        self._add(field, rule, "warning", ja, en)

    def _add(self, field: str, rule: str, level: str, ja: str, en: str) -> None:
        finding = FormFinding(field[:80], rule, level, Sentence(ja, en))
        if len(self._found) < _MOST and finding not in self._found:
            self._found.append(finding)

    def all(self) -> tuple[FormFinding, ...]:
        """Everything found, in the order it was found."""
        return tuple(self._found)

    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(finding.level == "error" for finding in self._found)
