"""Scorecards: what was published, with the figures, versions and bytes it came from. Never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import parse_period
from lei.storage.deliveries import deliveries
from lei.storage.runs import runs
from lei.storage.segments import canonical
from lei.storage.tables import Instant, RowId, metadata

# A draft waits for approval, a test is for whoever tries a schedule out: neither was published.
Purpose = Literal["published", "draft", "test"]

scorecards = sa.Table(
    "scorecards",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("grain", sa.String(10), nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("segment", sa.Text, nullable=False),  # canonical, see lei.storage.segments
    sa.Column("profile", sa.String(100), nullable=False),
    sa.Column("profile_version", sa.Integer, nullable=False),
    sa.Column("data_as_of", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("figures", sa.Text, nullable=False),  # JSON, see lei.reports.figures
    sa.Column("pdf", sa.LargeBinary, nullable=False),
    sa.Column("pdf_sha256", sa.String(64), nullable=False),
    sa.Column("purpose", sa.String(20), nullable=False, server_default="published"),  # see Purpose
    # Of the run of a schedule. No foreign key: SQLite cannot add one to a table that others point at.
    sa.Column("run_id", sa.BigInteger, nullable=True),
    sa.Column("pdf_removed_at", Instant, nullable=True),  # its PDF is then empty
    sa.Index("ix_scorecards_run_id", "run_id"),
    # Ordinals of the months of the period, so that a correction finds the scorecards that it touches.
    sa.Column("first_month", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_month", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_scorecards_last_month", "last_month", "first_month"),
)
# So that what is old enough to be removed is found without reading through PDFs.
sa.Index(
    "ix_scorecards_with_pdf",
    scorecards.c.created_at,
    sqlite_where=scorecards.c.pdf_removed_at.is_(None),
    postgresql_where=scorecards.c.pdf_removed_at.is_(None),
)

_SUMMARY = [column for column in scorecards.c if column.name not in ("figures", "pdf", "first_month", "last_month")]
_PUBLISHED = scorecards.c.purpose == "published"


@dataclass(frozen=True, slots=True)
class NewScorecard:
    """A scorecard that is to be kept. `figures` is JSON text; `segment` holds dimension values."""

    title: str
    grain: str
    period: str
    segment: Mapping[str, str]
    profile: str
    profile_version: int
    data_as_of: datetime | None
    created_at: datetime
    created_by: str
    figures: str
    pdf: bytes
    pdf_sha256: str
    purpose: Purpose = "published"
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class ScorecardSummary:
    """A kept scorecard without its figures and its PDF. pdf_removed_at: when the PDF went the way of the archive."""

    id: int
    title: str
    grain: str
    period: str
    segment: Mapping[str, str]
    profile: str
    profile_version: int
    data_as_of: datetime | None
    created_at: datetime
    created_by: str
    pdf_sha256: str
    purpose: Purpose = "published"
    run_id: int | None = None
    pdf_removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredScorecard:
    """A kept scorecard: its summary, the JSON text of its figures, its PDF (empty once it was removed)."""

    summary: ScorecardSummary
    figures: str
    pdf: bytes


def add_scorecard(session: Session, new: NewScorecard) -> int:
    """Keep a scorecard; its id."""
    period = parse_period(new.period)
    months = {"first_month": period.first_month, "last_month": period.last_month}
    values = asdict(new) | {"segment": canonical(new.segment)} | months
    return int(session.execute(sa.insert(scorecards).values(**values).returning(scorecards.c.id)).scalar_one())


def read_scorecard(session: Session, scorecard_id: int) -> StoredScorecard | None:
    """The scorecard with this id."""
    row = session.execute(sa.select(scorecards).where(scorecards.c.id == scorecard_id)).one_or_none()
    return None if row is None else StoredScorecard(_summary(row), row.figures, bytes(row.pdf))


def read_summary(session: Session, scorecard_id: int) -> ScorecardSummary | None:
    """The scorecard with this id, without figures and PDF."""
    row = session.execute(sa.select(*_SUMMARY).where(scorecards.c.id == scorecard_id)).one_or_none()
    return None if row is None else _summary(row)


def list_scorecards(session: Session, limit: int, before_id: int | None = None) -> list[ScorecardSummary]:
    """At most `limit` summaries of what was published, the newest first; with `before_id`, only those before it."""
    query = sa.select(*_SUMMARY).where(_PUBLISHED).order_by(scorecards.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(scorecards.c.id < before_id)
    return [_summary(row) for row in session.execute(query)]


def summaries_of_run(session: Session, run_id: int) -> list[ScorecardSummary]:
    """What a run of a schedule made: its drafts, then what was published of them."""
    query = sa.select(*_SUMMARY).where(scorecards.c.run_id == run_id).order_by(scorecards.c.id)
    return [_summary(row) for row in session.execute(query)]


def drafts_of_run(session: Session, run_id: int) -> list[StoredScorecard]:
    """The drafts of a run that waits for approval, or was approved."""
    drafts = sa.select(scorecards).where(scorecards.c.run_id == run_id, scorecards.c.purpose == "draft")
    found = session.execute(drafts.order_by(scorecards.c.id))
    return [StoredScorecard(_summary(row), row.figures, bytes(row.pdf)) for row in found]


def last_sent(session: Session, grain: str, segment: Mapping[str, str], profile: str, until: str) -> str | None:
    """JSON text of the figures of the newest scorecard about this segment that reached anybody; None: there is none.

    Of periods up to `until`; drafts and tests showed nothing to readers. Where nothing was ever sent, the one that was
    published last counts.
    """
    reached = sa.exists().where(deliveries.c.scorecard_id == scorecards.c.id, deliveries.c.status == "sent")
    # In this order: to see what a scorecard was for, SQLite reads through its PDF, which lies before that in the row.
    about = (
        scorecards.c.segment == canonical(segment),
        scorecards.c.grain == grain,
        scorecards.c.period <= until,
        scorecards.c.profile == profile,
        _PUBLISHED,
    )
    # The newest period: an older one that was sent once more shows nothing of the months after it.
    newest = (sa.case((reached, 0), else_=1), scorecards.c.period.desc(), scorecards.c.id.desc())
    return session.scalars(sa.select(scorecards.c.figures).where(*about).order_by(*newest).limit(1)).first()


def old_with_pdf(session: Session, before: datetime, limit: int | None) -> list[int]:
    """Ids of scorecards made before an instant whose PDF is still there, and that wait for no delivery or approval."""
    waits = sa.exists().where(deliveries.c.scorecard_id == scorecards.c.id, deliveries.c.status == "pending")
    undecided = sa.exists().where(runs.c.id == scorecards.c.run_id, runs.c.finished_at.is_(None))
    query = sa.select(scorecards.c.id).where(
        scorecards.c.created_at < before, scorecards.c.pdf_removed_at.is_(None), ~waits, ~undecided
    )
    return list(session.scalars(query.order_by(scorecards.c.created_at).limit(limit)))


def remove_pdfs(session: Session, scorecard_ids: list[int], now: datetime) -> None:
    """Remove the PDFs; figures, versions and hashes stay."""
    removed = {"pdf": b"", "pdf_removed_at": now}
    session.execute(sa.update(scorecards).where(scorecards.c.id.in_(scorecard_ids)).values(**removed))


def _summary(row: sa.Row[Any]) -> ScorecardSummary:
    values = {column.name: getattr(row, column.name) for column in _SUMMARY}
    return ScorecardSummary(**values | {"segment": json.loads(row.segment)})
