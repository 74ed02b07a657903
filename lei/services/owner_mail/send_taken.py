"""Sends one mail that a worker has taken, and closes it: sent, to be tried again, or given up with a reason."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.services.workers.attempt import Failed, attempt
from lei.services.workers.worker import MOST_ATTEMPTS, Worker, next_attempt

_LOG = logging.getLogger("lei.worker")


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail under the lease of a worker. what: as the log calls it; attempts: this one included.

    refused says why it may not go out (None: it may), and send hands it over. The rest changes its row: renew prolongs
    the lease, sent and not_sent close it or, where not_sent is given an instant, leave it for another attempt.
    """

    what: str
    attempts: int
    refused: Callable[[], str | None]
    send: Callable[[], None]
    renew: Callable[[Session, datetime], bool]
    sent: Callable[[Session, datetime], None]
    not_sent: Callable[[Session, str, datetime | None], None]


def send_taken(worker: Worker, mail: TakenMail) -> None:
    """Send it unless it may not go out, or has cost too many workers their lives, and close it."""
    failed = _not_to_send(mail) or attempt(mail.what, mail.send, lambda: _renew(worker, mail), worker.beat_seconds)
    now = worker.clock.now()
    if failed is None:
        with worker.database.writing() as session:
            mail.sent(session, now)
        _LOG.info("%s is sent", mail.what)
        return
    _LOG.warning("%s, attempt %s: %s", mail.what, mail.attempts, failed.reason)
    with worker.database.writing() as session:
        mail.not_sent(session, failed.reason, None if failed.permanent else next_attempt(mail.attempts, now))


def _not_to_send(mail: TakenMail) -> Failed | None:
    if mail.attempts > MOST_ATTEMPTS:
        return Failed(f"Given up: {MOST_ATTEMPTS} workers died while they sent it.", permanent=True)
    refused = mail.refused()
    return None if refused is None else Failed(refused, permanent=True)


def _renew(worker: Worker, mail: TakenMail) -> bool:
    with worker.database.writing() as session:
        return mail.renew(session, worker.clock.now())
