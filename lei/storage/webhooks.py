"""Webhooks: addresses of other systems that scorecards are posted to, under a name that schedules use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, any_id, metadata

WebhookContent = Literal["pdf", "link"]

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),
    sa.Column("url", sa.String(2000), nullable=False),
    sa.Column("secret", sa.String(100), nullable=False),  # as it is: requests are signed with it
    sa.Column("content", sa.String(10), nullable=False),  # pdf | link
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("disabled_at", Instant, nullable=True),
    sa.Column("disabled_because", sa.Text, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is stored. content: whether the PDF goes along, or a signed link to it."""

    id: int
    name: str
    url: str
    secret: str
    content: WebhookContent
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    disabled_because: str | None


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook that is about to be recorded."""

    name: str
    url: str
    secret: str
    content: WebhookContent
    created_at: datetime
    created_by: str


def add_webhook(session: Session, new: NewWebhook) -> None:
    """Store a new webhook."""
    session.execute(sa.insert(webhooks).values(**asdict(new)))


def read_webhook(session: Session, name: str) -> Webhook | None:
    """The webhook of this name."""
    row = session.execute(sa.select(webhooks).where(webhooks.c.name == name)).one_or_none()
    return None if row is None else Webhook(**row._mapping)


def list_webhooks(session: Session, after: int | None = None, limit: int | None = None) -> list[Webhook]:
    """Webhooks in the order of their making, from behind the id `after` on."""
    query = sa.select(webhooks).order_by(webhooks.c.id).limit(limit)
    if after is not None:
        query = query.where(webhooks.c.id > any_id(after))
    return [Webhook(**row._mapping) for row in session.execute(query)]


def change_webhook(session: Session, name: str, **values: Any) -> None:
    """Change columns of a webhook."""
    session.execute(sa.update(webhooks).where(webhooks.c.name == name).values(**values))


def remove_webhook(session: Session, name: str) -> bool:
    """Delete a webhook; False when there is none of this name."""
    gone = sa.delete(webhooks).where(webhooks.c.name == name).returning(webhooks.c.name)
    return bool(session.execute(gone).all())
