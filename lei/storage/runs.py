"""Runs: one row for each (schedule, scheduled instant), whoever sees first that it is due."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, RowId, metadata

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("schedule_id", sa.Integer, sa.ForeignKey("schedules.id"), nullable=False),
    sa.Column("scheduled_for", Instant, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # scheduled | manual
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # pending | running | done | failed | skipped
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("finished_at", Instant, nullable=True),
    sa.UniqueConstraint("schedule_id", "scheduled_for", name="uq_runs_schedule_instant"),
    sa.Index("ix_runs_state", "state", "next_attempt_at"),
)
