"""What is typed about a family outside a task, kept by the script of the page while it is typed."""

from __future__ import annotations

from flask import abort
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.casework import cases, drafts, form_catalogue
from web.pages import draft_behind
from web.pages.blueprint import pages as new_pages
from web.pages.filling import Filling
from web.pages.news import NEWS, News
from web.pages.posted import draft_pairs
from web.request_scope import act, current, text_without_nul

pages = new_pages("case_drafts", __name__)

NOTE, CONSENT, PREGNANCY = "note", "consent", "pregnancy"
OPENING_FORM = "pregnancy_notification"
FORMS = {NOTE: "contact_note", CONSENT: "sharing_consent", PREGNANCY: OPENING_FORM}
OPENING = "opening"


@pages.put("/cases/new/draft")
@act("case.draft_opening")
def keep_opening() -> Response:
    """Keep a notification that is being taken."""
    scope = current()
    filling = Filling(scope, form_catalogue.form(scope.session, scope.actor, OPENING_FORM), {})
    return _keep(filling, None, OPENING)


@pages.put("/cases/<row_id:case_id>/drafts/<about>")
@act("submission.draft")
def keep(case_id: str, about: str) -> Response:
    """Keep what is being written. about: note, consent, pregnancy, or the id of the submission it corrects."""
    scope = current()
    version = drafts.version_of(scope.session, scope.actor, case_id, now=scope.now)
    key = FORMS.get(about)
    if key is None:
        if len(about) != len(case_id):
            abort(404)
        key = cases.submission(scope.session, scope.actor, case_id, about, now=scope.now).form
    filling = Filling(scope, form_catalogue.form(scope.session, scope.actor, key, version=version), {})
    return _keep(filling, case_id, about)


def _keep(filling: Filling, case_id: str | None, about: str) -> Response:
    scope, pairs = filling.scope, draft_pairs()
    answers = filling.answers_in(pairs)
    kept = drafts.kept(scope.session, scope.actor, case_id, about)
    saved = draft_behind.check(pairs, kept, filling.compiled.to_keep(answers))
    drafts.keep(scope.session, scope.actor, case_id, about, filling.compiled, answers, now=scope.now)
    return saved


@pages.put("/cases/<row_id:case_id>/news/<name>/draft")
@act("message.draft")
def keep_news(case_id: str, name: str) -> Response:
    """Keep news that is being written."""
    scope = current()
    if name not in NEWS:
        abort(404)
    pairs = draft_pairs()
    answers = news_answers(NEWS[name], pairs)
    kept = drafts.kept(scope.session, scope.actor, case_id, drafts.of_news(name))
    saved = draft_behind.check(pairs, kept, answers)
    drafts.keep_news(scope.session, scope.actor, case_id, name, answers, now=scope.now)
    return saved


def news_answers(news: News, posted: MultiDict[str, str]) -> dict[str, str]:
    """What was typed into a small form, with the track it is about."""
    keys = (*(asked.key for asked in news.fields), "track")
    return {key: text_without_nul(key, posted.get(key, "")).strip() for key in keys}
