"""What comes next for a run: it waits for data, ends for lack of it, waits for approval, or has scorecards to send.

Only scheduled runs wait for data. One that somebody asks for goes on at once, and says where its data are incomplete.
A test is sent to its one address without approval, since it reaches nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lei.errors import NotFoundError
from lei.periods import parse_period
from lei.reports.figures import Remark, from_json
from lei.services.deliveries.mark_scorecard import DRAFT, TEST, marked
from lei.services.deliveries.period_gate import deadline_of, fault_for_readers, gate_fault, instant_in_words
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest
from lei.services.workers.worker import Redraw, Worker
from lei.storage.runs import Run
from lei.storage.schedules import SchedulePlan
from lei.storage.scorecards import StoredScorecard, drafts_of_run

# A little less than the half minute between two looks of a worker, so that none of them comes too early.
LOOK_AGAIN = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Wait:
    """The data are not there yet."""

    reason: str
    look_again_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """The data were not there by the deadline, and nothing is sent without."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The drafts are to be approved. `lacking`: what the data lack, None where they lack nothing."""

    drafts: Sequence[DrawnScorecard]
    lacking: str | None


@dataclass(frozen=True, slots=True)
class Send:
    """The scorecards may go out. `lacking` as in `Ask`."""

    pack: Sequence[DrawnScorecard]
    lacking: str | None


def next_step(session: Session, worker: Worker, plan: SchedulePlan, run: Run) -> Wait | Hold | Ask | Send:
    """What comes next for a run that the worker holds; reads only, and draws what is to be drawn.

    Raises as `draw_pack`.
    """
    if run.decided_at is not None:
        return _approved_pack(session, worker, run)
    now, period, group = worker.clock.now(), parse_period(run.period), worker.settings.min_group_size
    lacking = gate_fault(session, plan, period, group, now)
    if lacking and run.kind == "scheduled":
        waits = _wait_or_hold(plan, run, lacking, now)
        if waits is not None:
            return waits
    pack = worker.draw_pack(session, plan, period, group, now)
    shown = fault_for_readers(session, plan, period, group, now) if lacking else ""
    if run.kind == "test":
        return Send([marked(drawn, worker.redraw, mark=TEST, incomplete=shown) for drawn in pack], lacking or None)
    if plan.approval:
        return Ask([marked(drawn, worker.redraw, mark=DRAFT, incomplete=shown) for drawn in pack], lacking or None)
    return Send([marked(drawn, worker.redraw, incomplete=shown) for drawn in pack], lacking or None)


def _wait_or_hold(plan: SchedulePlan, run: Run, lacking: str, now: datetime) -> Wait | Hold | None:
    """None when the deadline has passed and the scorecard goes out incomplete."""
    assert plan.gate is not None  # noqa: S101 - without a gate nothing is lacking
    deadline = deadline_of(plan.gate, run.scheduled_for, ZoneInfo(plan.timezone))
    until = instant_in_words(deadline)
    if now < deadline:
        return Wait(f"Waiting for data until {until}. {lacking}", min(now + LOOK_AGAIN, deadline))
    return Hold(f"The data were not complete by {until}. {lacking}") if plan.gate.then == "hold" else None


def _approved_pack(session: Session, worker: Worker, run: Run) -> Send:
    drafts = drafts_of_run(session, run.id)
    if not drafts:
        raise NotFoundError(
            f"The drafts of run {run.id} are no longer stored; run the schedule for {run.period} again."
        )
    pack = [_approved(draft, run, worker.redraw) for draft in drafts]
    return Send(pack, pack[0].figures.incomplete or None)


def _approved(draft: StoredScorecard, run: Run, redraw: Redraw) -> DrawnScorecard:
    """The scorecard that was approved, figure by figure, with the comment of who did."""
    summary = draft.summary
    figures = from_json(draft.figures)
    request = ScorecardRequest(
        parse_period(summary.period),
        summary.segment,
        summary.title,
        summary.profile,
        page_size=figures.page_size,
        language=figures.language,
    )
    assert run.decided_at is not None  # noqa: S101 - see next_step
    comment = Remark(run.comment or "", run.decided_by or "", run.decided_at)
    drawn = DrawnScorecard(request, figures, draft.pdf, summary.pdf_sha256, 0)
    return marked(drawn, redraw, mark="", comment=comment)
