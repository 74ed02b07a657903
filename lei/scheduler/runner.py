"""Wakes the services that work off what is due. It keeps nothing in memory that matters: any number may run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from lei.clock import Clock
from lei.config import Settings
from lei.errors import LeiError
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.prune_archive import prune_archive
from lei.services.feeds.watch_feeds import note_feeds
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.owner_mail.send_owner_scorecards import send_owner_scorecards
from lei.services.workers.watch_workers import note_life
from lei.services.workers.worker import Worker, worker_of_this_process
from lei.storage.database import Database

WAKE_SECONDS = 30
_SAYS_SO_EVERY = timedelta(seconds=20)

_LOG = logging.getLogger("lei.scheduler")


class Scheduler:
    """A background thread that looks every half minute for what is due, and does it.

    Raises ConfigurationError when the settings for mail cannot be used.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._worker = worker_of_this_process(database, settings, clock)
        self._stopped = threading.Event()
        self._noted_at: datetime | None = None
        # Due-ness is computed from the database; the in-memory job store only wakes us up.
        self._waker = BackgroundScheduler(timezone=UTC)
        # A tick that takes longer than the time to the next one is no news: the next one finds what is left.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """Look at once, and then every half minute."""
        how = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._waker.add_job(self.tick, "interval", seconds=WAKE_SECONDS, next_run_time=datetime.now(UTC), **how)
        self._waker.start()

    def stop(self) -> None:
        """Finish the step that is going on and stop; what is left is for the next start, or for other workers."""
        self._stopped.set()
        self._waker.shutdown(wait=True)

    def tick(self) -> None:
        """Do all that is due now. Errors are logged: the next tick tries again."""
        jobs = (
            ("Schedules", work_off),
            ("Feeds", note_feeds),
            ("Reminders", remind_owners),
            ("Scorecards of owners", send_owner_scorecards),
            ("The archive", _prune),
        )
        for what, work in jobs:
            try:
                work(self._worker, self._stopped_between_steps)
            except LeiError as error:
                _LOG.error("%s could not be worked off: %s", what, error.detail)
            except Exception:
                _LOG.exception("%s could not be worked off", what)

    def _stopped_between_steps(self) -> bool:
        """Whether to stop, asked between two steps: also a tick that takes hours says now and then that it lives."""
        now = self._worker.clock.now()
        if self._noted_at is None or now - self._noted_at >= _SAYS_SO_EVERY:
            note_life(self._worker)
            self._noted_at = now
        return self._stopped.is_set()


def _prune(worker: Worker, _stopped: Callable[[], bool]) -> None:
    """Remove from the archive what the settings do not keep any longer."""
    if worker.settings.archive_months is not None:
        prune_archive(worker.database, worker.settings.archive_months, worker.clock.now())
