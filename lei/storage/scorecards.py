"""Scorecards: what was published, with the figures, versions and bytes it came from. Never changed."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, RowId, metadata

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
)
