"""業務設計: versions, drafts, what lint finds in them, and bringing a draft up to what colleagues published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casework import process_design, publication
from engine.casework.process_design import DraftView
from engine.definitions.taking_over import ChoiceMissing, Keep
from processes.bundle import BundleError
from processes.comparison import FileChange
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
        proposals=publication.proposals(scope.session, scope.actor, now=scope.now),
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
    return render_template(
        "draft.html",
        draft=draft,
        groups=_groups(draft, findings),
        findings=findings,
        proposal=publication.last_of_draft(scope.session, scope.actor, draft_id, now=scope.now),
        behind=process_design.behind(scope.session, scope.actor, draft_id, now=scope.now),
        changes=_changes(draft_id),
    )


def _changes(draft_id: str) -> list[FileChange]:
    scope = current()
    try:
        return publication.changes_of_draft(scope.session, scope.actor, draft_id, now=scope.now)
    except BundleError:  # lint says what is wrong with bundle.toml
        return []


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


@pages.post("/design/drafts/<row_id:draft_id>/discard")
@act("design.discard")
def discard(draft_id: str) -> Answer:
    """Throw the draft away; asked once more on the draft's own page."""
    scope = current()
    process_design.discard_draft(scope.session, scope.actor, draft_id, now=scope.now)
    flash(_("下書きを捨てました。"), "success")
    return redirect(url_for("design.show"), 303)


@pages.get("/design/drafts/<row_id:draft_id>/bring-up")
@act("design.behind", writes=False)
def behind(draft_id: str) -> Answer:
    """What colleagues published since the draft was begun, and what to keep where both changed one file."""
    return _behind_page(draft_id)


@pages.post("/design/drafts/<row_id:draft_id>/bring-up")
@act("design.take_over")
def take_over(draft_id: str) -> Answer:
    """Take over what was published; the draft's own changes stay."""
    scope = current()
    told = {path: request.form.get(f"keep:{path}", "") for path in _both(draft_id)}
    choices = {path: Keep(text) for path, text in told.items() if text in set(Keep)}
    try:
        process_design.take_over(scope.session, scope.actor, draft_id, choices, now=scope.now)
    except ChoiceMissing:
        return _behind_page(draft_id, told), 422
    flash(_("公開された変更を下書きに取り入れました。点検で確かめてください。"), "success")
    return redirect(url_for("design.show_draft", draft_id=draft_id), 303)


def _both(draft_id: str) -> tuple[str, ...]:
    scope = current()
    found = process_design.behind(scope.session, scope.actor, draft_id, now=scope.now)
    return found.both if found is not None else ()


def _behind_page(draft_id: str, told: dict[str, str] | None = None) -> str:
    scope = current()
    return render_template(
        "bring_up.html",
        draft=process_design.show_draft(scope.session, scope.actor, draft_id, now=scope.now),
        behind=process_design.behind(scope.session, scope.actor, draft_id, now=scope.now),
        names=file_names(scope, draft_id),
        told=told,
    )
