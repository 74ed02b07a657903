"""The first schema.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.schema import complete_metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables, and the rows that every database starts with."""
    complete_metadata().create_all(op.get_bind())
    op.execute(sa.text("INSERT INTO ledger (id, data_version) VALUES (1, 0)"))
    op.execute(sa.text("INSERT INTO segments (canonical) VALUES ('{}')"))
    op.execute(
        sa.text(
            "INSERT INTO dimensions (key, display_name) VALUES ('program', 'Program'), ('role', 'Role'), "
            "('cohort', 'Cohort'), ('unit', 'Unit'), ('region', 'Region')"
        )
    )
