"""Row ids: ULIDs made by ourselves, because every row of every step needs one."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_SHIFTS = range(120, -1, -10)
_RANDOM_BITS = 80


class _Ids:
    """ULIDs that never go backwards within a process, whatever the system clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS
        with self._lock:
            if fresh > self._last:
                # One bit of room at the top, so that counting up cannot run into the next millisecond.
                self._last = fresh | int.from_bytes(os.urandom(10)) >> 1
            else:
                self._last += 1 + int.from_bytes(os.urandom(4))
            return self._last


_ids = _Ids()


def _new_ids() -> None:
    """A forked worker must not count on from its parent's last id."""
    global _ids
    _ids = _Ids()


os.register_at_fork(after_in_child=_new_ids)


def new_id() -> str:
    """A new row id: a ULID of 26 characters; later ids of one process sort after earlier ones."""
    number = _ids.next()
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])


def id_at(instant: datetime) -> str:
    """The smallest id that could have been made at the instant; for ranges over ids."""
    number = int(instant.timestamp() * 1000) << _RANDOM_BITS
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])
