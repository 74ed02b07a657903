"""What rows are checked against: measures and dimensions as they are now, kept in memory until they change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from lei.periods import month_of
from lei.services.observation_rows import MONTHS_AHEAD, IntakeCatalogue
from lei.storage.catalogue_stamp import catalogue_stamp
from lei.storage.measures import read_measures
from lei.storage.segments import dimension_keys

_Contents = tuple[Mapping[str, tuple[int, bool]], frozenset[str]]
# By engine: the stamp of the catalogue, and its measures and dimensions then.
_known: WeakKeyDictionary[Any, tuple[tuple[int, int], _Contents]] = WeakKeyDictionary()


def intake_catalogue(session: Session, now: datetime) -> IntakeCatalogue:
    """The present catalogue for checking rows that come in at `now`."""
    return IntakeCatalogue(*_contents(session), latest_month=month_of(now.date()) + MONTHS_AHEAD)


def _contents(session: Session) -> _Contents:
    engine = session.connection().engine
    stamp = catalogue_stamp(session)
    held = _known.get(engine)
    if held is None or held[0] != stamp:
        stored = read_measures(session)
        measures = {key: (one.id, one.measure.min_group_size > 0) for key, one in stored.items()}
        held = (stamp, (measures, frozenset(dimension_keys(session))))
        _known[engine] = held
    return held[1]
