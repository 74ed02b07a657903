"""Targets of the index and its pillars.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant, RowId

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "score_targets",
        sa.Column("id", RowId, nullable=False),
        sa.Column("score", sa.String(length=60), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_score_targets"),
    )
    op.create_index("ix_score_targets_segment", "score_targets", ["segment"])
