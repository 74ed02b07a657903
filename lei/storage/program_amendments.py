"""Amendments: what a frozen plan was changed to afterwards, by whom and why; the frozen plan stays as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.program_plans import Plan, plan_as_dict, plan_from_dict
from lei.storage.tables import Instant, metadata

program_amendments = sa.Table(
    "program_amendments",
    metadata,
    sa.Column("program_id", sa.Integer, sa.ForeignKey("programs.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sections", sa.JSON, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("post_hoc", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", sa.String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a frozen plan: the names of the sections that differ, and the whole plan from then on.

    post_hoc: it touches what was promised of a KPI, or a window.
    """

    number: int
    sections: tuple[str, ...]
    plan: Plan
    reason: str
    post_hoc: bool
    made_at: datetime
    made_by: str


def read_amendments(session: Session, program_ids: Collection[int]) -> dict[int, list[Amendment]]:
    """All amendments of programs by their id, the oldest first."""
    table = program_amendments
    found: dict[int, list[Amendment]] = defaultdict(list)
    for row in session.execute(
        sa.select(table).where(table.c.program_id.in_(program_ids)).order_by(table.c.program_id, table.c.number)
    ):
        plan = plan_from_dict(row.plan)
        found[row.program_id].append(
            Amendment(row.number, tuple(row.sections), plan, row.reason, row.post_hoc, row.made_at, row.made_by)
        )
    return found


def add_amendment(session: Session, program_id: int, amendment: Amendment) -> None:
    """Store an amendment under the number that it has."""
    session.execute(
        sa.insert(program_amendments).values(
            program_id=program_id,
            number=amendment.number,
            sections=list(amendment.sections),
            plan=plan_as_dict(amendment.plan),
            reason=amendment.reason,
            post_hoc=amendment.post_hoc,
            made_at=amendment.made_at,
            made_by=amendment.made_by,
        )
    )
