"""A form without JavaScript, and before it: everything can be filled, and what is asked only sometimes says so."""

from __future__ import annotations

from playwright.sync_api import Browser, Route, expect
from sqlalchemy import update

from engine.database import transaction
from engine.workflow.task import Task
from tests.web.pages.conftest import MANAGER, PagesTown, Window
from web.demo_town import PASSWORD


def test_fields_asked_only_sometimes_say_so_and_are_required_only_when_asked(site: PagesTown, browser: Browser):
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    page.fill("#login", MANAGER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.goto(f"{site.address}/cases/new")

    proxy = page.locator(".field", has=page.locator("#proxy_name"))
    expect(proxy).to_contain_text("「届出人」の答えによって入れます")
    expect(proxy.get_by_text("あてはまれば必須")).to_be_visible()
    expect(proxy.get_by_text("必須", exact=True)).to_be_hidden()
    page.get_by_label("本人", exact=True).check()
    page.get_by_role("button", name="届を受けてケースを開く").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_visible()
    expect(summary.locator("a[href='#proxy_name']")).to_have_count(0)
    context.close()


def test_before_the_script_has_looked_nothing_flashes_that_is_not_asked(site: PagesTown, browser: Browser):
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    arrived: list[Route] = []
    page.goto(f"{site.address}/sign-in")
    page.fill("#login", MANAGER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.route("**/bundle/app.js*", lambda route: arrived.append(route))

    page.goto(f"{site.address}/cases/new", wait_until="commit")
    expect(page.locator("#notification_date")).to_be_visible()
    page.wait_for_function("getComputedStyle(document.documentElement).getPropertyValue('--ink') !== ''")  # styled
    proxy = page.locator(".field:has(> #proxy_name)")
    before = (proxy.is_visible(), page.get_by_text("あてはまれば必須").first.is_visible())
    expect(proxy).to_be_visible(timeout=10_000)  # the script never came: it can be filled all the same
    arrived[0].continue_()
    expect(proxy).to_be_hidden()

    assert before == (False, False)
    context.close()


def test_a_heading_under_which_nothing_is_asked_is_not_shown(site: PagesTown, window: Window):
    task = site.task("interview").id
    with transaction(site.database) as session:
        session.execute(update(Task).where(Task.id == task).values(form="checkup_result"))
    page = window(site, MANAGER)
    page.goto(f"{site.address}/tasks/{task}")
    support = page.locator("fieldset.group > legend", has_text="子育ての支援")

    expect(support).to_be_hidden()
    page.get_by_label("受診した", exact=True).check()

    expect(support).to_be_visible()
    empty = page.locator("fieldset.group").evaluate_all(
        "all => all.filter(one => one.checkVisibility() && ![...one.querySelectorAll('input, select, textarea, output,"
        " p, summary')].some(each => each.checkVisibility())).map(one => one.querySelector('legend').textContent)"
    )
    assert empty == []
