"""Proposals: what differs from the version in force, and the second person who publishes or returns it."""

from __future__ import annotations

from flask import Response as JsonResponse
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import process_design, publication
from engine.definitions import AlreadyInForce, BundleRefused, CommentMissing, Outdated, OwnProposal
from processes.comparison import Kind, Mark
from web.pages.blueprint import pages as new_pages
from web.request_scope import act, current, text_without_nul

pages = new_pages("design_proposals", __name__)

MOST_DRAWN = 12
"""Diagrams drawn on the page; what differs in the others stands in words only."""

Answer = str | Response | tuple[str, int]


@pages.post("/design/drafts/<row_id:draft_id>/proposal")
@act("design.propose")
def propose(draft_id: str) -> Answer:
    """Put the draft forward for a second person."""
    scope = current()
    try:
        publication.propose_draft(scope.session, scope.actor, draft_id, note=_text("note"), now=scope.now)
    except BundleRefused:
        flash(_("直すところが残っています。点検のページで確かめてください。"), "warn")
        return redirect(url_for("design.findings", draft_id=draft_id), 303)
    except AlreadyInForce:
        flash(_("いま使っている版と同じです。変えてから出してください。"), "warn")
        return redirect(url_for("design.show_draft", draft_id=draft_id), 303)
    except Outdated:
        return redirect(url_for("design.behind", draft_id=draft_id), 303)
    flash(_("承認を頼みました。別の人が承認すると公開されます。"), "success")
    return redirect(url_for("design.show_draft", draft_id=draft_id), 303)


@pages.get("/design/proposals/<row_id:proposal_id>")
@act("design.show_proposal", writes=False)
def show(proposal_id: str) -> Answer:
    """What waits for a second person, and what it changes."""
    return _page(proposal_id)


@pages.post("/design/proposals/<row_id:proposal_id>")
@act("design.approve")
def approve(proposal_id: str) -> Answer:
    """Publish somebody else's proposal."""
    scope = current()
    try:
        publication.approve(scope.session, scope.actor, proposal_id, now=scope.now)
    except OwnProposal:
        return _page(proposal_id), 403
    except Outdated:
        return _page(proposal_id), 409
    except BundleRefused:
        flash(_("点検で直すところが見つかりました。公開していません。"), "warn")
        return redirect(url_for("design_proposals.show", proposal_id=proposal_id), 303)
    flash(_("公開しました。新しく始まる家族から、この版で進みます。"), "success")
    return redirect(url_for("design.show"), 303)


@pages.post("/design/proposals/<row_id:proposal_id>/return")
@act("design.send_back")
def send_back(proposal_id: str) -> Answer:
    """Return it to whoever proposed it, with what is to change."""
    scope = current()
    try:
        publication.send_back(scope.session, scope.actor, proposal_id, comment=_text("comment"), now=scope.now)
    except CommentMissing:
        return _page(proposal_id, no_comment=True), 422
    except OwnProposal:
        return _page(proposal_id), 403
    flash(_("差し戻しました。頼んだ人の下書きに、書いた理由が出ます。"), "success")
    return redirect(url_for("design.show"), 303)


@pages.post("/design/proposals/<row_id:proposal_id>/withdrawal")
@act("design.withdraw")
def withdraw(proposal_id: str) -> Answer:
    """Take one's own proposal back; the draft stays."""
    scope = current()
    withdrawn = publication.withdraw(scope.session, scope.actor, proposal_id, now=scope.now)
    flash(_("取り下げました。下書きはそのまま残っています。"), "success")
    if withdrawn.draft_id is None:
        return redirect(url_for("design.show"), 303)
    return redirect(url_for("design.show_draft", draft_id=withdrawn.draft_id), 303)


@pages.get("/design/proposals/<row_id:proposal_id>/marks/<process>")
@act("design.read_marks", writes=False)
def marks(proposal_id: str, process: str) -> JsonResponse:
    """Which elements of a diagram were added, changed or removed: for the drawing."""
    scope = current()
    proposal = publication.show(scope.session, scope.actor, proposal_id, now=scope.now)
    changes = publication.changes_of(scope.session, scope.actor, proposal, now=scope.now)
    found = next((each for each in changes if each.process == process), None)
    if found is None:
        abort(404)
    return jsonify({str(mark): found.elements(mark) for mark in Mark})


def _page(proposal_id: str, *, no_comment: bool = False) -> str:
    scope = current()
    proposal = publication.show(scope.session, scope.actor, proposal_id, now=scope.now)
    lines = {line.id: line for line in process_design.versions(scope.session, scope.actor, now=scope.now)}
    changes = publication.changes_of(scope.session, scope.actor, proposal, now=scope.now)
    drawn = [each.process for each in changes if each.kind is Kind.DIAGRAM and each.process]
    return render_template(
        "proposal.html",
        proposal=proposal,
        line=lines.get(proposal.version_id),
        in_force=lines.get(proposal.in_force or ""),
        changes=changes,
        drawn=drawn[:MOST_DRAWN],
        no_comment=no_comment,
    )


def _text(name: str) -> str:
    return text_without_nul(name, request.form.get(name, "")).strip()[:2000]
