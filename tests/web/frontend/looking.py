"""What is asked of every page: no axe violation, nothing refused by the policy, no sideways scrolling."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def axe_violations(page: Page) -> list[str]:
    results = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for found in results
        for node in found["nodes"]
    ]


def refused(page: Page) -> list[str]:
    return page.evaluate("window.refused")


def sideways(page: Page) -> int:
    """How many pixels of the page lie beyond its right edge."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
