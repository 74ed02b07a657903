"""Shows observations as they were sent, and keeps small groups private from those who did not send them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.scores.score_privacy import LARGE_ENOUGH_FOR_EXTREMES
from lei.services.words.near_words import did_you_mean
from lei.storage.measures import read_measures
from lei.storage.observation_pages import (
    ObservationFilter,
    StoredObservation,
    people_by_segment,
    read_page,
    smallest_samples,
)
from lei.storage.segments import all_segments, canonical, dimension_keys


@dataclass(frozen=True, slots=True)
class ObservationQuestion:
    """Which observations are wanted. where: dimension values that their segment must have (it may have others too)."""

    measure: str | None
    source: str | None
    first: Period | None
    last: Period | None
    where: Mapping[str, str]
    history: bool


def list_observations(
    session: Session, asked: ObservationQuestion, after: int | None, limit: int, hidden_below: int | None
) -> Sequence[tuple[StoredObservation, bool]]:
    """Up to `limit` observations after the id `after`; with each, whether it must not be shown.

    hidden_below: the smallest group that is shown (a measure may ask for larger ones); None shows all. Where a measure
    has a smaller one in a month, or a segment counts a few people more than its parts, all of that month is kept back:
    scores show what may be shown of it.
    Raises InvalidError for a measure or dimension that does not exist, periods the wrong way round, or a cursor that
    was not given out.
    """
    known = read_measures(session)
    if asked.measure is not None and asked.measure not in known:
        hint = did_you_mean(asked.measure, known)
        detail = f"There is no measure '{asked.measure}'."
        raise InvalidError(detail, [Problem("measure", "unknown_measure", detail, None, hint)])
    if asked.first is not None and asked.last is not None and asked.last.last_month < asked.first.first_month:
        detail = f"The last period {asked.last} lies before the first {asked.first}."
        raise InvalidError(detail, [Problem("to", "wrong_order", detail)])
    wanted = ObservationFilter(
        measure=asked.measure,
        source=asked.source,
        first_month=None if asked.first is None else asked.first.first_month,
        last_month=None if asked.last is None else asked.last.last_month,
        segment_ids=_segments(session, asked.where) if asked.where else None,
        history=asked.history,
    )
    page = read_page(session, wanted, after, limit)
    if page is None:
        detail = "This cursor was not given out by LEI. Send the `next_cursor` of the page before, unchanged."
        raise InvalidError(detail, [Problem("cursor", "invalid", detail)])
    if hidden_below is None:
        return [(one, False) for one in page]
    few = _Few(
        smallest={key: _smallest_shown(stored.measure.min_group_size, hidden_below) for key, stored in known.items()},
        percent={key for key, stored in known.items() if stored.measure.unit == "percent"},
        samples=smallest_samples(session, page),
        beside={occasion: _unnamed_people(people) for occasion, people in people_by_segment(session, page).items()},
    )
    return [(one, one.value is not None and few.would_show(one)) for one in page]


@dataclass(frozen=True, slots=True)
class _Few:
    """What decides whether an observation would tell of a few people.

    smallest: by measure, the smallest group that is shown. samples: by measure and month, the smallest sample there
    ever was. beside: by measure, month and span, the numbers of people whom a segment counts and its parts do not.
    """

    smallest: Mapping[str, int]
    percent: Collection[str]
    samples: Mapping[tuple[str, int], int]
    beside: Mapping[tuple[str, int, int], Collection[int]]

    def would_show(self, one: StoredObservation) -> bool:
        """Whether it would, by itself or by subtraction."""
        smallest, occasion = self.smallest[one.measure], one.occasion
        # One small group hides its measure's whole month: what others reported then, or before, would tell of it.
        if self.samples.get((one.measure, occasion.month), math.inf) < smallest:
            return True
        if any(people < smallest for people in self.beside.get((one.measure, occasion.month, occasion.span), ())):
            return True
        alike = one.measure in self.percent and one.value in (0, 100)
        return smallest > 0 and alike and one.sample_size < LARGE_ENOUGH_FOR_EXTREMES


def _unnamed_people(people: Mapping[str, int]) -> list[int]:
    """For each segment (canonical text) and each way to split it: how many more it counts than all of its parts."""
    parts: dict[tuple[str, tuple[str, ...]], int] = defaultdict(int)
    for part, count in people.items():
        values = json.loads(part)
        for size in range(len(values)):
            for kept in combinations(values.items(), size):
                whole = canonical(dict(kept))
                if whole in people:
                    parts[whole, tuple(sorted(values.keys() - dict(kept).keys()))] += count
    return [people[whole] - count for (whole, _), count in parts.items() if people[whole] > count]


def observation_as_dict(one: StoredObservation, *, hidden: bool) -> dict[str, Any]:
    """An observation as plain data. `reason` says why a value is null: `small_group`, `retracted`, or null itself."""
    gone = one.value is None
    return {
        "measure": one.measure,
        "period": str(one.occasion),
        "value": None if hidden else one.value,
        "sample_size": None if hidden or gone else one.sample_size,
        "reason": "small_group" if hidden else "retracted" if gone else None,
        "dimensions": json.loads(one.segment),
        "source": one.source,
        "batch_id": one.batch_id,
        "recorded_at": one.recorded_at,
        "revision": one.revision,
        "current": one.current,
    }


def _smallest_shown(of_measure: int, hidden_below: int) -> int:
    # A measure with 0 holds nothing about people; the others are never shown below what the settings say.
    return 0 if of_measure == 0 else max(of_measure, hidden_below)


def _segments(session: Session, where: Mapping[str, str]) -> list[int]:
    known = dimension_keys(session)
    for key in where:
        if key not in known:
            detail = f"There is no dimension '{key}'."
            hint = did_you_mean(key, known) or f"known are: {', '.join(known)}."
            raise InvalidError(detail, [Problem("where", "unknown_dimension", detail, None, hint)])
    return [
        segment_id
        for segment_id, values in all_segments(session).items()
        if all(values.get(key) == value for key, value in where.items())
    ]
