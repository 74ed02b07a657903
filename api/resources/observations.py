"""`/observations`: metrics come in here, and can be read back as they were sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, request
from sqlalchemy.orm import Session

from api.endpoint import Call, endpoint
from api.errors import problem_as_dict
from api.idempotency import Repeatable
from api.json_body import not_as
from api.pagination import page, read_cursor
from api.schemas.observations import (
    BatchAnswer,
    IngestQuery,
    NewObservations,
    ObservationList,
    ObservationsQuery,
    RefusedBatch,
)
from lei.clock import instant_text
from lei.errors import UnsupportedMediaError
from lei.services.intake.batch_impact import Impact
from lei.services.intake.ingest import IngestOptions, IngestResult, checking
from lei.services.intake.intake_bodies import LARGEST_SENT, BodyFormat, take_body, too_large
from lei.services.intake.intake_catalogue import intake_catalogue, remembered_catalogue
from lei.services.intake.intake_rules import rules_of
from lei.services.intake.list_observations import ObservationQuestion, list_observations, observation_as_dict
from lei.services.intake.observation_rows import IntakeCatalogue
from lei.services.intake.store_together import Upload, store_together
from lei.services.scores.scope_filters import scope_of
from lei.storage.catalogue_stamp import CatalogueStamp
from lei.storage.database import Database

FORMATS: dict[str, BodyFormat] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}
_PIECE = 256 * 1024
# So few rows are stored in less time than a commit takes, and may be committed with those of other requests.
_FEW_ROWS = 20
_COUNTS = ("batch_id", "received", "created", "corrected", "unchanged", "retracted", "rejected")


@endpoint(
    "POST",
    "/observations",
    scope="ingest",
    query=IngestQuery(),
    answers={200: BatchAnswer(), 207: BatchAnswer(), 422: RefusedBatch()},
    body_types=tuple(FORMATS),
    read_as=NewObservations(),
)
def send(call: Call) -> Response:
    """Send observations; the answer comes when they are stored for good."""
    body_format, gzipped = _format_of_request()
    options = _options(call)
    database, now = call.context.database, call.context.clock.now()
    repeatable = Repeatable(call.caller.name)
    with repeatable.claimed(database):
        catalogue = _catalogue(database, call.stamp, now)
        # Rows are checked before the transaction begins: a slow sender keeps nobody else from writing.
        with checking(catalogue, options) as checker:
            take_body(checker, repeatable.read(_pieces()), body_format, gzipped=gzipped)
            arrived = _Arrived(Upload(checker, options, now), repeatable)
            if checker.received <= _FEW_ROWS and not options.dry_run:
                return database.write_together(_store, arrived)
            with database.writing() as session:
                return _store(session, [arrived])[0]


def _options(call: Call) -> IngestOptions:
    caller = call.caller
    return IngestOptions(
        source=caller.source or caller.name,
        sent_by=caller.name,
        rules=rules_of(call.context.settings, caller.source),
        **call.query,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Arrived:
    """What a request sent, once it is checked."""

    upload: Upload
    repeatable: Repeatable


def _catalogue(database: Database, stamp: CatalogueStamp, now: datetime) -> IntakeCatalogue:
    catalogue = remembered_catalogue(database.engine.dialect, stamp, now)
    if catalogue is None:
        with database.reading() as session:
            catalogue = intake_catalogue(session, now)
    return catalogue


def _store(session: Session, arrived: Sequence[_Arrived]) -> list[Response]:
    """Store what was not answered before; an answer for each."""
    answers = {one: one.repeatable.first_answer(session, one.upload.now) for one in arrived}
    new = [one for one, answer in answers.items() if answer is None]
    for one, result in zip(new, store_together(session, [one.upload for one in new]), strict=True):
        answers[one] = answer = _answer(result)
        one.repeatable.keep(session, answer, one.upload.now)
    return [answer for answer in answers.values() if answer is not None]


@endpoint("GET", "/observations", scope="read", query=ObservationsQuery(), answers={200: ObservationList()})
def list_all(call: Call) -> dict[str, Any]:
    """List observations as they were sent; with `history`, also what they replaced.

    Groups that are too small to be shown have a null value and the reason `small_group`, unless the key may send
    observations itself (scope `ingest`).
    """
    asked, settings = call.query, call.context.settings
    question = ObservationQuestion(
        measure=asked["measure"],
        source=asked["source"],
        first=asked["first"],
        last=asked["last"],
        where=scope_of(asked["where"]),
        history=asked["history"],
    )
    sees_all = bool(call.caller.scopes & {"ingest", "admin"})
    after, limit = read_cursor(asked["cursor"]), asked["limit"]
    with call.context.database.reading() as session:
        hidden_below = None if sees_all else settings.min_group_size
        found = list_observations(session, question, after, limit + 1, hidden_below)
    return page(
        found, limit, lambda one: one[0].id, lambda one: _observation(observation_as_dict(one[0], hidden=one[1]))
    )


def _observation(plain: dict[str, Any]) -> dict[str, Any]:
    return plain | {"recorded_at": instant_text(plain["recorded_at"])}


def _format_of_request() -> tuple[BodyFormat, bool]:
    """How the body is written, and whether it is packed; raises UnsupportedMediaError, TooLargeError."""
    body_format = FORMATS.get(request.mimetype)
    if body_format is None:
        known = ", ".join(FORMATS)
        raise UnsupportedMediaError(f"Send the body as {known}{not_as(request.mimetype)}.")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaError(f"Send the body as UTF-8, not as '{charset}'.")
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise UnsupportedMediaError(f"The body may be packed by gzip, or not at all, but not by '{encoding}'.")
    if (request.content_length or 0) > LARGEST_SENT:
        raise too_large(LARGEST_SENT)
    return body_format, encoding == "gzip"


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        yield piece


def _answer(result: IngestResult) -> Response:
    body: dict[str, Any] = {name: getattr(result, name) for name in _COUNTS}
    body |= {"errors": [problem_as_dict(problem) for problem in result.errors], "periods": list(result.periods)}
    body["impact"] = impact_as_dict(result.impact)
    if result.status == "rejected":
        refused = HTTPStatus.UNPROCESSABLE_ENTITY
        frame = {"type": "about:blank", "title": refused.phrase, "status": refused.value, "detail": _refusal(result)}
        return Response(msgspec.json.encode(frame | body), refused.value, content_type="application/problem+json")
    status = HTTPStatus.OK if not result.rejected else HTTPStatus.MULTI_STATUS
    return Response(msgspec.json.encode(body), status.value, content_type="application/json")


def impact_as_dict(impact: Impact | None) -> dict[str, Any] | None:
    """What a change touches that was published, as plain data."""
    if impact is None:
        return None
    plain = asdict(impact)
    plain["scorecards"] = [one | {"sent_at": instant_text(one["sent_at"])} for one in plain["scorecards"]]
    return plain


def _refusal(result: IngestResult) -> str:
    rows = "1 row is" if result.faulty == 1 else f"{result.faulty:,} rows are"
    kept = "" if result.batch_id is None else f" GET /api/v1/batches/{result.batch_id}/rejected has the rows at fault."
    return (
        f"{rows} at fault out of {result.received:,}, so nothing was stored. Mend what `errors` says and send all "
        f"again, or send with on_error=skip to store the others.{kept}"
    )
