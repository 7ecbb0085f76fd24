"""Cursors as callers see them: sealed, so that only a place this list gave out is ever looked up.

What is inside is the engine's; the seal is an HMAC under the application's key over the call and the cursor.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import marshmallow as ma
from flask import current_app, request

_SEAL_BYTES = 12
_LONGEST = 500


class Cursor(ma.fields.String):
    """The place at which the next page begins; null at the end."""

    def _serialize(self, value: Any, *args: Any, **options: Any) -> str | None:
        return seal(value) if value is not None else None

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        inside = unseal(value) if isinstance(value, str) and len(value) <= _LONGEST else None
        if inside is None:
            raise ma.ValidationError(self.error_messages["invalid"])
        return inside


def seal(inside: str) -> str:
    """The cursor for the caller."""
    return base64.urlsafe_b64encode(_mark(inside.encode()) + inside.encode()).decode().rstrip("=")


def unseal(text: str) -> str | None:
    """What was sealed for this call; None for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    mark, inside = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    return inside.decode() if hmac.compare_digest(mark, _mark(inside)) else None


def _mark(inside: bytes) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, f"cursor {request.endpoint} ".encode() + inside, hashlib.sha256)[:_SEAL_BYTES]
