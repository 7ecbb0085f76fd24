"""Two people, or one person twice, at the same moment: on both databases, through the door they really use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.audit.entry import AuditEntry
from engine.cases.submission import Submission
from engine.database import transaction
from tests.web.conftest import Caller, Served, example
from tests.web.test_api import Notified

ROUNDS = 4
SECONDS = 60


def together(*asks: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers, in the order of the questions, which are all asked at one moment."""
    answers: list[TestResponse | None] = [None] * len(asks)
    gate = threading.Barrier(len(asks))

    def ask(place: int, question: Callable[[], TestResponse]) -> None:
        gate.wait(SECONDS)
        answers[place] = question()

    threads = [threading.Thread(target=ask, args=each) for each in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    found = [answer for answer in answers if answer is not None]
    assert len(found) == len(asks), "somebody was left without an answer"
    return found


def a_task(caller: Caller, notified: Notified) -> tuple[str, dict[str, Any]]:
    """The id of an open task, and answers that finish it."""
    opened = notified(caller)["opened"]
    task = next(task for task in opened if task["element"] == "sharing_consent")
    return f"/tasks/{task['id']}", example(caller, "sharing_consent")


def test_of_two_people_one_finishes_the_task_and_the_other_keeps_what_was_typed(
    shipped_town_on_both: Served, notified: Notified
):
    sato, kato = shipped_town_on_both.as_("sato"), shipped_town_on_both.as_("kato")
    for _ in range(ROUNDS):
        path, answers = a_task(sato, notified)
        both = [(sato, answers), (kato, {**answers, "explained_by": "加藤"})]

        said = together(*(_completing(caller, path, typed) for caller, typed in both))

        assert sorted(answer.status_code for answer in said) == [200, 409]
        (winner, _), (loser, kept) = both if said[0].status_code == 200 else reversed(both)
        refused = next(answer for answer in said if answer.status_code == 409)
        assert refused.get_json()["code"] == "task_already_completed"
        assert loser.get(path).get_json()["draft"] == kept
        assert winner.get(path).get_json()["draft"] is None
        assert winner.get(path).get_json()["state"] == "completed"


def _completing(
    caller: Caller, path: str, answers: dict[str, Any], key: str | None = None
) -> Callable[[], TestResponse]:
    """A question by a client of its own, as each browser has one."""
    own = Caller(caller.client.application.test_client(), caller.token)
    return lambda: own.post(f"{path}/completion", {"outcome": "done", "answers": answers}, key=key)


def test_the_same_key_at_the_same_moment_finishes_once_and_answers_alike(
    shipped_town_on_both: Served, notified: Notified
):
    sato = shipped_town_on_both.as_("sato")
    for number in range(ROUNDS):
        path, answers = a_task(sato, notified)
        case_id = sato.get(path).get_json()["case_id"]

        said = together(*[_completing(sato, path, answers, key=f"key-{number}")] * 3)

        assert {answer.status_code for answer in said} == {200}
        assert len({answer.get_data() for answer in said}) == 1
        with transaction(shipped_town_on_both.database, read_only=True) as session:
            kept = session.scalars(select(Submission.task_id).where(Submission.case_id == case_id)).all()
            entries = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "task.completed")).all()
        assert kept.count(path.rpartition("/")[2]) == 1
        assert len(entries) == number + 1


def test_a_double_click_without_a_key_finishes_once(shipped_town_on_both: Served, notified: Notified):
    sato = shipped_town_on_both.as_("sato")
    path, answers = a_task(sato, notified)

    said = together(*[_completing(sato, path, answers)] * 2)

    assert sorted(answer.status_code for answer in said) == [200, 409]


def test_of_two_who_take_a_task_on_one_has_it(shipped_town_on_both: Served, notified: Notified):
    sato, kato = shipped_town_on_both.as_("sato"), shipped_town_on_both.as_("kato")
    for _ in range(ROUNDS):
        path, _ = a_task(sato, notified)

        said = together(*(_claiming(caller, path) for caller in (sato, kato)))

        assert sorted(answer.status_code for answer in said) == [200, 409]
        holder = "sato" if said[0].status_code == 200 else "kato"
        assert sato.get(path).get_json()["assignee"] == holder


def _claiming(caller: Caller, path: str) -> Callable[[], TestResponse]:
    own = Caller(caller.client.application.test_client(), caller.token)
    return lambda: own.post(f"{path}/claim", {})
