"""The shape of runs of schedules in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import Text
from api.schemas.scorecards import Scorecard
from lei.services.deliveries.decide_run import LONGEST_COMMENT


class Approval(ma.Schema):
    """Why what a run has drawn may go out."""

    comment = Text(LONGEST_COMMENT, blank=False, required=True, metadata={"description": "It stands in the scorecard."})


class Refusal(ma.Schema):
    """Why it may not."""

    reason = Text(LONGEST_COMMENT, blank=False, required=True)


class Run(ma.Schema):
    """One run. `reason` says why it is in its state, or what went wrong at the last attempt.

    A run that is `done` with a reason went out incomplete, and the reason is what its data lacked.
    """

    id = ma.fields.Integer()
    schedule_id = ma.fields.Integer()
    kind = ma.fields.String(metadata={"description": "`scheduled`, `manual`, `test` or `resend`."})
    scheduled_for = ma.fields.AwareDateTime()
    period = ma.fields.String()
    state = ma.fields.String(
        metadata={
            "description": "`pending`, `running`, `waiting` (for data), `awaiting_approval`, `done`, `failed`, `held` "
            "(the data was not there by the deadline), `skipped` or `cancelled`."
        }
    )
    reason = ma.fields.String(allow_none=True)
    attempts = ma.fields.Integer()
    next_attempt_at = ma.fields.AwareDateTime(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    finished_at = ma.fields.AwareDateTime(allow_none=True)
    requested_by = ma.fields.String(allow_none=True)
    test_recipient = ma.fields.String(allow_none=True)
    decided_by = ma.fields.String(allow_none=True, metadata={"description": "Who approved or declined it."})
    decided_at = ma.fields.AwareDateTime(allow_none=True)
    comment = ma.fields.String(allow_none=True)


class RunWithScorecards(Run):
    """One run, with its drafts and what went out."""

    scorecards = ma.fields.List(ma.fields.Nested(Scorecard))


class RunList(ma.Schema):
    """One page of runs."""

    items = ma.fields.List(ma.fields.Nested(Run))
    next_cursor = ma.fields.String(allow_none=True)
