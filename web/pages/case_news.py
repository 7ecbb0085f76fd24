"""News of a family told by staff: a birth, a loss, a move, a corrected due date, a concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.access import Action, MessageSubject
from engine.casework import drafts, messages
from engine.database import new_id
from forms.compiler import AnswersRejected
from forms.sentences import Sentence
from web import language, set_aside, wording
from web.pages import case_drafts, draft_behind, showing
from web.pages.blueprint import pages as new_pages
from web.pages.draft_behind import Behind
from web.pages.family import Family, family_for
from web.pages.news import NEWS, News, field_views
from web.request_scope import Scope, act, current

pages = new_pages("case_news", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/cases/<row_id:case_id>/news/<name>")
@act("message.show")
def show_news(case_id: str, name: str) -> Answer:
    """A small form to tell of something, with what this person typed before."""
    scope, news = current(), _news(name)
    family = family_for(scope, case_id, Action.SEND_MESSAGE, MessageSubject(name))
    returned = set_aside.returned(scope.session, scope.actor)
    if returned is not None:
        answers = case_drafts.news_answers(news, returned)
        drafts.keep_news(scope.session, scope.actor, case_id, name, answers, now=scope.now)
        set_aside.forget(scope.session, scope.actor, request.path)
        flash(language.say(wording.RETURNED), "warn")
    draft = drafts.kept(scope.session, scope.actor, case_id, drafts.of_news(name))
    return _news_page(family, news, draft or {}, {}, draft_behind.begins(draft), draft=draft)


@pages.post("/cases/<row_id:case_id>/news/<name>")
@act("message.receive")
def tell(case_id: str, name: str) -> Answer:
    """Take the news in as a message of this person."""
    scope, news = current(), _news(name)
    family = family_for(scope, case_id, Action.SEND_MESSAGE, MessageSubject(name))
    if request.form.get("act") == "discard":
        drafts.drop(scope.session, scope.actor, case_id, drafts.of_news(name))
        return redirect(request.path, 303)
    values = case_drafts.news_answers(news, request.form)

    def keep(session: Session) -> None:
        drafts.keep_news(session, scope.actor, case_id, name, values, now=scope.now)

    kept = drafts.kept(scope.session, scope.actor, case_id, drafts.of_news(name))
    behind = draft_behind.sent(scope, kept, values, keep)
    track, known = chosen_track(_fitting(family, news))
    errors = _empty(news, values)
    if not known:
        errors = {"track": [wording.CHOOSE_TRACK], **errors}
    try:
        if errors:
            raise AnswersRejected(errors)
        receipt = messages.receive(
            scope.session,
            scope.actor,
            name=name,
            message_id=request.form.get("message_id", "")[:60] or new_id(),
            correlation={"case_id": case_id, **({"track_id": track} if track else {})},
            payload={asked.key: values[asked.key] for asked in news.fields if values[asked.key]},
            now=scope.now,
        )
    except AnswersRejected as rejected:
        return _news_page(family, news, values, rejected.errors, behind), 422
    drafts.drop(scope.session, scope.actor, case_id, drafts.of_news(name))
    flash(language.say(wording.RECEIPTS[receipt.status]), "success" if receipt.status == "delivered" else "warn")
    return redirect(url_for("case_tabs.show", case_id=case_id), 303)


def may_tell(scope: Scope, case_id: str, name: str) -> bool:
    """Whether this person may tell such news of the family."""
    told = showing.may_with_case(scope, case_id, Action.SEND_MESSAGE, subject=MessageSubject(name))
    return told[Action.SEND_MESSAGE.value]


def _empty(news: News, values: Mapping[str, str]) -> dict[str, list[Sentence]]:
    errors = {asked.key: [wording.REQUIRED] for asked in news.fields if asked.required and not values[asked.key]}
    for asked in news.fields:
        text = values[asked.key]
        if asked.kind == "number" and text and not text.isdecimal():
            errors[asked.key] = [wording.A_NUMBER]
        elif len(text) > 2000:
            errors[asked.key] = [wording.TOO_LONG]
    return errors


def _news(name: str) -> News:
    if name not in NEWS:
        abort(404)
    return NEWS[name]


def _news_page(
    family: Family,
    news: News,
    values: Mapping[str, str],
    errors: Mapping[str, Sequence[Sentence]],
    behind: Behind,
    draft: Mapping[str, str] | None = None,
) -> str:
    fields = field_views(news, values, errors)
    summary = [(key, language.say(each)) for key, sentences in errors.items() for each in sentences]
    offered = _fitting(family, news)
    return render_template(
        "news.html",
        family=family,
        case=family.case,
        news=news,
        fields=fields,
        summary_lines=summary,
        tracks=offered if len(offered) > 1 else [],
        chosen=request.form.get("track", values.get("track", "")),
        draft=draft,
        behind=behind,
        message_id=request.form.get("message_id") or new_id(),
    )


def _fitting(family: Family, news: News) -> list[tuple[str, str]]:
    """The pregnancies or children the news may be about."""
    if news.about == "case":
        return []
    return [each for each in family.tracks() if each[0].startswith("p") or news.about != "pregnancy"]


def chosen_track(offered: Sequence[tuple[str, str]]) -> tuple[str | None, bool]:
    """The track chosen; and whether the choice is one of those offered. A single one need not be chosen."""
    tracks = [track for track, _words in offered]
    chosen = request.form.get("track", "")
    if chosen in tracks:
        return chosen, True
    if not chosen and len(tracks) <= 1:
        return (tracks[0] if tracks else None), True
    return None, False
