"""The shapes of section 5: what comes in, what goes out. Each schema is made once, when the module is imported."""

from __future__ import annotations

from functools import cache
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from processes.vocabulary import MESSAGES
from web.api.cursor import Cursor
from web.api.description import ROW_ID_PATTERN

_TEXT = 200
_ANY = {"description": "A value of the field's own type"}


class _Shape(ma.Schema):
    class Meta:
        ordered = True


def _text(**options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=1, max=_TEXT), **options)


def _id(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(f"^{ROW_ID_PATTERN}$"), **options)


def _answers(**options: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True, metadata=_ANY), **options)


# --- what comes in -------------------------------------------------------------------------------------------------


class AnswersIn(_Shape):
    answers = _answers(required=True)


class CompletionIn(_Shape):
    outcome = _text(load_default="done")
    answers = _answers(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=10_000))


class SubmissionIn(_Shape):
    form = _text(required=True)
    answers = _answers(required=True)
    corrects = _id(load_default=None, allow_none=True)
    track_id = _text(load_default=None, allow_none=True)


class WithdrawalIn(_Shape):
    on = fields.Date(required=True)


class CorrelationIn(_Shape):
    case_id = _text(load_default=None, allow_none=True)
    resident_id = _text(load_default=None, allow_none=True)
    track_id = _text(load_default=None, allow_none=True)


class MessageIn(_Shape):
    name = _text(required=True, metadata={"enum": [name for name, each in MESSAGES.items() if not each.internal]})
    message_id = _text(required=True)
    correlation = fields.Nested(CorrelationIn, required=True)
    payload = _answers(load_default=dict)


class ClockIn(_Shape):
    """Exactly one of the two."""

    set = _text(metadata={"description": "a day (its beginning in Japan) or an instant with offset"})
    advance = _text(metadata={"description": "an ISO 8601 duration, such as P30D", "example": "P30D"})

    @ma.validates_schema
    def has_one(self, data: dict[str, Any], **_options: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("expected one of set and advance")


class PageQuery(_Shape):
    cursor = Cursor(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class CasesQuery(PageQuery):
    q = fields.String(load_default=None, validate=validate.Length(max=100))
    born_on = fields.Date(load_default=None)
    resident_id = fields.String(load_default=None, validate=validate.Length(max=50))
    centre = fields.String(load_default=None, validate=validate.Length(max=50))


class TasksQuery(PageQuery):
    state = fields.String(load_default="open", validate=validate.OneOf(["open", "completed", "cancelled", "expired"]))
    assignee = fields.String(
        load_default=None, validate=validate.Length(max=100), metadata={"description": "me, none, or a login"}
    )
    centre = fields.String(load_default=None, validate=validate.Length(max=50))
    due_before = fields.Date(load_default=None)


class CaseTasksQuery(PageQuery):
    state = fields.String(load_default="open", validate=validate.OneOf(["open", "completed", "cancelled", "expired"]))


# --- what goes out -------------------------------------------------------------------------------------------------


class TaskOut(_Shape):
    id = fields.String(required=True)
    case_id = fields.String(required=True, allow_none=True)
    track_id = fields.String(required=True, allow_none=True)
    process = fields.String(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)
    lane = fields.String(required=True, metadata={"description": "role id"})
    centre = fields.String(required=True, metadata={"description": "code of the responsible centre"})
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "login"})
    form = fields.String(required=True, allow_none=True)
    exits = fields.List(fields.String(), required=True)
    may_start_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    late_on = fields.Date(required=True, allow_none=True)
    expires_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(["open", "completed", "cancelled", "expired"]))
    outcome = fields.String(required=True, allow_none=True)
    draft = _answers(required=True, allow_none=True)


class OpenedOut(_Shape):
    case_id = fields.String(required=True)
    instance_id = fields.String(required=True)
    opened = fields.List(fields.Nested(TaskOut), required=True)


class CompletionOut(_Shape):
    completed = fields.Nested(TaskOut, required=True)
    opened = fields.List(fields.Nested(TaskOut), required=True)


class PersonOut(_Shape):
    id = fields.String(required=True)
    relation = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    kana = fields.String(required=True, allow_none=True)
    birth_date = fields.Date(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    track_id = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    safe_to_call = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    address_sealed = fields.Boolean(required=True)


class PregnancyOut(_Shape):
    track_id = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    fetus_count = fields.Integer(required=True)
    state = fields.String(required=True)


class ChildOut(_Shape):
    track_id = fields.String(required=True)
    person_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    born_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True)


class CaseOut(_Shape):
    id = fields.String(required=True)
    state = fields.String(required=True)
    centre = fields.String(required=True)
    level = fields.Integer(required=True, allow_none=True)
    persons = fields.List(fields.Nested(PersonOut), required=True)
    pregnancies = fields.List(fields.Nested(PregnancyOut), required=True)
    children = fields.List(fields.Nested(ChildOut), required=True)
    facts = _answers(required=True)
    version = fields.String(required=True)


class TimelineEntryOut(_Shape):
    id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    text_ja = fields.String(required=True)
    text_en = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    track_id = fields.String(required=True, allow_none=True)
    task_id = fields.String(required=True, allow_none=True)
    submission_id = fields.String(required=True, allow_none=True)


class SubmissionOut(_Shape):
    id = fields.String(required=True)
    form = fields.String(required=True)
    form_version = fields.String(required=True)
    answers = _answers(required=True)
    author = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    corrects = fields.String(required=True, allow_none=True)
    track_id = fields.String(required=True, allow_none=True)


class ConsentOut(_Shape):
    id = fields.String(required=True)
    agency = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    given_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    withdrawn_on = fields.Date(required=True, allow_none=True)


class ConsentsOut(_Shape):
    """`consent_id` is the first of `consents`: one answered form may agree to several agencies."""

    consent_id = fields.String(required=True, allow_none=True)
    consents = fields.List(fields.Nested(ConsentOut), required=True)


class ReceiptOut(_Shape):
    inbox_id = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["delivered", "buffered", "needs_person", "duplicate"])
    )
    case_id = fields.String(allow_none=True)


class ClockOut(_Shape):
    now = fields.AwareDateTime(required=True)
    fired = fields.Integer(required=True)
    incidents = fields.Integer(required=True)


class FieldOut(_Shape):
    key = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    options = fields.List(fields.Raw(metadata={"description": "value and labels"}), required=True)
    show_if = fields.String(required=True, allow_none=True)
    rows = fields.List(
        fields.Nested(lambda: FieldOut()),
        attribute="fields",
        data_key="fields",
        metadata={"description": "dynamiclist: what each of its rows asks"},
    )

    class Meta:
        unknown = ma.INCLUDE


class FormOut(_Shape):
    key = fields.String(required=True)
    version = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FieldOut), required=True, data_key="fields")
    example = _answers(required=True)


class VersionOut(_Shape):
    """A published or proposed version; `id` is the SHA-256 of its files."""

    id = fields.String(required=True)
    bundle = fields.String(required=True)
    number = fields.Integer(required=True)
    title_ja = fields.String(required=True)
    title_en = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    proposed_by = fields.String(required=True, allow_none=True, metadata={"description": "login; or `installation`"})
    approved_by = fields.String(required=True, allow_none=True, metadata={"description": "login; or `release`"})
    is_current = fields.Boolean(required=True)


@cache
def page_of(item: type[_Shape]) -> _Shape:
    """`{items, next}` of this item; `next` is the cursor of the following page, null at the end."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": Cursor(required=True, allow_none=True),
    }
    shape: type[_Shape] = type(item.__name__.removesuffix("Out") + "Page", (_Shape,), members)
    return shape()
