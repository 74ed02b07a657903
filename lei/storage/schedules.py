"""Schedules: which scorecard goes to whom, and when."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, metadata

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("cron", sa.String(100), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("on_working_day", sa.Boolean, nullable=False),  # a run that falls on a weekend waits for Monday
    sa.Column("grain", sa.String(10), nullable=False),
    sa.Column("where", sa.Text, nullable=False),  # canonical segment
    sa.Column("by", sa.String(60), nullable=True),  # one scorecard for each value of this dimension
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    # Occasions up to this instant have become runs (or were let pass while the schedule was not enabled).
    sa.Column("evaluated_until", Instant, nullable=False),
    sa.Column("deleted_at", Instant, nullable=True),
)
