"""Takes observations in: check all rows first, then store them as one batch, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.services.intake.batch_impact import Impact, impact_of
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.close_periods import require_reason
from lei.services.intake.intake_catalogue import intake_catalogue
from lei.services.intake.intake_rules import PLAIN_RULES, IntakeRules
from lei.services.intake.observation_rows import IntakeCatalogue
from lei.services.words.names import refuse_text
from lei.storage.batches import add_batch, finish_batch
from lei.storage.ledger import raise_ledger
from lei.storage.observations import Changes
from lei.storage.rejected_rows import RejectedFile, add_rejected_rows
from lei.storage.rollups import update_rollups
from lei.storage.segments import add_segments
from lei.storage.sources import add_sources
from lei.storage.staged_observations import BlockSpool, merge

OnError = Literal["reject", "skip"]
BatchStatus = Literal["stored", "partly_stored", "rejected"]


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a batch is meant. source: for rows that name none. on_error: a bad row refuses the batch, or is left out.

    allow_restatement: rows may change closed periods; then `reason` must say why. It is kept with the batch.
    """

    source: str
    sent_by: str
    on_error: OnError = "reject"
    dry_run: bool = False
    kind: Literal["ingest", "import"] = "ingest"
    allow_restatement: bool = False
    reason: str | None = None
    rules: IntakeRules = PLAIN_RULES


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a batch: received = created + corrected + unchanged + retracted + rejected, always.

    A refused batch stores nothing, so all its rows count as rejected; `faulty` counts those that had a fault.
    batch_id is None for a dry run. `errors` lists the first hundred faults, `periods` what was taken, in order of time.
    impact: what the changes touch that was published; None where nothing was.
    """

    batch_id: int | None
    status: BatchStatus
    received: int
    created: int
    corrected: int
    unchanged: int
    retracted: int
    rejected: int
    faulty: int
    errors: tuple[Problem, ...]
    periods: tuple[str, ...]
    impact: Impact | None = None


def ingest_records(
    session: Session, records: Iterable[Mapping[str, Any]], options: IngestOptions, now: datetime
) -> IngestResult:
    """Store records that have the JSON shape of an observation as one batch.

    Faults of rows are in the result. Raises InvalidError when there is no record at all.
    """
    with checking(intake_catalogue(session, now), options) as checker:
        checker.take_records(records)
        return store_checked(session, checker, options, now)


@contextmanager
def checking(catalogue: IntakeCatalogue, options: IngestOptions) -> Iterator[RowChecker]:
    """A checker for the rows of one batch. Checking needs no session, so nobody waits for a slow sender.

    Raises InvalidError when the default source is no name that can be stored, or when closed periods may be changed
    and no reason is given.
    """
    require_reason(options.reason, allow_restatement=options.allow_restatement)
    wrong = refuse_text(options.source)
    if wrong is not None:
        raise InvalidError(f"The source cannot be used: {wrong[1]}", [Problem("source", *wrong)])
    if options.allow_restatement:
        catalogue = replace(catalogue, closed_until=None)
    spool = BlockSpool()
    try:
        yield RowChecker(catalogue, options.source, spool, options.rules)
    finally:
        spool.close()


def store_checked(session: Session, checker: RowChecker, options: IngestOptions, now: datetime) -> IngestResult:
    """Store the rows that a checker has taken as one batch; of a dry run, only say what would become of them.

    Raises InvalidError when it has taken no row at all.
    """
    checker.finish()
    if checker.received == 0:
        raise InvalidError("There is not a single observation in this; nothing was stored.")
    if checker.rejected and options.on_error == "reject":
        return _refuse(session, checker, options, now)
    if not options.dry_run:
        return _store(session, checker, options, now)
    # The trial takes the same path and is then undone, so that what it says is what would happen.
    trial = session.begin_nested()
    result = _store(session, checker, options, now)
    trial.rollback()
    return replace(result, batch_id=None)


def _refuse(session: Session, checker: RowChecker, options: IngestOptions, now: datetime) -> IngestResult:
    result = IngestResult(
        batch_id=None,
        status="rejected",
        received=checker.received,
        created=0,
        corrected=0,
        unchanged=0,
        retracted=0,
        rejected=checker.received,
        faulty=checker.rejected,
        errors=tuple(checker.problems),
        periods=(),
    )
    if options.dry_run:
        return result
    batch_id = add_batch(session, batch_values(options, now, result))
    _keep_refused(session, batch_id, checker, now)
    return replace(result, batch_id=batch_id)


def _store(session: Session, checker: RowChecker, options: IngestOptions, now: datetime) -> IngestResult:
    recorded_at = _recorded_at(session, now)
    batch_id = add_batch(session, _opened(options, now) | {"status": "stored", "errors": [], "periods": []})
    _keep_refused(session, batch_id, checker, now)
    return _store_rows(session, batch_id, checker, recorded_at)


def _keep_refused(session: Session, batch_id: int, checker: RowChecker, now: datetime) -> None:
    refused = checker.refused
    if refused.kept:
        file = RejectedFile(refused.format, refused.kept, checker.rejected - refused.kept, refused.content)
        add_rejected_rows(session, batch_id, file, now)


def store_in_batch(session: Session, batch_id: int, checker: RowChecker, now: datetime) -> IngestResult:
    """Store the rows that a checker has taken in a batch that is there already, recorded at an instant of its own."""
    return _store_rows(session, batch_id, checker, _recorded_at(session, now))


def _store_rows(session: Session, batch_id: int, checker: RowChecker, recorded_at: datetime) -> IngestResult:
    segment_ids = ids_by_number(checker.segments, add_segments(session, checker.segments.values()))
    source_ids = ids_by_number(checker.sources, add_sources(session, checker.sources.values()))
    changes = merge(session, checker.spool, segment_ids, source_ids, batch_id)
    if changes.first is not None and changes.last is not None:
        update_rollups(session, changes.first, changes.last, changes.revised, checker.spans)
    impact = impact_of(session, changes.first, changes.last, checker.months)
    result = replace(result_of(batch_id, checker, changes), impact=impact)
    ends = {"first_observation_id": changes.first, "last_observation_id": changes.last}
    finish_batch(session, batch_id, _counts(result) | ends | {"recorded_at": recorded_at})
    return result


def _recorded_at(session: Session, now: datetime) -> datetime:
    recorded_at = raise_ledger(session, now).recorded_at
    assert recorded_at is not None  # noqa: S101 - it has just been raised
    return recorded_at


def ids_by_number(names: Mapping[int, str], ids: Mapping[str, int]) -> dict[int, int]:
    """The ids of segments or sources by their number in the keys of a checker."""
    return {number: ids[name] for number, name in names.items()}


def result_of(batch_id: int | None, checker: RowChecker, changes: Changes) -> IngestResult:
    """What became of a batch whose rows changed so much."""
    taken = checker.received - checker.rejected
    changed = changes.created + changes.corrected + changes.retracted
    return IngestResult(
        batch_id=batch_id,
        status="partly_stored" if checker.rejected else "stored",
        received=checker.received,
        created=changes.created,
        corrected=changes.corrected,
        unchanged=taken - changed,
        retracted=changes.retracted,
        rejected=checker.rejected,
        faulty=checker.rejected,
        errors=tuple(checker.problems),
        periods=checker.periods,
    )


def batch_values(options: IngestOptions, now: datetime, result: IngestResult) -> dict[str, Any]:
    """The columns of a batch with this result, except when it was recorded and its observations."""
    return _opened(options, now) | _counts(result)


def _opened(options: IngestOptions, now: datetime) -> dict[str, Any]:
    opened = {"kind": options.kind, "sent_by": options.sent_by, "received_at": now, "on_error": options.on_error}
    return opened | {"reason": options.reason}


def _counts(result: IngestResult) -> dict[str, Any]:
    counted = ("status", "received", "created", "corrected", "unchanged", "retracted", "rejected")
    values: dict[str, Any] = {name: getattr(result, name) for name in counted}
    return values | {"errors": [asdict(problem) for problem in result.errors], "periods": list(result.periods)}
