"""Schedules by rules of people beside cron, with the holidays of a place, and what becomes of missed occasions.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; every schedule that is there goes on as it was."""
    for column in (
        sa.Column("rule", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("holidays", sa.String(length=20), nullable=True),
        sa.Column("after_downtime", sa.String(length=20), server_default="send_latest", nullable=False),
    ):
        op.add_column("schedules", column)
