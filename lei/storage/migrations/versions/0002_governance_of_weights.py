"""Who changed, approved and published a version of a weight profile, and what a profile's policy asks for.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is recorded from now on; of what is there already, nobody knows who published it."""
    for column in (
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.Column("changed_by", sa.String(length=200), nullable=True),
        sa.Column("approvals", sa.JSON(), server_default="[]", nullable=False),
    ):
        op.add_column("weight_profile_versions", column)
    op.create_table(
        "weight_policies",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bounds", sa.JSON(), nullable=False),
        sa.Column("approvals_required", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["weight_profiles.id"], name="fk_weight_policies_profile_id"),
        sa.PrimaryKeyConstraint("profile_id", "number", name="pk_weight_policies"),
    )
