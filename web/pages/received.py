"""届いた連絡: what others wrote, in words beside the work it opened, and the fields of its form it answers already.

Only what the sender can know is taken over into a form; what our own people judge they choose themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from engine.casework import candidates, form_catalogue, notices, telling
from engine.casework.form_catalogue import FormUnknown
from engine.casework.message_payload import SEXES
from engine.casework.notices import Received
from engine.casework.views import TaskView
from forms.components import Component, ComponentType, Form, placed_fields
from forms.dates import DateError, parse_day
from processes.vocabulary import MESSAGES
from web import language, wording
from web.pages import days
from web.request_scope import current, text_without_nul

RECEIPT, MATCH = "notice_received", "notice_match"
SUMMARY = ("summary", "content", "concern", "text")
# Fields of the receipt that the sender may have filled in; urgency is theirs, and the warning of the form remains ours.
FROM_SENDER = (
    "channel",
    "legal_ground",
    "requested_action",
    "serious_injury",
    "infant",
    "injury_visible",
    "sexual_abuse",
    "known_to_cgc",
    "delivery_within_days",
    "urgency",
)
_CHILD = (
    "child_hint",
    "child_name",
    "child_kana",
    "child_age",
    "birth_date",
    "born_on",
    "sex",
    "nursery",
    "school",
    "present_location_of_child",
)
_FAMILY = ("family_hint", "mother_name", "guardian_name", "name", "kana", "persons", "family", "address", "phone")
_NAMES = ("child_name", "name", "mother_name", "guardian_name")
_OF_FAMILY_NAME = (("family_name", "given_name"), ("family_name_kana", "given_name_kana"))
_FIRST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """What tells one message from another in a list. about: whom or what it is about, empty if not to be read.

    named: the persons it names, or the family proposed; empty where it names nobody.
    """

    sender: str
    kind: str
    at: datetime
    about: str
    named: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole message for reading. text: what the sender wrote in their own words; rest: label and value."""

    line: Line
    person: str
    text: str
    rest: Sequence[tuple[str, str]]
    received: Received

    @property
    def number(self) -> str:
        """That of the acknowledgement the sender was given."""
        return telling.number(self.received.inbox_id)


def lines(tasks: Sequence[TaskView]) -> dict[str, Line]:
    """Task id -> the message behind it, for work of a list that is about nobody yet."""
    scope = current()
    alone = [task.id for task in tasks if task.case_id is None and task.state == "open"]
    found = notices.of_tasks(scope.session, scope.actor, alone, now=scope.now)
    return {task_id: _line(each) for task_id, each in found.items()}


def letter(task: TaskView) -> Letter | None:
    """The message behind a task, as far as this person may read it."""
    scope = current()
    found = notices.of_task(scope.session, scope.actor, task.id, now=scope.now)
    if found is None:
        return None
    return _letter(found)


def letters_of(case_id: str) -> list[Letter]:
    """What others wrote of a family, as far as this person may read it."""
    scope = current()
    return [_letter(each) for each in notices.of_case(scope.session, scope.actor, case_id, now=scope.now)]


def _letter(found: Received) -> Letter:
    text = _text(found.payload)
    return Letter(_line(found), found.sender.person if found.sender else "", text, list(_rest(found)), found)


def proposed(task: TaskView) -> candidates.Search | None:
    """The families the message may be about, beside the receipt and where somebody decides it."""
    if task.form not in (RECEIPT, MATCH) or task.case_id is not None:
        return None
    scope = current()
    return candidates.of_task(scope.session, scope.actor, task.id, now=scope.now)


def with_candidate(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, with the number of the family chosen among those proposed, unless one was typed."""
    chosen = text_without_nul("candidate", fields.get("candidate", ""))
    if not chosen or fields.get("matched_case_id", "").strip():
        return fields
    answered = MultiDict(fields)
    answered["matched_case_id"] = chosen
    answered.setdefault("decision", "attach")
    return answered


def begins(task: TaskView, found: Letter | None, form: Form | None) -> dict[str, Any]:
    """What the message answers of the task's form: field key -> value. Empty for who may not read it."""
    if found is None or form is None or not found.received.words:
        return {}
    if task.form == MATCH:
        proposed = found.received.proposed
        return {"matched_case_id": proposed.number} if proposed is not None else {}
    return _receipt(found, form) if task.form == RECEIPT else {}


def _receipt(found: Letter, form: Form) -> dict[str, Any]:
    received, payload = found.received, found.received.payload
    sender = received.sender
    answers: dict[str, Any] = {
        "received_at": received.at.isoformat(),
        "channel": "online",
        "from_org": sender.kind if sender else None,
        "from_person": payload.get("from_person") or (sender.person if sender else None),
        "kind": payload.get("notice_kind") or payload.get("kind"),
        "child_hint": _joined(payload, _CHILD),
        "family_hint": _joined(payload, _FAMILY),
        "content": found.text,
        **{key: payload[key] for key in FROM_SENDER if payload.get(key) not in (None, "")},
    }
    fields = {placed.component.key: placed.component for placed in placed_fields(form.components)}
    return {key: value for key, value in answers.items() if key in fields and _fits(fields[key], value)}


def _fits(field: Component, value: Any) -> bool:
    """Whether the form could take the value as it stands."""
    if value in (None, ""):
        return False
    if field.options:
        return value in {option.value for option in field.options}
    if field.type is ComponentType.CHECKBOX:
        return isinstance(value, bool)
    if field.type is ComponentType.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    longest = field.limits.max_length
    return isinstance(value, str) and (longest is None or len(value) <= longest)


def _line(found: Received) -> Line:
    return Line(
        sender=language.say(found.sender.house) if found.sender else "",
        kind=_kind(found),
        at=found.at,
        about=_about(found),
        named=_named(found),
    )


def _kind(found: Received) -> str:
    """What the sender called it, where the receipt form knows the word; else what the message is."""
    for option in _options("kind"):
        if option.value == found.kind:
            return language.say(option.label)
    message = MESSAGES.get(found.name)
    return language.say(wording.MESSAGE_KINDS.get(found.name) or message.sentence) if message else ""


def _options(key: str) -> Sequence[Any]:
    form = _receipt_form()
    fields = (placed.component for placed in placed_fields(form.components)) if form is not None else ()
    return next((field.options for field in fields if field.key == key), ())


def _receipt_form() -> Form | None:
    """The receipt form, whose words for codes are used; read once a request."""
    if "receipt_form" not in g:
        scope = current()
        try:
            g.receipt_form = form_catalogue.form(scope.session, scope.actor, RECEIPT).form
        except FormUnknown:
            g.receipt_form = None
    found: Form | None = g.receipt_form
    return found


def _about(found: Received) -> str:
    """The persons named, else how the message begins."""
    text = " ".join(_text(found.payload).split())
    return _named(found) or (text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS]}…")


def _named(found: Received) -> str:
    names = [str(found.payload[key]) for key in _NAMES if _is_text(found.payload.get(key))]
    names += [" ".join(parts) for parts in _full_names(found.payload)][:1]
    if names:
        return "、".join(dict.fromkeys(names)) if language.current() == "ja" else ", ".join(dict.fromkeys(names))
    return found.proposed.about if found.proposed is not None else ""


def _full_names(payload: Mapping[str, Any]) -> Iterator[list[str]]:
    for pair in _OF_FAMILY_NAME:
        parts = [str(payload[key]) for key in pair if _is_text(payload.get(key))]
        if parts:
            yield parts


def _joined(payload: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Everything said under these keys, a line each, with labels but for a hint in the sender's own words."""
    return "\n".join(
        words if key.endswith("_hint") else f"{label}: {words}"
        for key in keys
        for label, words in _spread(key, _label(key), payload.get(key))
    )


def _text(payload: Mapping[str, Any]) -> str:
    return next((payload[key] for key in SUMMARY if _is_text(payload.get(key))), "")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _rest(found: Received) -> Iterator[tuple[str, str]]:
    """Everything else the message carries, in its own order; lists and parts are spread out."""
    text = next((key for key in SUMMARY if _is_text(found.payload.get(key))), None)
    if found.resident_id and found.resident_id != found.payload.get("resident_id"):
        yield _label("resident_id"), found.resident_id
    for key, value in found.payload.items():
        named = key == notices.KIND and value in {option.value for option in _options("kind")}
        if key != text and not named:
            yield from _spread(key, _label(key), value)


def _spread(key: str, label: str, value: Any) -> Iterator[tuple[str, str]]:
    """A line for each value: one of a list after the other, the parts of one person together."""
    if value in (None, "", [], {}):
        return
    if isinstance(value, Mapping):
        parts = (f"{name} {words}" for inner in value for name, words in _spread(inner, _label(inner), value[inner]))
        yield label, "・".join(parts)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _spread(key, label if len(value) == 1 else f"{label} {number}", each)
    else:
        yield label, _words(key, value)


def _label(key: str) -> str:
    words = wording.PAYLOAD.get(key)
    if words is None:
        form = _receipt_form()
        fields = (placed.component for placed in placed_fields(form.components)) if form is not None else ()
        words = next((field.label for field in fields if field.key == key), None)
    return language.say(words) if words is not None else key


def _words(key: str, value: Any) -> str:
    """A value as people read it; codes only of fields the receipt form knows."""
    if isinstance(value, bool):
        return language.say(wording.YES if value else wording.NO)
    if key == "sex" and (code := SEXES.get(str(value).strip().lower())) is not None:
        return language.say(wording.SEX_WORDS[code])
    label = next((option.label for option in _options(key) if option.value == value), None)
    if label is not None:
        return language.say(label)
    try:
        return days.long_day(parse_day(value)) if isinstance(value, str) and key in _DAYS else str(value)
    except DateError:
        return str(value)


_DAYS = frozenset(
    {"birth_date", "born_on", "due_on", "edd", "moved_on", "died_on", "lost_on", "examined_on", "occurred_on"}
)
