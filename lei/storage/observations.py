"""Observations: the facts, append-only. A correction is the next revision of the same observation, a retraction too."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import RowId, metadata

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("month", sa.Integer, nullable=False),  # ordinal, see lei.periods
    sa.Column("measure_id", sa.Integer, nullable=False),
    sa.Column("segment_id", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Integer, nullable=False),
    sa.Column("span", sa.SmallInteger, nullable=False),  # months; 0 for one day
    sa.Column("day", sa.SmallInteger, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("value", sa.Double, nullable=True),  # null: retracted
    sa.Column("sample_size", sa.BigInteger, nullable=False),
    sa.Column("batch_id", sa.BigInteger, nullable=False),
    # The month leads, so that what arrives together is stored together and the index stays fast at 10^7 rows.
    sa.UniqueConstraint(
        "month",
        "measure_id",
        "segment_id",
        "source_id",
        "span",
        "day",
        "revision",
        name="uq_observations_key",
    ),
)
