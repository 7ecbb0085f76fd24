"""The description and the calls agree, for many invented requests: no 500, no undescribed status or shape."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from engine.casework import people
from engine.database import engine_for, transaction
from tests.web.conftest import settings_for
from web.app import create_app

EXAMPLES = 8
# Not checked: that what fits the description is accepted. Which answers a form takes and which cursors were given
# out is not in it.


def calls() -> list[str]:
    """Every call of the description, `METHOD path`; without the clock, which would move by years."""
    engine = engine_for("sqlite:///:memory:")
    paths = create_app(settings_for(engine), engine).test_client().get("/api/v1/openapi.json").get_json()["paths"]
    engine.dispose()
    named = [(method, path) for path, each in paths.items() for method in each if method != "parameters"]
    return [f"{method.upper()} {path}" for method, path in named if path != "/api/v1/clock"]


@pytest.fixture(scope="module")
def served(published_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """The description of a served town, and the headers of a caller."""
    path = tmp_path_factory.mktemp("schemathesis") / "town.db"
    shutil.copyfile(published_template, path)
    engine = engine_for(f"sqlite:///{path}")
    with transaction(engine) as session:
        actor = people.actor_of(session, "sato")
        assert actor is not None
        token, _ = people.create_token(session, actor)
    app = create_app(settings_for(engine), engine)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app), {"Authorization": f"Bearer {token}"}
    engine.dispose()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("call", calls())
def test_a_call_keeps_to_its_description(served: tuple[Any, dict[str, str]], call: str, mode: GenerationMode):
    schema, headers = served
    method, path = call.split()
    operation = schema[path][method]

    @seed(1)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    check()
