"""Gates for incomplete data, approvals, tests, owners and pauses of schedules; signs of life of workers.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what is new; everything that is there goes on as it was."""
    for column in (
        sa.Column("owner", sa.String(length=320), nullable=True),
        sa.Column("gate", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("approval", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
    ):
        op.add_column("schedules", column)
    for of_runs in (
        sa.Column("requested_by", sa.String(length=200), nullable=True),
        sa.Column("test_recipient", sa.String(length=320), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
    ):
        op.add_column("runs", of_runs)
    for of_scorecards in (
        sa.Column("purpose", sa.String(length=20), server_default="published", nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
    ):
        op.add_column("scorecards", of_scorecards)
    op.create_index("ix_scorecards_run_id", "scorecards", ["run_id"])
    op.create_table(
        "worker_heartbeats",
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("last_tick_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_worker_heartbeats"),
    )
