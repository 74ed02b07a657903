"""Roll-ups read as columns: what scoring starts from, for now or as of an earlier state of the observations."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import cast

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_NOW = """
SELECT month, measure_id, segment_id, source_id, span, weighted_sum, sample_size, value_sum,
       last_value, last_sample_size, last_day
FROM rollups WHERE month BETWEEN {first} AND {last}{of_measures}
"""
# The current revision of each observation among those up to an id, summed as `lei.storage.rollups` keeps them.
_AS_OF = """
WITH current AS (
    SELECT o.month, o.measure_id, o.segment_id, o.source_id, o.span, o.day, o.value, o.sample_size
    FROM observations o
    JOIN (
        SELECT month, measure_id, segment_id, source_id, span, day, MAX(revision) AS revision
        FROM observations
        WHERE month BETWEEN {first} AND {last} AND id <= {up_to}{of_measures}
        GROUP BY month, measure_id, segment_id, source_id, span, day
    ) newest USING (month, measure_id, segment_id, source_id, span, day, revision)
    WHERE o.value IS NOT NULL
), ranked AS (
    SELECT current.*, ROW_NUMBER() OVER (
        PARTITION BY month, measure_id, segment_id, source_id, span ORDER BY day DESC
    ) AS place
    FROM current
)
SELECT month, measure_id, segment_id, source_id, span,
       SUM(value * sample_size), SUM(sample_size), SUM(value),
       MAX(CASE WHEN place = 1 THEN value END), MAX(CASE WHEN place = 1 THEN sample_size END), MAX(day)
FROM ranked
GROUP BY month, measure_id, segment_id, source_id, span
"""


@dataclass(frozen=True, slots=True)
class RollupColumns:
    """One entry for each roll-up row; all arrays have the same length. Columns: see `lei.storage.rollups`."""

    month: Ints
    measure_id: Ints
    segment_id: Ints
    source_id: Ints
    span: Ints
    weighted_sum: Floats
    sample_size: Floats
    value_sum: Floats
    last_value: Floats
    last_sample_size: Floats
    last_day: Ints

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> RollupColumns:
        """The columns of some rows only, by index or mask."""
        return RollupColumns(*(getattr(self, field.name)[rows] for field in fields(self)))


def read_rollup_columns(
    session: Session, first_month: int, last_month: int, up_to: int | None = None, measure_ids: Collection[int] = ()
) -> RollupColumns:
    """All roll-ups of these months (ordinals, both included); with `up_to`, as of the observations up to that id.

    measure_ids: keep to these; none stands for all.
    """
    listed = ", ".join(str(int(id_)) for id_ in measure_ids)
    of_measures = f" AND measure_id IN ({listed})" if listed else ""
    bounds = {"first": int(first_month), "last": int(last_month), "of_measures": of_measures}
    text = _NOW.format(**bounds) if up_to is None else _AS_OF.format(**bounds, up_to=int(up_to))
    # The driver's own cursor: building a row object for each of a million rows would take longer than reading them.
    cursor = cast("Iterable[tuple[float, ...]]", session.connection().exec_driver_sql(text).cursor)
    flat = np.fromiter(itertools.chain.from_iterable(cursor), dtype=np.float64)
    month, measure, segment, source, span, weighted, n, total, last, last_n, day = flat.reshape(
        -1, len(fields(RollupColumns))
    ).T.copy()
    return RollupColumns(
        _whole(month),
        _whole(measure),
        _whole(segment),
        _whole(source),
        _whole(span),
        weighted,
        n,
        total,
        last,
        last_n,
        _whole(day),
    )


def months_with_data(session: Session) -> tuple[int, int] | None:
    """The first and the last month (ordinals) that any roll-up is booked in; None when there is none."""
    # Two questions, since SQLite answers each from the end of the index, and both in one by reading all of it.
    ends = sa.text("SELECT (SELECT MIN(month) FROM rollups), (SELECT MAX(month) FROM rollups)")
    first, last = session.execute(ends).one()
    return None if first is None else (first, last)


def _whole(column: Floats) -> Ints:
    return column.astype(np.int64)
