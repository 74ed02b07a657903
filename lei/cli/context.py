"""What every command starts from: settings, database, clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from lei.clock import Clock, SystemClock, day_on
from lei.config import Settings, load_settings
from lei.errors import UnavailableError
from lei.log import configure_logging
from lei.storage.database import Database
from lei.storage.schema import is_current


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The parts of the process that a command uses."""

    settings: Settings
    database: Database
    clock: Clock

    def today(self) -> date:
        """The present day in the time zone of the organization."""
        return day_on(self.clock, self.settings.timezone)


def check_drawing_early() -> None:
    """Fail at the start, with the line that installs it, where a library for drawing scorecards is missing.

    The alternative is to find out on the first of the month.
    """
    from lei.reports.pdf import check_drawing

    check_drawing()


@contextmanager
def command_context(*, migrated: bool = True) -> Iterator[CommandContext]:
    """Settings from the environment and an open database.

    Raises UnavailableError when the database must be `migrated` and is not.
    """
    settings = load_settings(os.environ)
    configure_logging(settings.log_format)
    database = Database(settings.database_url)
    try:
        if migrated and not is_current(database):
            raise UnavailableError("The database is not at the current schema; run `lei db upgrade` first.")
        yield CommandContext(settings, database, SystemClock())
    finally:
        database.close()
