"""Passwords, hashed with argon2id."""

from __future__ import annotations

import os

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12

_hasher = PasswordHasher()
# Verified where there is nobody to verify, so that an unknown login takes as long as a known one.
_NOBODY = _hasher.hash(os.urandom(16).hex())


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and salt inside."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one hashed. Takes its time even where there is no hash."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's, so that the next sign-in should renew it."""
    return _hasher.check_needs_rehash(password_hash)
