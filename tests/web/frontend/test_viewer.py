"""The diagram with its tokens, as it is drawn on a case's page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.frontend.looking import axe_violations, refused
from tests.web.frontend.site import Answer, Site

DIAGRAM = (Path(__file__).parent / "diagrams" / "checkup.bpmn").read_text("utf-8")
STATE = {
    "active": ["home_visit"],
    "done": ["start", "to_visit"],
    "waiting": [{"id": "visit_late", "text": "4月16日まで"}],
    "next": ["was_seen"],
}


@pytest.fixture
def diagram_page(site: Site) -> str:
    site.put("/diagram.bpmn", Answer(DIAGRAM, "application/xml"))
    site.put("/state.json", Answer(json.dumps(STATE), "application/json"))
    return site.page(
        "/",
        '<main id="main"><h1>図</h1><div class="diagram" data-diagram data-diagram-url="/diagram.bpmn" '
        'data-state-url="/state.json" data-label="3〜4か月健診の図"></div></main>',
        entries=("app", "viewer"),
    )


def test_tokens_are_shown_in_words_on_the_steps(page: Page, diagram_page: str) -> None:
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()

    assert page.locator(".mark.is-active").inner_text() == "▶ いまここ"
    assert page.locator(".mark.is-waiting").inner_text() == "◇ 待っている 4月16日まで"
    assert page.locator(".mark.is-done").inner_text() == "✓"  # on an event, beside its name
    assert page.locator("[data-element-id=was_seen].is-next").count() == 1
    assert page.locator("[data-element-id=to_visit].is-done").count() == 1
    assert refused(page) == []
    assert axe_violations(page) == []


def test_the_drawing_is_one_named_picture_and_lies_inside_its_frame(page: Page, diagram_page: str) -> None:
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()

    picture = page.get_by_role("img", name="3〜4か月健診の図")
    frame = page.locator("[data-diagram]").bounding_box()
    pool = page.locator("[data-element-id=checkup_pool] .djs-visual").first.bounding_box()

    assert picture.count() == 1
    assert pool["x"] >= frame["x"]
    assert pool["y"] >= frame["y"]
    assert pool["x"] + pool["width"] <= frame["x"] + frame["width"]
    assert pool["y"] + pool["height"] <= frame["y"] + frame["height"]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_mark_of_bpmn_io_is_wholly_visible(page: Page, diagram_page: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()

    assert page.evaluate(LOGO_IS_ON_TOP)


def test_a_diagram_that_cannot_be_had_says_so(page: Page, site: Site, diagram_page: str) -> None:
    site.put("/diagram.bpmn", Answer("gone", status=404))

    page.goto(diagram_page)
    page.locator("body[data-ready='failed']").wait_for()

    assert "図を表示できません" in page.locator("main").inner_text()


def test_zoom_works_from_the_keyboard(page: Page, diagram_page: str) -> None:
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()
    pool = page.locator("[data-element-id=checkup_pool] .djs-visual").first
    before = pool.bounding_box()["width"]

    page.get_by_role("button", name="大きくする").focus()
    page.keyboard.press("Enter")

    assert pool.bounding_box()["width"] > before


def test_the_focused_picture_is_moved_and_sized_by_keys(page: Page, diagram_page: str) -> None:
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()
    pool = page.locator("[data-element-id=checkup_pool] .djs-visual").first
    before = pool.bounding_box()
    page.locator("[data-diagram] svg[tabindex='0']").focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("-")

    after = pool.bounding_box()
    assert after["x"] != before["x"]
    assert after["width"] < before["width"]
    page.keyboard.press("0")
    assert abs(pool.bounding_box()["width"] - before["width"]) < 1


def test_the_wheel_over_a_diagram_scrolls_the_page(page: Page, site: Site, diagram_page: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()
    page.locator("[data-diagram]").hover(position={"x": 300, "y": 60})

    page.mouse.wheel(0, 120)
    page.wait_for_timeout(300)

    assert page.evaluate("scrollY") > 0


def test_a_finger_moves_the_picture_sideways(page: Page, diagram_page: str) -> None:
    page.goto(diagram_page)
    page.locator("body[data-ready='1']").wait_for()
    pool = page.locator("[data-element-id=checkup_pool] .djs-visual").first
    before = pool.bounding_box()["x"]

    page.evaluate(
        """() => {
          const frame = document.querySelector('[data-diagram] svg');
          for (const [kind, x] of [['pointerdown', 300], ['pointermove', 220], ['pointerup', 220]])
            frame.dispatchEvent(new PointerEvent(kind, {pointerType: 'touch', isPrimary: true, pointerId: 7,
              clientX: x, clientY: 200, bubbles: true}));
        }"""
    )

    assert round(before - pool.bounding_box()["x"]) == 80


LOGO_IS_ON_TOP = """() => {
  const logo = document.querySelector('.bjs-powered-by');
  const box = logo.getBoundingClientRect();
  const style = getComputedStyle(logo);
  const corners = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]];
  return box.width > 30 && style.visibility === 'visible' && style.opacity === '1' && corners.every(([x, y]) =>
    logo.contains(document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
}"""
