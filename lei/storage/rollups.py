"""Roll-ups: sums per (month, measure, segment, source, span), kept in the transaction that changes observations."""

from __future__ import annotations

import sqlalchemy as sa

from lei.storage.tables import metadata

rollups = sa.Table(
    "rollups",
    metadata,
    sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("measure_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("segment_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("span", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("observations", sa.BigInteger, nullable=False),  # how many current ones; never 0
    sa.Column("weighted_sum", sa.Double, nullable=False),  # sum of value x sample_size
    sa.Column("sample_size", sa.BigInteger, nullable=False),  # sum of sample_size
    sa.Column("value_sum", sa.Double, nullable=False),  # sum of value
    sa.Column("last_value", sa.Double, nullable=False),
    sa.Column("last_sample_size", sa.BigInteger, nullable=False),
    sa.Column("last_day", sa.SmallInteger, nullable=False),
)
