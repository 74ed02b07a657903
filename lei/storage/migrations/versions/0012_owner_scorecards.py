"""Scorecards of owners that go out by mail.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant, RowId

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "owner_scorecards",
        sa.Column("id", RowId, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_owner_scorecards"),
        sa.UniqueConstraint("period", "recipient", name="uq_owner_scorecards_once"),
    )
    op.create_index("ix_owner_scorecards_status", "owner_scorecards", ["status", "next_attempt_at"])
