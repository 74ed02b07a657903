"""What rows are checked against: measures and dimensions as they are now, kept in memory until they change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from lei.periods import month_of
from lei.services.observation_rows import MONTHS_AHEAD, IntakeCatalogue
from lei.storage.measures import count_versions, read_measures
from lei.storage.segments import dimension_keys

_Measures = Mapping[str, tuple[int, bool]]
# By engine: (how many versions there were, the measures then). Versions are only ever added.
_known: WeakKeyDictionary[Any, tuple[int, _Measures]] = WeakKeyDictionary()


def intake_catalogue(session: Session, now: datetime) -> IntakeCatalogue:
    """The present catalogue for checking rows that come in at `now`."""
    return IntakeCatalogue(_measures(session), frozenset(dimension_keys(session)), month_of(now.date()) + MONTHS_AHEAD)


def _measures(session: Session) -> _Measures:
    engine = session.connection().engine
    versions = count_versions(session)
    held = _known.get(engine)
    if held is None or held[0] != versions:
        stored = read_measures(session)
        held = (versions, {key: (one.id, one.measure.min_group_size > 0) for key, one in stored.items()})
        _known[engine] = held
    return held[1]
