"""Language and page size of schedules, and the branding of the organization.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add what is new; schedules that are there stay in English on A4."""
    for column in (
        sa.Column("language", sa.String(length=10), server_default="en", nullable=False),
        sa.Column("page_size", sa.String(length=10), server_default="A4", nullable=False),
    ):
        op.add_column("schedules", column)
    op.create_table(
        "branding",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=True),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_type", sa.String(length=20), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_branding"),
    )
