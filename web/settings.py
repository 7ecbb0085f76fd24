"""The environment as settings. A pure function: a mapping in, settings or the list of all faults out.

Every fault is a sentence in both languages that names the variable and what to write there; values are never
repeated, since one of them may be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from forms.sentences import Sentence

SECRET_KEY_LENGTH = 32
_DEMO_SECRET = "demo-only-key-that-signs-nothing-worth-forging"  # noqa: S105 - refused in production
_SQLITE_PREFIX = "sqlite:///"
_POSTGRES_PREFIXES = ("postgresql://", "postgresql+psycopg://", "postgres://")


class Environment(StrEnum):
    """production: real families. demo: invented families, a movable clock, `--as`. test: like demo, for automata."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the doors need to know. Secrets are kept out of `repr`."""

    environment: Environment
    database_url: str
    secret_key: str
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "ja"
    session_idle: timedelta = timedelta(minutes=60)
    session_lifetime: timedelta = timedelta(hours=12)
    token_lifetime: timedelta = timedelta(days=90)
    metrics_token: str | None = None
    max_body_bytes: int = 1024 * 1024
    threads: int = 8
    trusted_proxies: int = 0

    def __repr__(self) -> str:
        return f"Settings({self.environment}, {self.host}:{self.port})"

    @property
    def in_production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def read(environ: Mapping[str, str], *, serving: bool = True) -> Settings | list[Sentence]:
    """Settings from `TSUNAGU_…` variables; where anything is wrong, every fault at once instead.

    A variable that is empty counts as absent. serving: False where nothing will be signed, so no key is needed.
    """
    reader = _Reader(environ)
    environment = Environment(reader.choice("ENV", [e.value for e in Environment], "production"))
    settings = Settings(
        environment=environment,
        database_url=reader.database_url(),
        secret_key=reader.secret_key(environment, needed=serving),
        host=reader.text("HOST") or "127.0.0.1",
        port=reader.whole("PORT", 8000, 1, 65535),
        language=reader.choice("LANGUAGE", ["ja", "en"], "ja"),
        session_idle=timedelta(minutes=reader.whole("SESSION_IDLE_MINUTES", 60, 1, 24 * 60)),
        session_lifetime=timedelta(hours=reader.whole("SESSION_HOURS", 12, 1, 24 * 7)),
        token_lifetime=timedelta(days=reader.whole("TOKEN_DAYS", 90, 1, 3650)),
        metrics_token=reader.text("METRICS_TOKEN"),
        max_body_bytes=reader.whole("MAX_BODY_KIB", 1024, 16, 64 * 1024) * 1024,
        threads=reader.whole("THREADS", 8, 1, 64),
        trusted_proxies=reader.whole("TRUSTED_PROXIES", 0, 0, 5),
    )
    return reader.faults or settings


def _names_a_database(url: str) -> bool:
    try:
        return url.startswith((_SQLITE_PREFIX, "postgresql://")) and bool(make_url(url).database)
    except (ArgumentError, ValueError):
        return False


class _Reader:
    """Takes one variable after the other and remembers what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[Sentence] = []

    def text(self, name: str) -> str | None:
        return self._environ.get(f"TSUNAGU_{name}", "").strip() or None

    def choice(self, name: str, allowed: list[str], default: str) -> str:
        value = self.text(name) or default
        if value not in allowed:
            words = ", ".join(allowed)
            self._fault(name, f"{words} のいずれかにしてください。", f"must be one of {words}.")
            return default
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            self._fault(
                name,
                f"{least} から {most} までの整数にしてください。",
                f"must be a whole number from {least} to {most}.",
            )
            return default
        return int(text)

    def database_url(self) -> str:
        url = self.text("DATABASE_URL") or "sqlite:///var/tsunagu.sqlite3"
        if url.startswith(_POSTGRES_PREFIXES):
            url = "postgresql://" + url.split("://", 1)[1]
        if not _names_a_database(url):
            self._fault(
                "DATABASE_URL",
                "sqlite:///ファイル名 または postgresql://利用者@サーバー:ポート/データベース の形にしてください。",
                "must look like sqlite:///FILE or postgresql://USER@SERVER:PORT/DATABASE.",
            )
        return url

    def secret_key(self, environment: Environment, *, needed: bool) -> str:
        key = self.text("SECRET_KEY")
        if key is None and environment is not Environment.PRODUCTION:
            return _DEMO_SECRET
        if key is None and not needed:
            return ""
        if key is None:
            self._fault(
                "SECRET_KEY",
                f"本番環境では必ず設定してください({SECRET_KEY_LENGTH} 文字以上の無作為な文字列)。",
                f"must be set in production (at least {SECRET_KEY_LENGTH} random characters).",
            )
        elif len(key) < SECRET_KEY_LENGTH and environment is Environment.PRODUCTION:
            self._fault(
                "SECRET_KEY",
                f"{SECRET_KEY_LENGTH} 文字以上にしてください。",
                f"must have at least {SECRET_KEY_LENGTH} characters.",
            )
        return key or ""

    def _fault(self, name: str, ja: str, en: str) -> None:
        self.faults.append(Sentence(f"環境変数 TSUNAGU_{name} は{ja}", f"The environment variable TSUNAGU_{name} {en}"))
