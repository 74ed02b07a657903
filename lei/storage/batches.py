"""Batches: what came in, from whom, when, with its counts and errors. Every observation belongs to one."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import Instant, RowId, metadata

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # ingest | import | revert
    sa.Column("sent_by", sa.String(200), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=True),  # set when it changed facts: the instant that `as_of` looks at
    sa.Column("status", sa.String(20), nullable=False),  # stored | partly_stored | rejected
    sa.Column("on_error", sa.String(10), nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("corrected", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("unchanged", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("retracted", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rejected", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("errors", sa.JSON, nullable=False),
    sa.Column("periods", sa.JSON, nullable=False),
    # Writers run one by one (ledger), so the observations of a batch have consecutive ids: both ends are enough to find
    # them again, and "as of" an instant becomes "up to this id".
    sa.Column("first_observation_id", sa.BigInteger, nullable=True),
    sa.Column("last_observation_id", sa.BigInteger, nullable=True),
    sa.Column("reverts_batch_id", sa.BigInteger, nullable=True),
    sa.Index("ix_batches_recorded_at", "recorded_at"),
)
