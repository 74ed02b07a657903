"""Undoes one batch by one more batch: facts are as though it had never been sent, and nothing is forgotten."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import LISTED_PROBLEMS, ConflictError, NotFoundError, Problem
from lei.services.intake.batch_impact import Impact, impact_of
from lei.services.intake.close_periods import refuse_closed, require_reason
from lei.storage.batches import Batch, add_batch, finish_batch, read_batch, reverted_by
from lei.storage.ledger import raise_ledger
from lei.storage.observations import Changes, changes_after, last_observation_id, occasions_after
from lei.storage.period_closures import closed_until
from lei.storage.reverted_observations import (
    Reverts,
    TouchedLater,
    count_observations,
    read_reverts,
    restore,
    touched_later,
)
from lei.storage.rollups import update_rollups


@dataclass(frozen=True, slots=True)
class RevertOptions:
    """How a revert is meant: who asks for it, why, and whether it may change closed periods."""

    sent_by: str
    reason: str | None = None
    allow_restatement: bool = False


@dataclass(frozen=True, slots=True)
class Reverted:
    """The batch that reverted another one, and what it touches that was published."""

    batch: Batch
    impact: Impact | None


def revert_batch(session: Session, batch_id: int, options: RevertOptions, now: datetime) -> Reverted:
    """Revert a batch; of a revert, what it had taken back counts again.

    Its counts are about the observations that the batch had changed. Those that a later batch has set, which stands
    itself, are left as they are, count as rejected and are listed in `errors` (code `touched_later`).
    Raises NotFoundError when there is no such batch, ConflictError when it changed nothing or was reverted before,
    InvalidError when it would change closed periods and may not.
    """
    require_reason(options.reason, allow_restatement=options.allow_restatement)
    recorded_at = raise_ledger(session, now).recorded_at
    first, last = _ends(session, batch_id)
    before = last_observation_id(session)
    opened = {"kind": "revert", "sent_by": options.sent_by, "received_at": now, "reason": options.reason}
    empty = {"status": "stored", "on_error": "skip", "errors": [], "periods": []}
    new_id = add_batch(session, opened | empty | {"reverts_batch_id": batch_id})
    reverts = read_reverts(session)
    restore(session, first, last, reverts, new_id)
    changes, occasions = changes_after(session, before), occasions_after(session, before)
    months = [occasion.month for occasion in occasions]
    if not options.allow_restatement:
        refuse_closed(months, closed_until(session))
    if changes.first is not None and changes.last is not None:
        update_rollups(session, changes.first, changes.last, changes.revised, {one.span for one in occasions})
    periods = [str(occasion) for occasion in occasions]
    counted = _counts(session, (first, last), reverts, changes)
    finish_batch(session, new_id, counted | {"recorded_at": recorded_at, "periods": periods})
    reverting = read_batch(session, new_id)
    assert reverting is not None  # noqa: S101 - added above
    return Reverted(reverting, impact_of(session, changes.first, changes.last, months))


def _counts(session: Session, ends: tuple[int, int], reverts: Reverts, changes: Changes) -> dict[str, Any]:
    touched = count_observations(session, *ends)
    left, listed = touched_later(session, *ends, reverts, LISTED_PROBLEMS)
    changed = changes.created + changes.corrected + changes.retracted
    return {
        "status": "partly_stored" if left else "stored",
        "received": touched,
        "created": changes.created,
        "corrected": changes.corrected,
        "unchanged": touched - changed - left,
        "retracted": changes.retracted,
        "rejected": left,
        "errors": [asdict(_problem(one)) for one in listed],
        "first_observation_id": changes.first,
        "last_observation_id": changes.last,
    }


def _ends(session: Session, batch_id: int) -> tuple[int, int]:
    """The first and last observation of the batch that brought in what is to be restored, or taken back again."""
    batch = read_batch(session, batch_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}. GET /api/v1/batches lists all.")
    earlier = reverted_by(session, batch_id)
    if earlier is not None:
        raise ConflictError(f"Batch {batch_id} was reverted already, by batch {earlier}.")
    root = read_batch(session, read_reverts(session).root(batch_id))
    if root is None or root.first_observation_id is None or root.last_observation_id is None:
        raise ConflictError(f"Batch {batch_id} changed nothing, so there is nothing to revert.")
    return root.first_observation_id, root.last_observation_id


def _problem(one: TouchedLater) -> Problem:
    what = f"'{one.measure}' of {one.occasion} for {one.segment} from '{one.source}'"
    text = f"{what} was changed later by batch {one.batch_id} and is left as it is."
    hint = f"Revert batch {one.batch_id} as well, if what it sent is wrong too."
    return Problem("", "touched_later", text, None, hint)
