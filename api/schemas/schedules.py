"""The shape of schedules and their runs in requests and answers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from api.schemas.fields import Text, scope_table
from lei.periods import Grain
from lei.services.check_schedule import LONGEST_ADDRESS, LONGEST_CRON, LONGEST_NAME, MOST_RECIPIENTS

_LONGEST_KEY = 60
_LONGEST_ZONE = 64


def _grain(**options: Any) -> ma.fields.Enum[Grain]:
    return ma.fields.Enum(
        Grain, by_value=True, metadata={"description": "Each run is about the last complete one."}, **options
    )


class ScheduleChange(ma.Schema):
    """The fields of a schedule that can be changed; those left out stay as they are."""

    name = Text(LONGEST_NAME, blank=False)
    cron = Text(
        LONGEST_CRON,
        blank=False,
        metadata={
            "description": "Five fields: minute, hour, day of month (L: last), month, day of week (0 and 7: Sunday).",
            "example": "0 7 1 * *",
        },
    )
    timezone = Text(_LONGEST_ZONE, blank=False, metadata={"description": "IANA name.", "example": "Europe/Berlin"})
    on_working_day = ma.fields.Boolean(
        truthy={True},
        falsy={False},
        metadata={"description": "A run that falls on a Saturday or Sunday moves to the next Monday."},
    )
    grain = _grain()
    where = scope_table()
    by = Text(
        _LONGEST_KEY,
        blank=False,
        allow_none=True,
        metadata={"description": "One scorecard for each value of this dimension that may be shown."},
    )
    recipients = ma.fields.List(
        Text(LONGEST_ADDRESS, blank=False),
        validate=ma.validate.Length(1, MOST_RECIPIENTS),
        metadata={"description": "E-mail addresses; each gets a mail of its own."},
    )
    enabled = ma.fields.Boolean(truthy={True}, falsy={False})


class NewSchedule(ScheduleChange):
    """A schedule that is to be made."""

    name = Text(LONGEST_NAME, blank=False, required=True)
    cron = Text(LONGEST_CRON, blank=False, required=True, metadata={"example": "0 7 1 * *"})
    recipients = ma.fields.List(
        Text(LONGEST_ADDRESS, blank=False), required=True, validate=ma.validate.Length(1, MOST_RECIPIENTS)
    )
    grain = _grain(load_default=Grain.MONTH)


class Schedule(ma.Schema):
    """A schedule as it is answered. `notes` say what its cron expression does that one may not expect."""

    id = ma.fields.Integer()
    name = ma.fields.String()
    cron = ma.fields.String()
    timezone = ma.fields.String()
    on_working_day = ma.fields.Boolean()
    grain = ma.fields.String()
    where = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    by = ma.fields.String(allow_none=True)
    recipients = ma.fields.List(ma.fields.String())
    enabled = ma.fields.Boolean()
    next_runs = ma.fields.List(ma.fields.AwareDateTime())
    notes = ma.fields.List(ma.fields.String())
    created_at = ma.fields.AwareDateTime()
    updated_at = ma.fields.AwareDateTime()


class ScheduleList(ma.Schema):
    """One page of schedules."""

    items = ma.fields.List(ma.fields.Nested(Schedule))
    next_cursor = ma.fields.String(allow_none=True)


class RunRequest(ma.Schema):
    """What to run a schedule for."""

    period = Text(
        _LONGEST_KEY,
        load_default=None,
        allow_none=True,
        metadata={"description": "The last complete period where it is left out.", "example": "2026-10"},
    )


class Run(ma.Schema):
    """One run. `reason` says why it is in its state, or what went wrong at the last attempt."""

    id = ma.fields.Integer()
    schedule_id = ma.fields.Integer()
    kind = ma.fields.String()
    scheduled_for = ma.fields.AwareDateTime()
    period = ma.fields.String()
    state = ma.fields.String()
    reason = ma.fields.String(allow_none=True)
    attempts = ma.fields.Integer()
    next_attempt_at = ma.fields.AwareDateTime(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    finished_at = ma.fields.AwareDateTime(allow_none=True)


class RunList(ma.Schema):
    """One page of runs."""

    items = ma.fields.List(ma.fields.Nested(Run))
    next_cursor = ma.fields.String(allow_none=True)
