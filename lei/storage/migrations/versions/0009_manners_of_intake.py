"""Keys that expire, are bound to a source and can be rotated; refused rows to fetch; feeds and when they came.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add columns and tables; keys that are there never expire and may send for any source, as before."""
    for column in (
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("previous_until", Instant(), nullable=True),
    ):
        op.add_column("api_keys", column)
    op.create_index("ix_api_keys_previous_hash", "api_keys", ["previous_hash"], unique=True)
    op.create_table(
        "rejected_rows",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_rejected_rows"),
    )
    op.create_index("ix_rejected_rows_created_at", "rejected_rows", ["created_at"])
    _add_feeds()


def _add_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rhythm", sa.String(length=20), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=True),
        sa.Column("owner_email", sa.String(length=320), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "measure_id", name="pk_feeds"),
    )
    op.create_table(
        "feed_receipts",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "measure_id", "received_on", name="pk_feed_receipts"),
    )
    op.create_table(
        "feed_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_observation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_progress"),
    )
    op.execute("INSERT INTO feed_progress (id, last_observation_id) VALUES (1, 0)")
