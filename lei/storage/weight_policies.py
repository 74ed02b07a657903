"""Policies of weight profiles: bounds and approval; every change is one more row, and the newest counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata
from lei.storage.weight_profiles import profile_id

weight_policies = sa.Table(
    "weight_policies",
    metadata,
    sa.Column("profile_id", sa.Integer, sa.ForeignKey("weight_profiles.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bounds", sa.JSON, nullable=False),
    sa.Column("approvals_required", sa.Integer, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class WeightPolicy:
    """What a draft of a profile must keep to before it is published.

    bounds: by pillar, the smallest and the largest share (0 to 1) that it may have; other pillars are free.
    changed_at and changed_by are None for the policy that every profile begins with: no bounds, no approval.
    """

    bounds: Mapping[str, tuple[float, float]]
    approvals_required: int
    changed_at: datetime | None = None
    changed_by: str | None = None


NO_POLICY = WeightPolicy({}, 0)


def read_policies(session: Session, name: str) -> list[WeightPolicy]:
    """All policies that the profile has had, the newest first; empty where none was ever set."""
    table = weight_policies
    rows = session.execute(
        sa.select(table.c.bounds, table.c.approvals_required, table.c.changed_at, table.c.changed_by)
        .where(table.c.profile_id == profile_id(name))
        .order_by(table.c.number.desc())
    )
    return [
        WeightPolicy(
            {pillar: (low, high) for pillar, (low, high) in row.bounds.items()},
            row.approvals_required,
            row.changed_at,
            row.changed_by,
        )
        for row in rows
    ]


def add_policy(session: Session, name: str, policy: WeightPolicy) -> None:
    """Make this the policy of a profile that exists."""
    session.execute(
        sa.insert(weight_policies).values(
            profile_id=profile_id(name),
            number=1 + len(read_policies(session, name)),
            bounds={pillar: list(pair) for pillar, pair in policy.bounds.items()},
            approvals_required=policy.approvals_required,
            changed_at=policy.changed_at,
            changed_by=policy.changed_by,
        )
    )
