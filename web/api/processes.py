"""Calls about process definitions: which versions are published."""

from __future__ import annotations

from engine.casework import process_design
from web.api import schemas as s
from web.api.call import Calls
from web.request_scope import current

calls = Calls("processes", __name__, url_prefix="/api/v1", description="How the municipality works")


@calls.call("GET", "/processes/versions", "process.versions", answers={200: s.page_of(s.VersionOut)}, writes=False)
def versions() -> object:
    """Published versions, newest first."""
    scope = current()
    return {"items": process_design.versions(scope.session, scope.actor, now=scope.now), "next": None}
