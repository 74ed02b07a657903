"""What rows are checked against: measures, dimensions and closed periods as they are now, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from lei.periods import month_of
from lei.services.intake.observation_rows import MONTHS_AHEAD, IntakeCatalogue
from lei.storage.catalogue_stamp import CatalogueStamp, catalogue_stamp
from lei.storage.driver_sql import connection_of
from lei.storage.measures import read_measures
from lei.storage.period_closures import closed_until
from lei.storage.segments import dimension_keys, segments_after


@dataclass(slots=True)
class _Held:
    """What is in memory of one database. `values` only grows: values of dimensions are never forgotten."""

    stamp: CatalogueStamp
    measures: Mapping[str, tuple[int, bool]]
    dimensions: frozenset[str]
    closed_until: int | None
    values: dict[str, set[str]]

    def catalogue(self, now: datetime) -> IntakeCatalogue:
        latest = month_of(now.date()) + MONTHS_AHEAD
        return IntakeCatalogue(self.measures, self.dimensions, latest, self.closed_until, self.values)


# By engine (each has a dialect of its own).
_known: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()


def intake_catalogue(session: Session, now: datetime) -> IntakeCatalogue:
    """The present catalogue for checking rows that come in at `now`."""
    # The stamp first: what is added meanwhile makes it another one, and is read the next time.
    stamp = catalogue_stamp(session)
    dialect = connection_of(session).dialect
    held = _known.get(dialect)
    if held is None or held.stamp != stamp:
        held = _known[dialect] = _read(session, stamp, held)
    return held.catalogue(now)


def remembered_catalogue(dialect: Dialect, stamp: CatalogueStamp, now: datetime) -> IntakeCatalogue | None:
    """The catalogue in memory of the engine with this dialect, if it is still the one with this stamp."""
    held = _known.get(dialect)
    return held.catalogue(now) if held and held.stamp == stamp else None


def _read(session: Session, stamp: CatalogueStamp, held: _Held | None) -> _Held:
    """What the stamp stands for; only what has changed since what is held is read."""
    # A restored database may have fewer segments than there were.
    values = held.values if held and held.stamp.newest_segment <= stamp.newest_segment else {}
    after = held.stamp.newest_segment if held and values is held.values else 0
    for segment in segments_after(session, after):
        for key, value in segment.items():
            values.setdefault(key, set()).add(value)
    if held and held.stamp[:3] == stamp[:3]:
        return _Held(stamp, held.measures, held.dimensions, held.closed_until, values)
    stored = read_measures(session)
    measures = {key: (one.id, one.measure.min_group_size > 0) for key, one in stored.items()}
    return _Held(stamp, measures, frozenset(dimension_keys(session)), closed_until(session), values)
