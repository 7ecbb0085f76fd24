"""A form compiled into the one function that takes answers, with the example and description that go with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from forms import wording
from forms.answering import Errors, Level, Settled, Settling, named
from forms.components import Form
from forms.defaults import default_answer
from forms.describing import described
from forms.examples import Examples
from forms.expressions import Value
from forms.fields import schema_for
from forms.raw import sound

NOTHING: Mapping[str, Value] = MappingProxyType({})
_ROW_KEY = re.compile(r"(?P<list>[a-z][A-Za-z0-9_]*)\[(?P<place>[0-9]{1,3})\]\.(?P<child>[a-z][A-Za-z0-9_]*)")
_MOST_UNKNOWN = 50


class AnswersRejected(Exception):
    """Answers that cannot be taken as they are; nothing of them is kept.

    errors: field key (rows: "key[0].child", "" for the whole) -> what is wrong and how to mend it.
    """

    code = "answers_rejected"

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        super().__init__(f"expected sound answers, but {len(errors)} fields were refused: {', '.join(errors)[:200]}")


class NoExample(Exception):
    """A form for which no passing example could be made. `errors` as in AnswersRejected."""

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        super().__init__(f"expected an example that validates, but these fields refuse it: {', '.join(errors)[:200]}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Sound answers.

    values: JSON-ready answers of the shown fields, blanks left out: days and instants as ISO text, checklists as lists
    of codes, rows as lists of mappings. facts: name -> typed value, of shown and answered fields that name a fact
    (a checklist: its codes joined by commas; a list: its number of rows). warnings: by field, said but not refused.
    """

    values: dict[str, Any]
    facts: dict[str, Value]
    warnings: Errors = field(default_factory=dict)


class CompiledForm:
    """A form ready to take answers. Immutable; make it with `compile_form`."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._schema = schema_for(form.components)
        self._level = Level(form.components)

    def accept(
        self,
        answers: Mapping[str, Any],
        *,
        on: date,
        known: Mapping[str, Value] = NOTHING,
        fixed: Mapping[str, Value] = NOTHING,
    ) -> Accepted:
        """Check answers as posted by a browser (text, lists of text) or as JSON, and make them uniform.

        Rows may also come flat, as "key[0].child". on: the JST day of answering. known: facts the form's expressions
        may read beside its fields (and `now`). fixed: values the system sets, whatever was posted there.
        A field not sent at all takes its default; what was sent for a hidden, computed or system field is ignored.
        Fields that are not kept are checked and left out of the values.
        Raises AnswersRejected with everything that is wrong, all at once.
        """
        settled, warnings = self._sound(answers, on, known, fixed)
        return Accepted(self.to_keep(self._values(self._level, settled)), self._facts(settled), warnings)

    def to_keep(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers, sound or not, without those of fields that are not kept; for everything that is stored."""
        return _kept(self._level, answers)

    @property
    def not_kept(self) -> frozenset[str]:
        """The keys of the fields that are not kept, those of rows too."""
        return self._level.not_kept.union(*(row.not_kept for row in self._level.rows.values()))

    def shown(
        self,
        answers: Mapping[str, Any],
        *,
        on: date,
        known: Mapping[str, Value] = NOTHING,
        fixed: Mapping[str, Value] = NOTHING,
    ) -> frozenset[str]:
        """The keys of the fields to show for answers given so far, sound or not; rows as "key[0].child"."""
        _, settled = self._settle(answers, on, known, fixed)
        keys = set(settled.shown)
        for key, answer in settled.answers.items():
            if _is_rows(answer):
                keys |= {f"{key}[{place}].{child}" for place, row in enumerate(answer) for child in row.shown}
        return frozenset(keys)

    def without_hidden(
        self,
        answers: Mapping[str, Any],
        *,
        on: date,
        known: Mapping[str, Value] = NOTHING,
        fixed: Mapping[str, Value] = NOTHING,
    ) -> dict[str, Any]:
        """The answers, sound or not, without those of fields that are not asked beside the others."""
        _, settled = self._settle(answers, on, known, fixed)
        return _shown_only(self._level, answers, settled)

    def defaults(self, *, on: date, known: Mapping[str, Value] = NOTHING) -> dict[str, Any]:
        """What an empty form starts with: JSON-ready answers of the fields that have a default."""
        names = Settling(on, known, NOTHING).names
        found = ((component.key, default_answer(component, names)) for component in self.form.fields())
        return {
            key: _json_ready(answer) for key, answer in found if answer is not None and not _is_rows_of_pairs(answer)
        }

    def example(self, on: date) -> dict[str, Any]:
        """Answers that pass on the day, to show what is expected. Raises NoExample (the form has a finding).

        Where the system says of which kind a task is, answers that only other kinds ask are among them.
        """
        errors: Errors = {}
        for candidate in Examples(self._level, on).candidates():
            try:
                values = self._sound_values(candidate, on)
            except AnswersRejected as rejected:
                errors = errors or rejected.errors
                continue
            return self._asked(self._level, self._of_every_kind(candidate, on) | values)
        raise NoExample(errors)

    def _of_every_kind(self, candidate: Mapping[str, Any], on: date) -> dict[str, Any]:
        """The answers asked under any kind of task the system may set, so that the example does for all of them."""
        answers: dict[str, Any] = {}
        for kind in (component for component in self.form.fields() if component.names_task):
            for option in kind.options:
                with suppress(AnswersRejected):
                    answers |= self._sound_values(candidate, on, {kind.key: option.value})
        return answers

    def describe(self) -> list[dict[str, Any]]:
        """The fields as the API shows them: key, type, required, options, show_if and more; rows under `fields`."""
        return described(self.form.components)

    def _sound_values(
        self, answers: Mapping[str, Any], on: date, fixed: Mapping[str, Value] = NOTHING
    ) -> dict[str, Any]:
        """All values of sound answers, also those that are not kept. Raises AnswersRejected."""
        return self._values(self._level, self._sound(answers, on, NOTHING, fixed)[0])

    def _sound(
        self, answers: Mapping[str, Any], on: date, known: Mapping[str, Value], fixed: Mapping[str, Value]
    ) -> tuple[Settled, Errors]:
        """Sound answers and what is to be warned of. Raises AnswersRejected."""
        settling, settled = self._settle(answers, on, known, fixed)
        if not settling.errors:
            settling.apply_rules(self.form, settled)
        if settling.errors:
            raise AnswersRejected(self._in_reading_order(settling.errors))
        return settled, self._in_reading_order(settling.warnings)

    def _settle(
        self, answers: Mapping[str, Any], on: date, known: Mapping[str, Value], fixed: Mapping[str, Value]
    ) -> tuple[Settling, Settled]:
        settling = Settling(on, known, fixed)
        if not isinstance(answers, Mapping):
            settling.errors[""] = [wording.NOT_ANSWERS]
            return settling, Settled()
        read, refused = self._read(_gathered(answers))
        settled = settling.settle(self._level, read, refused, settling.names)
        unknown = [key for key in refused if key not in self._level.components][:_MOST_UNKNOWN]
        settling.errors |= {sound(str(key))[:100]: refused[key] for key in unknown}
        return settling, settled

    def _read(self, answers: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        try:
            return self._schema.load(answers), {}
        except ValidationError as error:
            return error.valid_data or {}, error.messages  # type: ignore[return-value]

    def _values(self, level: Level, settled: Settled) -> dict[str, Any]:
        """Answers in reading order, ready for JSON."""
        values: dict[str, Any] = {}
        for key in level.reading_order:
            if key in settled.answers:
                answer = settled.answers[key]
                rows = _is_rows(answer)
                values[key] = [self._values(level.rows[key], row) for row in answer] if rows else _json_ready(answer)
        return values

    def _facts(self, settled: Settled) -> dict[str, Value]:
        return {
            component.fact: named(settled.answers[key])
            for key, component in settled.shown.items()
            if component.fact is not None and key in settled.answers
        }

    def _asked(self, level: Level, values: dict[str, Any]) -> dict[str, Any]:
        """Without what the system computes or sets."""
        asked: dict[str, Any] = {}
        for key, value in values.items():
            if not level.components[key].system:
                asked[key] = [self._asked(level.rows[key], row) for row in value] if key in level.rows else value
        return asked

    def _in_reading_order(self, said: Errors) -> Errors:
        place = {key: number for number, key in enumerate(self._level.reading_order)}
        return dict(sorted(said.items(), key=lambda item: place.get(item[0].partition("[")[0], len(place))))


@lru_cache(maxsize=2048)
def compile_form(form: Form) -> CompiledForm:
    """The form ready to take answers; made once per form version. A form with findings works as far as it was read."""
    return CompiledForm(form)


def _gathered(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Flat row keys ("key[0].child") put together as lists of rows; everything else as it is."""
    if not any(isinstance(key, str) and "[" in key for key in answers):
        return answers
    gathered: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for key, value in answers.items():
        match = _ROW_KEY.fullmatch(key) if isinstance(key, str) else None
        if match is None:
            gathered[key] = value
        else:
            rows.setdefault(match["list"], {}).setdefault(int(match["place"]), {})[match["child"]] = value
    for key, by_place in rows.items():
        gathered[key] = [by_place.get(place, {}) for place in range(max(by_place) + 1)]
    return gathered


def _shown_only(level: Level, answers: Mapping[str, Any], settled: Settled) -> dict[str, Any]:
    """Of a list whose rows cannot be told apart any more (one was refused), the rows stay as they are."""
    kept = {key: value for key, value in answers.items() if key in settled.shown or key not in level.components}
    for key, row_level in level.rows.items():
        rows, read = kept.get(key), settled.answers.get(key)
        if isinstance(rows, list) and isinstance(read, list) and len(rows) == len(read):
            kept[key] = [
                _shown_only(row_level, row, of_row) if isinstance(row, Mapping) else row
                for row, of_row in zip(rows, read, strict=True)
            ]
    return kept


def _kept(level: Level, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without what is not kept; rows may stand in lists or flat."""
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        row = _ROW_KEY.fullmatch(key) if isinstance(key, str) else None
        list_level = level.rows.get(row["list"]) if row else level.rows.get(key)
        if key in level.not_kept or (row and list_level and row["child"] in list_level.not_kept):
            continue
        if list_level and isinstance(value, list):
            value = [_kept(list_level, each) if isinstance(each, Mapping) else each for each in value]
        kept[key] = value
    return kept


def _json_ready(answer: Any) -> Any:
    return answer.isoformat() if isinstance(answer, date | datetime) else answer


def _is_rows(answer: Any) -> bool:
    return isinstance(answer, list) and bool(answer) and isinstance(answer[0], Settled)


def _is_rows_of_pairs(answer: Any) -> bool:
    return isinstance(answer, list) and bool(answer) and isinstance(answer[0], tuple)
