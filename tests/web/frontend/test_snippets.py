"""The blocks of web/frontend/README.md are what templates copy: each must be sound as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.frontend.looking import axe_violations, refused, sideways
from tests.web.frontend.site import Answer, Site

README = Path(__file__).parents[3] / "web" / "frontend" / "README.md"
BLOCKS = re.findall(r"^```html (page|part)\n(.*?)^```", README.read_text("utf-8"), re.S | re.M)
DIAGRAM = (Path(__file__).parent / "diagrams" / "checkup.bpmn").read_text("utf-8")


def serve(site: Site, kind: str, block: str) -> str:
    site.put("/test/diagram.bpmn", Answer(DIAGRAM, "application/xml", headers={"ETag": '"1"'}))
    site.put(
        "/test/state.json",
        Answer('{"active":["home_visit"],"done":["start"],"waiting":[],"next":[]}', "application/json"),
    )
    site.put("/test/vocabulary.json", Answer("{}", "application/json"))
    site.put("/test/lint", Answer('{"findings":[]}', "application/json"), method="POST")
    if kind == "part":
        block = f'<main class="page stack" id="main"><h1>部品</h1>{block}</main>'
    entries = ("app",)
    if "data-diagram " in block:
        entries = ("app", "viewer")
    if "data-designer" in block:
        entries = ("app", "designer")
    return site.page("/page", block, entries=entries)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("kind", "block"),
    [pytest.param(kind, block, id=f"{kind}-{n}") for n, (kind, block) in enumerate(BLOCKS, 1)],
)
def test_a_snippet_is_sound_on_a_desk_and_on_a_phone(page: Page, site: Site, kind: str, block: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(serve(site, kind, block))
    if "data-diagram-url" in block:
        page.locator("body[data-ready='1']").wait_for()

    assert axe_violations(page) == []
    assert refused(page) == []
    assert sideways(page) == 0
