"""The environment becomes settings, or sentences."""

from datetime import timedelta

import pytest

from web.settings import Environment, Settings, read

KEY = "k" * 32


def faults(**variables: str) -> list[str]:
    found = read({f"TSUNAGU_{name}": value for name, value in variables.items()})
    assert isinstance(found, list)
    return [fault.en for fault in found]


def sound(**variables: str) -> Settings:
    found = read({f"TSUNAGU_{name}": value for name, value in variables.items()})
    assert isinstance(found, Settings)
    return found


def test_production_is_the_default_and_needs_a_key():
    assert faults() == [
        "The environment variable TSUNAGU_SECRET_KEY must be set in production (at least 32 random characters)."
    ]


def test_a_command_that_signs_nothing_needs_no_key():
    assert isinstance(read({}, serving=False), Settings)


def test_with_a_key_production_starts_on_sqlite_under_var():
    settings = sound(SECRET_KEY=KEY)

    assert settings.environment is Environment.PRODUCTION
    assert settings.database_url == "sqlite:///var/tsunagu.sqlite3"
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 8000, "ja")


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_demo_and_test_need_no_key(environment: str):
    assert not sound(ENV=environment).in_production


def test_every_fault_is_told_at_once_without_its_value():
    told = faults(ENV="live", PORT="70000", DATABASE_URL="mysql://u:secret@h/d", LANGUAGE="fr", SESSION_HOURS="x")

    assert len(told) == 6  # the five and the key, since an unknown environment counts as production
    assert "secret" not in " ".join(told)


@pytest.mark.parametrize("port", ["0", "-1", "８０００", "80 00", "1e3", "99999999999999999999"])
def test_a_port_is_a_plain_whole_number(port: str):
    assert "TSUNAGU_PORT" in faults(ENV="test", PORT=port)[0]


@pytest.mark.parametrize("url", ["postgresql://h/d", "postgres://h/d", "postgresql+psycopg://h/d"])
def test_the_usual_spellings_of_postgresql_are_one(url: str):
    assert sound(ENV="test", DATABASE_URL=url).database_url == "postgresql://h/d"


@pytest.mark.parametrize(
    "url",
    ["mysql://h/d", "postgresql://h:port/d", "postgresql://", "postgresql://h", "sqlite:///", "sqlite:", "town.db"],
)
def test_a_database_is_named_in_full(url: str):
    assert "TSUNAGU_DATABASE_URL must look like" in faults(ENV="test", DATABASE_URL=url)[0]


def test_an_empty_variable_counts_as_absent():
    assert sound(ENV="test", PORT="", HOST=" ").port == 8000


def test_a_short_key_is_refused_in_production():
    assert "at least 32" in faults(SECRET_KEY="short")[0]


def test_lifetimes_are_durations():
    settings = sound(ENV="test", SESSION_IDLE_MINUTES="5", SESSION_HOURS="2", TOKEN_DAYS="7")

    assert settings.session_idle == timedelta(minutes=5)
    assert settings.session_lifetime == timedelta(hours=2)
    assert settings.token_lifetime == timedelta(days=7)


def test_secrets_are_not_in_the_repr():
    assert KEY not in repr(sound(SECRET_KEY=KEY, METRICS_TOKEN="m" * 20))
