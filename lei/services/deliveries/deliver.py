"""Works off what is due: draws the scorecards of a run once, and hands one over to each recipient.

Every step is claimed by lease in a short transaction, done outside of any, and closed in another, so that any number of
workers may run and any of them may die at any moment:

- What comes next for a run (`run_steps.py` beside) is found from what is stored: where it waits for data or for
  approval, its row says so, and no worker holds it meanwhile.
- A run's scorecards and its deliveries are kept in one transaction. Before it, another worker draws the run again and
  nothing was sent; after it, the deliveries are there, once.
- A delivery is claimed, sent (if it may still go out) and closed. A worker that dies before the mail server has said
  yes leaves a lease that runs out within two minutes, and another sends it.
- One window remains, and belongs to SMTP: a worker that dies after the server has said yes and before that is written
  down. The mail is then sent again with the same Message-ID, by which servers can drop it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from lei.delivery.message import message_id
from lei.errors import NotFoundError
from lei.services.access.check_recipients import reason_not_to_send, recipient_rules
from lei.services.deliveries.hand_over import HandedOver, hand_over
from lei.services.deliveries.run_steps import Ask, Send, Wait, next_step
from lei.services.schedules.due_runs import anything_due, find_due_runs
from lei.services.scorecards.scorecard import keep_scorecard
from lei.services.workers.attempt import Failed, attempt
from lei.services.workers.worker import MOST_ATTEMPTS, Worker, next_attempt
from lei.storage.deliveries import (
    Delivery,
    NewDelivery,
    add_deliveries,
    hold_delivery,
    mark_cancelled,
    mark_failed,
    mark_sent,
    put_delivery_back,
    take_delivery,
)
from lei.storage.runs import Run, close_run, hold_run, pause_run, put_run_back, take_run
from lei.storage.schedules import Schedule, read_schedule
from lei.storage.scorecards import Purpose
from lei.storage.segments import canonical
from lei.storage.sent_messages import keep_message

_LOG = logging.getLogger("lei.worker")


def work_off(worker: Worker, stopped: Callable[[], bool] = lambda: False) -> None:
    """Find what is due and do it, until nothing is left or `stopped` says so between two steps.

    Raises UnavailableError when the database cannot be reached.
    """
    now = worker.clock.now()
    with worker.database.reading() as session:
        due = anything_due(session, now)
    if due:
        with worker.database.writing() as session:
            find_due_runs(session, now)
    while not stopped() and (send_one(worker) or work_on_run(worker)):
        pass


def work_on_run(worker: Worker, run_id: int | None = None) -> bool:
    """Draw the scorecards of the run that is due longest (or of `run_id`) and prepare its deliveries.

    False when there is none to take.
    """
    with worker.database.writing() as session:
        run = take_run(session, worker.owner, worker.clock.now(), run_id)
    if run is None:
        return False
    finish_run(worker, run)
    return True


def finish_run(worker: Worker, run: Run) -> None:
    """Bring a run that the worker holds to an end, or leave it to be tried again later, with the reason."""
    if run.attempts > MOST_ATTEMPTS:
        _run_failed(
            worker, run, f"Given up: {MOST_ATTEMPTS} workers died while they drew it. {run.reason or ''}".strip()
        )
        return
    failed = attempt(
        f"Run {run.id}",
        lambda: _bring_on(worker, run),
        lambda: _hold_run(worker, run),
        worker.beat_seconds,
        unforeseen="The scorecard could not be drawn",
    )
    if isinstance(failed, Failed):
        _run_failed(worker, run, failed.reason)


def send_one(worker: Worker, run_id: int | None = None) -> bool:
    """Send the delivery that is due longest (of one run, if given). False when there is none to take."""
    with worker.database.writing() as session:
        delivery = take_delivery(session, worker.owner, worker.clock.now(), run_id)
    if delivery is None:
        return False
    not_wanted = _reason_not_to_send(worker, delivery)
    if delivery.attempts > MOST_ATTEMPTS:
        reason = f"Given up: {MOST_ATTEMPTS} workers died while they sent it. {delivery.last_error or ''}".strip()
        _not_sent(worker, delivery, Failed(reason, permanent=True))
    elif not_wanted is not None:
        _cancelled(worker, delivery, not_wanted)
    else:
        _send(worker, delivery)
    return True


def _send(worker: Worker, delivery: Delivery) -> None:
    handed_over = attempt(
        f"Delivery {delivery.id}",
        lambda: hand_over(worker, delivery),
        lambda: _hold_delivery(worker, delivery),
        worker.beat_seconds,
    )
    if isinstance(handed_over, Failed):
        _not_sent(worker, delivery, handed_over)
    else:
        _sent(worker, delivery, handed_over)


def _bring_on(worker: Worker, run: Run) -> None:
    with worker.database.reading() as session:
        step = next_step(session, worker, _schedule_of(read_schedule(session, run.schedule_id), run).plan, run)
    if isinstance(step, Send):
        _keep(worker, run, step)
    elif isinstance(step, Ask):
        _ask(worker, run, step)
    else:
        now = worker.clock.now()
        _LOG.info("Run %s for %s: %s", run.id, run.period, step.reason)
        with worker.database.writing() as session:
            if isinstance(step, Wait):
                pause_run(session, run.id, worker.owner, "waiting", step.reason, step.look_again_at)
            else:
                close_run(session, run.id, worker.owner, "held", step.reason, now)


def _ask(worker: Worker, run: Run, step: Ask) -> None:
    now = worker.clock.now()
    with worker.database.writing() as session:
        if not _still_held(session, worker, run, now):
            return
        schedule = _schedule_of(read_schedule(session, run.schedule_id), run)
        for drawn in step.drafts:
            keep_scorecard(session, drawn, _maker(schedule), now, "draft", run.id)
        pause_run(session, run.id, worker.owner, "awaiting_approval", step.lacking, now)


def _keep(worker: Worker, run: Run, step: Send) -> None:
    now = worker.clock.now()
    with worker.database.writing() as session:
        if not _still_held(session, worker, run, now):
            return
        schedule = _schedule_of(read_schedule(session, run.schedule_id), run)
        purpose: Purpose = "published" if run.test_recipient is None else "test"
        recipients = schedule.plan.recipients if run.test_recipient is None else (run.test_recipient,)
        for drawn in step.pack:
            scorecard_id = keep_scorecard(session, drawn, _maker(schedule), now, purpose, run.id)
            segment = canonical(drawn.request.where)
            new = [
                NewDelivery(run.id, segment, recipient, scorecard_id, _message_id(worker, run, segment, recipient))
                for recipient in recipients
            ]
            add_deliveries(session, new, now)
        close_run(session, run.id, worker.owner, "done", step.lacking, now)


def _still_held(session: Session, worker: Worker, run: Run, now: datetime) -> bool:
    held = hold_run(session, run.id, worker.owner, now)
    if not held:
        _LOG.info("Run %s was cancelled, or taken over, while it was drawn; what was drawn is dropped", run.id)
    return held


def _maker(schedule: Schedule) -> str:
    return f"schedule {schedule.plan.name}"[:200]


def _reason_not_to_send(worker: Worker, delivery: Delivery) -> str | None:
    with worker.database.reading() as session:
        return reason_not_to_send(session, delivery, recipient_rules(worker.settings))


def _sent(worker: Worker, delivery: Delivery, handed_over: HandedOver) -> None:
    with worker.database.writing() as session:
        mark_sent(session, delivery.id, worker.clock.now())
        keep_message(session, delivery.id, handed_over.content, handed_over.content_type, handed_over.link_expires_at)
    _LOG.info("Sent %s for %s to %s", delivery.schedule, delivery.period, delivery.recipient)


def _cancelled(worker: Worker, delivery: Delivery, reason: str) -> None:
    _LOG.warning("Delivery %s to %s was cancelled: %s", delivery.id, delivery.recipient, reason)
    with worker.database.writing() as session:
        mark_cancelled(session, delivery.id, worker.owner, reason)


def _hold_run(worker: Worker, run: Run) -> bool:
    with worker.database.writing() as session:
        return hold_run(session, run.id, worker.owner, worker.clock.now())


def _hold_delivery(worker: Worker, delivery: Delivery) -> bool:
    with worker.database.writing() as session:
        return hold_delivery(session, delivery.id, worker.owner, worker.clock.now())


def _run_failed(worker: Worker, run: Run, reason: str) -> None:
    now = worker.clock.now()
    again = next_attempt(run.attempts, now)
    _LOG.warning("Run %s for %s, attempt %s: %s", run.id, run.period, run.attempts, reason)
    with worker.database.writing() as session:
        if again is None:
            close_run(session, run.id, worker.owner, "failed", reason, now)
        else:
            put_run_back(session, run.id, worker.owner, reason, again)


def _not_sent(worker: Worker, delivery: Delivery, failed: Failed) -> None:
    reason, again = failed.reason, None if failed.permanent else next_attempt(delivery.attempts, worker.clock.now())
    _LOG.warning("Delivery %s to %s, attempt %s: %s", delivery.id, delivery.recipient, delivery.attempts, reason)
    with worker.database.writing() as session:
        if again is None:
            mark_failed(session, delivery.id, worker.owner, reason)
        else:
            put_delivery_back(session, delivery.id, worker.owner, reason, again)


def _schedule_of(schedule: Schedule | None, run: Run) -> Schedule:
    if schedule is None:
        raise NotFoundError(f"The schedule {run.schedule_id} of run {run.id} is no longer stored.")
    return schedule


def _message_id(worker: Worker, run: Run, segment: str, recipient: str) -> str:
    # The instants make it different from that of any other installation.
    parts = (str(run.schedule_id), run.scheduled_for.isoformat(), run.created_at.isoformat(), segment, recipient)
    return message_id(worker.settings.mail_from, *parts)
