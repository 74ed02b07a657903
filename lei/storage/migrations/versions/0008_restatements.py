"""Closed periods, why a batch was sent, and which months a scorecard is about, so that corrections find it.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from lei.periods import parse_period
from lei.storage.tables import Instant

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    """Nothing is closed at first. Scorecards that are there are given the months of their periods."""
    op.create_table(
        "period_closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_period_closures"),
    )
    op.add_column("batches", sa.Column("reason", sa.Text(), nullable=True))
    op.create_index("ix_batches_reverts_batch_id", "batches", ["reverts_batch_id"])
    op.add_column("scorecards", sa.Column("first_month", sa.Integer(), server_default="0", nullable=False))
    op.add_column("scorecards", sa.Column("last_month", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_scorecards_last_month", "scorecards", ["last_month", "first_month"])
    op.create_index("ix_deliveries_scorecard_id", "deliveries", ["scorecard_id"])
    _give_months()


def _give_months() -> None:
    scorecards = sa.table("scorecards", *map(sa.column, ("period", "first_month", "last_month")))
    connection = op.get_bind()
    for text in connection.execute(sa.select(scorecards.c.period).distinct()).scalars().all():
        period = parse_period(text)
        months = {"first_month": period.first_month, "last_month": period.last_month}
        connection.execute(sa.update(scorecards).where(scorecards.c.period == text).values(**months))
