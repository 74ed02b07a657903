"""Scopes of recipients: which segments somebody may be sent scorecards of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, any_id, metadata
from lei.storage.upserts import put_row

recipient_scopes = sa.Table(
    "recipient_scopes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("recipient", sa.String(320), nullable=False, unique=True),  # in lower case
    sa.Column("segments", sa.JSON, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class RecipientScope:
    """What a recipient may see: the segments and what lies within them; none at all where there are no segments."""

    id: int
    recipient: str
    segments: tuple[Mapping[str, str], ...]
    changed_at: datetime
    changed_by: str

    def covers(self, segment: Mapping[str, str]) -> bool:
        """Whether a scorecard of this segment may be shown to the recipient."""
        return any(allowed.items() <= segment.items() for allowed in self.segments)


def read_recipient_scope(session: Session, recipient: str) -> RecipientScope | None:
    """The scope of a recipient; None where nobody has set one."""
    row = session.execute(sa.select(recipient_scopes).where(_is(recipient))).one_or_none()
    return None if row is None else _scope(row)


def list_recipient_scopes(session: Session, after: int | None = None, limit: int | None = None) -> list[RecipientScope]:
    """Scopes in the order in which recipients got one, from behind the id `after` on."""
    query = sa.select(recipient_scopes).order_by(recipient_scopes.c.id).limit(limit)
    if after is not None:
        query = query.where(recipient_scopes.c.id > any_id(after))
    return [_scope(row) for row in session.execute(query)]


def write_recipient_scope(
    session: Session, recipient: str, segments: Sequence[Mapping[str, str]], who: str, now: datetime
) -> None:
    """Set the scope of a recipient, in place of the one before."""
    values = {"segments": [dict(segment) for segment in segments], "changed_at": now, "changed_by": who[:200]}
    put_row(session, recipient_scopes, {"recipient": recipient.casefold()}, values)


def clear_recipient_scope(session: Session, recipient: str) -> bool:
    """Forget the scope of a recipient; False when there was none."""
    gone = sa.delete(recipient_scopes).where(_is(recipient)).returning(recipient_scopes.c.recipient)
    return bool(session.execute(gone).all())


def _is(recipient: str) -> sa.ColumnElement[bool]:
    return recipient_scopes.c.recipient == recipient.casefold()


def _scope(row: sa.Row[Any]) -> RecipientScope:
    return RecipientScope(row.id, row.recipient, tuple(row.segments), row.changed_at, row.changed_by)
