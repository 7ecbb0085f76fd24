"""知らせる: how people of other houses tell the centre of somebody they worry about, and see that it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.casework import telling
from engine.casework.partnership import is_guest
from engine.database import new_id
from forms.compiler import AnswersRejected
from forms.dates import DateError, parse_day
from forms.sentences import Sentence
from web import language, set_aside, wording
from web.pages import days
from web.pages.blueprint import pages as new_pages
from web.pages.news import Asked, News, field_views
from web.request_scope import act, current, text_without_nul

pages = new_pages("telling", __name__)

Answer = str | Response | tuple[str, int]
SOMEBODY_ELSE = "other"
DAYS = ("birth_date", "occurred_on")


@pages.get("/tell")
@act("notice.show")
def show() -> Answer:
    """The form, and what this person told before."""
    scope = current()
    telling.require(scope.session, scope.actor, now=scope.now)
    returned = set_aside.returned(scope.session, scope.actor)
    if returned is not None:
        flash(language.say(wording.RETURNED), "warn")
    return _page(_typed(returned) if returned is not None else {}, {})


@pages.post("/tell")
@act("notice.tell")
def tell() -> Answer:
    """Take it in, and say under which number."""
    scope = current()
    telling.require(scope.session, scope.actor, now=scope.now)
    typed = _typed(request.form)
    payload, errors = _payload(typed)
    family = typed["family"] if typed["family"] not in ("", SOMEBODY_ELSE) else None
    if family is None and not typed["name"]:
        errors = {"name": [wording.REQUIRED], **errors}
    try:
        if errors:
            raise AnswersRejected(errors)
        receipt = telling.tell(
            scope.session,
            scope.actor,
            payload,
            case_id=family,
            message_id=request.form.get("message_id", "")[:60] or new_id(),
            now=scope.now,
        )
    except AnswersRejected as rejected:
        return _page(typed, rejected.errors), 422
    flash(
        _(
            "受け付けました。受付番号 %(number)s(%(when)s)",
            number=telling.number(receipt.inbox_id),
            when=days.as_instant(scope.now).striptags(),
        ),
        "success",
    )
    return redirect(url_for("telling.show"), 303)


def _typed(posted: MultiDict[str, str]) -> dict[str, str]:
    keys = ("family", "name", "birth_date", "summary", "occurred_on", "urgency")
    return {key: text_without_nul(key, posted.get(key, "")).strip() for key in keys}


def _payload(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[Sentence]]]:
    """What the message carries, and what is wrong with it."""
    payload: dict[str, Any] = {key: value for key, value in typed.items() if value and key != "family"}
    errors = {key: [wording.REQUIRED] for key in ("summary", "urgency") if not typed[key]}
    if typed["urgency"] and typed["urgency"] not in {code for code, _words in _URGENCY}:
        errors["urgency"] = [wording.REQUIRED]
    if len(typed["summary"]) > 2000:
        errors["summary"] = [wording.TOO_LONG]
    for key in DAYS:
        try:
            if typed[key]:
                payload[key] = parse_day(typed[key]).isoformat()
        except DateError as error:
            errors[key] = [error.sentence]
    return payload, errors


def _page(typed: Mapping[str, str], errors: Mapping[str, Sequence[Sentence]]) -> str:
    scope = current()
    news = _asked()
    summary = [(key, language.say(each)) for key, sentences in errors.items() for each in sentences]
    return render_template(
        "tell.html",
        fields=field_views(news, typed, errors),
        summary_lines=summary,
        told=telling.told(scope.session, scope.actor, now=scope.now),
        message_id=request.form.get("message_id") or new_id(),
    )


def _asked() -> News:
    scope = current()
    linked = telling.families(scope.session, scope.actor, now=scope.now) if is_guest(scope.actor) else ()
    fields: Sequence[Asked] = _FIELDS
    if linked:
        options = [
            (row.id, _family(row.title, days.long_day(row.birth_date) if row.birth_date else "")) for row in linked
        ]
        whose = Asked("family", "radio", wording.TELL_FAMILY, options=(*options, (SOMEBODY_ELSE, wording.TELL_OTHER)))
        fields = (whose, *_FIELDS)
    return News("notice_received", wording.TELL, "case", wording.TELL, fields)


def _family(name: str, born: str) -> Sentence:
    words = f"{name} {born}".strip()
    return Sentence(words, words)


_URGENCY = (
    ("AA", Sentence("いますぐ(命や体に危険がある)", "At once (life or body in danger)")),
    ("A", Sentence("今日のうち", "Today")),
    ("B", Sentence("48時間以内", "Within 48 hours")),
    ("C", Sentence("急がない", "Not urgent")),
)
_FIELDS = (
    Asked(
        "name",
        "textfield",
        Sentence("だれのことか(氏名かカナ)", "Who it is about (name or kana)"),
        help=Sentence(
            "わかるところまで。名前がわからなければ、ようすを書いてください。",
            "As far as you know. If you do not know the name, describe the person.",
        ),
    ),
    Asked("birth_date", "day", Sentence("生年月日(わかれば)", "Date of birth, if known")),
    Asked(
        "summary",
        "textarea",
        Sentence("何があったか", "What happened"),
        required=True,
        help=Sentence("見たこと、聞いたことを、そのまま書いてください。", "Write what you saw and heard, as it was."),
    ),
    Asked("occurred_on", "day", Sentence("いつ(わかれば)", "When, if known")),
    Asked("urgency", "radio", Sentence("急ぎぐあい", "Urgency"), required=True, options=_URGENCY),
)
