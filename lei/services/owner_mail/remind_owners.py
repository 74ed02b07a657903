"""Reminds owners by mail of reviews, decisions, sign-offs and silent feeds, and tells those of schedules what is wanted
or wrong: each once for every (what, date, recipient).

What is due is recorded first, under a unique key; then each reminder is claimed by lease, sent and closed
(`send_taken.py`), so that any number of workers may run and any of them may die.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from lei.delivery.message import Note, message_id, write_note
from lei.services.access.check_recipients import domain_problem, recipient_rules
from lei.services.feeds.watch_feeds import silent_reminders
from lei.services.owner_mail.owner_notes import owner_notes
from lei.services.owner_mail.send_taken import TakenMail, send_taken
from lei.services.owners.due_reminders import OLDEST, due_reminders
from lei.services.workers.worker import Worker
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
    send_taken(worker, _taken(worker, reminder))
    return True


def _taken(worker: Worker, reminder: Reminder) -> TakenMail:
    return TakenMail(
        what=f"Reminder {reminder.id} of {reminder.what} to {reminder.recipient}",
        attempts=reminder.attempts,
        refused=lambda: _refused(worker, reminder),
        send=lambda: worker.transport.send(write_note(_note(worker, reminder))),
        renew=lambda session, now: hold_reminder(session, reminder.id, worker.owner, now),
        sent=lambda session, now: mark_reminded(session, reminder.id, now),
        not_sent=lambda session, why, again: not_reminded(session, reminder, worker.owner, why, again),
    )


def _refused(worker: Worker, reminder: Reminder) -> str | None:
    refused = domain_problem("recipient", reminder.recipient, recipient_rules(worker.settings))
    return None if refused is None else refused.message


def _note(worker: Worker, reminder: Reminder) -> Note:
    parts = (reminder.what, reminder.due_on.isoformat(), reminder.recipient, reminder.created_at.isoformat())
    return Note(
        worker.settings.mail_from,
        reminder.recipient,
        message_id(worker.settings.mail_from, *parts),
        reminder.created_at,
        reminder.subject,
        reminder.text,
    )
