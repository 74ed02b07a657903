"""Answers to the questions about KPIs that fell; and default KPIs whose values are no flow of one month say so.

Revision ID: 0004
"""

import json

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0004"
down_revision = "0003"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# They came with the window of a month, by which their overlapping values would have been judged.
WINDOWS = {
    "kpi_retention": "trailing 12 months",
    "kpi_certification_coverage": "month end",
    "kpi_succession_pipeline": "month end",
    "kpi_annual_engagement_score": "year",
}


def upgrade() -> None:
    """Create the table, and correct the definitions that came with LEI; nobody's own definition is touched."""
    op.create_table(
        "gap_answers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kpi_key", sa.String(length=100), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap_answers"),
    )
    op.create_index("ix_gap_answers_month", "gap_answers", ["month"])
    _correct_windows()


def _correct_windows() -> None:
    """In place: KPIs are never scored, so that no past score was made by their window."""
    connection = op.get_bind()
    definitions = sa.text(
        "SELECT v.measure_id, m.key, CAST(v.definition AS TEXT) AS definition FROM measure_versions v "
        "JOIN measures m ON m.id = v.measure_id WHERE v.version = 1 AND v.changed_by = 'LEI' AND m.key IN :keys"
    ).bindparams(sa.bindparam("keys", expanding=True))
    change = sa.text(
        "UPDATE measure_versions SET definition = :definition WHERE measure_id = :id AND version = 1"
    ).bindparams(sa.bindparam("definition", type_=sa.JSON()))
    for row in connection.execute(definitions, {"keys": list(WINDOWS)}).all():
        corrected = json.loads(row.definition) | {"window": WINDOWS[row.key], "time_rollup": "last"}
        connection.execute(change, {"id": row.measure_id, "definition": corrected})
