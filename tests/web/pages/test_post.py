"""お知らせと発送: told, printed, sent and ticked off; agencies find what was sent to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from engine import organisation
from engine.casework import due_work
from engine.database import transaction
from tests.engine.casework.serving import served
from tests.web.pages.conftest import PARTNER, STRANGER, PagesTown

CLERK, CGC = "counter_clerk.north", "child_family_worker.cgc"


@dataclass(frozen=True)
class _Town:
    """What `served` needs of a town."""

    engine: Engine
    town: str


def _served(pages_town: PagesTown, operation: str, **parameters: Any) -> None:
    with transaction(pages_town.database, read_only=True) as session:
        town = organisation.municipalities(session)[0].id
    served(_Town(pages_town.database, town), pages_town.case_id(), operation, **parameters)  # type: ignore[arg-type]
    due_work.run_due(pages_town.database)


def queue_a_letter(pages_town: PagesTown) -> None:
    _served(pages_town, "send_letter", track="p1", kind="infant_visit")


def _item(page: str) -> str:
    found = re.search(r'action="/post/(\w+)/sent"', page)
    assert found is not None
    return found.group(1)


def test_a_letter_is_printed_sent_and_ticked_off(pages_town: PagesTown):
    queue_a_letter(pages_town)
    clerk = pages_town.as_(CLERK)
    listed = clerk.get("/post").get_data(as_text=True)
    item = _item(listed)

    printed = clerk.get(f"/post/{item}").get_data(as_text=True)
    done = clerk.post(f"/post/{item}/sent", {}, follow_redirects=True).get_data(as_text=True)

    assert "赤ちゃん訪問のご案内" in listed
    assert "様" in printed
    assert "発送しました。" in done
    assert f'action="/post/{item}/sent"' not in done
    assert f'href="/post/{item}">再発行する' in done


def test_what_is_not_sent_needs_a_reason(pages_town: PagesTown):
    queue_a_letter(pages_town)
    clerk = pages_town.as_(CLERK)
    item = _item(clerk.get("/post").get_data(as_text=True))

    refused = clerk.post(f"/post/{item}/left", {"reason": " "})
    left = clerk.post(f"/post/{item}/left", {"reason": "電話で伝えた"}, follow_redirects=True)

    assert refused.status_code == 422
    assert "送らない理由を書いてください。" in refused.get_data(as_text=True)
    assert item not in left.get_data(as_text=True)


def test_an_agency_finds_what_was_sent_to_it_and_confirms_it(pages_town: PagesTown):
    _served(pages_town, "notify_cgc", kind="notification")
    agency = pages_town.as_(CGC)
    listed = agency.get("/post").get_data(as_text=True)
    found = re.search(r'action="(/post/told/\w+)"', listed)
    assert found is not None

    after = agency.post(found.group(1), {}, follow_redirects=True).get_data(as_text=True)

    assert "発送を待つもの" not in listed
    assert found.group(1) not in after


def test_nobody_else_sees_it(pages_town: PagesTown):
    queue_a_letter(pages_town)
    item = _item(pages_town.as_(CLERK).get("/post").get_data(as_text=True))

    for login in (STRANGER, PARTNER):
        person = pages_town.as_(login)
        assert item not in person.get("/post").get_data(as_text=True)
        assert person.get(f"/post/{item}").status_code in (403, 404)
        assert person.post(f"/post/{item}/sent", {}).status_code in (403, 404)
