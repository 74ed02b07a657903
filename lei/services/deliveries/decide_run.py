"""Approves or declines what a run has drawn and not sent yet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.errors import ConflictError, ForbiddenError, NotFoundError
from lei.storage.runs import Decision, Run, decide_run, read_run

# So that page 1 of the scorecard has room for it.
LONGEST_COMMENT = 500


def decide(session: Session, run_id: int, decision: Decision) -> Run:
    """Approve a run, whose scorecards then go out with the comment, or end it as cancelled; the run as it is then.

    Raises NotFoundError, ConflictError when it awaits no approval (any more), and ForbiddenError when somebody would
    approve what they have asked for themselves.
    """
    run = existing_run(session, run_id)
    if decision.approved and run.requested_by == decision.by:
        raise ForbiddenError(f"'{decision.by}' has asked for this run; somebody else must approve it.")
    if not decide_run(session, run_id, decision):
        raise ConflictError(f"The run {run_id} awaits no approval: it is {existing_run(session, run_id).state}.")
    return existing_run(session, run_id)


def existing_run(session: Session, run_id: int) -> Run:
    """The run of that id. Raises NotFoundError when there is none."""
    run = read_run(session, run_id)
    if run is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return run
