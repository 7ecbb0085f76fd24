"""Bearer tokens for the API: 256 random bits, of which only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, references
from engine.organisation.staff import Staff

PREFIX = "tsn_"


class ApiToken(Base):
    """A key that lets a program act as a member of staff until it expires or is revoked.

    scope: words separated by blanks that narrow what it may be used for; empty = all that the person may.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        references("staff", "staff_id"),
        Index(None, "municipality_id", "staff_id"),
    )

    token_hash: Mapped[str]
    staff_id: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    def is_valid(self, at: datetime) -> bool:
        """Whether it still opens the door at the wall-clock instant."""
        return self.revoked_at is None and at < self.expires_at


def create(
    session: Session, person: Staff, *, at: datetime, expires_at: datetime, scope: str = ""
) -> tuple[str, ApiToken]:
    """A new token. The text is returned once and kept nowhere. Instants are those of the wall clock."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(token_hash=_hash(text), staff_id=person.id, scope=scope, created_at=at, expires_at=expires_at)
    token.municipality_id = person.municipality_id
    session.add(token)
    session.flush()
    return text, token


def find(session: Session, text: str, *, at: datetime) -> tuple[Staff, ApiToken] | None:
    """Whose token this is, of whichever municipality; None where it is unknown, expired or revoked."""
    query = (
        select(Staff, ApiToken)
        .join(ApiToken, (ApiToken.municipality_id == Staff.municipality_id) & (ApiToken.staff_id == Staff.id))
        .where(ApiToken.token_hash == _hash(text))
    )
    row = session.execute(query).one_or_none()
    if row is None or not row[1].is_valid(at):
        return None
    return row[0], row[1]


def revoke(token: ApiToken, *, at: datetime) -> None:
    """Close the door. A second time changes nothing."""
    token.revoked_at = token.revoked_at or at


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
