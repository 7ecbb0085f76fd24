"""Commands for process definitions and parameters: lint, publish, versions, vocabulary, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from engine import clock
from engine.casework import process_design, publication, town_parameters
from engine.definitions import BundleRefused, Proposal
from forms.sentences import Sentence
from processes import bundle as bundles
from processes import linting
from processes import vocabulary as words
from processes.bundle import Bundle
from web import shipped
from web.api import schemas as s
from web.cli import door


@click.command("lint")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@door.as_json
def lint(path: Path, as_json: bool) -> int:
    """Check a folder, a bundle or one file; exit 1 if there are errors."""
    return tell_findings(linting.lint(path), as_json)


def tell_findings(findings: Sequence[linting.Finding], as_json: bool) -> int:
    """Print findings; the exit code: 1 if there are errors among them."""
    told = [
        {
            "file": finding.file,
            "element": finding.element,
            "rule": finding.rule,
            "level": str(finding.level),
            "message_ja": finding.message.ja,
            "message_en": finding.message.en,
        }
        for finding in findings
    ]
    door.emit(
        {"findings": told},
        as_json,
        lambda: [_finding_line(line, finding) for line, finding in zip(told, findings, strict=True)],
    )
    return 1 if any(line["level"] == "error" for line in told) else 0


@click.command("publish")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[DIR]")
@click.option("--approve", "proposal_id", metavar="ID", help="Publish this proposal, as somebody else than its author.")
@click.option("--return", "returned_id", metavar="ID", help="Return this proposal to its author with a --comment.")
@click.option("--comment", default="", metavar="TEXT", help="What is to change in a proposal that is returned.")
@click.option("--withdraw", "withdrawn_id", metavar="ID", help="Take one's own proposal back.")
@click.option("--approved-by", metavar="LOGIN", help="Propose and approve in one go (demo and test only).")
@door.as_user
@door.as_json
def publish(
    path: Path | None,
    proposal_id: str | None,
    returned_id: str | None,
    comment: str,
    withdrawn_id: str | None,
    approved_by: str | None,
    login: str | None,
    as_json: bool,
) -> int:
    """Propose a bundle for publication, or decide about a proposal; exit 1 with the findings if it has errors."""
    if sum(each is not None for each in (path, proposal_id, returned_id, withdrawn_id)) != 1:
        raise door.Fault(
            Sentence(
                "DIR、--approve ID、--return ID、--withdraw ID のどれか一つを示してください。",
                "Give one of DIR, --approve ID, --return ID and --withdraw ID.",
            )
        )
    if approved_by is not None:
        door.movable("--approved-by")
    try:
        if path is not None and not bundles.bundle_folders(path):
            return tell_findings(linting.lint(path), as_json)  # which says that there is no bundle
        if path is not None:
            proposal = _propose(bundle_in(path), login, approved_by)
        elif proposal_id is not None:
            proposal = _approve(proposal_id, login)
        elif returned_id is not None:
            proposal = _send_back(returned_id, comment, login)
        else:
            proposal = _withdraw(withdrawn_id or "", login)
        _tell(proposal, as_json)
    except BundleRefused as error:
        return tell_findings(error.findings, as_json)
    return 0


def _approve(proposal_id: str, login: str | None) -> Proposal:
    with door.acting(login) as at:
        return publication.approve(at.session, at.actor, proposal_id, now=at.now)


def _send_back(proposal_id: str, comment: str, login: str | None) -> Proposal:
    with door.acting(login) as at:
        return publication.send_back(at.session, at.actor, proposal_id, comment=comment, now=at.now)


def _withdraw(proposal_id: str, login: str | None) -> Proposal:
    with door.acting(login) as at:
        return publication.withdraw(at.session, at.actor, proposal_id, now=at.now)


def _propose(bundle: Bundle, login: str | None, approved_by: str | None) -> Proposal:
    with door.acting(login) as at:
        proposal = publication.propose(at.session, at.actor, bundle, now=at.now)
        if approved_by is None:
            return proposal
        return publication.approve(at.session, door.find_actor(at.session, approved_by), proposal.id, now=at.now)


def _tell(proposal: Proposal, as_json: bool) -> None:
    """What became of the proposal: its id, its version, and whether it is in force."""
    told = {"proposal_id": proposal.id, "version": proposal.version_id, "state": str(proposal.state)}
    door.emit(told, as_json, lambda: [f"{told['proposal_id']}  {told['state']}  {told['version']}"])


@click.command("versions")
@door.of_municipality
@door.as_json
def versions(municipality: str | None, as_json: bool) -> None:
    """List published versions, newest first."""
    with door.town(municipality, read_only=True) as session:
        published = [version for version in process_design.known_versions(session) if version.published_at is not None]
    found = [s.VersionOut().dump(version) for version in published]
    door.emit({"items": found, "next": None}, as_json, lambda: [_version_line(version) for version in found])


@click.command("vocabulary")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@door.as_json
def vocabulary(path: Path | None, as_json: bool) -> None:
    """List the words a diagram may use: facts, functions, operations, exits, lanes, parameters."""
    found = words.vocabulary_json(bundle_in(path or shipped.FOLDER))
    door.emit(found, as_json, lambda: [f"{kind}: {', '.join(sorted(entries))}" for kind, entries in found.items()])


@click.group("parameters")
def parameters() -> None:
    """Numbers the municipality may change, each from a day on."""


@parameters.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--from", "valid_from", required=True, metavar="DATE")
@door.as_user
@door.of_municipality
@door.as_json
def set_parameter(
    name: str, value: str, valid_from: str, login: str | None, municipality: str | None, as_json: bool
) -> None:
    """Let a parameter have a value from a day on; in production as the owner of the token in TSUNAGU_TOKEN."""
    day = _day(valid_from)
    if login is not None or door.settings().in_production:
        with door.acting(login) as at:
            kept = town_parameters.set_parameter(at.session, at.actor, name, value, valid_from=day, now=at.now)
    else:
        with door.town(municipality) as session:
            kept = town_parameters.set_parameter(session, None, name, value, valid_from=day, now=clock.now(session))
    door.emit({"name": name, "value": kept, "from": day}, as_json, lambda: [f"{name} = {kept} ({day}–)"])


@parameters.command("list")
@door.of_municipality
@door.as_json
def list_parameters(municipality: str | None, as_json: bool) -> None:
    """List every parameter with the value that holds today."""
    with door.town(municipality, read_only=True) as session:
        found = town_parameters.list_parameters(session, now=clock.now(session))
    items = [asdict(parameter) for parameter in found]
    door.emit({"items": items, "next": None}, as_json, lambda: [_parameter_line(item) for item in items])


def _parameter_line(item: dict[str, Any]) -> str:
    choices = f"  ({', '.join(map(str, item['choices']))})" if item["choices"] else ""
    return f"{item['name']} = {item['value']}{choices}"


def bundle_in(path: Path) -> Bundle:
    """The one bundle in the folder. Raises Fault."""
    try:
        return bundles.read(path)
    except bundles.BundleError:
        raise door.Fault(
            Sentence(
                f"業務定義の一式(bundle.toml)がちょうど一つあるフォルダーを示してください: {path}",
                f"Name a folder with exactly one bundle (bundle.toml) in it: {path}",
            )
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise door.Fault(
            Sentence("--from は 2026-04-01 の形にしてください。", "Write --from like 2026-04-01.")
        ) from None


def _finding_line(told: dict[str, Any], finding: linting.Finding) -> str:
    return f"{told['file']}:{told['element'] or '-'}: {told['level']}: {door.say(finding.message)} [{told['rule']}]"


def _version_line(version: dict[str, Any]) -> str:
    mark = "*" if version["is_current"] else " "
    return f"{mark} {version['bundle']} {version['number']:3}  {version['published_at'] or '-':32}  {version['id']}"


COMMANDS = (lint, publish, versions, vocabulary, parameters)
