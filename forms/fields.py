"""marshmallow fields that read posted answers as people and browsers send them.

HTML posts text for everything, JSON posts types; both are read. Every refusal is a Sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from forms import wording
from forms.components import Component, ComponentType, TextFormat, placed_fields
from forms.dates import DateError, parse_day, parse_instant
from forms.normalising import TextError, formatted, half_width, plain
from forms.sentences import Sentence

LARGEST = 10**12
_MOST_CHARACTERS_SENT = 20_000


def schema_for(components: tuple[Component, ...]) -> Schema:
    """A schema for one level of a form: unknown keys refused, nothing required yet (a hidden field never is)."""
    by_key = {placed.component.key: field_for(placed.component) for placed in placed_fields(components)}
    return _AnswersSchema.from_dict(by_key, name="Answers")()  # type: ignore[arg-type]


def field_for(component: Component) -> Answer:
    """The marshmallow field that reads answers to the component."""
    return _FIELDS[component.type](component)


def refusal(sentence: Sentence) -> ValidationError:
    """A marshmallow refusal that carries the sentence itself."""
    return ValidationError([sentence])


class _AnswersSchema(Schema):
    error_messages = {"unknown": wording.UNKNOWN_FIELD, "type": wording.NOT_ANSWERS}  # type: ignore[dict-item]  # noqa: RUF012

    class Meta:
        unknown = RAISE


class Answer(fields.Field[Any]):
    """One field's answer. Empty text and null are both "nothing entered" (None)."""

    def __init__(self, component: Component) -> None:
        super().__init__(allow_none=True)
        self.component = component
        self.label = component.label

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and len(value) > _MOST_CHARACTERS_SENT:
            raise refusal(wording.too_long(self.label, self.component.limits.max_length or 200, len(value)))
        try:
            return self.read(value)
        except (TextError, DateError) as error:
            raise refusal(error.sentence) from None

    def read(self, value: Any) -> Any:
        """The typed answer; None when nothing was entered."""
        raise NotImplementedError

    def as_text(self, value: Any, *, lines: bool = False) -> str:
        """The answer as sound text, for fields that are typed."""
        if not isinstance(value, str):
            raise refusal(wording.wrong_shape(self.label, "文字", "text"))
        return plain(value, lines=lines)


class TextAnswer(Answer):
    """Words, or a code in one of the formats."""

    def read(self, value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and self.component.format:
            value = str(value)
        text = self.as_text(value, lines=self.component.type is ComponentType.TEXTAREA)
        if not text:
            return None
        if self.component.format is not None:
            text = self._formatted(text, self.component.format)
        limits = self.component.limits
        if limits.pattern is not None and not limits.pattern.search(text) and limits.pattern.search(half_width(text)):
            text = half_width(text)
        if limits.max_length is not None and len(text) > limits.max_length:
            raise refusal(wording.too_long(self.label, limits.max_length, len(text)))
        if limits.min_length is not None and len(text) < limits.min_length:
            raise refusal(wording.too_short(self.label, limits.min_length))
        if limits.pattern is not None and not limits.pattern.search(text):
            raise refusal(wording.not_in_shape(self.label))
        return text

    def _formatted(self, text: str, wanted: TextFormat) -> str:
        """In the format; a text that does not fit ("なし" as a phone) stays as typed where the format was guessed."""
        try:
            return formatted(text, wanted)
        except TextError:
            if self.component.format_is_strict or (wanted is TextFormat.KANA and not self.component.limits.pattern):
                raise
            return text


_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,9})?")


class NumberAnswer(Answer):
    """A number: full width, thousands commas and any minus sign are read."""

    def read(self, value: Any) -> int | float | None:
        if isinstance(value, str):
            text = re.sub("[−‐–—ー]", "-", half_width(self.as_text(value)))
            if not text:
                return None
            if not _NUMBER.fullmatch(text):
                raise refusal(wording.not_a_number(self.label))
            number = Decimal(text.replace(",", ""))
        else:
            number = self._from_json(value)
        limits = self.component.limits
        if number != round(number, limits.decimals):
            raise refusal(wording.not_whole(self.label, limits.decimals))
        if number < (-LARGEST if limits.minimum is None else limits.minimum):
            raise refusal(wording.too_small(self.label, -LARGEST if limits.minimum is None else limits.minimum))
        if number > (LARGEST if limits.maximum is None else limits.maximum):
            raise refusal(wording.too_large(self.label, LARGEST if limits.maximum is None else limits.maximum))
        return int(number) if limits.decimals == 0 else float(number)

    def _from_json(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise refusal(wording.not_a_number(self.label))
        if value > LARGEST:
            raise refusal(wording.too_large(self.label, LARGEST))
        if value < -LARGEST:
            raise refusal(wording.too_small(self.label, -LARGEST))
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise refusal(wording.not_a_number(self.label)) from None


class DayAnswer(Answer):
    """A day in any Japanese or ISO spelling, or an instant where the time is asked too."""

    def read(self, value: Any) -> date | datetime | None:
        if self.component.instant:
            if isinstance(value, datetime):
                value = value.isoformat()
            text = self.as_text(value)
            return parse_instant(text) if text else None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        text = self.as_text(value)
        return parse_day(text) if text else None


class ChoiceAnswer(Answer):
    """One of the options, by its code."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.codes = frozenset(option.value for option in component.options)

    def read(self, value: Any) -> str | None:
        return self.code(value)

    def code(self, value: Any) -> str | None:
        """The option's code, also when sent in full width or as a bare number."""
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST:
            value = str(value)
        text = self.as_text(value)
        if not text or text in self.codes:
            return text or None
        tidy = half_width(text)
        if tidy in self.codes:
            return tidy
        raise refusal(wording.not_an_option(self.label))


class ChecklistAnswer(ChoiceAnswer):
    """Several of the options: a list of codes, or their codes joined by commas; each once, in the options' order."""

    def read(self, value: Any) -> list[str] | None:  # type: ignore[override]
        codes = value.split(",") if isinstance(value, str) else value
        if not isinstance(codes, list | tuple) or len(codes) > 1000:
            raise refusal(wording.wrong_shape(self.label, "選択肢のコードの一覧", "a list of option codes"))
        chosen = {code for code in map(self.code, codes) if code}
        limits = self.component.limits
        if chosen and limits.min_items is not None and len(chosen) < limits.min_items:
            raise refusal(wording.too_few(self.label, limits.min_items))
        if limits.max_items is not None and len(chosen) > limits.max_items:
            raise refusal(wording.too_many(self.label, limits.max_items))
        return [option.value for option in self.component.options if option.value in chosen] or None


_YES, _NO = {"true", "on", "1", "yes"}, {"false", "off", "0", "no"}


class TickAnswer(Answer):
    """A tick box: true or false, or what browsers post for one."""

    def read(self, value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        text = half_width(self.as_text(value)).lower() if isinstance(value, str) else None
        if text == "":
            return None
        if text not in _YES | _NO:
            raise refusal(wording.wrong_shape(self.label, "true か false", "true or false"))
        return text in _YES


class RowsAnswer(Answer):
    """A list of rows, each a mapping of the row's fields. Rows in which nothing is entered are left out.

    Gives a list of (place in what was posted, the row's answers). Errors stand at the same place.
    """

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.row_schema = schema_for(component.children)

    def read(self, value: Any) -> list[tuple[int, dict[str, Any]]] | None:
        if value == "":
            return None
        if not isinstance(value, list | tuple):
            raise refusal(wording.wrong_shape(self.label, "行の一覧", "a list of rows"))
        most = self.component.limits.max_items
        if most is not None and len(value) > most:
            raise refusal(wording.too_many(self.label, most))
        rows: list[tuple[int, dict[str, Any]]] = []
        errors: dict[Any, Any] = {}
        for place, posted in enumerate(value):
            if not isinstance(posted, Mapping):
                errors[place] = {"": [wording.NOT_A_ROW]}
            elif any(answer is not False and answer not in (None, "", []) for answer in posted.values()):
                try:
                    rows.append((place, self.row_schema.load(posted)))
                except ValidationError as error:
                    errors[place] = error.messages
                    rows.append((place, error.valid_data))  # type: ignore[arg-type]
        if errors:
            raise ValidationError(errors, valid_data=rows)
        return rows or None


_FIELDS: dict[ComponentType, type[Answer]] = {
    ComponentType.TEXTFIELD: TextAnswer,
    ComponentType.TEXTAREA: TextAnswer,
    ComponentType.NUMBER: NumberAnswer,
    ComponentType.DATETIME: DayAnswer,
    ComponentType.SELECT: ChoiceAnswer,
    ComponentType.RADIO: ChoiceAnswer,
    ComponentType.CHECKBOX: TickAnswer,
    ComponentType.CHECKLIST: ChecklistAnswer,
    ComponentType.DYNAMICLIST: RowsAnswer,
}
