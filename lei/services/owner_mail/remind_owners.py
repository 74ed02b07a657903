"""Reminds owners by mail of reviews, decisions, sign-offs and silent feeds, and tells those of schedules what is wanted
or wrong: each once for every (what, date, recipient).

What is due is recorded first, under a unique key; then each reminder is claimed by lease, sent and closed, as
deliveries are (`lei/services/deliveries/deliver.py`), so that any number of workers may run and any of them may die.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from lei.delivery.message import Note, sender_address, write_note
from lei.services.access.check_recipients import domain_problem, recipient_rules
from lei.services.feeds.watch_feeds import silent_reminders
from lei.services.owner_mail.owner_notes import owner_notes
from lei.services.owners.due_reminders import OLDEST, due_reminders
from lei.services.workers.attempt import attempt
from lei.services.workers.worker import MOST_ATTEMPTS, Worker, next_attempt
from lei.storage.programs import list_programs
from lei.storage.reminders import (
    NewReminder,
    Reminder,
    add_reminders,
    hold_reminder,
    mark_reminded,
    not_reminded,
    recorded_reminders,
    take_reminder,
)

_LOG = logging.getLogger("lei.worker")


def remind_owners(worker: Worker, stopped: Callable[[], bool] = lambda: False) -> None:
    """Find what people are to be reminded of and send it, until nothing is left or `stopped` says so.

    Raises UnavailableError when the database cannot be reached.
    """
    now = worker.clock.now()
    today = now.astimezone(worker.settings.timezone).date()
    with worker.database.reading() as session:
        new = new_reminders(session, today, now)
    if new:
        with worker.database.writing() as session:
            add_reminders(session, new, now)
    while not stopped() and send_reminder(worker):
        pass


def new_reminders(session: Session, today: date, now: datetime) -> list[NewReminder]:
    """What is due on a day, or to be told to owners of schedules and feeds now, and was not recorded yet."""
    due = [reminder for program in list_programs(session) for reminder in due_reminders(program, today)]
    due += owner_notes(session, now)
    due += silent_reminders(session, today, today - OLDEST)
    oldest = min((reminder.due_on for reminder in due), default=today)
    recorded = recorded_reminders(session, min(oldest, today - OLDEST))
    return [reminder for reminder in due if (reminder.what, reminder.due_on, reminder.recipient) not in recorded]


def send_reminder(worker: Worker) -> bool:
    """Send the reminder that is due longest; False when there is none to take."""
    with worker.database.writing() as session:
        reminder = take_reminder(session, worker.owner, worker.clock.now())
    if reminder is None:
        return False
    if reminder.attempts > MOST_ATTEMPTS:
        _not_sent(worker, reminder, f"Given up: {MOST_ATTEMPTS} workers died while they sent it.", permanent=True)
        return True
    refused = domain_problem("recipient", reminder.recipient, recipient_rules(worker.settings))
    if refused is not None:
        _not_sent(worker, reminder, refused.message, permanent=True)
        return True
    failed = attempt(
        f"Reminder {reminder.id}",
        lambda: worker.transport.send(write_note(_note(worker, reminder))),
        lambda: _hold(worker, reminder),
        worker.beat_seconds,
    )
    if failed is not None:
        _not_sent(worker, reminder, failed.reason, permanent=failed.permanent)
    else:
        with worker.database.writing() as session:
            mark_reminded(session, reminder.id, worker.clock.now())
        _LOG.info("Reminded %s of %s", reminder.recipient, reminder.what)
    return True


def _note(worker: Worker, reminder: Reminder) -> Note:
    sender = worker.settings.mail_from
    parts = (reminder.what, reminder.due_on.isoformat(), reminder.recipient, reminder.created_at.isoformat())
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    message_id = f"<lei-{digest}@{sender_address(sender).domain or 'localhost'}>"
    return Note(sender, reminder.recipient, message_id, reminder.created_at, reminder.subject, reminder.text)


def _hold(worker: Worker, reminder: Reminder) -> bool:
    with worker.database.writing() as session:
        return hold_reminder(session, reminder.id, worker.owner, worker.clock.now())


def _not_sent(worker: Worker, reminder: Reminder, reason: str, *, permanent: bool) -> None:
    again = None if permanent else next_attempt(reminder.attempts, worker.clock.now())
    _LOG.warning("Reminder %s to %s, attempt %s: %s", reminder.id, reminder.recipient, reminder.attempts, reason)
    with worker.database.writing() as session:
        not_reminded(session, reminder, worker.owner, reason, again)
