"""Takes the observations of a batch back: what they replaced becomes current again, as one more revision."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Occasion
from lei.storage.observations import KEY_COLUMNS, key_columns, same_key

_NEXT = f"SELECT 1 FROM observations n WHERE {same_key('n', 'o')} AND n.revision = o.revision + 1"  # noqa: S608 - constants only
_IN_BATCH = "o.id BETWEEN :first AND :last"
_RESTORE = sa.text(f"""
    INSERT INTO observations ({", ".join(KEY_COLUMNS)}, revision, value, sample_size, batch_id)
    SELECT {key_columns("o")}, o.revision + 1, p.value, COALESCE(p.sample_size, 0), :batch
    FROM observations o LEFT JOIN observations p ON {same_key("p", "o")} AND p.revision =
        (SELECT MAX(q.revision) FROM observations q WHERE {same_key("q", "o")} AND q.id < :first)
    WHERE {_IN_BATCH} AND NOT EXISTS ({_NEXT}) AND CASE
        WHEN o.value IS NULL THEN p.value IS NOT NULL
        ELSE p.value IS NULL OR p.value <> o.value OR p.sample_size <> o.sample_size END
    ORDER BY {key_columns("o")}""")  # noqa: S608 - constants only
# One row for each key: the last revision that the batch gave it.
_COUNT = sa.text(f"""
    SELECT COUNT(*) FROM observations o WHERE {_IN_BATCH} AND NOT EXISTS ({_NEXT} AND n.id <= :last)""")  # noqa: S608 - constants only
_TOUCHED_LATER = f"observations o JOIN observations l ON {same_key('l', 'o')} AND l.revision = o.revision + 1"
_LATER = f"{_IN_BATCH} AND l.id > :last"
_COUNT_LATER = sa.text(f"SELECT COUNT(*) FROM {_TOUCHED_LATER} WHERE {_LATER}")  # noqa: S608 - constants only
_LIST_LATER = sa.text(f"""
    SELECT m.key AS measure, o.month, o.span, o.day, g.canonical, c.name AS source, l.batch_id
    FROM {_TOUCHED_LATER} JOIN measures m ON m.id = o.measure_id
    JOIN segments g ON g.id = o.segment_id JOIN sources c ON c.id = o.source_id
    WHERE {_LATER} ORDER BY o.id LIMIT :limit""")  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class TouchedLater:
    """An observation that cannot be taken back, because a later batch has changed it. segment: canonical text."""

    measure: str
    occasion: Occasion
    segment: str
    source: str
    batch_id: int


def restore_replaced(session: Session, first: int, last: int, batch_id: int) -> None:
    """For each observation whose current revision has an id from `first` to `last`, add what it was before those."""
    session.execute(_RESTORE, {"first": first, "last": last, "batch": batch_id})


def count_observations(session: Session, first: int, last: int) -> int:
    """How many different observations the rows with ids from `first` to `last` belong to."""
    return session.scalar(_COUNT, {"first": first, "last": last}) or 0


def touched_later(session: Session, first: int, last: int, limit: int) -> tuple[int, list[TouchedLater]]:
    """How many of those observations have later revisions, and the first of them."""
    ends = {"first": first, "last": last}
    count = session.scalar(_COUNT_LATER, ends) or 0
    rows = session.execute(_LIST_LATER, {**ends, "limit": limit}) if count else ()
    return count, [
        TouchedLater(row.measure, Occasion(row.month, row.span, row.day), row.canonical, row.source, row.batch_id)
        for row in rows
    ]
