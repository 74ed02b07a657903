"""Targets: what the index or a pillar shall reach in a period. The newest word on each counts; all are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.segments import canonical
from lei.storage.tables import Instant, RowId, metadata

score_targets = sa.Table(
    "score_targets",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("score", sa.String(60), nullable=False),  # `composite`, or the key of a pillar
    sa.Column("segment", sa.Text, nullable=False),  # canonical, as in the table of segments
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("value", sa.Double, nullable=True),  # null: there is no target any more
    sa.Column("set_at", Instant, nullable=False),
    sa.Column("set_by", sa.String(200), nullable=False),
    sa.Index("ix_score_targets_segment", "segment"),
)


@dataclass(frozen=True, slots=True)
class ScoreTarget:
    """What a score of a segment (canonical text) shall reach in a period; value None: it was taken back."""

    score: str
    segment: str
    period: str
    value: float | None
    set_at: datetime
    set_by: str


def add_targets(session: Session, targets: Iterable[ScoreTarget]) -> None:
    """Keep targets beside those that are there; the newest of a score, segment and period counts."""
    rows = [asdict(target) for target in targets]
    if rows:
        session.execute(sa.insert(score_targets), rows)


def read_targets(session: Session, where: Mapping[str, str] | None = None) -> list[ScoreTarget]:
    """The targets that count now, of one segment or of all, in the order of segment, score and period."""
    query = sa.select(score_targets).order_by(score_targets.c.id)
    if where is not None:
        query = query.where(score_targets.c.segment == canonical(where))
    newest = {(row.segment, row.score, row.period): row for row in session.execute(query)}
    return [
        ScoreTarget(row.score, row.segment, row.period, row.value, row.set_at, row.set_by)
        for _, row in sorted(newest.items())
        if row.value is not None
    ]
