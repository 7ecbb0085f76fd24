"""The worker: does what has become due, again and again, beside the web server or as `tsunagu work`.

Several may run at once: each step locks its instance, and what one has taken the others pass over. A killed worker
loses nothing, since the tables say what is due. Stopping lets the step under way finish.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy.engine import Engine

from engine import clock
from engine.casework import due_work, replies, set_aside, sign_ins
from engine.casework.dispatch import Channels
from engine.casework.due_work import NO_CHANNELS, DueCounts
from engine.casework.sign_ins import Limits
from engine.database import Busy, transaction
from web import log
from web.metrics import Metrics

PAUSE_SECONDS = 1.0
_SWEEP_EVERY = 600
_LONGEST_SESSION = Limits(timedelta(hours=24), timedelta(days=7))  # the most that settings allow


class Worker:
    """A thread that runs rounds until it is stopped."""

    def __init__(self, database: Engine, metrics: Metrics | None = None, channels: Channels = NO_CHANNELS) -> None:
        self._database = database
        self._channels = channels
        self._metrics = metrics or Metrics()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop and wait for the step under way, at most half a minute."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(30)

    def ask_to_stop(self) -> None:
        """For a signal handler: returns at once."""
        self._stopping.set()

    def run(self) -> None:
        """Rounds with a pause between them. A round that fails is logged and tried again."""
        rounds = 0
        while not self._stopping.is_set():
            try:
                self._metrics.count_due_work(work_once(self._database, self._channels))
                if rounds % _SWEEP_EVERY == 0:
                    sweep(self._database)
            except Busy:
                pass  # someone else is at work; the next round sees what is left
            except Exception as error:  # a worker that dies is worse than one that tries again
                log.unexpected(error, "due work")
                self._metrics.worker_failures.inc()
            rounds += 1
            self._stopping.wait(PAUSE_SECONDS)


def work_once(database: Engine, channels: Channels = NO_CHANNELS) -> DueCounts:
    """Everything due now: timers, expiries, retries, what goes out; the ledger's new entries get their place.

    channels: agency's code -> how it is reached beyond its page and paper. None is shipped: an adapter to a town's own
    network is given here.
    """
    return due_work.run_due(database, channels=channels)


def sweep(database: Engine) -> int:
    """Forget what is kept for a while only: answers under idempotency keys, sessions and failures of sign-in, text that
    nobody came back for.

    How many. Ledger entries that an interrupted round passed over are given their place as well.
    """
    now = clock.wall_now()
    with transaction(database) as session:
        gone = replies.forget_old(session, now=now) + sign_ins.forget_old(session, _LONGEST_SESSION, now=now)
        gone += set_aside.forget_old(session, now=now)
    due_work.sequence_everything(database)
    return gone
