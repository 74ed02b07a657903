"""Weight profiles and their versions: drafts may be published, and a published version never changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata

weight_profiles = sa.Table(
    "weight_profiles",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
)

weight_profile_versions = sa.Table(
    "weight_profile_versions",
    metadata,
    sa.Column("profile_id", sa.Integer, sa.ForeignKey("weight_profiles.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", sa.String(20), nullable=False),  # draft | published
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("weights_source", sa.String(100), nullable=False),  # default_v1, a preset's name, or custom
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("effective_from", sa.Integer, nullable=True),  # month ordinal; null: for all periods
    sa.Column("published_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One version of a profile. `effective_from` is a month ordinal (None: from the beginning)."""

    name: str
    version: int
    status: str
    definition: dict[str, Any]
    weights_source: str
    note: str
    created_at: datetime
    created_by: str
    effective_from: int | None
    published_at: datetime | None


def read_versions(session: Session, name: str) -> list[ProfileVersion]:
    """All versions of the profile, oldest first; empty when there is no such profile."""
    table = weight_profile_versions
    rows = session.execute(
        sa.select(weight_profiles.c.name, *(c for c in table.c if c.name != "profile_id"))
        .join(weight_profiles, weight_profiles.c.id == table.c.profile_id)
        .where(weight_profiles.c.name == name)
        .order_by(table.c.version)
    )
    return [ProfileVersion(**row._mapping) for row in rows]


def profile_names(session: Session) -> list[str]:
    """The names of all profiles, in the order they were made."""
    return list(session.scalars(sa.select(weight_profiles.c.name).order_by(weight_profiles.c.id)))


def add_profile(session: Session, name: str, now: datetime) -> None:
    """Store a profile that has no version yet."""
    session.execute(sa.insert(weight_profiles).values(name=name, created_at=now))


def add_version(session: Session, version: ProfileVersion) -> None:
    """Store one version of a profile that exists."""
    profile_id = session.scalars(sa.select(weight_profiles.c.id).where(weight_profiles.c.name == version.name)).one()
    values = asdict(version)
    del values["name"]
    session.execute(sa.insert(weight_profile_versions).values(profile_id=profile_id, **values))


def publish_version(session: Session, name: str, version: int, effective_from: int, note: str, now: datetime) -> None:
    """Turn a draft into a published version."""
    profile_id = session.scalars(sa.select(weight_profiles.c.id).where(weight_profiles.c.name == name)).one()
    session.execute(
        sa.update(weight_profile_versions)
        .where(weight_profile_versions.c.profile_id == profile_id, weight_profile_versions.c.version == version)
        .values(status="published", effective_from=effective_from, note=note, published_at=now)
    )
