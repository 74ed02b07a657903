"""Takes the observations of a batch back: what they replaced becomes current again, as one more revision.

A batch *stands* until it is reverted, and again when its revert is reverted. What should be current of an observation
is the newest revision of a batch that stands; batches that revert others only write that down.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Occasion
from lei.storage.batches import batches
from lei.storage.observations import KEY_COLUMNS, key_columns, same_key

_KEYS = ", ".join(KEY_COLUMNS)
# t: each observation that the batch has changed; c: its current revision; p: what should be current.
_STATES = f"""
    (SELECT DISTINCT {_KEYS} FROM observations WHERE id BETWEEN :first AND :last) t
    JOIN observations c ON {same_key("c", "t")} AND c.revision =
        (SELECT MAX(m.revision) FROM observations m WHERE {same_key("m", "t")})
    LEFT JOIN observations p ON {same_key("p", "t")} AND p.revision =
        (SELECT MAX(q.revision) FROM observations q WHERE {same_key("q", "t")} AND q.batch_id NOT IN :passed_over)"""  # noqa: S608 - constants only
_DIFFERS = """CASE
        WHEN c.value IS NULL THEN p.value IS NOT NULL
        ELSE p.value IS NULL OR p.value <> c.value OR p.sample_size <> c.sample_size END"""
_LATER = f"p.id > :last AND NOT ({_DIFFERS})"


def _asking(text: str) -> sa.TextClause:
    return sa.text(text).bindparams(sa.bindparam("passed_over", expanding=True))


_RESTORE = _asking(f"""
    INSERT INTO observations ({_KEYS}, revision, value, sample_size, batch_id)
    SELECT {key_columns("t")}, c.revision + 1, p.value, COALESCE(p.sample_size, 0), :batch
    FROM {_STATES} WHERE {_DIFFERS}
    ORDER BY {key_columns("t")}""")  # noqa: S608 - constants only
_COUNT = sa.text(f"""
    SELECT COUNT(*) FROM (SELECT DISTINCT {_KEYS} FROM observations WHERE id BETWEEN :first AND :last) t""")  # noqa: S608 - constants only
_COUNT_LATER = _asking(f"SELECT COUNT(*) FROM {_STATES} WHERE {_LATER}")  # noqa: S608 - constants only
_LIST_LATER = _asking(f"""
    SELECT e.key AS measure, t.month, t.span, t.day, g.canonical, s.name AS source, p.batch_id
    FROM {_STATES} JOIN measures e ON e.id = t.measure_id
    JOIN segments g ON g.id = t.segment_id JOIN sources s ON s.id = t.source_id
    WHERE {_LATER} ORDER BY {key_columns("t")} LIMIT :limit""")  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class TouchedLater:
    """An observation that cannot be taken back, because a later batch that stands has changed it.

    segment: canonical text.
    """

    measure: str
    occasion: Occasion
    segment: str
    source: str
    batch_id: int


@dataclass(frozen=True, slots=True)
class Reverts:
    """Which batch reverted which: the reverting batch by the reverted one."""

    by_reverted: dict[int, int]

    def root(self, batch_id: int) -> int:
        """The batch that brought facts in, where this one reverts it, or reverts what reverts it, and so on."""
        reverted = {reverting: of for of, reverting in self.by_reverted.items()}
        while batch_id in reverted:
            batch_id = reverted[batch_id]
        return batch_id

    def stands(self, batch_id: int) -> bool:
        """Whether the batch counts: it was not reverted, or what reverted it does not stand."""
        standing = True
        while batch_id in self.by_reverted:
            batch_id, standing = self.by_reverted[batch_id], not standing
        return standing

    @property
    def passed_over(self) -> list[int]:
        """The batches that have no say in what should be current: reverted ones, and all that revert."""
        return sorted({one for one in self.by_reverted if not self.stands(one)} | set(self.by_reverted.values()))


def read_reverts(session: Session) -> Reverts:
    """All reverts so far."""
    wanted = sa.select(batches.c.id, batches.c.reverts_batch_id).where(batches.c.reverts_batch_id.is_not(None))
    return Reverts({row.reverts_batch_id: row.id for row in session.execute(wanted)})


def restore(session: Session, first: int, last: int, reverts: Reverts, batch_id: int) -> None:
    """Make current what should be, of each observation that has a revision with an id from `first` to `last`."""
    values = {"first": first, "last": last, "batch": batch_id, "passed_over": reverts.passed_over}
    session.execute(_RESTORE, values)


def count_observations(session: Session, first: int, last: int) -> int:
    """How many different observations the rows with ids from `first` to `last` belong to."""
    return session.scalar(_COUNT, {"first": first, "last": last}) or 0


def touched_later(
    session: Session, first: int, last: int, reverts: Reverts, limit: int
) -> tuple[int, list[TouchedLater]]:
    """How many of those observations are as a later batch has set them, and the first of them."""
    asked = {"first": first, "last": last, "passed_over": reverts.passed_over}
    count = session.scalar(_COUNT_LATER, asked) or 0
    rows = session.execute(_LIST_LATER, {**asked, "limit": limit}) if count else ()
    return count, [
        TouchedLater(row.measure, Occasion(row.month, row.span, row.day), row.canonical, row.source, row.batch_id)
        for row in rows
    ]
