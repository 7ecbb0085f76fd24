"""Commands for casework, each as somebody: cases, tasks, messages."""

from __future__ import annotations

from typing import Any

import click

from engine.casework import cases, messages, tasks
from engine.database import new_id
from forms.sentences import Sentence
from web.api import schemas as s
from web.cli import door

_TASK, _COMPLETION, _OPENED, _CASE = s.TaskOut(), s.CompletionOut(), s.OpenedOut(), s.CaseOut()


@click.group("case")
def case() -> None:
    """Families under support."""


@case.command("open")
@click.option("--answers", required=True, metavar="FILE", help="Answers of FM01 as JSON; - for standard input.")
@door.as_user
@door.as_json
def open_case(answers: str, login: str | None, as_json: bool) -> None:
    """Open a case from a pregnancy notification."""
    given = _answers(door.json_file(answers))
    with door.acting(login) as at:
        opened = _OPENED.dump(cases.open_case(at.session, at.actor, given, now=at.now))
    door.emit(opened, as_json, lambda: [opened["case_id"], *map(_task_line, opened["opened"])])


@case.command("show")
@click.argument("case_id", metavar="ID")
@door.as_user
@door.as_json
def show(case_id: str, login: str | None, as_json: bool) -> None:
    """Show one family as this person may see it."""
    with door.acting(login) as at:
        found = _CASE.dump(cases.show_case(at.session, at.actor, case_id, now=at.now))
    door.emit(found, as_json)


@click.group("task")
def task() -> None:
    """Work on the desks."""


@task.command("list")
@click.option("--state", default="open", type=click.Choice(["open", "completed", "cancelled", "expired"]))
@click.option("--assignee", help="me, none, or a login.")
@click.option("--centre", help="Code of a centre.")
@click.option("--case", "case_id", help="Only of this case.")
@door.as_user
@door.as_json
def list_tasks(
    state: str, assignee: str | None, centre: str | None, case_id: str | None, login: str | None, as_json: bool
) -> None:
    """List the work this person may see, most urgent first."""
    found: list[dict[str, Any]] = []
    with door.acting(login, read_only=True) as at:
        cursor = None
        while True:
            page = tasks.worklist(
                at.session,
                at.actor,
                state=state,
                assignee=assignee,
                centre=centre,
                case_id=case_id,
                cursor=cursor,
                limit=100,
                now=at.now,
            )
            found.extend(_TASK.dump(item) for item in page.items)
            cursor = page.next
            if cursor is None:
                break
    door.emit({"items": found, "next": None}, as_json, lambda: [_task_line(item) for item in found])


@task.command("complete")
@click.argument("task_id", metavar="ID")
@click.option("--answers", metavar="FILE", help="Answers to the task's form as JSON; - for standard input.")
@click.option("--outcome", default="done", show_default=True)
@click.option("--note", default="")
@door.as_user
@door.as_json
def complete(task_id: str, answers: str | None, outcome: str, note: str, login: str | None, as_json: bool) -> None:
    """Finish a task, or leave it by one of its exits with a note."""
    given = _answers(door.json_file(answers)) if answers is not None else None
    with door.acting(login) as at:
        done = tasks.complete_task(at.session, at.actor, task_id, outcome=outcome, answers=given, note=note, now=at.now)
        finished = _COMPLETION.dump(done)
    door.emit(finished, as_json, lambda: [_task_line(finished["completed"]), *map(_task_line, finished["opened"])])


@click.group("message")
def message() -> None:
    """Messages from other systems."""


@message.command("send")
@click.argument("name")
@click.option("--case", "case_id", metavar="ID")
@click.option("--resident", "resident_id", metavar="ID")
@click.option("--track", "track_id", metavar="ID")
@click.option("--payload", metavar="FILE", help="JSON; - for standard input.")
@click.option("--message-id", help="The sender's own id; the same id is handed in once only.")
@door.as_user
@door.as_json
def send(
    name: str,
    case_id: str | None,
    resident_id: str | None,
    track_id: str | None,
    payload: str | None,
    message_id: str | None,
    login: str | None,
    as_json: bool,
) -> None:
    """Hand in a message. A notice_received may be about nobody known."""
    if case_id is None and resident_id is None and name != messages.NOTICE:
        raise door.Fault(Sentence("--case または --resident を示してください。", "Give --case or --resident."))
    named = {"case_id": case_id, "resident_id": resident_id, "track_id": track_id}
    correlation = {key: value for key, value in named.items() if value is not None}
    content = door.json_file(payload) if payload is not None else {}
    with door.acting(login) as at:
        receipt = messages.receive(
            at.session,
            at.actor,
            name=name,
            message_id=message_id or new_id(),
            correlation=correlation,
            payload=content,
            now=at.now,
        )
    answer = {"inbox_id": receipt.inbox_id, "status": receipt.status, "case_id": receipt.case_id}
    door.emit(answer, as_json, lambda: [f"{receipt.inbox_id} {receipt.status}"])


def _answers(given: dict[str, Any]) -> dict[str, Any]:
    """The answers themselves, or wrapped as the API takes them: `{"answers": {…}}`."""
    inner = given.get("answers")
    return inner if set(given) == {"answers"} and isinstance(inner, dict) else given


def _task_line(item: dict[str, Any]) -> str:
    due = item["due_on"] or "-"
    return f"{item['id']}  {due:10}  {item['centre']:8}  {item['lane']:22}  {item['state']:9}  {item['name']}"


COMMANDS = (case, task, message)
