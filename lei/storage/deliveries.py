"""Deliveries: one row for each (run, segment, recipient). A row is claimed, sent once and closed in a named state."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, RowId, metadata

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("segment", sa.Text, nullable=False),  # canonical
    sa.Column("recipient", sa.String(320), nullable=False),
    sa.Column("scorecard_id", sa.BigInteger, sa.ForeignKey("scorecards.id"), nullable=False),
    sa.Column("message_id", sa.String(255), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),  # pending | sent | failed | cancelled
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text, nullable=True),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("sent_at", Instant, nullable=True),
    sa.UniqueConstraint("run_id", "segment", "recipient", name="uq_deliveries_once"),
    sa.Index("ix_deliveries_status", "status", "next_attempt_at"),
)
