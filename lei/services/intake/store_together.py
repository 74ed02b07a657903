"""Stores small uploads that are committed together, each as a batch of its own.

Most of them are one new observation. Those are stored by a handful of statements however many they are; whatever else
there is among them takes the path of any batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.services.intake.batch_impact import Impact, impact_of
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.ingest import (
    IngestOptions,
    IngestResult,
    batch_values,
    ids_by_number,
    result_of,
    store_checked,
    store_in_batch,
)
from lei.storage.batches import add_batches
from lei.storage.ledger import SMALLEST_STEP, raise_ledger
from lei.storage.observations import Changes
from lei.storage.published_scorecards import is_published
from lei.storage.segments import add_segments
from lei.storage.single_observations import SingleObservation, add_if_new
from lei.storage.sources import add_sources
from lei.storage.staged_observations import Key


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """Rows that were checked, and how they are meant."""

    checker: RowChecker
    options: IngestOptions
    now: datetime

    @property
    def is_one_value(self) -> bool:
        """Whether this is one good row that does not retract, to be stored."""
        only = self.checker.spool.only_row
        return only is not None and only[1][0] is not None and not self.checker.rejected and not self.options.dry_run


def store_together(session: Session, uploads: Sequence[Upload]) -> list[IngestResult]:
    """Store each upload as a batch; the results in the same order.

    Raises InvalidError when one of them has no row at all.
    """
    for upload in uploads:
        upload.checker.finish()
    single = [upload for upload in uploads if upload.is_one_value]
    results = _store_single(session, single) if len(single) > 1 else {}
    return [
        results[upload] if upload in results else store_checked(session, upload.checker, upload.options, upload.now)
        for upload in uploads
    ]


def _store_single(session: Session, uploads: Sequence[Upload]) -> dict[Upload, IngestResult]:
    recorded = _raise_for(session, uploads)
    new = Changes(created=1, corrected=0, retracted=0, revised=0, first=None, last=None)
    results = [result_of(None, upload.checker, new) for upload in uploads]
    batch_ids = add_batches(
        session,
        [
            batch_values(upload.options, upload.now, result) | {"recorded_at": instant}
            for upload, result, instant in zip(uploads, results, recorded, strict=True)
        ],
    )
    by_batch = dict(zip(batch_ids, uploads, strict=True))
    added = _add_new(session, by_batch)
    months = [month for upload in uploads for month in upload.checker.months]
    published = is_published(session, min(months), max(months))
    return {
        upload: replace(result, batch_id=batch_id, impact=_impact(session, added[batch_id], upload, published))
        if batch_id in added
        # Something is there already: a later instant goes with its higher id, as `as_of` needs it.
        else store_in_batch(session, batch_id, upload.checker, upload.now)
        for (batch_id, upload), result in zip(by_batch.items(), results, strict=True)
    }


def _impact(session: Session, observation_id: int, upload: Upload, published: bool) -> Impact | None:
    return impact_of(session, observation_id, observation_id, upload.checker.months) if published else None


def _raise_for(session: Session, uploads: Sequence[Upload]) -> list[datetime]:
    """The instants at which these are recorded, each later than the one before."""
    later = SMALLEST_STEP * (len(uploads) - 1)
    last = raise_ledger(session, max(upload.now for upload in uploads) + later, changes=len(uploads)).recorded_at
    assert last is not None  # noqa: S101 - it has just been raised
    return [last - later + place * SMALLEST_STEP for place in range(len(uploads))]


def _add_new(session: Session, by_batch: dict[int, Upload]) -> dict[int, int]:
    """Add the first observation of each key, unless there is one already; ids by batch."""
    checkers = {batch_id: upload.checker for batch_id, upload in by_batch.items()}
    segments = add_segments(session, [text for one in checkers.values() for text in one.segments.values()])
    sources = add_sources(session, [name for one in checkers.values() for name in one.sources.values()])
    found: dict[Key, SingleObservation] = {}
    for batch_id, checker in checkers.items():
        assert checker.spool.only_row is not None  # noqa: S101 - see is_one_value
        (month, measure, segment, source, span, day), (value, size) = checker.spool.only_row
        ids = ids_by_number(checker.segments, segments)[segment], ids_by_number(checker.sources, sources)[source]
        key = (month, measure, *ids, span, day)
        assert value is not None  # noqa: S101 - see is_one_value
        found.setdefault(key, SingleObservation(key, value, size, batch_id))
    return add_if_new(session, list(found.values()))
