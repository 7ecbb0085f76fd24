"""The worklist and the task page, without scripts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, update

from engine.cases.family import Address
from engine.casework import form_catalogue, people, tasks
from engine.clock import now as clock_now
from engine.database import transaction
from engine.workflow.task import Task
from tests.web.pages.conftest import FAMILIES, HEAD, MANAGER, NOW, NURSE, STRANGER, PagesTown, Someone, open_family


def title(page: str) -> str:
    match = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert match is not None
    return match[1]


def example(town: PagesTown, form: str) -> dict[str, Any]:
    with transaction(town.database) as session:
        actor = people.actor_of(session, HEAD)
        return form_catalogue.form(session, actor, form).example(date(2026, 4, 10))


def posted(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a browser posts them: boxes only when ticked, rows under numbered names."""
    fields: dict[str, Any] = {}
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, row in enumerate(value):
                fields |= {f"{key}[{place}].{name}": each for name, each in posted(row).items()}
        elif value is True:
            fields[key] = "true"
        elif value is not False and value is not None:
            fields[key] = value
    return fields


def complete(someone: Someone, town: PagesTown, form: str) -> Any:
    task = town.task(form)
    return task, someone.post(f"/tasks/{task.id}", {**posted(example(town, form)), "act": "complete"})


def test_a_row_says_who_what_by_when_and_why(pages_town: PagesTown):
    page = pages_town.as_(HEAD).get("/?of=centre").get_data(as_text=True)

    assert "佐藤 みのり" in page
    assert re.search(r"\d+週\d日", page)
    assert re.search(r"あと\d+日|今日まで", page)


def test_searching_by_kana_finds_and_names_stand_in_no_address(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    found = head.post("/", {"q": "さとう", "of": "centre"}).get_data(as_text=True)

    assert "佐藤 みのり" in found
    assert "鈴木 ケイト" not in found
    assert not re.search(r'(?:href|action)="[^"]*(?:佐藤|さとう|%E3)', found)
    assert "佐藤" not in title(found)


def test_an_empty_search_goes_back_to_the_list(pages_town: PagesTown):
    assert pages_town.as_(HEAD).post("/", {"q": "  ", "of": "centre"}).status_code == 303


def test_several_tasks_are_put_off_each_answered_for_itself(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    mine, finished = (task.id for task in pages_town.work_of(HEAD)[:2])
    asked = head.post("/together", {"task": [mine, finished], "act": "put_off"}).get_data(as_text=True)
    with transaction(pages_town.database) as session:
        session.execute(update(Task).where(Task.id == finished).values(state="completed"))

    refused = head.post("/put-off", {"task": [mine, finished], "to": "R8.4.20", "reason": "里帰り中"})
    page = refused.get_data(as_text=True)

    assert re.findall(r'name="task" value="(\w+)" checked', asked) == [mine, finished]
    assert refused.status_code == 200
    assert "1件を4月20日(月)まで延期しました" in page
    assert re.findall(r'name="task" value="(\w+)"', page) == [finished]
    assert "もう終わっています" in page
    assert "4月20日(月)まで延期" in head.get("/?of=centre").get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "due", "group"),
    [
        pytest.param("R8.4.12", "week", "week", id="within the week"),
        pytest.param("R8.4.13", "", "later", id="after the week"),
    ],
)
def test_the_filters_go_by_the_day_work_was_put_off_to(pages_town: PagesTown, day: str, due: str, group: str):
    head, task = pages_town.as_(HEAD), pages_town.task("interview")
    with transaction(pages_town.database) as session:
        session.execute(update(Task).where(Task.id == task.id).values(due_on=NOW.date(), sort_on=NOW.date()))
    before = head.get("/?of=centre&due=today").get_data(as_text=True)
    head.post("/put-off", {"task": task.id, "to": day, "reason": "里帰り中"})

    listed = {each: task.id in head.get(f"/?of=centre&due={each}").get_data(as_text=True) for each in ("today", "week")}
    whole = head.get("/?of=centre").get_data(as_text=True)

    assert task.id in before
    assert listed == {"today": False, "week": due == "week"}
    assert task.id in whole.split(f'id="g-{group}"')[1].split("<h2")[0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"to": "R8.4.10", "reason": "わけ"}, "明日からあとの日", id="today"),
        pytest.param({"to": "R8.4.20", "reason": ""}, "延期する理由", id="no reason"),
        pytest.param({"to": "いつか", "reason": "わけ"}, "いつか", id="no day"),
    ],
)
def test_putting_off_says_what_is_missing_and_keeps_what_was_typed(
    pages_town: PagesTown, typed: dict[str, str], said: str
):
    (task, *_rest) = pages_town.work_of(HEAD)

    response = pages_town.as_(HEAD).post("/put-off", {"task": task.id, **typed})
    page = response.get_data(as_text=True)

    assert response.status_code == 422
    assert said in page
    assert f'value="{typed["to"]}"' in page
    assert typed["reason"] in page


def test_several_tasks_are_taken_on_at_once(pages_town: PagesTown):
    ids = [task.id for task in pages_town.work_of(HEAD)][:2]

    pages_town.as_(HEAD).post("/together", {"task": ids, "act": "claim"})

    assert [task.assignee for task in pages_town.work_of(HEAD, assignee="me")] == [HEAD, HEAD]


def test_a_head_gives_work_to_a_colleague(pages_town: PagesTown):
    task = pages_town.task("interview")
    head = pages_town.as_(HEAD)

    asked = head.post("/together", {"task": [task.id], "act": "hand"}).get_data(as_text=True)
    head.post("/hand", {"task": [task.id], "login": MANAGER})

    assert MANAGER in asked
    assert [each.id for each in pages_town.work_of(MANAGER, assignee="me")] == [task.id]


def test_whoever_is_offered_may_be_given_the_work_and_nobody_else(pages_town: PagesTown):
    task, head = pages_town.task("interview"), pages_town.as_(HEAD)

    asked = head.post("/together", {"task": [task.id], "act": "hand"}).get_data(as_text=True)

    offered = set(re.findall(r'<option value="([^"]+)"', asked))
    with transaction(pages_town.database, read_only=True) as session:
        people.actor_of(session, HEAD)
        everyone = {user.login for user in people.list_users(session) if user.partner is None}
    assert {login for login in everyone if _is_taken(pages_town, task.id, login)} == offered
    assert {MANAGER, HEAD} <= offered


def _is_taken(town: PagesTown, task_id: str, login: str) -> bool:
    """Whether the head can give the task to this person."""
    with transaction(town.database) as session:
        head = people.actor_of(session, HEAD)
        try:
            tasks.assign_task(session, head, task_id, login, now=clock_now(session))
        except tasks.NotTheirWork:
            return False
    return True


def test_a_page_of_rows_costs_the_same_however_many_there_are(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    head.get("/?of=centre")

    def statements() -> int:
        seen: list[str] = []
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(pages_town.database, "before_cursor_execute", listen)
        head.get("/?of=centre")
        event.remove(pages_town.database, "before_cursor_execute", listen)
        return len(seen)

    few = statements()
    with transaction(pages_town.database) as session:
        actor = people.actor_of(session, HEAD)
        assert actor is not None
        town = actor.municipality_id
    for number in range(10, 16):
        open_family(pages_town.database, town, number, FAMILIES[0])

    assert statements() <= few


def test_answers_that_are_wrong_are_kept_and_said_at_the_field(pages_town: PagesTown):
    task = pages_town.task("interview")
    answers = {**posted(example(pages_town, "interview")), "event_date": "R99.1.1", "act": "complete"}

    response = pages_town.as_(HEAD).post(f"/tasks/{task.id}", answers)

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "data-error-summary" in page
    assert 'href="#event_date"' in page
    assert 'value="R99.1.1"' in page


def test_finishing_says_what_opened_next(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    task, response = complete(head, pages_town, "interview")
    after = head.get(response.headers["Location"]).get_data(as_text=True)

    assert response.status_code == 303, response.get_data(as_text=True)
    assert f"/tasks/{task.id}/done" in response.headers["Location"]
    assert "完了しました" in after


def test_an_exit_says_what_follows_and_wants_a_note(pages_town: PagesTown):
    task = pages_town.task("interview")
    head = pages_town.as_(HEAD)

    asked = head.get(f"/tasks/{task.id}/could-not").get_data(as_text=True)
    refused = head.post(f"/tasks/{task.id}/could-not", {"outcome": task.exits[0], "note": ""})
    left = head.post(f"/tasks/{task.id}/could-not", {"outcome": task.exits[0], "note": "電話に出なかった"})

    assert "次は:" in asked
    assert refused.status_code == 422
    assert "できなかった理由を書いてください" in refused.get_data(as_text=True)
    assert left.status_code == 303


def test_work_is_postponed_with_a_note(pages_town: PagesTown):
    task, head = pages_town.task("interview"), pages_town.as_(HEAD)
    page = head.get(f"/tasks/{task.id}").get_data(as_text=True)
    link = re.search(rf'href="(/tasks/{task.id}/could-not\?outcome=postponed[^"]*)"', page)
    assert link is not None

    asked = head.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    done = head.post(f"/tasks/{task.id}/could-not", {"outcome": "postponed", "note": "来週にしてほしいと電話"})

    assert "<h1>延期</h1>" in asked
    assert 'value="postponed" checked' in asked
    assert done.status_code == 303


def test_continuing_later_keeps_the_draft(pages_town: PagesTown):
    task = pages_town.task("interview")
    head = pages_town.as_(HEAD)

    head.post(f"/tasks/{task.id}", {"act": "later", "interviewer_note": "x", "housing": "unstable"})

    assert "下書きあり" in head.get(f"/tasks/{task.id}").get_data(as_text=True)


def test_who_comes_second_is_told_by_whom_and_keeps_the_text(pages_town: PagesTown):
    task = pages_town.task("interview")
    first, second = pages_town.as_(HEAD), pages_town.as_(MANAGER)
    answers = {**posted(example(pages_town, "interview")), "act": "complete"}
    first.post(f"/tasks/{task.id}", answers)

    late = second.post(f"/tasks/{task.id}", answers)

    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "先に終えました" in page
    assert "下書きに残してあります" in page
    with transaction(pages_town.database) as session:
        actor = people.actor_of(session, MANAGER)
        assert tasks.show_task(session, actor, task.id, now=clock_now(session)).draft
    assert "あなたの下書き" in second.get(f"/tasks/{task.id}").get_data(as_text=True)


def test_work_someone_has_taken_on_is_shown_without_the_form(pages_town: PagesTown):
    task = pages_town.task("interview")
    pages_town.as_(HEAD).post(f"/tasks/{task.id}/claim", {"act": "claim"})

    page = pages_town.as_(MANAGER).get(f"/tasks/{task.id}").get_data(as_text=True)

    assert "受け持っています" in page
    assert 'value="complete"' not in page


def test_work_of_another_trade_can_be_seen_but_not_finished(pages_town: PagesTown):
    task = next(each for each in pages_town.work_of(HEAD) if each.lane != "public_health_nurse")

    page = pages_town.as_(NURSE).get(f"/tasks/{task.id}").get_data(as_text=True)

    assert "がします" in page
    assert 'value="complete"' not in page


def test_a_draft_is_kept_by_a_script_and_refused_without_a_token(pages_town: PagesTown):
    task = pages_town.task("interview")
    head = pages_town.as_(HEAD)
    body = {"fields": [["housing", "unstable"]]}

    refused = head.client.put(f"/tasks/{task.id}/draft", json=body, headers={"Accept": "application/json"})
    kept = head.client.put(
        f"/tasks/{task.id}/draft", json=body, headers={"Accept": "application/json", "X-CSRFToken": head.csrf()}
    )
    odd = head.client.put(
        f"/tasks/{task.id}/draft",
        json={"fields": [["x"]]},
        headers={"Accept": "application/json", "X-CSRFToken": head.csrf()},
    )

    assert refused.status_code == 400
    assert kept.status_code == 200
    assert "saved_at" in kept.get_json()
    assert odd.status_code == 400


def test_a_row_more_is_drawn_without_script_and_nothing_is_lost(pages_town: PagesTown):
    clerk = pages_town.as_("counter_clerk.north")

    page = clerk.post(
        "/cases/new", {"family_name": "山口", "handbook_numbers[0].number": "M1", "add_row": "handbook_numbers"}
    ).get_data(as_text=True)

    assert 'value="山口"' in page
    assert 'name="handbook_numbers[1].number"' in page


def test_work_opened_by_a_planned_day_says_which(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    for _day in range(12):
        head.post("/calendar", {"act": "next", "back": "/"})
        reasons = {task.element: task.why for task in pages_town.work_of(HEAD, limit=100)}
        if len(reasons) > 2:
            break

    assert reasons
    assert [element for element, why in reasons.items() if not why] == []


@pytest.mark.parametrize("login", [HEAD, MANAGER, STRANGER])
def test_the_figures_on_the_tabs_are_those_of_the_lists(pages_town: PagesTown, login: str):
    with transaction(pages_town.database) as session:
        actor = people.actor_of(session, login)
        figures = tasks.counts(session, actor, now=clock_now(session))
    everything = pages_town.work_of(login, limit=100)

    assert figures.centre == len(everything)
    assert figures.mine == len([task for task in everything if task.assignee == login])
    assert figures.waiting_for_person == len([task for task in everything if task.case_id is None])


def test_the_list_is_narrowed_to_a_district(pages_town: PagesTown):
    head = pages_town.as_(HEAD)

    here = head.get("/?of=centre&district=north").get_data(as_text=True)
    there = head.get("/?of=centre&district=north2").get_data(as_text=True)

    assert '<option value="north" selected>北中学校区</option>' in here
    assert (
        here.count('class="work-row"') == head.get("/?of=centre").get_data(as_text=True).count('class="work-row"') > 0
    )
    assert there.count('class="work-row"') == 0


def test_no_district_tells_where_a_sealed_address_is(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    with transaction(pages_town.database) as session:
        session.execute(update(Address).where(Address.case_id == pages_town.case_id()).values(sealed=True))

    page = head.get("/?of=centre&district=north").get_data(as_text=True)

    assert "鈴木 ケイト" in page
    assert "佐藤 みのり" not in page


def test_ones_own_work_finished_twice_was_nobodys_race(pages_town: PagesTown) -> None:
    head = pages_town.as_(HEAD)
    task = pages_town.task("interview")
    answers = {**posted(example(pages_town, "interview")), "act": "complete"}

    head.post(f"/tasks/{task.id}", answers)
    again = head.post(f"/tasks/{task.id}", answers)

    said = again.get_data(as_text=True)
    assert again.status_code == 409
    assert "この仕事は、もう終わっています" in said
    assert "ほかの人が先でした" not in said


def test_every_exit_says_what_follows_and_when(pages_town: PagesTown):
    nurse, task = pages_town.as_(MANAGER), pages_town.task("interview")

    page = nurse.get(f"/tasks/{task.id}/could-not").get_data(as_text=True)

    choices = re.findall(r'<label class="choice">(.*?)</label>', page, re.S)
    assert len(choices) == len([code for code in task.exits if code != "expired"])
    silent = [each for each in choices if not re.search(r"<small>次は: (すぐに|時期が来たら|.+日\(.\)に) \S", each)]
    assert silent == []


def test_two_empty_required_fields_are_two_errors(pages_town: PagesTown):
    nurse, task = pages_town.as_(MANAGER), pages_town.task("interview")

    answer = nurse.post(f"/tasks/{task.id}/could-not", {"outcome": "", "note": " "})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "直すところが2つあります" in page
    assert "できなかったわけを1つえらんでください" in page
    assert "できなかった理由を書いてください" in page


def test_what_stands_in_a_hidden_field_is_neither_kept_nor_shown_again(pages_town: PagesTown):
    nurse, task = pages_town.as_(MANAGER), pages_town.task("interview")
    headers = {"Accept": "application/json", "X-CSRFToken": nurse.csrf()}
    typed = [["language_used", "ja"], ["interpreter", "staff"], ["own_wishes", "ゆっくり話したい"]]

    nurse.client.put(f"/tasks/{task.id}/draft", json={"fields": typed}, headers=headers)

    draft = pages_town.work_of(MANAGER, case_id=task.case_id)
    kept = next(each.draft for each in draft if each.id == task.id) or {}
    assert kept["own_wishes"] == "ゆっくり話したい"
    assert "interpreter" not in kept
    shown_again = nurse.post(f"/tasks/{task.id}", {**dict(typed), "act": "complete"})
    assert shown_again.status_code == 422
    assert 'value="staff" checked' not in shown_again.get_data(as_text=True)
    assert '<option value="staff" selected' not in shown_again.get_data(as_text=True)
