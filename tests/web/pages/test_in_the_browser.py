"""Every page in a real browser: nothing refused, nothing said in the console, no axe violation, no sideways scrolling;
and the ways of working with the keyboard, while typing, and beside a colleague."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine import clock
from engine.casework import form_catalogue, people, records
from engine.clock import jst_day
from engine.database import transaction
from tests.web.frontend.looking import axe_violations, refused, sideways
from tests.web.pages.conftest import DESIGNER, HEAD, MANAGER, PARTNER, STRANGER, PagesTown, Someone, Window
from tests.web.pages.test_checkup_sessions import PLANNED
from tests.web.pages.test_design import CONSENT, a_draft, change, propose, renamed
from tests.web.pages.test_post import queue_a_letter

DIAGRAMS = "[data-diagram], [data-designer]"


def look(page: Page, path: str) -> None:
    """The page at both widths, once its diagram stands."""
    if page.query_selector(DIAGRAMS):
        expect(page.locator("body")).to_have_attribute("data-ready", "1")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe_violations(page) == [], (path, width)
        assert width != 390 or sideways(page) <= 0, path
    assert refused(page) == [], path
    assert page.said == [], path  # type: ignore[attr-defined]


# Every page of the application by its route, and where the small town has one; {…} stands for what `made` made.
OF_CASEWORK = {
    "/": "/",
    "/accessibility": "/accessibility",
    "/cases": "/cases",
    "/cases/<row_id:case_id>": "/cases/{case}",
    "/cases/<row_id:case_id>/add": "/cases/{case}/add",
    "/cases/<row_id:case_id>/closure": "/cases/{case}/closure",
    "/cases/<row_id:case_id>/consents": "/cases/{case}/consents",
    "/cases/<row_id:case_id>/consents/<row_id:consent_id>/withdraw": "/cases/{case}/consents/{consent}/withdraw",
    "/cases/<row_id:case_id>/consents/new": "/cases/{case}/consents/new",
    "/cases/<row_id:case_id>/diagram": "/cases/{case}/diagram",
    "/cases/<row_id:case_id>/news/<name>": "/cases/{case}/news/birth_registered",
    "/cases/<row_id:case_id>/note": "/cases/{case}/note",
    "/cases/<row_id:case_id>/plan": "/cases/{case}/plan",
    "/cases/<row_id:case_id>/plan/<row_id:submission_id>": "/cases/{case}/plan/{plan}",
    "/cases/<row_id:case_id>/pregnancy": "/cases/{mother}/pregnancy",
    "/cases/<row_id:case_id>/records": "/cases/{case}/records",
    "/cases/<row_id:case_id>/records/<row_id:submission_id>/correct": "/cases/{case}/records/{plan}/correct",
    "/cases/<row_id:case_id>/sheet": "/cases/{case}/sheet",
    "/cases/<row_id:case_id>/visit": "/cases/{case}/visit",
    "/cases/new": "/cases/new",
    "/checkups": "/checkups",
    "/coming": "/coming",
    "/help": "/help",
    "/post": "/post",
    "/post/<row_id:item_id>": "/post/{letter}",
    "/settings": "/settings",
    "/settings/checkups": "/settings/checkups",
    "/settings/checkups/<row_id:session_id>": "/settings/checkups/{session}",
    "/signed-in": "/signed-in",
    "/supervision": "/supervision",
    "/supervision/unseen": "/supervision/unseen",
    "/tasks/<row_id:task_id>": "/tasks/{task}",
    "/tasks/<row_id:task_id>/could-not": "/tasks/{task}/could-not",
    "/visits": "/visits",
}
OTHER_LISTS = (
    "/?of=waiting",
    "/?of=none",
    "/?of=handed_over",
    "/?of=decide",
    "/?of=centre&due=week",
    "/visits?of=centre",
)
OF_DESIGN = {
    "/design": "/design",
    "/design/drafts/<row_id:draft_id>": "{draft}",
    "/design/drafts/<row_id:draft_id>/bring-up": "{draft}/bring-up",
    "/design/drafts/<row_id:draft_id>/edit/<path:path>": "{draft}/edit/" + CONSENT,
    "/design/drafts/<row_id:draft_id>/findings": "{draft}/findings",
    "/design/proposals/<row_id:proposal_id>": "{proposal}",
    "/design/versions/<version_id>": "{version}",
}
# Looked at where it can be reached: after signing out, and after a task.
ON_THEIR_WAY = {"/sign-in", "/tasks/<row_id:task_id>/done", "/tell"}
FOR_SCRIPTS = {
    "/cases/<row_id:case_id>/diagram/<process>/drawing",
    "/cases/<row_id:case_id>/diagram/<process>/state",
    "/design/drafts/<row_id:draft_id>/files/<path:path>",
    "/design/drafts/<row_id:draft_id>/vocabulary",
    "/design/proposals/<row_id:proposal_id>/marks/<process>",
    "/design/versions/<version_id>/diagrams/<process>",
    *("/healthz", "/metrics", "/readyz", "/session", "/static/<path:filename>"),
}


def test_every_page_is_looked_at(shared_site: PagesTown):
    rules = shared_site.app.url_map.iter_rules()
    pages = {each.rule for each in rules if "GET" in (each.methods or ()) and not each.rule.startswith("/api/")}

    assert pages - FOR_SCRIPTS == {*OF_CASEWORK, *OF_DESIGN, *ON_THEIR_WAY}
    assert pages >= FOR_SCRIPTS


@pytest.fixture(scope="module")
def made(shared_site: PagesTown) -> dict[str, str]:
    """Ids of what the small town is given so that every page has something to show."""
    case_id, head = shared_site.case_id(), shared_site.as_(HEAD)
    with transaction(shared_site.database) as session:
        actor, now = people.actor_of(session, HEAD), clock.now(session)
        consent, plan = (
            form_catalogue.form(session, actor, key).example(jst_day(now))
            for key in ("sharing_consent", "support_plan")
        )
        records.give_consent(session, actor, case_id, answers=consent, now=now)
        kept = records.record_submission(session, actor, case_id, form="support_plan", answers=plan, now=now)
    queue_a_letter(shared_site)
    head.post("/settings/checkups", PLANNED)
    mother = next(each.case_id for each in shared_site.work_of(HEAD) if each.about.startswith("鈴木"))
    head.post(f"/cases/{mother}/news/birth_registered", {"born_on": "R8.4.9"})
    return {
        "case": case_id,
        "mother": str(mother),
        "task": shared_site.task("interview").id,
        "plan": kept.id,
        "consent": first(head, f"/cases/{case_id}/consents", r"/consents/(\w+)/withdraw"),
        "letter": first(head, "/post", r'href="/post/(\w+)"'),
        "session": first(head, "/settings/checkups", r'href="/settings/checkups/(\w+)"'),
    }


def first(someone: Someone, path: str, pattern: str) -> str:
    """What the pattern finds first on the page."""
    found = re.search(pattern, someone.get(path).get_data(as_text=True))
    assert found is not None, path
    return found[1]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_of_casework_are_sound(shared_site: PagesTown, made: dict[str, str], window: Window, language: str):
    page = window(shared_site, HEAD, language)

    for path in (*OF_CASEWORK.values(), *OTHER_LISTS):
        answer = page.goto(shared_site.address + path.format(**made))
        assert answer is not None
        assert answer.status == 200, path
        look(page, path)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_of_design_are_sound(site: PagesTown, window: Window, language: str):
    designer = site.as_(DESIGNER)
    proposed = renamed(designer, "夏", "同意をていねいに説明する")
    places = {"draft": a_draft(designer), "proposal": propose(designer, proposed)}
    places["version"] = first(designer, "/design", r'href="(/design/versions/\w+)"')
    page = window(site, DESIGNER, language)

    for path in OF_DESIGN.values():
        answer = page.goto(site.address + path.format(**places))
        assert answer is not None
        assert answer.status == 200, path
        look(page, path)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_proposal_marks_a_changed_arrow_by_its_line_and_a_word(site: PagesTown, window: Window, language: str):
    designer = site.as_(DESIGNER)
    draft = renamed(designer, "x", "同意をていねいに説明する")
    drawing = re.sub(r">\s+<", "><", designer.get(f"{draft}/files/{CONSENT}").get_data(as_text=True))
    arrow = re.search(r'<bpmn:sequenceFlow id="(\w+)"[^>]* name="([^"]+)"><bpmn:condition', drawing)
    assert arrow is not None
    change(designer, draft, CONSENT, f'name="{arrow[2]}"', 'name="別の言い方"')
    proposal = propose(designer, draft)
    page = window(site, HEAD, language)

    page.goto(site.address + proposal)
    page.locator(f"[data-element-id={arrow[1]}].is-changed").first.wait_for(state="attached")
    look(page, "proposal")

    line, plain = (
        page.locator(f"[data-element-id]{which}.djs-connection .djs-visual path").first.evaluate(
            "path => getComputedStyle(path).stroke"
        )
        for which in (".is-changed", ":not(.is-changed)")
    )
    assert line != plain
    words = page.locator(".mark.is-changed").all_inner_texts()
    assert len(words) >= 2
    assert set(words) == {"△ 変わった" if language == "ja" else "△ changed"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sign_in_page_and_its_refusal_are_sound(shared_site: PagesTown, window: Window, language: str):
    page = window(shared_site, None, language)
    look(page, "/sign-in")
    page.fill("#login", "nobody")
    page.fill("#password", "wrong")
    page.press("#password", "Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()

    page.said.clear()  # type: ignore[attr-defined]  # the browser itself notes the 422
    look(page, "refusal")


def test_a_person_of_another_centre_sees_the_refusal_page(shared_site: PagesTown, window: Window):
    page = window(shared_site, STRANGER)

    page.goto(f"{shared_site.address}/cases/{shared_site.case_id()}")

    expect(page.locator("h1")).to_have_text("この操作は許可されていません")
    expect(page.locator("body")).not_to_contain_text("佐藤")
    page.said.clear()  # type: ignore[attr-defined]  # the browser itself notes the 403
    look(page, "403")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_on_which_an_agency_tells_the_centre_is_sound(shared_site: PagesTown, window: Window, language: str):
    page = window(shared_site, PARTNER, language)

    answer = page.goto(f"{shared_site.address}/tell")

    assert answer is not None
    assert answer.status == 200
    look(page, "/tell")


def test_an_address_that_leads_nowhere_says_so(shared_site: PagesTown, window: Window):
    page = window(shared_site, HEAD)

    page.goto(f"{shared_site.address}/nowhere")

    expect(page.locator("h1")).to_have_text("見つかりません")
    page.said.clear()  # type: ignore[attr-defined]  # the browser itself notes the 404
    look(page, "404")


def fill_required(page: Page) -> None:
    """Fill what the form asks by keys: Space takes the first choice, text goes where it must."""
    for _ in range(120):
        field = page.evaluate(
            """() => {
              const wanted = [...document.querySelectorAll('.field')].filter((field) =>
                field.querySelector('.required') && field.offsetParent !== null);
              for (const field of wanted) {
                const inputs = [...field.querySelectorAll('input, select, textarea')];
                const choices = inputs.filter((one) => ['radio', 'checkbox'].includes(one.type));
                if (choices.length ? choices.some((one) => one.checked) : inputs[0]?.value) continue;
                inputs[0].focus();
                return inputs[0].dataset.day !== undefined ? 'day' : inputs[0].inputMode === 'numeric' ? 'number'
                  : choices.length ? 'choice' : inputs[0].tagName.toLowerCase();
              }
              return null;
            }"""
        )
        if field is None:
            return
        if field == "choice":
            page.keyboard.press("Space")
        elif field == "select":
            # A level below the calculated one would need a reason; the last one never does.
            is_level = page.evaluate("document.activeElement.id") == "level_decided"
            page.keyboard.press("End" if is_level else "ArrowDown")
        else:
            page.keyboard.type({"day": "R8.4.20", "number": "1"}.get(field, "とくになし"))
    pytest.fail("the form asks for more and more")


def press_until(page: Page, key: str, found: str) -> None:
    """Press a key until the focused element matches."""
    for _ in range(400):
        if page.evaluate("(found) => document.activeElement.matches(found)", found):
            return
        page.keyboard.press(key)
    pytest.fail(f"{found} cannot be reached by {key}")


def test_the_main_way_goes_by_keyboard_alone(site: PagesTown, window: Window):
    page = window(site, HEAD)
    page.keyboard.press("ArrowDown")
    while "面接" not in page.evaluate("document.activeElement.textContent"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/**")

    fill_required(page)
    press_until(page, "Tab", "button[value=complete]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done**")
    expect(page.locator(".notice.success")).to_contain_text("完了しました")
    press_until(page, "Tab", ".calendar-bar button[value=next]")
    page.keyboard.press("Enter")

    expect(page.locator("[role=status] .notice.success")).to_contain_text("自動で動きました")


def test_enter_that_confirms_kanji_does_not_send(site: PagesTown, window: Window):
    page = window(site, HEAD)
    page.focus("#q")
    page.evaluate(
        """() => {
          const field = document.querySelector('#q');
          field.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
          field.value = 'さとう';
          field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, isComposing: true,
            bubbles: true, cancelable: true}));
          field.form.requestSubmit();
        }"""
    )

    assert page.locator("#q").input_value() == "さとう"
    page.evaluate("document.querySelector('#q').dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}))")
    page.press("#q", "Enter")
    expect(page.locator("main")).to_contain_text("「さとう」でさがしました")


def test_what_is_typed_is_kept_within_three_seconds_and_survives_a_reload(site: PagesTown, window: Window):
    page = window(site, HEAD)
    page.goto(f"{site.address}/tasks/{site.task('interview').id}")

    page.fill("#own_wishes", "ゆっくり相談したい")
    expect(page.locator("[data-draft-status]")).to_contain_text("に保存", timeout=3000)
    page.reload()

    expect(page.locator("#own_wishes")).to_have_value("ゆっくり相談したい")


def test_whoever_comes_second_keeps_the_text(site: PagesTown, window: Window):
    task = site.task("interview")
    first, second = window(site, HEAD), window(site, MANAGER)
    for page in (first, second):
        page.goto(f"{site.address}/tasks/{task.id}")
        fill_required(page)
    second.fill("#own_wishes", "二人目の文")
    first.click("button[value=complete]")
    first.wait_for_url("**/done**")

    second.click("button[value=complete]")

    expect(second.locator(".notice.error")).to_contain_text("先に終えました")
    second.said.clear()  # type: ignore[attr-defined]  # the browser itself notes the 409
    look(second, "conflict")
    look(first, "done")
    second.goto(f"{site.address}/tasks/{task.id}")
    expect(second.locator("main")).to_contain_text("二人目の文")


@pytest.mark.parametrize("path", ["/sheet", "", "/plan"])
def test_a_sheet_is_printed_without_what_is_only_for_the_screen(shared_site: PagesTown, window: Window, path: str):
    page = window(shared_site, HEAD)
    page.goto(f"{shared_site.address}/cases/{shared_site.case_id()}{path}")

    page.emulate_media(media="print")

    for gone in (".page-header", ".page-footer", ".tabs", ".calendar-bar", ".button", ".skip"):
        assert not [one for one in page.locator(gone).all() if one.is_visible()], gone
    expect(page.locator(".printed")).to_contain_text("印刷 令和8年4月")
    expect(page.locator(".printed")).to_contain_text("センター長")
    expect(page.locator("h1")).to_contain_text("佐藤 みのり")


def test_the_visits_to_make_are_printed_with_room_to_write(site: PagesTown, window: Window):
    page = window(site, HEAD)
    page.goto(f"{site.address}/cases/{site.case_id()}/news/birth_registered")
    page.fill("#born_on", "R8.4.9")
    page.press("#born_on", "Enter")
    page.wait_for_url("**/cases/*")

    page.goto(f"{site.address}/visits?of=centre")
    page.emulate_media(media="print")

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("留守電は不可")
