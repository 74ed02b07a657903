"""Sends owners their scorecard by mail: once for every (month, owner), however many workers run.

Who is due is recorded first, under a unique key; then each scorecard is claimed by lease, sent and closed, as reminders
are (`remind_owners.py`). The message is written once and kept before it is sent: every attempt, and every
worker that takes over, sends the same bytes.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date

from lei.delivery.message import message_again, sender_address, write_message
from lei.errors import ConflictError, DeliveryError
from lei.periods import Period, parse_period
from lei.services.access.check_recipients import reason_not_to_tell, recipient_rules
from lei.services.owner_mail.compose_owner_letter import compose_owner_letter
from lei.services.owner_mail.due_owner_scorecards import month_due, owners_due
from lei.services.owners.draw_owner_scorecard import read_owner_figures
from lei.services.owners.read_owner import OwnerRequest
from lei.services.workers.attempt import attempt
from lei.services.workers.worker import MOST_ATTEMPTS, Worker, next_attempt
from lei.storage.owner_scorecards import (
    OwnerScorecard,
    add_owner_scorecards,
    any_overtaken,
    end_overtaken,
    hold_owner_scorecard,
    keep_owner_message,
    mark_owner_told,
    owner_not_told,
    take_owner_scorecard,
)
from lei.storage.recipient_scopes import RecipientScope, read_recipient_scope

_LOG = logging.getLogger("lei.worker")


def send_owner_scorecards(worker: Worker, stopped: Callable[[], bool] = lambda: False) -> None:
    """Find which owners are due a scorecard and send it, until nothing is left or `stopped` says so.

    Raises UnavailableError when the database cannot be reached.
    """
    if not worker.settings.owner_scorecards:
        return
    now, month = worker.clock.now(), month_due(_today(worker))
    with worker.database.reading() as session:
        new, overtaken = owners_due(session, month), any_overtaken(session, str(month))
    if new or overtaken:
        with worker.database.writing() as session:
            end_overtaken(session, str(month), f"Not sent in time: the scorecard of {month} goes out instead.", now)
            add_owner_scorecards(session, str(month), new, now)
    while not stopped() and send_owner_scorecard(worker, month):
        pass


def send_owner_scorecard(worker: Worker, month: Period) -> bool:
    """Send the scorecard of the month that is due longest; False when there is none to take."""
    with worker.database.writing() as session:
        taken = take_owner_scorecard(session, str(month), worker.owner, worker.clock.now())
    if taken is None:
        return False
    if taken.attempts > MOST_ATTEMPTS:
        _not_sent(worker, taken, f"Given up: {MOST_ATTEMPTS} workers died while they sent it.", permanent=True)
        return True
    refused = _refused(worker, taken)
    if refused is not None:
        _not_sent(worker, taken, refused, permanent=True)
        return True
    failed = attempt(
        f"Owner's scorecard {taken.id}",
        lambda: worker.transport.send(message_again(_message(worker, taken))),
        lambda: _hold(worker, taken),
        worker.beat_seconds,
    )
    if failed is not None:
        _not_sent(worker, taken, failed.reason, permanent=failed.permanent)
    else:
        with worker.database.writing() as session:
            mark_owner_told(session, taken.id, worker.clock.now())
        _LOG.info("Sent the owner's scorecard of %s to %s", taken.period, taken.recipient)
    return True


def _message(worker: Worker, taken: OwnerScorecard) -> bytes:
    """What was kept; where nothing was yet, or the recipient may since be sent other things, it is written now."""
    with worker.database.reading() as session:
        scope = read_recipient_scope(session, taken.recipient)
    if taken.message is None or (scope is not None and scope.changed_at > taken.created_at):
        return _written(worker, taken, scope)
    return taken.message


def _written(worker: Worker, taken: OwnerScorecard, scope: RecipientScope | None) -> bytes:
    """The message, drawn now and kept for every further attempt.

    Raises DeliveryError where there is nothing to tell any more, ConflictError where another worker is at it.
    """
    settings, now = worker.settings, worker.clock.now()
    with worker.database.reading() as session:
        request = OwnerRequest(
            email=taken.recipient,
            month=parse_period(taken.period),
            min_group_size=settings.min_group_size,
            documented=settings.documented_credit,
            language=settings.language,
            page_size=settings.page_size,
            scope=scope,
        )
        figures = read_owner_figures(session, request, now, _today(worker))
    if not figures.applications:
        raise DeliveryError(
            f"No program of {taken.recipient} that may be told of ran in {taken.period}.", permanent=True
        )
    drawn = worker.draw_owner(figures)
    letter = compose_owner_letter(
        drawn, taken.recipient, settings.mail_from, _message_id(worker, taken), taken.created_at, settings.timezone
    )
    content = write_message(letter).as_bytes()
    with worker.database.writing() as session:
        if not keep_owner_message(session, taken.id, worker.owner, content):
            raise ConflictError(f"Another worker has taken over the owner's scorecard {taken.id}.")
    return content


def _message_id(worker: Worker, taken: OwnerScorecard) -> str:
    """The same for the same month and owner, and different from that of any other installation."""
    parts = ("owner-scorecard", taken.period, taken.recipient, taken.created_at.isoformat())
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return f"<lei-{digest}@{sender_address(worker.settings.mail_from).domain or 'localhost'}>"


def _refused(worker: Worker, taken: OwnerScorecard) -> str | None:
    with worker.database.reading() as session:
        return reason_not_to_tell(session, taken.recipient, recipient_rules(worker.settings))


def _hold(worker: Worker, taken: OwnerScorecard) -> bool:
    with worker.database.writing() as session:
        return hold_owner_scorecard(session, taken.id, worker.owner, worker.clock.now())


def _not_sent(worker: Worker, taken: OwnerScorecard, reason: str, *, permanent: bool) -> None:
    again = None if permanent else next_attempt(taken.attempts, worker.clock.now())
    _LOG.warning("Owner's scorecard %s to %s, attempt %s: %s", taken.id, taken.recipient, taken.attempts, reason)
    with worker.database.writing() as session:
        owner_not_told(session, taken.id, worker.owner, reason, again)


def _today(worker: Worker) -> date:
    return worker.clock.now().astimezone(worker.settings.timezone).date()
