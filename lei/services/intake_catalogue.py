"""What rows are checked against: measures, dimensions and closed periods as they are now, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from lei.periods import month_of
from lei.services.observation_rows import MONTHS_AHEAD, IntakeCatalogue
from lei.storage.catalogue_stamp import CatalogueStamp, catalogue_stamp
from lei.storage.driver_sql import connection_of
from lei.storage.measures import read_measures
from lei.storage.period_closures import closed_until
from lei.storage.segments import dimension_keys

# Measures, dimensions, and the last month that is closed.
_Contents = tuple[Mapping[str, tuple[int, bool]], frozenset[str], int | None]
# By engine (each has a dialect of its own): the stamp of the catalogue, and what it held then.
_known: WeakKeyDictionary[Any, tuple[CatalogueStamp, _Contents]] = WeakKeyDictionary()


def intake_catalogue(session: Session, now: datetime) -> IntakeCatalogue:
    """The present catalogue for checking rows that come in at `now`."""
    # The stamp first: what is added meanwhile makes it another one, and is read the next time.
    stamp = catalogue_stamp(session)
    held = remembered_catalogue(connection_of(session).dialect, stamp, now)
    if held is not None:
        return held
    stored = read_measures(session)
    measures = {key: (one.id, one.measure.min_group_size > 0) for key, one in stored.items()}
    contents = (measures, frozenset(dimension_keys(session)), closed_until(session))
    _known[connection_of(session).dialect] = (stamp, contents)
    return _catalogue(contents, now)


def remembered_catalogue(dialect: Dialect, stamp: CatalogueStamp, now: datetime) -> IntakeCatalogue | None:
    """The catalogue in memory of the engine with this dialect, if it is still the one with this stamp."""
    held = _known.get(dialect)
    return _catalogue(held[1], now) if held and held[0] == stamp else None


def _catalogue(contents: _Contents, now: datetime) -> IntakeCatalogue:
    measures, dimensions, closed = contents
    return IntakeCatalogue(measures, dimensions, month_of(now.date()) + MONTHS_AHEAD, closed)
