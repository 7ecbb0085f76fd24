"""A form without JavaScript: everything can be filled, and what is asked only sometimes says so."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.pages.conftest import MANAGER, PagesTown
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
