"""Answers to the questions about a KPI that fell: kept as they were given, one behind the other; the newest counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, RowId, metadata

gap_answers = sa.Table(
    "gap_answers",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("kpi_key", sa.String(100), nullable=False),
    sa.Column("segment", sa.Text, nullable=False),  # canonical, as in the table of segments
    sa.Column("month", sa.Integer, nullable=False),  # ordinal of the month that fell
    sa.Column("question", sa.String(40), nullable=False),
    sa.Column("answer", sa.Boolean, nullable=True),  # null: taken back, the question is open again
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
    sa.Column("answered_by", sa.String(200), nullable=False),
    sa.Index("ix_gap_answers_month", "month"),
)


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """An answer about the fall of a KPI of a unit (canonical text) in a month (its ordinal): who gave it, and when.

    answer: None where an earlier one was taken back.
    """

    kpi_key: str
    segment: str
    month: int
    question: str
    answer: bool | None
    note: str
    answered_at: datetime
    answered_by: str


def add_gap_answers(session: Session, answers: Iterable[GapAnswer]) -> None:
    """Keep answers beside those that are there."""
    rows = [asdict(answer) for answer in answers]
    if rows:
        session.execute(sa.insert(gap_answers), rows)


def answers_since(session: Session, month: int, as_of: datetime | None = None) -> list[GapAnswer]:
    """The answers about falls in this month and later, as they were given one by one; with `as_of`, those of then."""
    query = sa.select(gap_answers).where(gap_answers.c.month >= month).order_by(gap_answers.c.id)
    if as_of is not None:
        query = query.where(gap_answers.c.answered_at <= as_of)
    return [_answer(row) for row in session.execute(query)]


def list_gap_answers(session: Session, after: int | None, limit: int) -> list[tuple[int, GapAnswer]]:
    """Answers with their ids, in the order they were given, from behind the id `after` on."""
    query = sa.select(gap_answers).where(gap_answers.c.id > (after or 0)).order_by(gap_answers.c.id).limit(limit)
    return [(row.id, _answer(row)) for row in session.execute(query)]


def _answer(row: sa.Row[Any]) -> GapAnswer:
    return GapAnswer(**{name: getattr(row, name) for name in GapAnswer.__dataclass_fields__})
