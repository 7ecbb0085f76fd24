"""Signing in at a browser: the session row, the cookie, CSRF, and the brake on guessing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from engine.casework import sign_ins
from engine.database import transaction
from tests.engine.towns import PASSWORD, a_town
from tests.web.conftest import settings_for
from web import request_scope, sign_in
from web.app import create_app

TASK = "/api/v1/tasks/" + "0" * 26


@pytest.fixture
def app(database: Engine) -> Flask:
    """A served town with the simplest pages for signing in and out."""
    with transaction(database) as session:
        a_town(session)
    app = create_app(settings_for(database), database)

    @app.get("/token")
    @request_scope.act("csrf.read", writes=False, open_to_all=True)
    def token() -> str:
        return generate_csrf()

    @app.post("/in")
    @request_scope.act("session.open", open_to_all=True, alone=True)
    def come_in() -> Any:
        actor = sign_in.sign_in(request.form["login"], request.form["password"])
        return redirect("/token") if actor is not None else ("no", 401)

    @app.post("/out")
    @request_scope.act("session.close")
    def go_out() -> str:
        sign_in.sign_out(request_scope.current().session)
        return "out"

    return app


def csrf(client: FlaskClient) -> str:
    return client.get("/token").get_data(as_text=True)


def come_in(client: FlaskClient, login: str = "tanaka", password: str = PASSWORD, **options: Any) -> TestResponse:
    form = {"login": login, "password": password, "csrf_token": csrf(client)}
    return client.post("/in", data=form, **options)


@pytest.fixture
def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert come_in(client).status_code == 302
    return client


def test_who_signs_in_may_call_the_api(signed_in: FlaskClient):
    assert signed_in.get("/api/v1/tasks").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask):
    cookie = come_in(app.test_client()).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(("login", "password"), [("tanaka", "wrong"), ("nobody", PASSWORD), ("suzuki", ""), ("", "")])
def test_a_wrong_login_or_password_is_not_told_apart(app: Flask, login: str, password: str):
    client = app.test_client()

    assert come_in(client, login, password).status_code == 401
    assert client.get("/api/v1/tasks").status_code == 401


def test_an_unsafe_call_by_cookie_needs_the_csrf_token(signed_in: FlaskClient):
    refused = signed_in.post(TASK + "/claim")
    allowed = signed_in.post(TASK + "/claim", headers={"X-CSRFToken": csrf(signed_in)})

    assert (refused.status_code, refused.get_json()["code"]) == (400, "csrf_rejected")
    assert allowed.status_code == 404


def test_signing_in_needs_the_csrf_token_too(app: Flask):
    response = app.test_client().post("/in", data={"login": "tanaka", "password": PASSWORD})

    assert response.status_code == 400


def test_who_signs_out_is_out_even_with_the_old_cookie(app: Flask, signed_in: FlaskClient):
    old = signed_in.get_cookie("tsunagu")
    assert old is not None
    assert signed_in.post("/out", headers={"X-CSRFToken": csrf(signed_in)}).status_code == 200
    thief = app.test_client()
    thief.set_cookie("tsunagu", old.value)

    assert signed_in.get("/api/v1/tasks").status_code == 401
    assert thief.get("/api/v1/tasks").status_code == 401


def test_a_session_ended_from_elsewhere_is_over(app: Flask, signed_in: FlaskClient):
    with transaction(app.extensions["tsunagu.database"]) as session:
        session.query(sign_ins.WebSession).delete()

    assert signed_in.get("/api/v1/tasks").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "\x00", "あ"])
def test_a_forged_cookie_is_nobody(app: Flask, cookie: str):
    client = app.test_client()

    assert client.get("/api/v1/tasks", headers={"Cookie": f"tsunagu={cookie}"}).status_code == 401


def test_a_token_that_is_wrong_is_not_saved_by_a_cookie(signed_in: FlaskClient):
    assert signed_in.get("/api/v1/tasks", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_guessing_is_stopped_for_a_while_also_with_the_right_password(app: Flask):
    client = app.test_client()
    for _ in range(sign_ins.FAILURES_PER_LOGIN):
        come_in(client, password="wrong")

    response = come_in(client)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0


def test_getting_in_forgives_a_slip(app: Flask):
    client = app.test_client()
    for _ in range(sign_ins.FAILURES_PER_LOGIN - 1):
        come_in(client, password="wrong")

    assert come_in(client).status_code == 302
    assert come_in(app.test_client(), password="wrong").status_code == 401
