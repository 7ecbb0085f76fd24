"""Conventions of the doors: every view says what it does, every call is described, no policy is loosened unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from engine.database import engine_for
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Rejected
from engine.schema.tables import metadata
from tests.web.conftest import settings_for
from web import errors, refusals, security
from web.app import create_app

# Never met by a caller: what stands in our own tables or state is amiss.
OURS = {
    "state_unreadable",
    "task_not_ready",
    "catch_not_waiting",
    "failure_not_found",
    "step_without_end",
}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    engine: Engine = engine_for("sqlite:///:memory:")
    yield create_app(settings_for(engine), engine)
    engine.dispose()


def test_every_view_declares_its_action(app: Flask):
    undeclared = [name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "action")]

    assert undeclared == []


def test_every_call_of_the_api_is_described(app: Flask):
    described = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert served == {(path, method) for path, calls in described.items() for method in calls if method != "parameters"}


def test_every_post_of_the_api_may_be_repeated_under_a_key(app: Flask):
    paths = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    posts = [calls["post"] for calls in paths.values() if "post" in calls]

    assert posts
    assert all(any(p["name"] == "Idempotency-Key" for p in post["parameters"]) for post in posts)


def test_every_refusal_is_a_problem_document(app: Flask):
    document = app.test_client().get("/api/v1/openapi.json").get_json()

    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("profile", ["default", "modeler", "editor"])
def test_no_policy_allows_inline_script_or_eval(app: Flask, profile: security.Profile):
    with app.test_request_context("/"):
        policy = security.policy(profile)

    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src-attr")[0]
    assert ("style-src-attr 'unsafe-inline'" in policy) == (profile != "default")
    assert ("'nonce-" in policy) == (profile == "editor")


@pytest.mark.parametrize("code", refusals.REFUSALS)
def test_every_refusal_speaks_both_languages(code: str):
    words = refusals.REFUSALS[code]

    for sentence in (words.title, words.detail):
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", sentence.ja)
        assert sentence.en.isascii() or "…" in sentence.en


def test_every_refusal_of_the_engine_has_its_words():
    """Codes that mean a fault of ours are answered as `internal` and need none."""
    metadata()  # imports every module of the engine
    kinds = (NotFound, NotPermitted, Conflict, Rejected)
    told = {each.code for each in _below(EngineError) if issubclass(each, kinds) and not each.__name__.startswith("_")}

    assert told - set(refusals.REFUSALS) - set(errors.SPECIAL) - OURS == set()


def _below(kind: type[EngineError]) -> Iterator[type[EngineError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
