"""見守り: for those who lead. What is late, who has not been seen, who has how much work, what has stopped."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import incidents, supervision
from web.pages import places
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current

pages = new_pages("supervision", __name__)


@pages.get("/supervision")
@act("supervision.show", writes=False)
def show() -> str:
    """The figures, each a link to the list behind it."""
    scope = current()
    overview = supervision.overview(scope.session, scope.actor, now=scope.now)
    loads = supervision.loads(scope.session, scope.actor, now=scope.now)
    return render_template(
        "supervision.html",
        overview=overview,
        levels=supervision.levels(scope.session, scope.actor, now=scope.now),
        centres=[(centre, list(rows)) for centre, rows in groupby(loads, key=lambda row: row.centre)],
        most=max((row.open for row in loads), default=1),
        close_at=places.close_checkups_at(),
    )


@pages.get("/supervision/unseen")
@act("supervision.unseen", writes=False)
def unseen() -> str:
    """未確認のこども: whom nobody has seen yet, the longest first."""
    scope = current()
    children = supervision.unseen(scope.session, scope.actor, now=scope.now)
    return render_template("unseen.html", children=children)


@pages.post("/supervision/incidents/<row_id:incident_id>")
@act("incident.retry")
def retry(incident_id: str) -> Response:
    """Try a stopped step again."""
    scope = current()
    went_on = incidents.retry(scope.session, scope.actor, incident_id, now=scope.now)
    if went_on:
        flash(_("処理が進みました。"), "success")
    else:
        flash(_("もう一度試しましたが、まだ進みません。管理者にお知らせください。"), "warn")
    return redirect(url_for("supervision.show"), 303)
