"""Weight profiles and their versions: drafts may be changed and published, and a published version never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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
    sa.Column("status", sa.String(20), nullable=False),  # draft | published | discarded
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("weights_source", sa.String(100), nullable=False),  # default_v1, a preset's name, or custom
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("effective_from", sa.Integer, nullable=True),  # month ordinal; null: for all periods
    sa.Column("published_at", Instant, nullable=True),
    sa.Column("published_by", sa.String(200), nullable=True),
    sa.Column("changed_at", Instant, nullable=True),  # null: never changed since it was made
    sa.Column("changed_by", sa.String(200), nullable=True),
    sa.Column("approvals", sa.JSON, nullable=False, server_default="[]"),
)


_DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's consent to a draft as it was then. Once the draft is changed it is withdrawn, and counts no more."""

    approved_by: str
    approved_at: datetime
    comment: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One version of a profile. `effective_from` is a month ordinal (None: from the beginning).

    changed_at and changed_by: the last change of the draft, None where there was none since it was made.
    """

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
    published_by: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
    approvals: tuple[Approval, ...] = ()


def read_versions(session: Session, name: str) -> list[ProfileVersion]:
    """All versions of the profile that were not discarded, oldest first; empty when there is no such profile."""
    table = weight_profile_versions
    rows = session.execute(
        sa.select(weight_profiles.c.name, *(c for c in table.c if c.name != "profile_id"))
        .join(weight_profiles, weight_profiles.c.id == table.c.profile_id)
        .where(weight_profiles.c.name == name, table.c.status != _DISCARDED)
        .order_by(table.c.version)
    )
    return [ProfileVersion(**{**row._mapping, "approvals": _approvals(row.approvals)}) for row in rows]


def next_version(session: Session, name: str) -> int:
    """The number of a version to add: numbers of discarded drafts are not given out again."""
    table = weight_profile_versions
    newest = session.scalar(sa.select(sa.func.max(table.c.version)).where(table.c.profile_id == profile_id(name)))
    return 1 + (newest or 0)


def profile_names(session: Session) -> list[str]:
    """The names of all profiles that have a version, in the order they were made."""
    table = weight_profile_versions
    kept = sa.select(table.c.profile_id).where(table.c.status != _DISCARDED)
    return list(
        session.scalars(
            sa.select(weight_profiles.c.name).where(weight_profiles.c.id.in_(kept)).order_by(weight_profiles.c.id)
        )
    )


def add_profile(session: Session, name: str, now: datetime) -> None:
    """Store a profile that has no version yet; one whose drafts were all discarded is there already."""
    if session.scalar(sa.select(profile_id(name))) is None:
        session.execute(sa.insert(weight_profiles).values(name=name, created_at=now))


def add_version(session: Session, version: ProfileVersion) -> None:
    """Store one version of a profile that exists."""
    values = {**asdict(version), "approvals": _plain(version.approvals)}
    del values["name"]
    session.execute(sa.insert(weight_profile_versions).values(profile_id=profile_id(version.name), **values))


def publish_version(session: Session, name: str, version: int, effective_from: int, note: str, now: datetime) -> None:
    """Turn a draft into a published version."""
    _change(session, name, version, status="published", effective_from=effective_from, note=note, published_at=now)


def record_publisher(session: Session, name: str, version: int, published_by: str) -> None:
    """Record who published a version."""
    _change(session, name, version, published_by=published_by)


def change_version(
    session: Session, draft: ProfileVersion, definition: dict[str, Any], changed_by: str, now: datetime
) -> None:
    """Give a draft another content. Consent to the former one is withdrawn."""
    withdrawn = tuple(replace(a, withdrawn_at=a.withdrawn_at or now) for a in draft.approvals)
    change = {"definition": definition, "changed_by": changed_by, "changed_at": now, "approvals": _plain(withdrawn)}
    _change(session, draft.name, draft.version, **change)


def discard_version(session: Session, name: str, version: int, discarded_by: str, now: datetime) -> None:
    """Take a draft out of use; its row stays for the record, and keeps its number from being given out again."""
    _change(session, name, version, status=_DISCARDED, changed_by=discarded_by, changed_at=now)


def record_approvals(session: Session, name: str, version: int, approvals: Sequence[Approval]) -> None:
    """Keep these as the approvals of a version."""
    _change(session, name, version, approvals=_plain(approvals))


def profile_id(name: str) -> sa.ScalarSelect[int]:
    """The id of the profile of that name, as a part of a statement."""
    return sa.select(weight_profiles.c.id).where(weight_profiles.c.name == name).scalar_subquery()


def _change(session: Session, name: str, version: int, **values: Any) -> None:
    table = weight_profile_versions
    session.execute(
        sa.update(table).where(table.c.profile_id == profile_id(name), table.c.version == version).values(**values)
    )


def _plain(approvals: Sequence[Approval]) -> list[dict[str, str | None]]:
    return [
        {
            "approved_by": approval.approved_by,
            "approved_at": approval.approved_at.isoformat(),
            "comment": approval.comment,
            "withdrawn_at": None if approval.withdrawn_at is None else approval.withdrawn_at.isoformat(),
        }
        for approval in approvals
    ]


def _approvals(plain: Sequence[dict[str, Any]]) -> tuple[Approval, ...]:
    def instant(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    return tuple(
        Approval(
            one["approved_by"],
            datetime.fromisoformat(one["approved_at"]),
            one["comment"],
            instant(one["withdrawn_at"]),
        )
        for one in plain
    )
