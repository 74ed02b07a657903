"""Programs: the plan of each, when it was frozen, and all that was recorded around it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Period, month_of, month_start
from lei.storage.program_amendments import Amendment, program_amendments, read_amendments
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_cycles import Decision, Experiment, GradeLimit, Review, SignOff
from lei.storage.program_plans import Plan, PlannedKpi, plan_as_dict, plan_from_dict
from lei.storage.program_records import Record, program_records, read_records
from lei.storage.tables import Instant, any_id, metadata

Status = Literal["draft", "frozen", "launched", "closed"]

programs = sa.Table(
    "programs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(100), nullable=False, unique=True),
    sa.Column("plan", sa.JSON, nullable=False),  # the one in force
    sa.Column("promised", sa.JSON(none_as_null=True), nullable=True),  # as it was frozen; null for a draft
    sa.Column("costs", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("changed_at", Instant, nullable=True),  # null: never changed since it was made
    sa.Column("changed_by", sa.String(200), nullable=True),
    sa.Column("frozen_at", Instant, nullable=True),
    sa.Column("frozen_by", sa.String(200), nullable=True),
    sa.Column("closed_at", Instant, nullable=True),
    sa.Column("closed_by", sa.String(200), nullable=True),
)


@dataclass(frozen=True, slots=True)
class Program:
    """A program with all that is known of it, but not its data.

    plan: the one in force. promised: the plan as it was frozen, None for a draft. records: all estimates, reviews and
    so on with who made them; the properties named after them say what they contain.
    """

    id: int
    key: str
    plan: Plan
    promised: Plan | None
    costs: Costs | None
    created_at: datetime
    created_by: str
    changed_at: datetime | None = None
    changed_by: str | None = None
    frozen_at: datetime | None = None
    frozen_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    amendments: tuple[Amendment, ...] = ()
    records: tuple[Record, ...] = ()

    def status_on(self, today: date) -> Status:
        """Where the program stands on a day: a frozen one is launched from the first day of its launch month on."""
        if self.closed_at is not None:
            return "closed"
        if self.frozen_at is None:
            return "draft"
        launch = self.plan.launch_month
        return "launched" if launch is not None and launch <= month_of(today) else "frozen"

    def ran_in(self, period: Period) -> bool:
        """Whether the program, frozen by now, was launched by the end of a period and not closed before it began."""
        launch, closed = self.plan.launch_month, self.closed_at
        if self.frozen_at is None or launch is None or launch > period.last_month:
            return False
        return closed is None or month_of(closed.date()) >= period.first_month

    @property
    def fixed_before_launch(self) -> bool:
        """Whether the plan was frozen (in UTC) before the first day of the month in which it was promised to begin."""
        if self.frozen_at is None or self.promised is None or self.promised.launch_month is None:
            return False
        return self.frozen_at.date() < month_start(self.promised.launch_month)

    def is_post_hoc(self, kpi: PlannedKpi) -> bool:
        """Whether KPI or window were not fixed before launch: its evidence is then worth E2 at most."""
        return kpi.post_hoc or not self.fixed_before_launch

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """What people estimated, the oldest first."""
        return tuple(record.content for record in self.records if isinstance(record.content, Estimate))

    @property
    def reviews(self) -> tuple[Review, ...]:
        """Reviews, in the order in which they were recorded."""
        return tuple(record.content for record in self.records if isinstance(record.content, Review))

    @property
    def open_reviews(self) -> list[date]:
        """The days of reviews that are planned, in the plan or since, and not done; overdue ones come first."""
        done = {review.on for review in self.reviews if review.done}
        planned = {*self.plan.review_dates, *(review.on for review in self.reviews)}
        return sorted(planned - done)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Decisions asked and taken, in the order in which they were asked."""
        return tuple(record.content for record in self.records if isinstance(record.content, Decision))

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What was tried, in its order."""
        return tuple(record.content for record in self.records if isinstance(record.content, Experiment))

    @property
    def sign_offs(self) -> tuple[SignOff, ...]:
        """Who stood by which link for which period, in the order of signing."""
        return tuple(record.content for record in self.records if isinstance(record.content, SignOff))

    @property
    def grade_limits(self) -> tuple[GradeLimit, ...]:
        """By whom a grade was lowered and why, the oldest first."""
        return tuple(record.content for record in self.records if isinstance(record.content, GradeLimit))


def read_program(session: Session, key: str) -> Program | None:
    """The program of that key."""
    return next(iter(_programs(session, sa.select(programs).where(programs.c.key == key))), None)


def list_programs(session: Session, after: int | None = None, limit: int | None = None) -> list[Program]:
    """Programs in the order in which they were made, from behind the id `after` on."""
    query = sa.select(programs).where(programs.c.id > any_id(after or 0)).order_by(programs.c.id)
    return _programs(session, query if limit is None else query.limit(limit))


def add_program(session: Session, key: str, plan: Plan, by: str, now: datetime) -> None:
    """Store a draft."""
    values = {"key": key, "plan": plan_as_dict(plan), "created_at": now, "created_by": by}
    session.execute(sa.insert(programs).values(**values))


def keep_plan(session: Session, program_id: int, plan: Plan, by: str, now: datetime) -> None:
    """Make this the plan in force."""
    _change(session, program_id, plan=plan_as_dict(plan), changed_at=now, changed_by=by)


def keep_frozen(session: Session, program_id: int, plan: Plan, by: str, now: datetime) -> None:
    """Freeze this plan: it is in force, and from now on it is what was promised."""
    plain = plan_as_dict(plan)
    _change(session, program_id, plan=plain, promised=plain, frozen_at=now, frozen_by=by)


def keep_costs(session: Session, program_id: int, costs: Costs) -> None:
    """Make these the costs of a program."""
    _change(session, program_id, costs=asdict(costs))


def mark_closed(session: Session, program_id: int, by: str, now: datetime) -> None:
    """From now on the program is of the past."""
    _change(session, program_id, closed_at=now, closed_by=by)


def delete_program(session: Session, program_id: int) -> None:
    """Remove a program with all that was recorded around it."""
    for table in (program_records, program_amendments):
        session.execute(sa.delete(table).where(table.c.program_id == program_id))
    session.execute(sa.delete(programs).where(programs.c.id == program_id))


def _programs(session: Session, query: sa.Select[Any]) -> list[Program]:
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    amendments, records = read_amendments(session, ids), read_records(session, ids)
    return [_program(row, amendments.get(row.id, ()), records.get(row.id, ())) for row in rows]


def _program(row: sa.Row[Any], amendments: Sequence[Amendment], records: Sequence[Record]) -> Program:
    read = {
        "plan": plan_from_dict(row.plan),
        "promised": None if row.promised is None else plan_from_dict(row.promised),
        "costs": None if row.costs is None else msgspec.convert(row.costs, Costs),
    }
    return Program(**{**row._mapping, **read, "amendments": tuple(amendments), "records": tuple(records)})


def _change(session: Session, program_id: int, **values: Any) -> None:
    session.execute(sa.update(programs).where(programs.c.id == program_id).values(**values))
