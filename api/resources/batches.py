"""`/batches`: what came in, from whom and when; and taking a batch back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.resources.observations import impact_as_dict
from api.schemas.batches import Batch, BatchList, RevertAnswer
from api.schemas.observations import RestatementQuery
from lei.clock import instant_text
from lei.errors import NotFoundError
from lei.services.revert_batch import RevertOptions, revert_batch
from lei.storage import batches as storage

_INTERNAL = ("first_observation_id", "last_observation_id")


@endpoint("GET", "/batches", scope="read", query=PageParameters(), answers={200: BatchList()})
def list_all(call: Call) -> dict[str, Any]:
    """List batches, the newest first, refused ones too."""
    before, limit = read_cursor(call.query["cursor"]), call.query["limit"]
    with call.context.database.reading() as session:
        found = storage.newest_batches(session, limit + 1, before)
    return page(found, limit, lambda batch: batch.id, _plain)


@endpoint("GET", "/batches/<int:batch_id>", scope="read", answers={200: Batch()})
def show(call: Call, batch_id: int) -> dict[str, Any]:
    """Show one batch with its counts and errors."""
    with call.context.database.reading() as session:
        batch = storage.read_batch(session, batch_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}. GET /api/v1/batches lists all.")
    return _plain(batch)


@endpoint(
    "POST",
    "/batches/<int:batch_id>/revert",
    scope="ingest",
    query=RestatementQuery(),
    answers={200: RevertAnswer()},
)
def revert(call: Call, batch_id: int) -> dict[str, Any]:
    """Undo one batch by one more batch: facts are as though it had never been sent.

    What a later batch changed again, and which was not reverted, is left as it is, counted in `not_restored` and listed
    in `errors` with that batch.
    """
    options = RevertOptions(call.caller.name, call.query["reason"], call.query["allow_restatement"])
    with call.context.database.writing() as session:
        done = revert_batch(session, batch_id, options, call.context.clock.now())
    return _plain(done.batch) | {"not_restored": done.batch.rejected, "impact": impact_as_dict(done.impact)}


def _plain(batch: storage.Batch) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(batch).items() if name not in _INTERNAL}
    plain["errors"] = [{name: value for name, value in error.items() if value is not None} for error in batch.errors]
    for name in ("received_at", "recorded_at"):
        plain[name] = instant_text(plain[name])
    return plain
