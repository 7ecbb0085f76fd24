"""The contract of `/api/v1`, call by call, over a town that works by the shipped bundle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from engine import clock
from engine.casework import publication
from engine.database import transaction
from engine.organisation import District
from processes import bundle as bundles
from tests.web.conftest import Caller, Served, a_woman, example
from web import shipped
from web.cli.door import find_actor

TASK_KEYS = {
    *("id", "case_id", "track_id", "process", "element", "name", "lane", "centre", "assignee", "form", "exits"),
    *("may_start_on", "due_on", "late_on", "expires_on", "state", "outcome", "draft"),
}
CASE_KEYS = {"id", "state", "centre", "level", "persons", "pregnancies", "children", "facts", "version"}
Notified = Callable[..., dict[str, Any]]


def problem(response: Any) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json", response.get_data(as_text=True)
    return response.status_code, response.get_json()["code"]


def consent_task(opened: dict[str, Any]) -> dict[str, Any]:
    return next(task for task in opened["opened"] if task["form"] == "sharing_consent")


def completing(caller: Caller, task: dict[str, Any], **body: Any) -> Any:
    answers = body.pop("answers", None) or example(caller, task["form"])
    return caller.post(f"/tasks/{task['id']}/completion", {"answers": answers, **body})


# --- cases ---------------------------------------------------------------------------------------------------------


def test_a_notification_opens_a_case_and_its_first_work(shipped_town_on_both: Served, notified: Notified):
    opened = notified(shipped_town_on_both.as_("sato"))

    assert set(opened) == {"case_id", "instance_id", "opened"}
    assert opened["opened"]
    for task in opened["opened"]:
        assert set(task) == TASK_KEYS
        assert task["case_id"] == opened["case_id"]
        assert (task["state"], task["outcome"], task["centre"]) == ("open", None, "north")


def test_a_woman_with_an_open_case_is_not_opened_twice(shipped_town: Served, notified: Notified):
    sato, mori = shipped_town.as_("sato"), shipped_town.as_("mori")
    woman = a_woman()
    opened = notified(sato, **woman)
    again = {"answers": {**example(sato, "FM01"), **woman}}
    by_her_centre, by_another = sato.post("/cases", again), mori.post("/cases", again)

    assert problem(by_her_centre) == (409, "case_already_open")
    assert by_her_centre.get_json()["case_id"] == opened["case_id"]
    assert problem(by_another) == (409, "case_already_open")


def test_wrong_answers_are_named_field_by_field_in_the_callers_language(shipped_town: Served):
    sato = shipped_town.as_("sato")
    japanese = sato.post("/cases", {"answers": {"nonsense": 1}})
    english = sato.post("/cases", {"answers": {"nonsense": 1}}, headers={"Accept-Language": "en"})

    assert problem(japanese) == (422, "answers_rejected")
    errors = japanese.get_json()["errors"]
    assert "nonsense" in errors
    assert "family_name" in errors
    assert all(isinstance(text, str) for texts in errors.values() for text in texts)
    assert errors["family_name"] != english.get_json()["errors"]["family_name"]


def test_a_refused_notification_leaves_nothing(shipped_town: Served):
    sato = shipped_town.as_("sato")
    sato.post("/cases", {"answers": {}})

    assert sato.get("/cases").get_json() == {"items": [], "next": None}


def test_a_case_shows_who_and_what_is_true(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    case = sato.get(f"/cases/{notified(sato)['case_id']}").get_json()

    assert set(case) == CASE_KEYS
    assert (case["state"], case["centre"]) == ("open", "north")
    assert case["pregnancies"][0]["track_id"]
    assert case["children"] == []


def test_families_are_found_page_by_page(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    opened = {notified(sato)["case_id"] for _ in range(3)}
    first = sato.get("/cases?limit=2").get_json()
    second = sato.get(f"/cases?limit=2&cursor={first['next']}").get_json()

    assert {row["id"] for row in first["items"] + second["items"]} == opened
    assert (len(first["items"]), second["next"]) == (2, None)


def test_a_family_is_found_by_name_birth_date_and_number(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    woman = a_woman()
    case_id = notified(sato, **woman)["case_id"]
    notified(sato)

    for query in ({"q": woman["family_name_kana"]}, {"resident_id": woman["resident_id"]}):
        assert [row["id"] for row in sato.get("/cases", query_string=query).get_json()["items"]] == [case_id]
    assert sato.get("/cases?born_on=1901-01-01").get_json()["items"] == []


def test_what_happened_and_the_work_of_a_case(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    case_id = notified(sato)["case_id"]

    assert "case_opened" in {entry["kind"] for entry in sato.get(f"/cases/{case_id}/timeline").get_json()["items"]}
    tasks = sato.get(f"/cases/{case_id}/tasks").get_json()["items"]
    assert {task["case_id"] for task in tasks} == {case_id}


@pytest.mark.parametrize("rest", ["", "/timeline", "/tasks", "/submissions", "/consents"])
def test_a_family_is_not_shown_to_a_partner_without_a_ground(shipped_town: Served, notified: Notified, rest: str):
    case_id = notified(shipped_town.as_("sato"))["case_id"]

    assert problem(shipped_town.as_("yamada").get(f"/cases/{case_id}{rest}")) == (404, "not_found")


def test_another_centre_may_know_that_the_family_exists(shipped_town: Served, notified: Notified):
    case_id = notified(shipped_town.as_("sato"))["case_id"]

    assert problem(shipped_town.as_("mori").get(f"/cases/{case_id}")) == (403, "not_permitted")


# --- tasks ---------------------------------------------------------------------------------------------------------


def test_the_worklist_is_filtered_and_paged(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    for _ in range(2):
        notified(sato)
    everything = sato.get("/tasks?limit=100").get_json()["items"]
    page = sato.get("/tasks?limit=1").get_json()
    following = sato.get(f"/tasks?limit=100&cursor={page['next']}").get_json()

    assert len(everything) > 1
    assert page["items"] + following["items"] == everything
    assert sato.get("/tasks?assignee=me").get_json()["items"] == []
    assert sato.get("/tasks?state=completed").get_json()["items"] != []
    assert sato.get("/tasks?due_before=2001-01-01").get_json()["items"] == []
    assert sato.get("/tasks?centre=north&limit=100").get_json()["items"] == everything
    assert problem(sato.get("/tasks?centre=moon")) == (404, "not_found")


def test_a_claimed_task_is_done_by_its_claimer_only(shipped_town: Served, notified: Notified):
    sato, kato = shipped_town.as_("sato"), shipped_town.as_("kato")
    task = consent_task(notified(sato))
    claimed = sato.post(f"/tasks/{task['id']}/claim")
    refused = completing(kato, task)

    assert claimed.get_json() == {**task, "assignee": "sato"}
    assert sato.get("/tasks?assignee=me").get_json()["items"] == [claimed.get_json()]
    assert problem(kato.post(f"/tasks/{task['id']}/claim")) == (409, "task_claimed")
    assert problem(refused) == (409, "task_claimed")
    assert refused.get_json()["assignee"] == "sato"
    assert completing(sato, task).status_code == 200
    assert completing(kato, task).get_json()["completed_by"] == "sato"


def test_a_draft_is_kept_unchecked_for_its_writer_alone(shipped_town: Served, notified: Notified):
    sato, kato = shipped_town.as_("sato"), shipped_town.as_("kato")
    task = consent_task(notified(sato))
    kept = sato.put(f"/tasks/{task['id']}/draft", {"answers": {"half": "typed", "n": 1.5}})

    assert kept.get_json()["draft"] == {"half": "typed", "n": 1.5}
    assert sato.get(f"/tasks/{task['id']}").get_json()["draft"] == {"half": "typed", "n": 1.5}
    assert kato.get(f"/tasks/{task['id']}").get_json()["draft"] is None


def test_finishing_a_task_tells_what_it_opened(shipped_town_on_both: Served, notified: Notified):
    sato = shipped_town_on_both.as_("sato")
    done = completing(sato, consent_task(notified(sato)))

    assert done.status_code == 200, done.get_data(as_text=True)
    body = done.get_json()
    assert set(body) == {"completed", "opened"}
    assert set(body["completed"]) == TASK_KEYS
    assert (body["completed"]["state"], body["completed"]["outcome"]) == ("completed", "done")


def test_what_was_typed_is_not_lost_to_who_was_faster(shipped_town_on_both: Served, notified: Notified):
    sato, kato = shipped_town_on_both.as_("sato"), shipped_town_on_both.as_("kato")
    task = consent_task(notified(sato))
    completing(sato, task)
    late = completing(kato, task, answers={"my": "text"})

    assert problem(late) == (409, "task_already_completed")
    assert kato.get(f"/tasks/{task['id']}").get_json()["draft"] == {"my": "text"}


def test_a_refusal_tells_who_finished_the_task_and_what_became_of_the_text(shipped_town: Served, notified: Notified):
    sato, kato = shipped_town.as_("sato"), shipped_town.as_("kato")
    task = consent_task(notified(sato))
    kato.post(f"/tasks/{task['id']}/claim")
    taken, typed = sato.post(f"/tasks/{task['id']}/claim"), completing(sato, task, answers={"my": "text"})
    completing(kato, task)
    late, own, claimed = completing(sato, task), completing(kato, task), kato.post(f"/tasks/{task['id']}/claim")

    assert [answer.status_code for answer in (taken, typed, late, own, claimed)] == [409] * 5
    draft = "下書き"
    assert draft not in taken.get_json()["detail"]
    assert draft in typed.get_json()["detail"]
    assert late.get_json()["title"].startswith("ほかの職員が")
    assert draft in late.get_json()["detail"]
    assert "あなたが" in own.get_json()["title"]
    assert draft in own.get_json()["detail"]
    assert "あなたが" in claimed.get_json()["title"]
    assert draft not in claimed.get_json()["detail"]


def test_typing_after_the_end_is_still_kept(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    task = consent_task(notified(sato))
    completing(sato, task)

    kept = sato.put(f"/tasks/{task['id']}/draft", {"answers": {"my": "text"}})

    assert (kept.status_code, kept.get_json()["draft"]) == (200, {"my": "text"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"outcome": "refused"}, "note", id="an exit without a note"),
        pytest.param({"outcome": "flown", "note": "x"}, "outcome", id="an outcome the task does not have"),
        pytest.param({"answers": {"nonsense": 1}}, "nonsense", id="an answer to no question"),
    ],
)
def test_a_completion_that_is_wrong_names_the_field(
    shipped_town: Served, notified: Notified, body: dict[str, Any], field: str
):
    sato = shipped_town.as_("sato")
    task = consent_task(notified(sato))
    refused = sato.post(f"/tasks/{task['id']}/completion", body)

    assert problem(refused) == (422, "answers_rejected")
    assert field in refused.get_json()["errors"]
    assert sato.get(f"/tasks/{task['id']}").get_json()["state"] == "open"


def test_an_exit_needs_only_a_note(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    task = consent_task(notified(sato))
    left = sato.post(f"/tasks/{task['id']}/completion", {"outcome": "refused", "note": "今は考えたいとのこと"})

    assert left.status_code == 200, left.get_data(as_text=True)
    assert left.get_json()["completed"]["outcome"] == "refused"


# --- the same request twice ----------------------------------------------------------------------------------------


def test_a_repeat_under_one_key_is_answered_as_the_first_time(shipped_town_on_both: Served, notified: Notified):
    sato = shipped_town_on_both.as_("sato")
    task = consent_task(notified(sato))
    path, body = f"/tasks/{task['id']}/completion", {"answers": example(sato, task["form"])}
    first, again = sato.post(path, body, key="k"), sato.post(path, dict(reversed(body.items())), key="k")

    assert first.status_code == 200
    assert (again.status_code, again.get_data()) == (200, first.get_data())
    assert problem(sato.post(path, {**body, "note": "other"}, key="k")) == (422, "idempotency_key_reused")
    assert problem(sato.post(path, body)) == (409, "task_already_completed")


def test_a_refusal_by_the_act_is_the_first_answer_too(shipped_town_on_both: Served):
    sato = shipped_town_on_both.as_("sato")
    sound = {"answers": {**example(sato, "FM01"), **a_woman()}}
    first, again = sato.post("/cases", {"answers": {}}, key="k"), sato.post("/cases", {"answers": {}}, key="k")

    assert problem(first) == problem(again) == (422, "answers_rejected")
    assert first.get_data() == again.get_data()
    assert problem(sato.post("/cases", sound, key="k")) == (422, "idempotency_key_reused")
    assert sato.post("/cases", sound, key="another").status_code == 201


def test_a_conflict_stays_the_answer_when_its_cause_is_gone(shipped_town_on_both: Served, notified: Notified):
    sato, kato = shipped_town_on_both.as_("sato"), shipped_town_on_both.as_("kato")
    task = consent_task(notified(sato))
    path, body = f"/tasks/{task['id']}/completion", {"answers": example(sato, task["form"])}
    assert kato.post(f"/tasks/{task['id']}/claim", {}).status_code == 200
    first = sato.post(path, body, key="k")
    assert kato.post(f"/tasks/{task['id']}/completion", body).status_code == 200

    again = sato.post(path, body, key="k")

    assert problem(first) == problem(again) == (409, "task_claimed")
    assert first.get_data() == again.get_data()
    assert problem(sato.post(path, body, key="later")) == (409, "task_already_completed")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("/cases", {"answers": []}, 400, id="not to be read"),
        pytest.param("/cases/01ARZ3NDEKTSV4RRFFQ69G5FAV/submissions", {"form": "x", "answers": {}}, 404, id="no case"),
    ],
)
def test_a_request_that_never_came_to_act_leaves_its_key_unused(
    shipped_town: Served, path: str, body: dict[str, Any], status: int
):
    sato = shipped_town.as_("sato")
    assert sato.post(path, body, key="k").status_code == status

    assert sato.post("/cases", {"answers": {**example(sato, "FM01"), **a_woman()}}, key="k").status_code == 201


def test_who_is_not_signed_in_uses_no_key_up(shipped_town: Served):
    sato = shipped_town.as_("sato")
    body = {"answers": {**example(sato, "FM01"), **a_woman()}}
    stranger = Caller(shipped_town.app.test_client(), "not a token")
    assert stranger.post("/cases", body, key="k").status_code == 401

    assert sato.post("/cases", body, key="k").status_code == 201


def test_of_the_same_refused_requests_at_the_same_moment_all_are_answered_alike(shipped_town_on_both: Served):
    sato = shipped_town_on_both.as_("sato")
    together, answers = threading.Barrier(4), []

    def ask() -> None:
        caller = Caller(shipped_town_on_both.app.test_client(), sato.token)
        together.wait(5)
        response = caller.post("/cases", {"answers": {}}, key="k")
        answers.append((response.status_code, response.get_data()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 4
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 422
    assert problem(sato.post("/cases", {"answers": {"x": 1}}, key="k")) == (422, "idempotency_key_reused")


def test_a_clock_that_is_refused_is_refused_again_under_its_key(shipped_town: Served):
    sato = shipped_town.as_("sato")
    assert sato.post("/cases", {"answers": {**example(sato, "FM01"), **a_woman()}}).status_code == 201
    back = {"set": "2025-01-01"}

    first, again = sato.post("/clock", back, key="k"), sato.post("/clock", back, key="k")

    assert problem(first) == problem(again) == (422, "clock_refused")
    assert problem(sato.post("/clock", {"advance": "P1D"}, key="k")) == (422, "idempotency_key_reused")


def test_keys_are_each_callers_own(shipped_town: Served):
    sato, kato = shipped_town.as_("sato"), shipped_town.as_("kato")
    for caller in (sato, kato):
        body = {"answers": {**example(caller, "FM01"), **a_woman()}}
        assert caller.post("/cases", body, key="k").status_code == 201


def test_of_the_same_requests_at_the_same_moment_exactly_one_acts(shipped_town_on_both: Served):
    sato = shipped_town_on_both.as_("sato")
    body = {"answers": {**example(sato, "FM01"), **a_woman()}}
    together, answers = threading.Barrier(4), []

    def ask() -> None:
        caller = Caller(shipped_town_on_both.app.test_client(), sato.token)
        together.wait(5)
        response = caller.post("/cases", body, key="k")
        answers.append((response.status_code, response.get_data()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 4
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 201
    assert len(sato.get("/cases").get_json()["items"]) == 1


# --- records -------------------------------------------------------------------------------------------------------


def test_a_submission_is_recorded_and_corrected_by_another(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    path = f"/cases/{notified(sato)['case_id']}/submissions"
    answers = example(sato, "contact_note")
    first = sato.post(path, {"form": "contact_note", "answers": answers})
    second = sato.post(path, {"form": "contact_note", "answers": answers, "corrects": first.get_json()["id"]})

    assert first.status_code == 201, first.get_data(as_text=True)
    assert (second.status_code, second.get_json()["corrects"]) == (201, first.get_json()["id"])
    ids = [item["id"] for item in sato.get(path).get_json()["items"]]
    assert {first.get_json()["id"], second.get_json()["id"]} <= set(ids)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"form": "nope"}, 404, id="an unknown form"),
        pytest.param({"corrects": "0" * 26}, 404, id="a correction of nothing"),
        pytest.param({"corrects": "x"}, 400, id="a correction of no id"),
        pytest.param({"answers": {"nonsense": 1}}, 422, id="wrong answers"),
    ],
)
def test_a_submission_that_is_wrong(shipped_town: Served, notified: Notified, changes: dict[str, Any], status: int):
    sato = shipped_town.as_("sato")
    body = {"form": "contact_note", "answers": example(sato, "contact_note"), **changes}

    assert sato.post(f"/cases/{notified(sato)['case_id']}/submissions", body).status_code == status


def test_consent_is_given_and_withdrawn(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    path = f"/cases/{notified(sato)['case_id']}/consents"
    given = sato.post(path, {"answers": example(sato, "FM02")})
    assert given.status_code == 201, given.get_data(as_text=True)
    consent_id = given.get_json()["consent_id"]
    on = given.get_json()["consents"][0]["given_on"]
    withdrawn = sato.post(f"{path}/{consent_id}/withdrawal", {"on": on})

    assert withdrawn.status_code == 200, withdrawn.get_data(as_text=True)
    assert withdrawn.get_json()["withdrawn_on"] == on
    assert sato.post(f"{path}/{consent_id}/withdrawal", {"on": on}).status_code == 422
    assert problem(sato.post(f"{path}/{'0' * 26}/withdrawal", {"on": on})) == (404, "not_found")
    assert problem(sato.post(f"{path}/{consent_id}/withdrawal", {"on": "2026-02-30"})) == (400, "malformed")


def test_a_partner_finds_a_family_that_agreed_by_its_name_and_no_others(shipped_town: Served, notified: Notified):
    """A consent to nurseries is no list of families for every nursery of the town."""
    sato, yamada = shipped_town.as_("sato"), shipped_town.as_("yamada")
    woman = {"family_name_kana": "ナノレル", "birth_date": "1994-03-02"}
    agreed, other = notified(sato, **woman)["case_id"], notified(sato)["case_id"]
    answers = example(sato, "FM02")
    given = sato.post(f"/cases/{agreed}/consents", {"answers": answers}).get_json()["consents"]
    to_nursery = next(consent for consent in given if consent["agency"] == "nursery")
    mother = yamada.get(f"/cases/{agreed}").get_json()["persons"][0]
    by_name = f"/cases?q={mother['kana']}&born_on={mother['birth_date']}"
    found = yamada.get(by_name).get_json()["items"]

    assert yamada.get("/cases").get_json()["items"] == []
    for vague in ("?born_on=1994-03-02", "?q=ナノレル", "?q=ナノレ&born_on=1994-03-02"):
        assert yamada.get(f"/cases{vague}").get_json()["items"] == [], vague
    assert [case["id"] for case in found] == [agreed]
    assert found == [yamada.get(f"/cases/{agreed}").get_json()]
    assert (found[0]["level"], found[0]["facts"]) == (None, {})
    assert yamada.get(f"/cases/{agreed}/tasks").get_json() == {"items": [], "next": None}
    assert problem(yamada.get(f"/cases/{agreed}/timeline")) == (403, "not_permitted")
    assert problem(yamada.get(f"/cases/{other}/tasks")) == (404, "not_found")

    path = f"/cases/{agreed}/consents/{to_nursery['id']}/withdrawal"
    assert sato.post(path, {"on": to_nursery["given_on"]}).status_code == 200
    assert yamada.get(by_name).get_json()["items"] == []
    assert problem(yamada.get(f"/cases/{agreed}/tasks")) == (404, "not_found")


# --- forms, messages, versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["FM01", "fm01", "pregnancy_notification"])
def test_a_form_is_described_by_its_stem_or_code(shipped_town: Served, key: str):
    form = shipped_town.as_("sato").get(f"/forms/{key}").get_json()

    assert set(form) == {"key", "version", "fields", "example"}
    assert form["key"] == "pregnancy_notification"
    assert all({"key", "type", "required", "options", "show_if"} <= set(field) for field in form["fields"])
    assert problem(shipped_town.as_("sato").get("/forms/nope")) == (404, "not_found")


def test_a_list_of_a_form_tells_what_its_rows_ask(shipped_town: Served):
    form = shipped_town.as_("sato").get("/forms/affiliation_check").get_json()

    lists = [field for field in form["fields"] if field["type"] == "dynamiclist"]
    assert lists
    for field in lists:
        assert {tuple(row) for row in field["fields"]} == {("key", "type", "required", "options", "show_if")}
        assert {row["key"] for row in field["fields"]} >= set(form["example"][field["key"]][0])
    assert all("fields" not in field for field in form["fields"] if field["type"] != "dynamiclist")


def test_a_message_is_taken_once(shipped_town: Served, notified: Notified):
    sato = shipped_town.as_("sato")
    case_id = notified(sato)["case_id"]
    body = {
        "name": "due_date_corrected",
        "message_id": "hospital-1",
        "correlation": {"case_id": case_id},
        "payload": {"edd": "2027-07-01"},
    }
    first, again = sato.post("/messages", body), sato.post("/messages", body)

    assert first.status_code == 202, first.get_data(as_text=True)
    assert first.get_json()["case_id"] == case_id
    assert again.status_code == 200
    assert again.get_json() == {**first.get_json(), "status": "duplicate"}


def test_an_agency_tells_of_a_family_but_neither_ends_a_pregnancy_nor_learns_which_case_it_is(
    shipped_town: Served, notified: Notified
):
    sato, nursery = shipped_town.as_("sato"), shipped_town.as_("yamada")
    case_id = notified(sato, resident_id="777001")["case_id"]
    told = {"message_id": "n1", "correlation": {"resident_id": "777001"}, "payload": {}}

    lost = nursery.post("/messages", {"name": "pregnancy_lost", **told})
    concern = nursery.post("/messages", {"name": "concern_raised", **told})

    assert problem(lost) == (403, "not_permitted")
    assert concern.status_code == 202, concern.get_data(as_text=True)
    assert set(concern.get_json()) == {"inbox_id", "status"}
    assert [each["state"] for each in sato.get(f"/cases/{case_id}").get_json()["pregnancies"]] == ["open"]


def test_a_message_that_fits_nobody_is_put_before_a_person(shipped_town: Served):
    sato = shipped_town.as_("sato")
    body = {"name": "moved_out", "message_id": "m1", "correlation": {"resident_id": "999"}, "payload": {}}
    receipt = sato.post("/messages", body)

    assert receipt.status_code == 202, receipt.get_data(as_text=True)
    assert receipt.get_json()["status"] == "needs_person"
    assert any(task["case_id"] is None for task in shipped_town.as_("kato").get("/tasks?limit=100").get_json()["items"])


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"name": ""},
        {"message_id": 5},
        {"message_id": "x" * 201},
        {"correlation": []},
        {"correlation": {"case_id": 5}},
        {"correlation": {"family": "x"}},
        {"payload": "text"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_message_that_cannot_be_meant_is_malformed(shipped_town: Served, changes: dict[str, Any]):
    body = {"name": "moved_out", "message_id": "m1", "correlation": {"resident_id": "999"}, "payload": {}, **changes}

    assert problem(shipped_town.as_("sato").post("/messages", body)) == (400, "malformed")


def test_published_versions_are_listed(shipped_town: Served):
    versions = shipped_town.as_("ono").get("/processes/versions").get_json()

    assert [(version["bundle"], version["is_current"]) for version in versions["items"]] == [("seamless_support", True)]


def test_a_version_names_who_proposed_and_approved_it_by_login(shipped_town: Served):
    files, _ = bundles.files_of(shipped.FOLDER)
    manifest = next(file for file in files if file.endswith(bundles.MANIFEST))
    changed = bundles.from_files({**files, manifest: files[manifest] + b"# changed\n"})
    with transaction(shipped_town.database) as session:
        proposal = publication.propose(session, find_actor(session, "ono"), changed, now=clock.now(session))

    told = shipped_town.as_("ono").get("/processes/versions").get_json()["items"]
    people = {version["id"]: (version["proposed_by"], version["approved_by"]) for version in told}

    assert people.pop(proposal.version_id) == ("ono", None)
    assert list(people.values()) == [("installation", "release")]  # a town's first is nobody's


def test_the_example_of_a_notification_is_accepted_in_a_town_with_other_districts(shipped_town: Served):
    sato = shipped_town.as_("sato")
    with transaction(shipped_town.database) as session:
        session.execute(update(District).where(District.code == "north").values(code="higashi", name="東中学校区"))

    answers = {**example(sato, "FM01"), **a_woman()}

    assert answers["junior_high_district"] != "north"
    assert sato.post("/cases", {"answers": answers}).status_code == 201
    refused = sato.post("/cases", {"answers": {**answers, **a_woman(), "junior_high_district": "north"}})
    assert problem(refused) == (422, "answers_rejected")
    assert refused.get_json()["errors"].keys() == {"junior_high_district"}
