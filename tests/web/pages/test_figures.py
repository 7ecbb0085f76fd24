"""One figure, one source: what a head reads on two pages at one moment is the same, and a refusal keeps the frame."""

from __future__ import annotations

import re

import pytest

from engine import clock
from engine.casework import people, publication
from engine.database import transaction
from processes import bundle as bundles
from tests.web.pages.conftest import DESIGNER, HEAD, STRANGER, PagesTown
from web.demo import BUNDLE


def figures(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="([^"]+)"><span class="figure">(\d+)[人件]</span>', page)[:4]


def test_a_proposal_that_waits_counts_on_both_pages(pages_town: PagesTown):
    head = pages_town.as_(HEAD)
    with transaction(pages_town.database) as session:
        actor, now = people.actor_of(session, DESIGNER), clock.now(session)
        files, _ = bundles.files_of(BUNDLE)
        manifest = next(file for file in files if file.endswith(bundles.MANIFEST))
        changed = bundles.from_files({**files, manifest: files[manifest] + b"# changed\n"})
        publication.propose(session, actor, changed, now=now)

    first, oversight = head.get("/").get_data(as_text=True), head.get("/supervision").get_data(as_text=True)

    assert figures(first) == figures(oversight)
    assert dict(figures(first))["/supervision#decide"] == "1"


@pytest.mark.parametrize("path", ["/nowhere", "/cases/{case}"])
def test_a_refusal_keeps_the_menu_and_the_place(pages_town: PagesTown, path: str):
    stranger = pages_town.as_(STRANGER)
    usual = stranger.get("/cases").get_data(as_text=True)

    refused = stranger.get(path.format(case=pages_town.case_id()))

    assert refused.status_code in (403, 404)
    assert header(refused.get_data(as_text=True)) == header(usual)
    assert "南子育て世代包括支援センター" in header(usual)


def test_a_refusal_shows_a_stranger_no_menu(pages_town: PagesTown):
    page = pages_town.visitor().get("/nowhere").get_data(as_text=True)

    assert 'class="places"' not in page


def header(page: str) -> str:
    """The head of the page but for what differs: the place one is at, the way to the other language, the token."""
    found = re.search(r"<header.*?</header>", page, re.S)
    assert found is not None
    return re.sub(r' aria-current="page"|href="[^"]*lang=en"|name="csrf_token" value="[^"]*"', "", found[0])
