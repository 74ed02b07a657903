"""`/batches`: what came in, from whom and when; and taking a batch back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.resources.observations import impact_as_dict
from api.schemas.batches import Batch, BatchList, RevertAnswer
from api.schemas.observations import RestatementQuery
from lei.clock import instant_text
from lei.errors import ForbiddenError, NotFoundError
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.storage import batches as storage
from lei.storage.rejected_rows import read_rejected_rows

_FILE_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
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
    "GET", "/batches/<int:batch_id>/rejected", scope="ingest", answers={200: "application/x-ndjson"}, also=("text/csv",)
)
def rejected(call: Call, batch_id: int) -> Response:
    """The refused rows of a batch as they came, each with its reason: to mend and to send again.

    CSV where CSV came in, else NDJSON, for Parquet too. The reasons stand in `_error`, which intake skips. The first
    rows are kept, for thirty days (`GET /limits`); `X-Rows-Left-Out` counts the others.
    """
    with call.context.database.reading() as session:
        _own_batch(session, call, batch_id)
        file = read_rejected_rows(session, batch_id, call.context.clock.now())
    if file is None:
        raise NotFoundError(f"Of batch {batch_id}, no refused rows are kept: none were refused, or it is too long ago.")
    name = f"batch-{batch_id}-rejected.{file.format}"
    headers = {"X-Rows-Left-Out": str(file.left_out), "Content-Disposition": f"attachment; filename={name}"}
    return Response(file.content, content_type=_FILE_TYPES[file.format], headers=headers)


def _own_batch(session: Session, call: Call, batch_id: int) -> None:
    """Raise NotFoundError where there is no such batch, ForbiddenError where the key is bound and did not send it."""
    batch = storage.read_batch(session, batch_id)
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}. GET /api/v1/batches lists all.")
    caller = call.caller
    if caller.source is not None and batch.sent_by != caller.name:
        raise ForbiddenError(
            f"The key '{caller.name}' is bound to the source '{caller.source}', and did not send batch {batch_id}."
        )


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
        _own_batch(session, call, batch_id)
        done = revert_batch(session, batch_id, options, call.context.clock.now())
    return _plain(done.batch) | {"not_restored": done.batch.rejected, "impact": impact_as_dict(done.impact)}


def _plain(batch: storage.Batch) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(batch).items() if name not in _INTERNAL}
    plain["errors"] = [{name: value for name, value in error.items() if value is not None} for error in batch.errors]
    for name in ("received_at", "recorded_at"):
        plain[name] = instant_text(plain[name])
    return plain
