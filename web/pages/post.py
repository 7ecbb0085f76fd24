"""お知らせと発送: what one's roles have been told, and what the counter prints, sends and ticks off.

People of partner agencies find here what the centre has sent them; taking it off the list is their receipt.
"""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import checkup_sessions, form_catalogue, notifications, post
from engine.casework.checkup_sessions import SessionView
from engine.casework.notifications import NotificationView
from forms.compiler import AnswersRejected
from web import language, letters, wording
from web.pages.answers import answered
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, text_without_nul

pages = new_pages("post", __name__)


@pages.app_template_filter("happened")
def happened(told: NotificationView) -> str:
    """What a notice says happened; of a step only this town has drawn, its name."""
    words = wording.TOLD.get(told.kind)
    if words is not None:
        return language.say(words)
    return told.text if language.current() == "ja" else told.text_en


@pages.get("/post")
@act("post.show")
def show() -> str:
    """What came up, and what waits to be sent."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    scope = current()
    return render_template(
        "post.html",
        told=notifications.waiting(scope.session, scope.actor, now=scope.now),
        items=post.waiting(scope.session, scope.actor, now=scope.now),
        sent=post.sent_lately(scope.session, scope.actor, now=scope.now),
        errors=errors,
    )


@pages.post("/post/told/<row_id:notification_id>")
@act("notification.seen")
def seen(notification_id: str) -> Response:
    """Take a notice off the list."""
    scope = current()
    notifications.note_seen(scope.session, scope.actor, notification_id, now=scope.now)
    return redirect(url_for("post.show"), 303)


@pages.get("/post/<row_id:item_id>")
@act("post.sheet")
def sheet(item_id: str) -> str:
    """The page to print; a letter in the language that `in` names: ja, kana (with readings) or en."""
    scope = current()
    printed = post.sheet(scope.session, scope.actor, item_id, now=scope.now)
    if printed.item.is_letter:
        return _letter(printed)
    passed_on = []
    if printed.form is not None:
        form = form_catalogue.form(scope.session, scope.actor, printed.form, version=printed.version)
        passed_on = answered(form.form, printed.answers or {})
    return render_template("post_sheet.html", sheet=printed, answers=passed_on)


def _letter(printed: post.Sheet) -> str:
    kind, asked = printed.item.kind, request.args.get("in", "")
    to_lang = "en" if asked == "en" else "ja"
    shipped = letters.BRING.get(kind)
    own = printed.bring[1 if to_lang == "en" else 0] if printed.bring else None
    return render_template(
        "letter.html",
        sheet=printed,
        letter=letters.letter(kind),
        bring=(own or (shipped.text(to_lang) if shipped else "")).splitlines(),
        held=_still_to_come(printed),
        last_day=printed.closes_on - timedelta(days=1) if printed.closes_on else None,
        to_lang=to_lang,
        kana=asked == "kana",
    )


def _still_to_come(printed: post.Sheet) -> SessionView | None:
    """The session to invite to: a letter may have lain too long, or the session was called off."""
    held = printed.item.session
    return held if held is not None and not held.called_off and held.day >= printed.on else None


@pages.post("/post/<row_id:item_id>/day")
@act("post.day")
def change_day(item_id: str) -> Response:
    """The family comes to another session of the check-up."""
    scope = current()
    chosen = text_without_nul("session", request.form.get("session", ""))
    checkup_sessions.change_day(scope.session, scope.actor, item_id, chosen, now=scope.now)
    flash(_("健診の日を変えました。"), "success")
    return redirect(url_for("post.sheet", item_id=item_id), 303)


@pages.post("/post/<row_id:item_id>/sent")
@act("post.sent")
def sent(item_id: str) -> Response:
    """It was printed and sent."""
    scope = current()
    post.tick_off(scope.session, scope.actor, item_id, now=scope.now)
    flash(_("発送しました。"), "success")
    return redirect(url_for("post.show"), 303)


@pages.post("/post/<row_id:item_id>/left")
@act("post.left")
def left(item_id: str) -> Response | tuple[str, int]:
    """It is not sent, for a reason."""
    scope = current()
    try:
        reason = text_without_nul("reason", request.form.get("reason", ""))
        post.leave(scope.session, scope.actor, item_id, reason=reason, now=scope.now)
    except AnswersRejected as rejected:
        return _page({item_id: language.say(rejected.errors["reason"][0])}), 422
    flash(_("送らないことにしました。"), "success")
    return redirect(url_for("post.show"), 303)
