"""The files of a draft in the editor, and the diagrams of a version to look at."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, abort, jsonify, render_template, request

from engine.casework import process_design
from engine.casework.process_design import DraftView
from engine.definitions.draft import FileChanged, FileRefused
from forms.definition import Form
from forms.sentences import Sentence
from processes.bundle import Bundle, BundleError
from processes.findings import Finding
from processes.model import Node, Process
from processes.vocabulary import vocabulary_json
from web import language, wording
from web.pages.blueprint import pages as new_pages
from web.pages.blueprint import problem
from web.pages.process_names import file_names
from web.request_scope import act, current
from web.security import csp

pages = new_pages("design_files", __name__)

_VERSION = "[0-9a-f]{64}"


@pages.get("/design/drafts/<row_id:draft_id>/edit/<path:path>")
@csp("modeler")
@act("design.edit", writes=False)
def edit(draft_id: str, path: str) -> str:
    """A diagram in the editor; any other file as text to read."""
    scope = current()
    draft = process_design.show_draft(scope.session, scope.actor, draft_id, now=scope.now)
    content, _hash = process_design.read_file(scope.session, scope.actor, draft_id, path, now=scope.now)
    names = file_names(scope, draft_id)
    name = names.get(path) or path.rpartition("/")[2]
    if path.endswith(".bpmn"):
        return _editor(draft, path, name)
    return render_template("file.html", draft=draft, path=path, name=name, text=content.decode("utf-8", "replace"))


def _editor(draft: DraftView, path: str, name: str) -> str:
    """The editor, holding the same in words until its script replaces them."""
    scope = current()
    try:
        bundle = process_design.draft_bundle(scope.session, scope.actor, draft.id, now=scope.now)
    except BundleError:
        return render_template("designer.html", draft=draft, path=path, name=name, drawn=[])
    processes = bundle.diagrams[path].processes if path in bundle.diagrams else ()
    drawn = [(process, named_steps(process)) for process in processes]
    return render_template("designer.html", draft=draft, path=path, name=name, drawn=drawn, english=bundle.english)


def named_steps(process: Process) -> list[Node]:
    """The steps a list in words shows: those with a name."""
    return [node for node in process.nodes.values() if node.name]


@pages.get("/design/drafts/<row_id:draft_id>/files/<path:path>")
@act("design.read_file", writes=False)
def read(draft_id: str, path: str) -> Response:
    """One file as it stands in the draft; its ETag is what saving must name."""
    scope = current()
    content, digest = process_design.read_file(scope.session, scope.actor, draft_id, path, now=scope.now)
    response = Response(content, mimetype="application/xml" if path.endswith((".bpmn", ".dmn")) else "text/plain")
    response.set_etag(digest)
    return response


@pages.put("/design/drafts/<row_id:draft_id>/files/<path:path>")
@act("design.save_file")
def save(draft_id: str, path: str) -> Response:
    """Save one file, unless somebody else has saved it since it was read."""
    scope = current()
    seen = next(iter(request.if_match), None) if request.if_match else None
    try:
        digest = process_design.write_file(
            scope.session, scope.actor, draft_id, path, request.get_data(), seen=seen, now=scope.now
        )
    except FileChanged:
        return problem(412, "file_changed", language.say(wording.FILE_CHANGED))
    except FileRefused:
        return problem(422, "file_refused", language.say(wording.FILE_REFUSED))
    response = Response(status=204)
    response.set_etag(digest)
    return response


@pages.post("/design/drafts/<row_id:draft_id>/lint/<path:path>")
@act("design.lint", writes=False)
def lint(draft_id: str, path: str) -> Response:
    """What is wrong with one file as it stands in the editor, unsaved."""
    scope = current()
    try:
        found = process_design.lint_draft(
            scope.session, scope.actor, draft_id, replaced=(path, request.get_data()), now=scope.now
        )
    except BundleError:
        return problem(422, "malformed", language.say(wording.FILE_REFUSED))
    return jsonify({"findings": [_finding(each, path) for each in found]})


def _finding(finding: Finding, drawn: str) -> dict[str, str]:
    """An element of another file is not told: the drawing may have one of the same id."""
    return {
        "file": finding.file,
        "element": finding.element if finding.file == drawn else "",
        "rule": finding.rule,
        "level": str(finding.level),
        "message_ja": finding.message.ja,
        "message_en": finding.message.en,
    }


@pages.get("/design/drafts/<row_id:draft_id>/vocabulary")
@act("design.vocabulary", writes=False)
def vocabulary(draft_id: str) -> Response:
    """The words a diagram of this draft may use."""
    scope = current()
    try:
        bundle = process_design.draft_bundle(scope.session, scope.actor, draft_id, now=scope.now)
    except BundleError:
        return jsonify(vocabulary_json(None))
    return jsonify({**vocabulary_json(bundle), **_named(bundle)})


def _named(bundle: Bundle) -> dict[str, Any]:
    words = vocabulary_json(bundle)
    return {
        "operations": [
            {"id": name, "label_ja": each["ja"], "label_en": each["en"], **each}
            for name, each in words["operations"].items()
        ],
        "lanes": [{"name": name, "role": role} for name, role in words["lanes"].items()],
        "agencies": [
            {"code": code, "label_ja": said.ja, "label_en": said.en}
            for code, said in ((code, wording.AGENCIES[code]) for code in words["agencies"])
        ],
        "exits": [{"code": code, **each} for code, each in words["exits"].items()],
        "messages": [
            {"name": name, "payload": [each["name"] for each in message["payload"]], **_labels(message)}
            for name, message in words["messages"].items()
        ],
        "forms": [_form(form) for form in bundle.forms.values()],
        "decisions": [{"id": each.id, "name": each.name} for each in bundle.decisions.values()],
        "processes": [{"id": each.id, "name": each.name} for each in bundle.processes.values()],
    }


def _labels(words: dict[str, Any]) -> dict[str, str]:
    return {"label_ja": words["ja"], "label_en": words["en"]}


def _form(form: Form) -> dict[str, str]:
    title: Sentence = form.title
    return {"key": form.key, "title_ja": title.ja, "title_en": title.en}


@pages.get("/design/versions/<version_id>")
@act("design.show_version", writes=False)
def show_version(version_id: str) -> str:
    """A version's diagrams, to be looked at."""
    scope = current()
    _require_version_id(version_id)
    lines = process_design.versions(scope.session, scope.actor, now=scope.now)
    line = next((each for each in lines if each.id == version_id), None)
    if line is None:
        abort(404)
    bundle = process_design.version_bundle(scope.session, scope.actor, version_id, now=scope.now)
    chosen = request.args.get("process", bundle.journey)
    process = bundle.processes.get(chosen) or bundle.processes[bundle.journey]
    return render_template(
        "version.html",
        line=line,
        processes=sorted(bundle.processes.values(), key=lambda each: (each.id != bundle.journey, each.name)),
        process=process,
        steps=named_steps(process),
        english=bundle.english,
    )


@pages.get("/design/versions/<version_id>/diagrams/<process>")
@act("design.read_version", writes=False)
def version_diagram(version_id: str, process: str) -> Response:
    """One diagram of a version."""
    scope = current()
    _require_version_id(version_id)
    bundle = process_design.version_bundle(scope.session, scope.actor, version_id, now=scope.now)
    if process not in bundle.processes:
        abort(404)
    return Response(bundle.files[bundle.processes[process].file], mimetype="application/xml")


def _require_version_id(text: str) -> None:
    if not re.fullmatch(_VERSION, text):
        abort(404)
