"""Deliveries to folders and webhooks, scopes of recipients, unsubscribing, and an archive of what was sent.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from lei.storage.tables import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables; what was sent so far has no message in the archive."""
    op.add_column("deliveries", sa.Column("resend_of", sa.BigInteger(), nullable=True))
    op.create_index("ix_deliveries_scorecard_id", "deliveries", ["scorecard_id"])
    op.add_column("scorecards", sa.Column("pdf_removed_at", Instant(), nullable=True))
    op.create_index(
        "ix_scorecards_with_pdf",
        "scorecards",
        ["created_at"],
        sqlite_where=sa.text("pdf_removed_at IS NULL"),
        postgresql_where=sa.text("pdf_removed_at IS NULL"),
    )
    _sent_messages()
    _unsubscriptions()
    _recipient_scopes()
    _webhooks()


def _sent_messages() -> None:
    op.create_table(
        "sent_messages",
        sa.Column("delivery_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("link_expires_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_sent_messages_delivery_id_deliveries")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_sent_messages")),
    )


def _unsubscriptions() -> None:
    op.create_table(
        "unsubscriptions",
        sa.Column("schedule_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_unsubscriptions_schedule_id_schedules")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "recipient", name=op.f("pk_unsubscriptions")),
    )


def _recipient_scopes() -> None:
    op.create_table(
        "recipient_scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_scopes")),
        sa.UniqueConstraint("recipient", name=op.f("uq_recipient_scopes_recipient")),
    )


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("content", sa.String(length=10), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("name", name=op.f("uq_webhooks_name")),
    )
