"""Everybody is offered their own places and nothing else: no link that is refused, none to a page never theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine.organisation.roles import ROLES
from tests.web.pages.conftest import PagesTown, Someone
from web.demo_town import PARTNERS

CENTRE_PEOPLE = [f"{role}.north" for role in ROLES if role != "partner_staff"]
PARTNER_PEOPLE = [f"{role}.{code}" for code, *_, roles in PARTNERS for role in (*roles, "partner_staff")]
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')


def links(html: str) -> Iterator[str]:
    for found in LINK.findall(html):
        path = found.replace("&amp;", "&")
        if "lang=" not in path:
            yield path


def follow(someone: Someone, path: str) -> str:
    """The page behind a link, through redirections."""
    response = someone.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.status_code)
    return str(response.get_data(as_text=True))


@pytest.mark.parametrize("login", [*CENTRE_PEOPLE, *PARTNER_PEOPLE])
def test_no_link_offered_is_refused(pages_town: PagesTown, login: str):
    someone = pages_town.as_(login)
    seen: set[str] = set()
    at_first = ["/", "/help", "/accessibility", "/settings"]
    for path in at_first:
        seen |= set(links(follow(someone, path)))
    for path in sorted(seen - set(at_first)):
        for further in links(follow(someone, path)):
            if further not in seen and not further.startswith(("/design/", "/cases/", "/tasks/")):
                seen.add(further)
                follow(someone, further)


def menu(someone: Someone) -> list[str]:
    html = follow(someone, "/")
    found = re.search(r'<nav class="places".*?</nav>', html, re.DOTALL)
    assert found is not None
    return list(links(found[0]))


@pytest.mark.parametrize(
    ("login", "places"),
    [
        ("public_health_nurse.north", ["/", "/cases", "/coming", "/post"]),
        ("centre_head.north", ["/", "/cases", "/coming", "/post", "/supervision", "/design"]),
        ("school_supervisor.north", ["/", "/coming", "/post"]),
        ("registry_clerk.north", ["/", "/coming", "/post"]),
        ("process_designer.north", ["/design"]),
        ("statistics_clerk.north", ["/design"]),
        ("data_protection_officer.north", ["/cases"]),
        ("nursery_teacher.nursery", ["/", "/cases", "/tell", "/post"]),
        ("child_family_worker.cgc", ["/", "/cases", "/tell", "/post"]),
        ("school_supervisor.school", ["/", "/cases", "/coming", "/tell", "/post"]),
        ("school_supervisor.boe", ["/", "/cases", "/coming", "/tell", "/post"]),
        ("partner_staff.police", ["/", "/cases", "/tell", "/post"]),
    ],
)
def test_the_menu_holds_the_places_of_the_role(pages_town: PagesTown, login: str, places: list[str]):
    assert menu(pages_town.as_(login)) == places


@pytest.mark.parametrize("login", PARTNER_PEOPLE)
def test_no_agency_is_offered_the_lists_of_the_centre(pages_town: PagesTown, login: str):
    html = follow(pages_town.as_(login), "/")

    assert not {"/checkups", "/visits", "/supervision", "/cases/new"} & set(links(html))
    assert "連絡待ち" not in html
    assert "センターの仕事" not in html
    assert "発送" not in html


def test_who_does_check_ups_and_visits_finds_their_lists(pages_town: PagesTown):
    assert {"/checkups", "/visits"} <= set(links(follow(pages_town.as_("public_health_nurse.north"), "/")))
    assert not {"/checkups", "/visits"} & set(links(follow(pages_town.as_("counter_clerk.north"), "/")))
