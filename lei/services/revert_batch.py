"""Undoes one batch by one more batch: what it replaced is current again, and nothing is forgotten."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import LISTED_PROBLEMS, ConflictError, NotFoundError, Problem
from lei.storage.batches import Batch, add_batch, finish_batch, read_batch, reverted_by
from lei.storage.ledger import raise_ledger
from lei.storage.observations import changes_after, last_observation_id, occasions_after
from lei.storage.reverted_observations import TouchedLater, count_observations, restore_replaced, touched_later
from lei.storage.rollups import update_rollups


def revert_batch(session: Session, batch_id: int, sent_by: str, now: datetime) -> Batch:
    """Revert a batch; the batch that did it.

    Its counts are about the observations that the reverted batch had changed. Those that a later batch changed again
    are left as they are, count as rejected and are listed in `errors` (code `touched_later`).
    Raises NotFoundError when there is no such batch, ConflictError when it changed nothing or was reverted before.
    """
    recorded_at = raise_ledger(session, now).recorded_at
    first, last = _ends(session, batch_id)
    before = last_observation_id(session)
    touched = count_observations(session, first, last)
    left, listed = touched_later(session, first, last, LISTED_PROBLEMS)
    opened = {"kind": "revert", "sent_by": sent_by, "received_at": now, "on_error": "skip", "errors": [], "periods": []}
    new_id = add_batch(session, opened | {"status": "stored", "reverts_batch_id": batch_id})
    restore_replaced(session, first, last, new_id)
    changes = changes_after(session, before)
    occasions = occasions_after(session, before)
    if changes.first is not None and changes.last is not None:
        spans = {occasion.span for occasion in occasions}
        update_rollups(session, changes.first, changes.last, changes.revised, spans)
    changed = changes.created + changes.corrected + changes.retracted
    values = {
        "recorded_at": recorded_at,
        "status": "partly_stored" if left else "stored",
        "received": touched,
        "created": changes.created,
        "corrected": changes.corrected,
        "unchanged": touched - changed - left,
        "retracted": changes.retracted,
        "rejected": left,
        "errors": [asdict(_problem(one)) for one in listed],
        "periods": [str(occasion) for occasion in occasions],
        "first_observation_id": changes.first,
        "last_observation_id": changes.last,
    }
    finish_batch(session, new_id, values)
    reverting = read_batch(session, new_id)
    assert reverting is not None  # noqa: S101 - added above
    return reverting


def _ends(session: Session, batch_id: int) -> tuple[int, int]:
    batch = read_batch(session, batch_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}. GET /api/v1/batches lists all.")
    earlier = reverted_by(session, batch_id)
    if earlier is not None:
        raise ConflictError(f"Batch {batch_id} was reverted already, by batch {earlier}.")
    if batch.first_observation_id is None or batch.last_observation_id is None:
        raise ConflictError(f"Batch {batch_id} changed nothing, so there is nothing to revert.")
    return batch.first_observation_id, batch.last_observation_id


def _problem(one: TouchedLater) -> Problem:
    what = f"'{one.measure}' of {one.occasion} for {one.segment} from '{one.source}'"
    return Problem("", "touched_later", f"{what} was changed later by batch {one.batch_id} and is left as it is.")
