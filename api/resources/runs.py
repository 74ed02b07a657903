"""`/runs`: what one run of a schedule came to, and the decision about one that awaits approval."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.resources.scorecards import plain_scorecard
from api.schemas.runs import Approval, Refusal, RunWithScorecards
from api.schemas.runs import Run as RunSchema
from lei.clock import instant_text
from lei.services.deliveries.decide_run import decide, existing_run
from lei.storage.runs import Decision, Run
from lei.storage.scorecards import summaries_of_run

_WITH_NEXT_ATTEMPT = ("pending", "running", "waiting")


@endpoint("GET", "/runs/<int:run_id>", scope="read", answers={200: RunWithScorecards()})
def show(call: Call, run_id: int) -> dict[str, Any]:
    """Show one run, with its drafts and the scorecards that went out."""
    with call.context.database.reading() as session:
        run = existing_run(session, run_id)
        made = summaries_of_run(session, run_id)
    return plain_run(run) | {"scorecards": [plain_scorecard(summary) for summary in made]}


@endpoint("POST", "/runs/<int:run_id>/approve", scope="scorecards", body=Approval(), answers={200: RunSchema()})
def approve(call: Call, run_id: int) -> dict[str, Any]:
    """Approve what a run has drawn: it goes out as it is, with the comment in it.

    Whoever asked for the run cannot approve it.
    """
    return _decided(call, run_id, call.body["comment"], approved=True)


@endpoint("POST", "/runs/<int:run_id>/decline", scope="scorecards", body=Refusal(), answers={200: RunSchema()})
def decline(call: Call, run_id: int) -> dict[str, Any]:
    """Decline what a run has drawn: it ends as cancelled, with the reason, and nobody gets it."""
    return _decided(call, run_id, call.body["reason"], approved=False)


def plain_run(run: Run) -> dict[str, Any]:
    """A run as answers have it."""
    return {
        "id": run.id,
        "schedule_id": run.schedule_id,
        "kind": run.kind,
        "scheduled_for": instant_text(run.scheduled_for),
        "period": run.period,
        "state": run.state,
        "reason": run.reason,
        "attempts": run.attempts,
        "next_attempt_at": instant_text(run.next_attempt_at) if run.state in _WITH_NEXT_ATTEMPT else None,
        "created_at": instant_text(run.created_at),
        "finished_at": instant_text(run.finished_at),
        "requested_by": run.requested_by,
        "test_recipient": run.test_recipient,
        "decided_by": run.decided_by,
        "decided_at": instant_text(run.decided_at),
        "comment": run.comment,
    }


def _decided(call: Call, run_id: int, comment: str, *, approved: bool) -> dict[str, Any]:
    decision = Decision(approved, call.caller.name, call.context.clock.now(), comment.strip())
    with call.context.database.writing() as session:
        return plain_run(decide(session, run_id, decision))
