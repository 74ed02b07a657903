"""The branding of the organization: one row, once somebody has set any of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata
from lei.storage.upserts import put_row

LONGEST_NAME = 80

branding = sa.Table(
    "branding",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # always 1
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("accent", sa.String(7), nullable=True),
    sa.Column("logo", sa.LargeBinary, nullable=True),
    sa.Column("logo_type", sa.String(20), nullable=True),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)
_ONLY = 1


@dataclass(frozen=True, slots=True)
class StoredBranding:
    """What documents bear. name: empty for none; accent: `#rrggbb`, None for that of the house.

    logo, logo_type: the picture and its media type, both None where there is none.
    """

    name: str
    accent: str | None
    logo: bytes | None
    logo_type: str | None
    changed_at: datetime
    changed_by: str


def read_branding(session: Session) -> StoredBranding | None:
    """The branding; None where nobody has ever set any."""
    row = session.execute(sa.select(branding)).one_or_none()
    if row is None:
        return None
    logo = None if row.logo is None else bytes(row.logo)
    return StoredBranding(row.name, row.accent, logo, row.logo_type, row.changed_at, row.changed_by)


def keep_branding(session: Session, new: StoredBranding) -> None:
    """Replace the branding."""
    put_row(session, branding, {"id": _ONLY}, asdict(new))
