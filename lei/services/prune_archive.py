"""Removes PDFs and messages from the archive that are older than they have to be; the record of them stays."""

from __future__ import annotations

import calendar
from datetime import datetime

from lei.periods import MONTHS_A_YEAR, month_of
from lei.storage.database import Database
from lei.storage.scorecards import old_with_pdf, remove_pdfs
from lei.storage.sent_messages import remove_messages_of

_AT_ONCE = 200


def prune_archive(database: Database, months: int, now: datetime, *, dry_run: bool = False) -> int:
    """Remove the PDFs of scorecards older than `months` whole months, and what was sent of them; how many there were.

    What waits to be sent stays. Figures, versions, recipients, times and hashes stay too. Works in short transactions,
    so that nobody's writing waits; a second call goes on where the first one ended.
    """
    before, removed = _months_before(now, months), 0
    while True:
        with database.reading() as session:
            found = old_with_pdf(session, before, None if dry_run else _AT_ONCE)
        if dry_run or not found:
            return removed + len(found)
        with database.writing() as session:
            # Asked again: meanwhile somebody may have asked for one of them to be sent once more.
            found = old_with_pdf(session, before, _AT_ONCE)
            remove_messages_of(session, found, now)
            remove_pdfs(session, found, now)
        removed += len(found)


def _months_before(now: datetime, months: int) -> datetime:
    """The same time of day that many months earlier; on the last day of a month that is shorter."""
    year, month = divmod(month_of(now.date()) - months, MONTHS_A_YEAR)
    last_day = calendar.monthrange(year, month + 1)[1]
    return now.replace(year=year, month=month + 1, day=min(now.day, last_day))
