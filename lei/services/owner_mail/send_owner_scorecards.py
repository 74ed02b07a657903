"""Sends owners their scorecard by mail: once for every (month, owner), however many workers run.

Who is due is recorded first, under a unique key; then each scorecard is claimed by lease, sent and closed
(`send_taken.py`). The message is written once and kept before it is sent: every attempt, and every
worker that takes over, sends the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lei.delivery.message import message_again, message_id, write_message
from lei.errors import ConflictError, DeliveryError
from lei.periods import Period, parse_period
from lei.services.access.check_recipients import reason_not_to_tell, recipient_rules
from lei.services.owner_mail.compose_owner_letter import compose_owner_letter
from lei.services.owner_mail.due_owner_scorecards import month_due, owners_due
from lei.services.owner_mail.send_taken import TakenMail, send_taken
from lei.services.owners.draw_owner_scorecard import read_owner_figures
from lei.services.owners.read_owner import OwnerRequest
from lei.services.workers.worker import Worker
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
    send_taken(worker, _taken(worker, taken))
    return True


def _taken(worker: Worker, taken: OwnerScorecard) -> TakenMail:
    return TakenMail(
        what=f"Owner's scorecard {taken.id} of {taken.period} to {taken.recipient}",
        attempts=taken.attempts,
        refused=lambda: _refused(worker, taken),
        send=lambda: worker.transport.send(message_again(_message(worker, taken))),
        renew=lambda session, now: hold_owner_scorecard(session, taken.id, worker.owner, now),
        sent=lambda session, now: mark_owner_told(session, taken.id, now),
        not_sent=lambda session, why, again: owner_not_told(session, taken.id, worker.owner, why, again),
    )


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
    # The instant makes it different from that of any other installation.
    named = message_id(
        worker.settings.mail_from, "owner-scorecard", taken.period, taken.recipient, taken.created_at.isoformat()
    )
    letter = compose_owner_letter(
        worker.draw_owner(figures), taken.recipient, settings.mail_from, named, taken.created_at, settings.timezone
    )
    content = write_message(letter).as_bytes()
    with worker.database.writing() as session:
        if not keep_owner_message(session, taken.id, worker.owner, content):
            raise ConflictError(f"Another worker has taken over the owner's scorecard {taken.id}.")
    return content


def _refused(worker: Worker, taken: OwnerScorecard) -> str | None:
    with worker.database.reading() as session:
        return reason_not_to_tell(session, taken.recipient, recipient_rules(worker.settings))


def _today(worker: Worker) -> date:
    return worker.clock.now().astimezone(worker.settings.timezone).date()
