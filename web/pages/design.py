"""業務設計: versions, drafts, findings, proposals, and the second person's approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import process_design
from engine.casework.process_design import DraftView
from engine.definitions import AlreadyInForce, BundleRefused, OwnProposal
from processes.findings import Finding
from web.pages.blueprint import pages as new_pages
from web.pages.process_names import file_names
from web.request_scope import act, current, text_without_nul

pages = new_pages("design", __name__)

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a draft: its name for people, its kind, and how much lint finds in it."""

    path: str
    name: str
    kind: str
    errors: int
    warnings: int


@pages.get("/design")
@act("design.show", writes=False)
def show() -> Answer:
    """Drafts, proposals that wait, and the versions there have been."""
    scope = current()
    return render_template(
        "design.html",
        versions=process_design.versions(scope.session, scope.actor, now=scope.now),
        drafts=process_design.drafts(scope.session, scope.actor, now=scope.now),
        proposals=process_design.proposals(scope.session, scope.actor, now=scope.now),
    )


@pages.post("/design/drafts")
@act("design.start_draft")
def start_draft() -> Answer:
    """A copy of the version in force, to work on."""
    scope = current()
    title = text_without_nul("title", request.form.get("title", "")).strip()[:120]
    draft = process_design.start_draft(scope.session, scope.actor, title=title, now=scope.now)
    return redirect(url_for("design.show_draft", draft_id=draft.id), 303)


@pages.get("/design/drafts/<row_id:draft_id>")
@act("design.show_draft", writes=False)
def show_draft(draft_id: str) -> Answer:
    """The draft's files with what lint finds in each."""
    scope = current()
    draft = process_design.show_draft(scope.session, scope.actor, draft_id, now=scope.now)
    findings = process_design.lint_draft(scope.session, scope.actor, draft_id, now=scope.now)
    return render_template("draft.html", draft=draft, groups=_groups(draft, findings), findings=findings)


def _groups(draft: DraftView, findings: Sequence[Finding]) -> list[tuple[str, list[FileRow]]]:
    scope = current()
    names = file_names(scope, draft.id)
    kinds = {"bpmn": _("図"), "dmn": _("判定表"), "form": _("様式"), "toml": _("きまりと数")}
    rows: dict[str, list[FileRow]] = {kind: [] for kind in kinds}
    for line in draft.files:
        kind = line.path.rpartition(".")[2]
        here = [finding.level for finding in findings if finding.file == line.path]
        name = names.get(line.path) or line.path.rpartition("/")[2]
        row = FileRow(line.path, name, kind, here.count("error"), here.count("warning"))
        rows.setdefault(kind, []).append(row)
    return [(kinds.get(kind, kind), sorted(found, key=lambda row: row.name)) for kind, found in rows.items() if found]


@pages.get("/design/drafts/<row_id:draft_id>/findings")
@act("design.findings", writes=False)
def findings(draft_id: str) -> Answer:
    """点検: everything lint finds, with where it is."""
    scope = current()
    draft = process_design.show_draft(scope.session, scope.actor, draft_id, now=scope.now)
    found = process_design.lint_draft(scope.session, scope.actor, draft_id, now=scope.now)
    order = {"error": 0, "warning": 1}
    names = file_names(scope, draft_id)
    return render_template(
        "findings.html", draft=draft, names=names, findings=sorted(found, key=lambda each: order.get(each.level, 2))
    )


@pages.post("/design/drafts/<row_id:draft_id>/proposal")
@act("design.propose")
def propose(draft_id: str) -> Answer:
    """Put the draft forward for a second person."""
    scope = current()
    note = text_without_nul("note", request.form.get("note", "")).strip()[:2000]
    try:
        process_design.propose_draft(scope.session, scope.actor, draft_id, note=note, now=scope.now)
    except BundleRefused:
        flash(_("直すところが残っています。点検のページで確かめてください。"), "warn")
        return redirect(url_for("design.findings", draft_id=draft_id), 303)
    except AlreadyInForce:
        flash(_("いま使っている版と同じです。変えてから出してください。"), "warn")
        return redirect(url_for("design.show_draft", draft_id=draft_id), 303)
    flash(_("承認を頼みました。別の人が承認すると公開されます。"), "success")
    return redirect(url_for("design.show"), 303)


@pages.post("/design/drafts/<row_id:draft_id>/discard")
@act("design.discard")
def discard(draft_id: str) -> Answer:
    """Throw the draft away; asked once more on the draft's own page."""
    scope = current()
    process_design.discard_draft(scope.session, scope.actor, draft_id, now=scope.now)
    flash(_("下書きを捨てました。"), "success")
    return redirect(url_for("design.show"), 303)


@pages.get("/design/proposals/<row_id:proposal_id>")
@act("design.show_proposal", writes=False)
def show_proposal(proposal_id: str) -> Answer:
    """What waits for a second person."""
    return _proposal_page(proposal_id)


@pages.post("/design/proposals/<row_id:proposal_id>")
@act("design.approve")
def approve(proposal_id: str) -> Answer:
    """Publish somebody else's proposal."""
    scope = current()
    try:
        process_design.approve(scope.session, scope.actor, proposal_id, now=scope.now)
    except OwnProposal:
        return _proposal_page(proposal_id), 403
    except BundleRefused:
        flash(_("点検で直すところが見つかりました。公開していません。"), "warn")
        return redirect(url_for("design.show_proposal", proposal_id=proposal_id), 303)
    flash(_("公開しました。新しく始まる家族から、この版で進みます。"), "success")
    return redirect(url_for("design.show"), 303)


def _proposal_page(proposal_id: str) -> str:
    scope = current()
    waiting = process_design.proposals(scope.session, scope.actor, now=scope.now)
    found = next((each for each in waiting if each.id == proposal_id), None)
    lines = process_design.versions(scope.session, scope.actor, now=scope.now)
    line = next((each for each in lines if found is not None and each.id == found.version_id), None)
    return render_template("proposal.html", proposal=found, line=line)
