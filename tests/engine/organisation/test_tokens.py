"""API tokens: shown once, kept as a hash, closed by time or by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import organisation
from engine.database import transaction
from engine.organisation import tokens
from engine.organisation.tokens import ApiToken
from tests.engine.towns import NOW, a_town


@pytest.fixture
def tanaka(database):
    with transaction(database) as session:
        a_town(session)
        yield session, organisation.staff_by_login(session, "tanaka")


def test_a_token_leads_to_its_owner_and_is_kept_as_a_hash_only(tanaka):
    session, person = tanaka

    text, token = tokens.create(session, person, at=NOW, expires_at=NOW + timedelta(days=1), scope="read")

    assert tokens.find(session, text, at=NOW) == (person, token)
    assert text not in str(session.execute(sa.select(ApiToken.__table__)).all())
    assert len(text) >= 43


@pytest.mark.parametrize(("after", "works"), [(timedelta(hours=23), True), (timedelta(days=1), False)])
def test_a_token_works_until_it_expires(tanaka, after, works):
    session, person = tanaka
    text, _ = tokens.create(session, person, at=NOW, expires_at=NOW + timedelta(days=1))

    assert (tokens.find(session, text, at=NOW + after) is not None) is works


def test_a_revoked_token_opens_nothing(tanaka):
    session, person = tanaka
    text, token = tokens.create(session, person, at=NOW, expires_at=NOW + timedelta(days=1))

    tokens.revoke(token, at=NOW)
    tokens.revoke(token, at=NOW + timedelta(hours=1))

    assert token.revoked_at == NOW
    assert tokens.find(session, text, at=NOW) is None


@pytest.mark.parametrize("text", ["", "tsn_", "tsn_x", "ü" * 50, "x" * 10_000])
def test_an_unknown_token_opens_nothing(tanaka, text):
    session, _ = tanaka

    assert tokens.find(session, text, at=NOW) is None
