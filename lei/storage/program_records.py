"""Records that a program gathers: estimates, reviews, decisions and the like, numbered from 1 by program and kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.program_costs import Estimate
from lei.storage.program_cycles import Decision, Experiment, GradeLimit, Review, SignOff
from lei.storage.tables import Instant, any_id, metadata

Kind = Literal["estimate", "review", "decision", "experiment", "sign_off", "grade_limit"]
Content = Estimate | Review | Decision | Experiment | SignOff | GradeLimit
CONTENT: Mapping[Kind, type[Content]] = {
    "estimate": Estimate,
    "review": Review,
    "decision": Decision,
    "experiment": Experiment,
    "sign_off": SignOff,
    "grade_limit": GradeLimit,
}

program_records = sa.Table(
    "program_records",
    metadata,
    sa.Column("program_id", sa.Integer, sa.ForeignKey("programs.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.String(200), nullable=False),
    sa.Column("changed_at", Instant, nullable=True),  # null: never changed since it was made
    sa.Column("changed_by", sa.String(200), nullable=True),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record with what it says, who made it and who changed it last (None: nobody)."""

    kind: Kind
    number: int
    content: Content
    recorded_at: datetime
    recorded_by: str
    changed_at: datetime | None = None
    changed_by: str | None = None


def read_records(session: Session, program_ids: Collection[int]) -> dict[int, list[Record]]:
    """All records of programs by their id, each kind in the order of its numbers."""
    table = program_records
    found: dict[int, list[Record]] = defaultdict(list)
    for row in session.execute(
        sa.select(table).where(table.c.program_id.in_(program_ids)).order_by(table.c.program_id, table.c.number)
    ):
        found[row.program_id].append(_record(row))
    return found


def list_records(
    session: Session, program_id: int, kind: Kind, after: int | None = None, limit: int | None = None
) -> list[Record]:
    """Records of one kind in the order of their numbers, from behind the number `after` on."""
    table = program_records
    query = sa.select(table).where(
        table.c.program_id == program_id, table.c.kind == kind, table.c.number > any_id(after or 0)
    )
    query = query.order_by(table.c.number)
    return [_record(row) for row in session.execute(query if limit is None else query.limit(limit))]


def read_record(session: Session, program_id: int, kind: Kind, number: int) -> Record | None:
    """One record."""
    table = program_records
    wanted = (table.c.program_id == program_id) & (table.c.kind == kind) & (table.c.number == any_id(number))
    row = session.execute(sa.select(table).where(wanted)).one_or_none()
    return None if row is None else _record(row)


def add_record(session: Session, program_id: int, kind: Kind, content: Content, by: str, now: datetime) -> int:
    """Store a record under the next number of its kind; that number. The caller holds the ledger."""
    table = program_records
    newest = sa.select(sa.func.max(table.c.number)).where(table.c.program_id == program_id, table.c.kind == kind)
    number = 1 + (session.scalar(newest) or 0)
    session.execute(
        sa.insert(table).values(
            program_id=program_id,
            kind=kind,
            number=number,
            content=msgspec.to_builtins(content),
            recorded_at=now,
            recorded_by=by,
        )
    )
    return number


def change_record(session: Session, program_id: int, record: Record, by: str, now: datetime) -> None:
    """Keep what the record now says."""
    table = program_records
    wanted = (table.c.program_id == program_id) & (table.c.kind == record.kind) & (table.c.number == record.number)
    values: dict[str, Any] = {"content": msgspec.to_builtins(record.content), "changed_at": now, "changed_by": by}
    session.execute(sa.update(table).where(wanted).values(**values))


def _record(row: sa.Row[Any]) -> Record:
    content = msgspec.convert(row.content, CONTENT[row.kind])
    return Record(row.kind, row.number, content, row.recorded_at, row.recorded_by, row.changed_at, row.changed_by)
