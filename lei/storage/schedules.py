"""Schedules: which scorecard goes to whom, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Grain
from lei.storage.segments import canonical
from lei.storage.tables import Instant, any_id, metadata

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("cron", sa.String(100), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("rule", sa.JSON(none_as_null=True), nullable=True),  # in place of cron, which is then an empty text
    sa.Column("on_working_day", sa.Boolean, nullable=False),  # a run that falls on a day off waits for the next day
    sa.Column("holidays", sa.String(20), nullable=True),  # of which country or part of one: DE, DE-BY
    sa.Column("after_downtime", sa.String(20), nullable=False, server_default="send_latest"),
    sa.Column("owner", sa.String(320), nullable=True),
    sa.Column("gate", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("approval", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("paused_until", sa.Date, nullable=True),
    sa.Column("grain", sa.String(10), nullable=False),
    sa.Column("where", sa.Text, nullable=False),  # canonical segment
    sa.Column("by", sa.String(60), nullable=True),  # one scorecard for each value of this dimension
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("language", sa.String(10), nullable=False, server_default="en"),
    sa.Column("page_size", sa.String(10), nullable=False, server_default="A4"),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    # Occasions up to this instant have become runs (or were let pass while the schedule was not enabled).
    sa.Column("evaluated_until", Instant, nullable=False),
    sa.Column("deleted_at", Instant, nullable=True),
)
# A deleted schedule stays for the record and leaves its name to others.
sa.Index(
    "uq_schedules_name",
    schedules.c.name,
    unique=True,
    sqlite_where=schedules.c.deleted_at.is_(None),
    postgresql_where=schedules.c.deleted_at.is_(None),
)


Every = Literal["week", "month", "quarter", "year"]
AfterDowntime = Literal["send_latest", "skip", "send_all"]
AtDeadline = Literal["hold", "send_incomplete"]


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """When something runs, in terms of people: at 07:00 on the third business day of every quarter.

    at: on the wall clock, hours and minutes. Of a week: weekday, `monday` and so on. Of a month, quarter or year either
    `day` (1 to 31, or -1 for the last one) or `business_day` (1 for the first, -1 for the last, -2 for the one before).
    year_starts_in: the month (1 to 12) in which the fiscal year begins.
    """

    every: Every
    at: str
    weekday: str | None = None
    day: int | None = None
    business_day: int | None = None
    year_starts_in: int = 1


@dataclass(frozen=True, slots=True)
class Gate:
    """What the data must be like before a scheduled run goes on, and what happens when it is not by the deadline.

    min_coverage: percent of the weight that must have data of the period itself. max_age_days: the newest data that
    came in may be so old. The deadline is `deadline_days` days after the run's day, at `deadline_at` (hours and
    minutes on the schedule's wall clock; None: at the time of the run).
    """

    deadline_days: int
    min_coverage: float | None = None
    max_age_days: int | None = None
    deadline_at: str | None = None
    then: AtDeadline = "hold"


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """What its author says about a schedule.

    It runs by `cron` or by `rule`; the other one is None. on_working_day: a run that falls on a weekend or a holiday of
    the place `holidays` moves to the next business day. after_downtime: what becomes of occasions at which no worker
    was running. owner: the address of who is told when something is wanted or wrong; recipients never are. approval:
    scorecards wait until somebody approves them. paused_until: occasions before that day are left out. language,
    page_size: of its scorecards and mails.
    """

    name: str
    cron: str | None
    timezone: str
    grain: Grain
    recipients: tuple[str, ...]
    where: Mapping[str, str]
    by: str | None = None
    on_working_day: bool = False
    enabled: bool = True
    rule: CalendarRule | None = None
    holidays: str | None = None
    after_downtime: AfterDowntime = "send_latest"
    owner: str | None = None
    gate: Gate | None = None
    approval: bool = False
    paused_until: date | None = None
    language: str = "en"
    page_size: str = "A4"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as it is stored. `evaluated_until`: occasions up to then have become runs, or were let pass."""

    id: int
    plan: SchedulePlan
    created_at: datetime
    updated_at: datetime
    evaluated_until: datetime
    deleted_at: datetime | None


def add_schedule(session: Session, plan: SchedulePlan, now: datetime) -> int:
    """Store a new schedule; its id."""
    values = {"created_at": now, "updated_at": now, "evaluated_until": now}
    insert = sa.insert(schedules).values(**_columns(plan), **values).returning(schedules.c.id)
    return int(session.execute(insert).scalar_one())


def read_schedule(session: Session, schedule_id: int, *, lock: bool = False) -> Schedule | None:
    """The schedule of that id, deleted or not. `lock` keeps others from changing it until the transaction ends."""
    query = sa.select(schedules).where(schedules.c.id == any_id(schedule_id))
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _schedule(row)


def find_schedule(session: Session, name: str) -> Schedule | None:
    """The schedule of that name that is not deleted."""
    query = sa.select(schedules).where(schedules.c.name == name, schedules.c.deleted_at.is_(None))
    row = session.execute(query).one_or_none()
    return None if row is None else _schedule(row)


def list_schedules(session: Session, after: int | None = None, limit: int | None = None) -> list[Schedule]:
    """Schedules that are not deleted, in the order of their making, from behind the id `after` on."""
    query = sa.select(schedules).where(schedules.c.deleted_at.is_(None)).order_by(schedules.c.id)
    if after is not None:
        query = query.where(schedules.c.id > any_id(after))
    return [_schedule(row) for row in session.execute(query if limit is None else query.limit(limit))]


def owned_schedules(session: Session) -> list[Schedule]:
    """The schedules that are not deleted and have an owner."""
    query = sa.select(schedules).where(schedules.c.deleted_at.is_(None), schedules.c.owner.is_not(None))
    return [_schedule(row) for row in session.execute(query.order_by(schedules.c.id))]


def change_schedule(session: Session, schedule_id: int, plan: SchedulePlan, now: datetime) -> None:
    """Replace the plan. What fell due before now is not made up for under the new one."""
    values = {"updated_at": now, "evaluated_until": now}
    session.execute(sa.update(schedules).where(schedules.c.id == schedule_id).values(**_columns(plan), **values))


def mark_deleted(session: Session, schedule_id: int, now: datetime) -> None:
    """From now on the schedule is of the past."""
    session.execute(sa.update(schedules).where(schedules.c.id == schedule_id).values(deleted_at=now, enabled=False))


def note_evaluated(session: Session, schedule_id: int, until: datetime) -> None:
    """Keep that all occasions up to `until` have become runs."""
    session.execute(sa.update(schedules).where(schedules.c.id == schedule_id).values(evaluated_until=until))


def _columns(plan: SchedulePlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "cron": plan.cron or "",
        "rule": None if plan.rule is None else asdict(plan.rule),
        "holidays": plan.holidays,
        "after_downtime": plan.after_downtime,
        "timezone": plan.timezone,
        "on_working_day": plan.on_working_day,
        "grain": plan.grain.value,
        "where": canonical(plan.where),
        "by": plan.by,
        "recipients": list(plan.recipients),
        "enabled": plan.enabled,
        "owner": plan.owner,
        "gate": None if plan.gate is None else asdict(plan.gate),
        "approval": plan.approval,
        "paused_until": plan.paused_until,
        "language": plan.language,
        "page_size": plan.page_size,
    }


def _schedule(row: sa.Row[Any]) -> Schedule:
    plan = SchedulePlan(
        name=row.name,
        cron=row.cron or None,
        rule=None if row.rule is None else CalendarRule(**row.rule),
        holidays=row.holidays,
        after_downtime=row.after_downtime,
        timezone=row.timezone,
        grain=Grain(row.grain),
        recipients=tuple(row.recipients),
        where=json.loads(row.where),
        by=row.by,
        on_working_day=row.on_working_day,
        enabled=row.enabled,
        owner=row.owner,
        gate=None if row.gate is None else Gate(**row.gate),
        approval=row.approval,
        paused_until=row.paused_until,
        language=row.language,
        page_size=row.page_size,
    )
    return Schedule(row.id, plan, row.created_at, row.updated_at, row.evaluated_until, row.deleted_at)
