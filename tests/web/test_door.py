"""What every request passes: sign-in, strict reading, problem documents, headers; without any published bundle."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from engine.casework import people
from engine.database import Busy, transaction
from tests.web.conftest import Served, settings_for
from web.app import create_app

NOWHERE = "0" * 26


def problem(response: Any) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json"
    body = response.get_json()
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"]
    return response.status_code, body["code"]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="nothing"),
        pytest.param("Bearer tsn_unknown", id="an unknown token"),
        pytest.param("Bearer ", id="an empty token"),
        pytest.param("Basic dGFuYWthOnB3", id="another scheme"),
        pytest.param("Bearer " + "x" * 5000, id="a very long token"),
        pytest.param("Bearer é", id="a token that is no ASCII"),
    ],
)
def test_without_a_valid_token_nobody_acts(town: Served, header: str | None):
    headers = {"Authorization": header} if header is not None else {}
    response = town.app.test_client().get("/api/v1/tasks", headers=headers)

    assert problem(response) == (401, "not_signed_in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_ends_at_once(town: Served):
    caller = town.as_("tanaka")
    assert caller.get("/tasks").status_code == 200
    with transaction(town.database) as session:
        actor = people.actor_of_token(session, caller.token)
        assert actor is not None
        people.revoke_token(session, actor, caller.token)

    assert problem(caller.get("/tasks")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/tasks?limit=0", "limit"),
        ("/tasks?limit=101", "limit"),
        ("/tasks?limit=ten", "limit"),
        ("/tasks?state=broken", "state"),
        ("/tasks?due_before=2026-02-30", "due_before"),
        ("/tasks?due_before=令和8年", "due_before"),
        ("/cases?born_on=tomorrow", "born_on"),
        ("/cases?q=%00", "q"),
        ("/tasks?cursor=" + "x" * 501, "cursor"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_named(town: Served, path: str, where: str):
    response = town.as_("tanaka").get(path)

    assert problem(response) == (400, "malformed")
    assert response.get_json()["where"] == where


@pytest.mark.parametrize("cursor", ["!", "AAAA", "あ", "MjAyNi0wMS0wMXwxfAA", "e30=", "x" * 501, NOWHERE])
@pytest.mark.parametrize("path", ["/tasks", "/cases"])
def test_a_cursor_nobody_gave_out_is_malformed(town: Served, path: str, cursor: str):
    assert problem(town.as_("tanaka").get(path, query_string={"cursor": cursor})) == (400, "malformed")


@pytest.mark.parametrize("parameter", ["limit", "state", "cursor", "due_before", "centre", "q", "unknown"])
def test_empty_and_unknown_parameters_are_passed_over(town: Served, parameter: str):
    assert town.as_("tanaka").get(f"/tasks?{parameter}=").status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"", "application/json", id="no body"),
        pytest.param(b"{", "application/json", id="half a body"),
        pytest.param(b"[]", "application/json", id="a list"),
        pytest.param(b"null", "application/json", id="null"),
        pytest.param(b'{"answers": {}}', "text/plain", id="another content type"),
        pytest.param(b"answers=1", "application/x-www-form-urlencoded", id="a form"),
        pytest.param(b'{"answers": []}', "application/json", id="answers that are a list"),
        pytest.param(b'{"answers": null}', "application/json", id="answers that are null"),
        pytest.param(b"{}", "application/json", id="no answers"),
        pytest.param(b'{"answers": {}, "more": 1}', "application/json", id="an unknown key"),
        pytest.param(b'{"answers": {"a": "\\u0000"}}', "application/json", id="a NUL"),
        pytest.param(b'{"answers": {"\\u0000": 1}}', "application/json", id="a NUL in a key"),
        pytest.param(b'{"answers": {"a": "\\ud800"}}', "application/json", id="half a surrogate pair"),
        pytest.param(b'{"answers": {"a": "\xff"}}', "application/json", id="no UTF-8"),
        pytest.param(b'{"answers": {"a": NaN}}', "application/json", id="not a number"),
        pytest.param(b'{"answers": {"a": 1e400}}', "application/json", id="an infinite number"),
        pytest.param(b'{"answers": {"a": 18446744073709551615}}', "application/json", id="a huge number"),
        pytest.param(b'{"answers": ' + b'{"a":' * 100 + b"1" + b"}" * 101, "application/json", id="deep"),
        pytest.param(b"[" * 100_000, "application/json", id="very deep"),
        pytest.param(b"\xef\xbb\xbf{}", "application/json", id="a byte order mark"),
    ],
)
def test_a_body_that_cannot_be_meant_is_malformed(town: Served, body: bytes, content_type: str):
    response = town.as_("tanaka").call("POST", "/cases", data=body, content_type=content_type)

    assert problem(response) == (400, "malformed")


def test_an_unknown_key_is_named(town: Served):
    response = town.as_("tanaka").post("/cases", {"answers": {}, "notes": "x"})

    assert response.get_json()["where"] == "notes"
    assert "notes" in response.get_json()["detail"]


def test_a_huge_body_is_too_large(town: Served):
    response = town.as_("tanaka").post("/cases", {"answers": {"a": "x" * 2_000_000}})

    assert problem(response) == (413, "too_large")


@pytest.mark.parametrize("not_an_id", ["x", "0" * 25, "0" * 27, "I" * 26, "あ", "%00", "..%2F..", "0" * 26 + "%0a"])
def test_what_is_no_id_is_not_found(town: Served, not_an_id: str):
    assert problem(town.as_("tanaka").get(f"/tasks/{not_an_id}")) == (404, "not_found")


@pytest.mark.parametrize(
    "path", ["/tasks/{}", "/cases/{}", "/cases/{}/timeline", "/cases/{}/tasks", "/cases/{}/consents"]
)
def test_what_nobody_has_is_not_found(town: Served, path: str):
    assert problem(town.as_("tanaka").get(path.format(NOWHERE))) == (404, "not_found")


def test_without_any_published_bundle_there_are_no_forms(town: Served):
    assert problem(town.as_("tanaka").get("/forms/FM01")) == (409, "nothing_published")


def test_another_method_is_told_which_are_allowed(town: Served):
    response = town.as_("tanaka").call("DELETE", "/tasks")

    assert problem(response) == (405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("accepted", "word"),
    [
        pytest.param(None, "見つかりません", id="nothing said"),
        pytest.param("en", "Not found", id="English"),
        pytest.param("en-GB,en;q=0.9,ja;q=0.1", "Not found", id="British English"),
        pytest.param("fr", "見つかりません", id="a language we do not have"),
        pytest.param("\x01;;q=x", "見つかりません", id="nonsense"),
    ],
)
def test_refusals_speak_the_language_asked_for(town: Served, accepted: str | None, word: str):
    headers = {"Accept-Language": accepted} if accepted is not None else {}

    assert town.as_("tanaka").get(f"/tasks/{NOWHERE}", headers=headers).get_json()["title"] == word


def test_outside_the_api_a_refusal_is_a_page(town: Served):
    response = town.app.test_client().get("/nowhere")

    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "見つかりません" in response.get_data(as_text=True)


def test_what_may_not_be_done_is_told_and_kept_in_the_ledger(town: Served):
    response = town.as_("yamada").get("/cases?centre=north")

    assert problem(response) == (403, "not_permitted")
    assert "case.find.refused" in _ledger(town.database)


def _ledger(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.exec_driver_sql("SELECT action FROM audit_entry").scalars())


def test_a_fault_of_ours_says_nothing_and_logs_no_message(town: Served, quiet: list[dict[str, Any]], monkeypatch: Any):
    def break_down(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("佐藤みのり 1990-01-01")

    monkeypatch.setattr("engine.casework.tasks.worklist", break_down)
    response = town.as_("tanaka").get("/tasks")

    assert problem(response) == (500, "internal")
    assert "佐藤" not in response.get_data(as_text=True) + str(quiet)
    assert any(line["event"] == "unexpected" and line["kind"] == "RuntimeError" for line in quiet)


def test_a_busy_database_says_when_to_try_again(town: Served, monkeypatch: Any):
    def wait_in_vain(*_args: Any, **_options: Any) -> None:
        raise Busy("another writer held it")

    monkeypatch.setattr("engine.casework.tasks.worklist", wait_in_vain)
    response = town.as_("tanaka").get("/tasks")

    assert problem(response) == (503, "database_busy")
    assert int(response.headers["Retry-After"]) >= 1


def test_the_log_has_the_route_and_not_what_was_searched(town: Served, quiet: list[dict[str, Any]]):
    town.as_("tanaka").get("/cases?q=佐藤みのり")

    assert "佐藤" not in str(quiet)
    assert quiet[-1]["route"] == "/api/v1/cases"


@pytest.mark.parametrize(("path", "cached"), [("/healthz", "no-store"), ("/api/v1/tasks", "no-store")])
def test_headers_keep_answers_to_themselves(town: Served, path: str, cached: str):
    headers = town.app.test_client().get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == cached
    assert "Strict-Transport-Security" not in headers


def production(database: Engine) -> Flask:
    return create_app(settings_for(database, TSUNAGU_ENV="production", TSUNAGU_SECRET_KEY="k" * 32), database)


def test_production_insists_on_https_and_has_no_clock_to_move(town: Served):
    app = production(town.database)
    caller = town.as_("tanaka")
    caller.client = app.test_client()
    response = caller.post("/clock", {"advance": "P1D"})

    assert problem(response) == (404, "not_found")
    assert "max-age" in response.headers["Strict-Transport-Security"]
    assert "/api/v1/clock" not in app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    assert app.config["SESSION_COOKIE_SECURE"]


# --- probes --------------------------------------------------------------------------------------------------------


def test_the_probes_answer_without_sign_in(town: Served):
    client = town.app.test_client()

    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert "tsunagu_requests_total" in client.get("/metrics").get_data(as_text=True)


def test_a_database_of_an_older_release_is_not_ready(empty_database: Engine):
    app = create_app(settings_for(empty_database), empty_database)

    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        pytest.param("127.0.0.1", {}, 200, id="this machine"),
        pytest.param("::1", {}, 200, id="this machine by IPv6"),
        pytest.param("10.0.0.9", {}, 404, id="another machine"),
        pytest.param("127.0.0.1", {"X-Forwarded-For": "10.0.0.9"}, 404, id="passed on by a proxy of this machine"),
        pytest.param("10.0.0.9", {"Authorization": "Bearer metrics-token"}, 200, id="another machine with the token"),
        pytest.param("10.0.0.9", {"Authorization": "Bearer other"}, 404, id="another machine with another token"),
    ],
)
def test_figures_are_for_this_machine_or_the_token(town: Served, address: str, headers: dict[str, str], status: int):
    app = create_app(settings_for(town.database, TSUNAGU_METRICS_TOKEN="metrics-token"), town.database)

    response = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert response.status_code == status


# --- the clock -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"set": "2026-05-01", "advance": "P1D"},
        {"set": "yesterday"},
        {"set": "2026-02-30"},
        {"set": "1999-12-31"},
        {"set": "9999-12-31T23:59:59-12:00"},
        {"set": 5},
        {"advance": "30 days"},
        {"advance": "P9999Y"},
        {"advance": "P99999999999999D"},
        {"advance": "-P1D"},
        {"advance": ""},
        {"advance": "P1D", "more": 1},
    ],
    ids=str,
)
def test_a_move_of_the_clock_that_cannot_be_meant_is_malformed(town: Served, body: dict[str, Any]):
    assert problem(town.as_("tanaka").post("/clock", body)) == (400, "malformed")


def test_the_clock_moves_and_says_where_it_stands(town: Served):
    caller = town.as_("tanaka")

    assert caller.post("/clock", {"set": "2026-05-01"}).get_json()["now"] == "2026-04-30T15:00:00+00:00"
    assert caller.post("/clock", {"advance": "P1M"}).get_json() == {
        "now": "2026-05-31T15:00:00+00:00",
        "fired": 0,
        "incidents": 0,
    }


def test_a_repeated_advance_moves_once(town: Served):
    caller = town.as_("tanaka")
    caller.post("/clock", {"set": "2026-05-01"})
    first = caller.post("/clock", {"advance": "P1D"}, key="k")
    second = caller.post("/clock", {"advance": "P1D"}, key="k")

    assert first.get_data() == second.get_data()
    assert problem(caller.post("/clock", {"advance": "P2D"}, key="k")) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_a_key_that_cannot_be_kept_is_malformed(town: Served, key: str):
    assert problem(town.as_("tanaka").post("/clock", {"advance": "P1D"}, key=key)) == (400, "malformed")
