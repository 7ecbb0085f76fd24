"""お知らせと発送: what one's roles have been told, and what the counter prints, sends and ticks off.

People of partner agencies find here what the centre has sent them; taking it off the list is their receipt.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import form_catalogue, notifications, post
from engine.casework.notifications import NotificationView
from forms.compiler import AnswersRejected
from web import language, wording
from web.pages.answers import answered
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, text_without_nul

pages = new_pages("post", __name__)


def _letter_names() -> dict[str, str]:
    return {
        "infant_visit": _("赤ちゃん訪問のご案内"),
        "late_pregnancy": _("妊娠後期のアンケート"),
        "3_4m": _("3〜4か月児健診のご案内"),
        "1y6m": _("1歳6か月児健診のご案内"),
        "3y": _("3歳児健診のご案内"),
        "5y": _("5歳児健診のご案内"),
    }


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
        letters=_letter_names(),
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
    """The page to print."""
    scope = current()
    printed = post.sheet(scope.session, scope.actor, item_id, now=scope.now)
    passed_on = []
    if printed.form is not None:
        form = form_catalogue.form(scope.session, scope.actor, printed.form, version=printed.version)
        passed_on = answered(form.form, printed.answers or {})
    return render_template("post_sheet.html", sheet=printed, letters=_letter_names(), answers=passed_on)


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
