"""What people of other houses find on the pages, and that no page asks them to type what would then be refused."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine import clock
from engine.casework import cases, form_catalogue, people, records, tasks
from engine.database import transaction
from tests.web.pages.conftest import HEAD, NURSE, PARTNER, STRANGER, PagesTown, Someone
from web.pages.news import NEWS

LEAD = "integrated_support_lead.north"  # sees to what belongs to nobody yet, wherever it came in
FORM = re.compile(r"<form\b[^>]*>", re.DOTALL)
FIELD = re.compile(r"<(?:textarea|select|input(?![^>]*type=\"hidden\"))\b")


def agree(town: PagesTown, case_id: str, *agencies: str) -> None:
    """The family consents to these kinds of agency."""
    with transaction(town.database) as session:
        nurse, now = people.actor_of(session, NURSE), clock.now(session)
        form = form_catalogue.form(session, nurse, "sharing_consent")
        answers = {**form.example(now.date()), "agencies": list(agencies)}
        records.give_consent(session, nurse, case_id, answers=answers, now=now)


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="(/cases/\w{26})">', page)


def search(someone: Someone, q: str) -> list[str]:
    return rows(someone.post("/cases", {"q": q}).get_data(as_text=True))


def test_a_consent_to_nurseries_lists_no_family_but_opens_the_one_that_is_named(pages_town: PagesTown):
    case_id = pages_town.case_id()
    agree(pages_town, case_id, "nursery")
    nursery = pages_town.as_(PARTNER)

    assert "佐藤" not in nursery.get("/cases").get_data(as_text=True)
    for vague in ("佐藤 みのり", "1995-01-01", "佐藤 1995-01-01", "佐藤 みのり 1995-01-02", "鈴木 ケイト 1995-01-02"):
        assert search(nursery, vague) == [], vague
    for exact in ("佐藤 みのり 1995-01-01", "さとうみのり 平成7年1月1日"):
        assert search(nursery, exact) == [f"/cases/{case_id}"], exact
    page = nursery.get(f"/cases/{case_id}")
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "佐藤 みのり" in html
    for path in set(re.findall(r'href="(/cases/[^"#?]*)"', html)):
        assert nursery.get(path).status_code == 200, path
    assert "分娩予定日" not in html


FORM_PAGES = (
    *("/cases/{case}/visit", "/cases/{case}/closure", "/cases/{case}/note", "/cases/{case}/consents/new"),
    *("/cases/{case}/pregnancy", "/cases/new", "/cases/{case}/records/{record}/correct"),
    *(f"/cases/{{case}}/news/{name}" for name in NEWS),
    *("/tasks/{task}", "/tasks/{task}/could-not", "/settings/checkups", "/checkups", "/tell"),
)


@pytest.mark.parametrize(
    "login", [PARTNER, "benefit_clerk.north", "welfare_caseworker.north", "registry_clerk.north", STRANGER]
)
def test_no_form_is_shown_to_whom_its_answers_would_be_refused(pages_town: PagesTown, login: str):
    case_id = pages_town.case_id()
    agree(pages_town, case_id, "nursery")
    with transaction(pages_town.database) as session:
        record = cases.submissions(session, people.actor_of(session, HEAD), case_id, now=clock.now(session)).items[0]
    names = {"case": case_id, "task": pages_town.task("interview").id, "record": record.id}
    someone = pages_town.as_(login)

    for template in FORM_PAGES:
        path = template.format(**names)
        shown = someone.get(path)
        told = someone.post(path, {"act": "complete", "centre": login.rpartition(".")[2]})
        if told.status_code in (403, 404):
            assert not asks(shown.get_data(as_text=True), path) or shown.status_code == told.status_code, path
        else:
            assert told.status_code in (200, 303, 405, 409, 422), (path, told.status_code)


def asks(html: str, path: str) -> bool:
    """Whether the page has a form of its own, sent to this path, with something to fill in."""
    for found in FORM.finditer(html):
        action = re.search(r'action="([^"]*)"', found[0])
        if 'method="post"' not in found[0] or (action and unescape(action[1]) != path):
            continue
        if FIELD.search(html[found.end() : html.index("</form>", found.end())]):
            return True
    return False


def test_a_nursery_is_offered_no_news_of_the_registers(pages_town: PagesTown):
    case_id = pages_town.case_id()
    agree(pages_town, case_id, "nursery")
    page = pages_town.as_(PARTNER).get(f"/cases/{case_id}/add").get_data(as_text=True)

    assert re.findall(r"/news/(\w+)", page) == ["concern_raised"]
    offered = pages_town.as_(NURSE).get(f"/cases/{case_id}/add").get_data(as_text=True)
    assert re.findall(r"/news/(\w+)", offered) == list(NEWS)


WORRY = {
    "name": "高橋 さくら",
    "birth_date": "R7.5.1",
    "summary": "頬にあざがある",
    "urgency": "A",
    "message_id": "m-1",
}


def test_an_agency_tells_the_centre_and_sees_that_it_came_in_and_is_dealt_with(pages_town: PagesTown):
    nursery = pages_town.as_(PARTNER)
    assert 'href="/tell"' in nursery.get("/").get_data(as_text=True)

    assert nursery.post("/tell", WORRY).status_code == 303
    said = nursery.get("/tell").get_data(as_text=True)
    number = re.search(r"受付番号 (\w{4}-\w{4})\(", said)
    assert number is not None
    nursery.post("/tell", WORRY)  # the button was pressed twice
    assert states(nursery) == {number[1]: "受け付けました"}
    assert number[1] not in pages_town.as_("partner_staff.hospital").get("/tell").get_data(as_text=True)

    task = pages_town.task("notice_received", LEAD)
    page = pages_town.as_(LEAD).get(f"/tasks/{task.id}").get_data(as_text=True)
    assert "頬にあざがある" in page
    assert number[1] in page
    finish(pages_town, task.id, LEAD)
    assert states(nursery) == {number[1]: "対応しています"}
    assert "佐藤" not in nursery.get("/tell").get_data(as_text=True)


def states(someone: Someone) -> dict[str, str]:
    html = someone.get("/tell").get_data(as_text=True)
    return dict(re.findall(r'<th scope="row">(\w{4}-\w{4})</th>.*?data-label="いま">([^<]+)</td>', html))


def finish(town: PagesTown, task_id: str, login: str, **changes: object) -> None:
    """Finish a task with the example of its form."""
    with transaction(town.database) as session:
        actor, now = people.actor_of(session, login), clock.now(session)
        task = tasks.show_task(session, actor, task_id, now=now)
        form = form_catalogue.form(session, actor, task.form or "", version=task.version)
        answers = {**form.example(now.date()), **changes}
        tasks.complete_task(session, actor, task_id, answers=answers, now=now)


@pytest.mark.parametrize("missing", ["name", "summary", "urgency"])
def test_a_word_to_the_centre_without_its_parts_is_asked_for_and_nothing_is_lost(pages_town: PagesTown, missing: str):
    nursery = pages_town.as_(PARTNER)
    refused = nursery.post("/tell", {**WORRY, missing: ""})
    html = refused.get_data(as_text=True)

    assert refused.status_code == 422
    assert f'href="#{missing}"' in html
    assert all(WORRY[kept] in html for kept in ("name", "summary") if kept != missing)
    assert states(nursery) == {}


def test_an_agency_names_only_a_family_linked_to_it(pages_town: PagesTown):
    nursery = pages_town.as_(PARTNER)
    refused = nursery.post("/tell", {**WORRY, "name": "", "family": pages_town.case_id()})

    assert refused.status_code == 422
    assert states(nursery) == {}
