"""Whether a KPI was defined anew within a window: then its months do not measure the same thing."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.periods import Period
from lei.storage.measures import StoredMeasure, read_versions

# What a value means; names, goalposts and owners may change without it.
_MEANING = ("unit", "definition", "numerator", "denominator", "formula", "window", "time_rollup", "segment_rollup")


def definition_changed(session: Session, stored: StoredMeasure, first: Period, last: Period) -> bool:
    """Whether a version that means something else was recorded from the first day of `first` to the last of `last`."""
    versions = read_versions(session, stored.id)
    return any(
        first.start <= later.recorded_at.date() <= last.end and _meaning(earlier.measure) != _meaning(later.measure)
        for earlier, later in pairwise(versions)
    )


def _meaning(measure: Measure) -> tuple[object, ...]:
    return tuple(getattr(measure, name) for name in _MEANING)
