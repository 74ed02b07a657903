"""Idempotency keys: the first answer to a request, kept so that a repeat gets the same one."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, metadata

idempotency_records = sa.Table(
    "idempotency_records",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),  # name of the API key
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),  # SHA-256 over route, parameters and body
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)
