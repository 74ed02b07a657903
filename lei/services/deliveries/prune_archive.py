"""Removes PDFs and messages from the archive that are older than they have to be; the record of them stays."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from lei.periods import MONTHS_A_YEAR, month_of
from lei.storage.database import Database
from lei.storage.owner_scorecards import old_with_message, remove_owner_messages
from lei.storage.scorecards import old_with_pdf, remove_pdfs
from lei.storage.sent_messages import remove_messages_of

_AT_ONCE = 200
_Find = Callable[..., list[int]]
_Remove = Callable[[Session, list[int]], None]


def prune_archive(database: Database, months: int, now: datetime, *, dry_run: bool = False) -> int:
    """Remove the PDFs of scorecards older than `months` whole months, and what was sent of them; how many there were.

    Scorecards that owners of programs got by mail count, too.

    What waits to be sent stays. Figures, versions, recipients, times and hashes stay too. Works in short transactions,
    so that nobody's writing waits; a second call goes on where the first one ended.
    """
    before = _months_before(now, months)
    return sum(
        _prune(database, partial(find, before=before), partial(remove, now=now), dry_run=dry_run)
        for find, remove in ((old_with_pdf, _remove_scorecards), (old_with_message, remove_owner_messages))
    )


def _prune(database: Database, find: _Find, remove: _Remove, *, dry_run: bool) -> int:
    removed = 0
    while True:
        with database.reading() as session:
            found = find(session, limit=None if dry_run else _AT_ONCE)
        if dry_run or not found:
            return removed + len(found)
        with database.writing() as session:
            # Asked again: meanwhile somebody may have asked for one of them to be sent once more.
            found = find(session, limit=_AT_ONCE)
            remove(session, found)
        removed += len(found)


def _remove_scorecards(session: Session, found: list[int], now: datetime) -> None:
    remove_messages_of(session, found, now)
    remove_pdfs(session, found, now)


def _months_before(now: datetime, months: int) -> datetime:
    """The same time of day that many months earlier; on the last day of a month that is shorter."""
    year, month = divmod(month_of(now.date()) - months, MONTHS_A_YEAR)
    last_day = calendar.monthrange(year, month + 1)[1]
    return now.replace(year=year, month=month + 1, day=min(now.day, last_day))
