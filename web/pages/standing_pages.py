"""Pages that say the same to everybody: accessibility, and how to use the product."""

from __future__ import annotations

from flask import render_template

from web.pages.blueprint import pages as new_pages
from web.request_scope import act

pages = new_pages("standing", __name__)


@pages.get("/accessibility")
@act("page.accessibility", writes=False, open_to_all=True)
def accessibility() -> str:
    """How far everybody can use the product, and where they cannot."""
    return render_template("accessibility.html")


@pages.get("/help")
@act("page.help", writes=False, open_to_all=True)
def help_page() -> str:
    """The keys, how days are written, and what happens to what is typed."""
    return render_template("help.html")
