"""Runs: one row for each (schedule, scheduled instant), whoever sees first that it is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage import leases
from lei.storage.tables import Instant, RowId, metadata
from lei.storage.upserts import add_missing

# A test goes to one address that is named with it, and is no part of what was published. A resend hands over once more
# what was sent already, and has nothing to draw.
RunKind = Literal["scheduled", "manual", "test", "resend"]
# waiting: for data, see the gate of the schedule. awaiting_approval: drawn, and not sent before somebody approves.
# held: the data was not there by the deadline.
RunState = Literal[
    "pending", "running", "waiting", "awaiting_approval", "done", "failed", "held", "skipped", "cancelled"
]

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("schedule_id", sa.Integer, sa.ForeignKey("schedules.id"), nullable=False),
    sa.Column("scheduled_for", Instant, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # see RunKind
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # see RunState
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("finished_at", Instant, nullable=True),
    sa.Column("requested_by", sa.String(200), nullable=True),
    sa.Column("test_recipient", sa.String(320), nullable=True),
    sa.Column("decided_by", sa.String(200), nullable=True),  # who approved or declined it
    sa.Column("decided_at", Instant, nullable=True),
    sa.Column("comment", sa.Text, nullable=True),
    sa.UniqueConstraint("schedule_id", "scheduled_for", name="uq_runs_schedule_instant"),
    sa.Index("ix_runs_state", "state", "next_attempt_at"),
)

_DUE = ("pending", "running", "waiting")
_OPEN = (*_DUE, "awaiting_approval")
_SMALLEST_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is about to be recorded. A skipped one has a reason."""

    schedule_id: int
    scheduled_for: datetime
    period: str
    kind: RunKind = "scheduled"
    state: RunState = "pending"
    reason: str | None = None
    requested_by: str | None = None
    test_recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored. `reason`: why it is in its state, or what went wrong at the last attempt.

    requested_by: who asked for it, where somebody did. decided_by, decided_at, comment: of an approval, or a refusal.
    """

    id: int
    schedule_id: int
    scheduled_for: datetime
    kind: RunKind
    period: str
    state: RunState
    reason: str | None
    attempts: int
    next_attempt_at: datetime
    lease_owner: str | None
    lease_until: datetime | None
    created_at: datetime
    finished_at: datetime | None
    requested_by: str | None = None
    test_recipient: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a run that awaits approval, with the comment on it (declined: the reason)."""

    approved: bool
    by: str
    at: datetime
    comment: str


def add_runs(session: Session, new: Sequence[NewRun], now: datetime) -> None:
    """Record runs; one that is there already (same schedule, same scheduled instant) stays as it is."""
    stamps = {"created_at": now, "next_attempt_at": now}
    closed = [{"finished_at": None if run.state in _OPEN else now} for run in new]
    add_missing(session, runs, [asdict(run) | stamps | end for run, end in zip(new, closed, strict=True)])


def add_manual_run(
    session: Session, schedule_id: int, period: str, now: datetime, by: str | None = None, test_to: str | None = None
) -> int:
    """Record a run that somebody asked for; its id. With `test_to` it is a test, to that address alone."""
    kind: RunKind = "manual" if test_to is None else "test"
    at = _next_instant(session, schedule_id, now)
    return _add_run(session, NewRun(schedule_id, at, period, kind, requested_by=by, test_recipient=test_to), now)


def add_resend_run(session: Session, schedule_id: int, period: str, now: datetime, by: str, reason: str) -> int:
    """Record that something is sent once more on request: a run that has nothing to draw, and is done; its id."""
    at = _next_instant(session, schedule_id, now)
    return _add_run(session, NewRun(schedule_id, at, period, "resend", "done", reason, requested_by=by), now)


def read_run(session: Session, run_id: int) -> Run | None:
    """The run of that id."""
    row = session.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
    return None if row is None else _run(row)


def list_runs(session: Session, schedule_id: int, before: int | None = None, limit: int | None = None) -> list[Run]:
    """The runs of a schedule, those recorded last first, from before the id `before` on."""
    query = sa.select(runs).where(runs.c.schedule_id == schedule_id).order_by(runs.c.id.desc())
    if before is not None:
        query = query.where(runs.c.id < before)
    return [_run(row) for row in session.execute(query if limit is None else query.limit(limit))]


def skipped_after(session: Session, schedule_id: int, now: datetime) -> set[datetime]:
    """The occasions to come that somebody has skipped."""
    query = sa.select(runs.c.scheduled_for).where(
        runs.c.schedule_id == schedule_id, runs.c.scheduled_for > now, runs.c.state == "skipped"
    )
    return set(session.execute(query).scalars())


def waiting_runs(session: Session, of: Collection[int]) -> list[Run]:
    """The runs of some schedules that wait for data or for approval, tests left out."""
    return _published_runs(session, of, runs.c.state.in_(("waiting", "awaiting_approval")))


def runs_that_ended_badly(session: Session, of: Collection[int], since: datetime) -> list[Run]:
    """The runs of some schedules that failed, were held or went out incomplete since an instant.

    Tests, and what was sent once more, are left out.
    """
    badly = runs.c.state.in_(("failed", "held")) | ((runs.c.state == "done") & runs.c.reason.is_not(None))
    ended = badly & (runs.c.finished_at >= since)
    return _published_runs(session, of, ended)


def late_runs(session: Session, of: Collection[int], since: datetime, late: timedelta) -> list[Run]:
    """The scheduled runs recorded since an instant that were found later than `late` after their time.

    In the order of schedules, and of time.
    """
    found = _published_runs(session, of, (runs.c.kind == "scheduled") & (runs.c.created_at >= since))
    return [run for run in found if run.created_at - run.scheduled_for > late]


def overdue_runs(session: Session, before: datetime) -> list[Run]:
    """The open runs that should have been taken before an instant, and were not, or by a worker that is dead."""
    free = sa.or_(runs.c.lease_until.is_(None), runs.c.lease_until < before)
    due = runs.c.state.in_(_DUE) & (runs.c.next_attempt_at < before) & free
    return [_run(row) for row in session.execute(sa.select(runs).where(due).order_by(runs.c.id))]


def _next_instant(session: Session, schedule_id: int, now: datetime) -> datetime:
    """The instant for a run that somebody asks for now: two asked for at one are a microsecond apart."""
    latest = session.execute(
        sa.select(sa.func.max(runs.c.scheduled_for, type_=Instant)).where(
            runs.c.schedule_id == schedule_id,
            # Occasions to come that somebody skips are there already, and no neighbors of what is asked for now.
            (runs.c.scheduled_for == now) | ((runs.c.scheduled_for > now) & (runs.c.kind != "scheduled")),
        )
    ).scalar_one()
    return now if latest is None else latest + _SMALLEST_STEP


def _add_run(session: Session, new: NewRun, now: datetime) -> int:
    add_runs(session, [new], now)
    recorded = (runs.c.schedule_id == new.schedule_id) & (runs.c.scheduled_for == new.scheduled_for)
    return int(session.execute(sa.select(runs.c.id).where(recorded)).scalar_one())


def _published_runs(session: Session, of: Collection[int], condition: sa.ColumnElement[bool]) -> list[Run]:
    drawn = runs.c.kind.in_(("scheduled", "manual"))
    query = sa.select(runs).where(runs.c.schedule_id.in_(of), drawn, condition)
    ordered = query.order_by(runs.c.schedule_id, runs.c.created_at, runs.c.scheduled_for)
    return [_run(row) for row in session.execute(ordered)]


def take_run(session: Session, owner: str, now: datetime, run_id: int | None = None) -> Run | None:
    """Lease the run that is due longest (or the one of `run_id`, if it is due) and mark it running."""
    due = runs.c.state.in_(_DUE)
    taken = leases.take(session, runs, due if run_id is None else due & (runs.c.id == run_id), owner, now)
    if taken is None:
        return None
    leases.change_held(session, runs, taken, owner, state="running")
    return read_run(session, taken)


def hold_run(session: Session, run_id: int, owner: str, now: datetime) -> bool:
    """Prolong the lease; False when the run is no longer the owner's, or was cancelled."""
    return leases.renew(session, runs, run_id, owner, now)


def close_run(session: Session, run_id: int, owner: str, state: RunState, reason: str | None, now: datetime) -> bool:
    """End a run that the owner holds in a named state."""
    return leases.released(session, runs, run_id, owner, state=state, reason=reason, finished_at=now)


def put_run_back(session: Session, run_id: int, owner: str, reason: str, next_attempt_at: datetime) -> bool:
    """Let a run that the owner holds be tried again later."""
    values: dict[str, Any] = {"state": "pending", "reason": reason, "next_attempt_at": next_attempt_at}
    return leases.released(session, runs, run_id, owner, **values)


def pause_run(
    session: Session, run_id: int, owner: str, state: RunState, reason: str | None, look_again_at: datetime
) -> bool:
    """Let a run that the owner holds wait in a named state. Nothing went wrong: its attempts begin anew."""
    values: dict[str, Any] = {"state": state, "reason": reason, "next_attempt_at": look_again_at, "attempts": 0}
    return leases.released(session, runs, run_id, owner, **values)


def decide_run(session: Session, run_id: int, decision: Decision) -> bool:
    """Approve or decline a run that awaits approval; False when it awaits none."""
    made: dict[str, Any] = {"decided_by": decision.by, "decided_at": decision.at, "comment": decision.comment}
    if decision.approved:
        made |= {"state": "pending", "attempts": 0, "next_attempt_at": decision.at}
    else:
        reason = f"Declined by {decision.by}: {decision.comment}"
        made |= {"state": "cancelled", "reason": reason, "finished_at": decision.at}
    awaited = sa.update(runs).where(runs.c.id == run_id, runs.c.state == "awaiting_approval")
    return bool(session.execute(awaited.values(**made).returning(runs.c.id)).all())


def cancel_runs(session: Session, schedule_id: int, kinds: Sequence[RunKind], reason: str, now: datetime) -> None:
    """Cancel the open runs of a schedule; whoever works on one loses its lease."""
    condition = (runs.c.schedule_id == schedule_id) & runs.c.state.in_(_OPEN) & runs.c.kind.in_(kinds)
    ended = {"state": "cancelled", "reason": reason, "finished_at": now}
    session.execute(sa.update(runs).where(condition).values(**ended, **leases.UNLEASED))


def _run(row: sa.Row[Any]) -> Run:
    return Run(**row._mapping)
