"""The shape of schedules in requests and answers."""

from __future__ import annotations

from typing import Any, get_args

import marshmallow as ma

from api.schemas.fields import (
    DateField,
    Number,
    Text,
    TrueOrFalse,
    WholeNumber,
    language_field,
    page_size_field,
    scope_table,
)
from lei.periods import Grain
from lei.services.access.check_recipients import LONGEST_ADDRESS, MOST_RECIPIENTS
from lei.services.schedules.check_schedule import LONGEST_CRON, LONGEST_NAME
from lei.storage.schedules import AfterDowntime, AtDeadline, CalendarRule, Gate

_LONGEST_KEY = 60
_LONGEST_VALUE = 200
_LONGEST_ZONE = 64


def _grain(**options: Any) -> ma.fields.Enum[Grain]:
    return ma.fields.Enum(
        Grain, by_value=True, metadata={"description": "Each run is about the last complete one."}, **options
    )


class Rule(ma.Schema):
    """When a schedule runs, in terms of people, on the wall clock of its zone."""

    every = ma.fields.String(required=True, validate=ma.validate.OneOf(("week", "month", "quarter", "year")))
    at = Text(5, required=True, metadata={"example": "07:00"})
    weekday = Text(10, load_default=None, metadata={"description": "Of a weekly rule.", "example": "monday"})
    day = WholeNumber(
        load_default=None,
        metadata={
            "description": "Day of the month, 1 to 31; in shorter months the last one. -1: the last day. Of a quarter "
            "or year in its first month, -1 in its last."
        },
    )
    business_day = WholeNumber(
        load_default=None,
        metadata={"description": "1: the first day that is neither on a weekend nor a holiday; -1: the last one."},
    )
    year_starts_in = WholeNumber(
        load_default=1, metadata={"description": "Month in which the fiscal year begins; quarters go by it as well."}
    )

    @ma.post_load
    def _rule(self, data: dict[str, Any], **_: Any) -> CalendarRule:
        return CalendarRule(**data)


class GateRule(ma.Schema):
    """What the data must be like before a scheduled run goes on, and what happens when it is not by the deadline."""

    min_coverage = Number(
        load_default=None,
        allow_none=True,
        metadata={"description": "Percent of the weight with data of the period's last month.", "example": 80},
    )
    max_age_days = WholeNumber(
        load_default=None, allow_none=True, metadata={"description": "How old the newest data may be."}
    )
    deadline_days = WholeNumber(required=True, metadata={"description": "For how many days a run waits at most."})
    deadline_at = Text(
        5,
        load_default=None,
        allow_none=True,
        metadata={"description": "Until what time of the last day; that of the run if left out.", "example": "17:00"},
    )
    then = ma.fields.String(
        load_default="hold",
        validate=ma.validate.OneOf(get_args(AtDeadline)),
        metadata={"description": "At the deadline: send nothing, or a scorecard that is marked as incomplete."},
    )

    @ma.post_load
    def _gate(self, data: dict[str, Any], **_: Any) -> Gate:
        return Gate(**data)


class ScheduleChange(ma.Schema):
    """The fields of a schedule that can be changed; those left out stay as they are.

    Giving `cron` ends a `rule`, and the other way round.
    """

    name = Text(LONGEST_NAME, blank=False)
    cron = Text(
        LONGEST_CRON,
        blank=False,
        allow_none=True,
        metadata={
            "description": "Five fields: minute, hour, day of month (L: last), month, day of week (0 and 7: Sunday).",
            "example": "0 7 1 * *",
        },
    )
    timezone = Text(_LONGEST_ZONE, blank=False, metadata={"description": "IANA name.", "example": "Europe/Berlin"})
    on_working_day = ma.fields.Boolean(
        truthy={True},
        falsy={False},
        metadata={
            "description": "A run that falls on a weekend, or on one of `holidays`, moves to the next business day."
        },
    )
    rule = ma.fields.Nested(Rule, allow_none=True, metadata={"description": "In place of `cron`."})
    holidays = Text(
        20,
        blank=False,
        allow_none=True,
        metadata={"description": "Public holidays are no business days: of a country, or a part.", "example": "DE-BY"},
    )
    after_downtime = ma.fields.String(
        validate=ma.validate.OneOf(get_args(AfterDowntime)),
        metadata={
            "description": "What becomes of occasions at which no worker was running: the newest is sent late "
            "(`send_latest`), all are (`send_all`), or none that is more than an hour late (`skip`)."
        },
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
        metadata={
            "description": "E-mail addresses, each of which gets a mail of its own; `folder:/path` for a folder that "
            "LEI_FOLDERS allows; `webhook:NAME`."
        },
    )
    enabled = ma.fields.Boolean(truthy={True}, falsy={False})
    owner = Text(
        LONGEST_ADDRESS,
        blank=False,
        allow_none=True,
        metadata={"description": "E-mail address of who is told when something is wanted or wrong."},
    )
    gate = ma.fields.Nested(GateRule, allow_none=True)
    approval = TrueOrFalse(metadata={"description": "Scorecards wait until somebody approves them with a comment."})
    paused_until = DateField(
        allow_none=True, metadata={"description": "Runs before this day are left out.", "example": "2027-01-15"}
    )
    language = language_field("Of its scorecards and mails.")
    page_size = page_size_field("Of its scorecards.")


class NewSchedule(ScheduleChange):
    """A schedule that is to be made."""

    name = Text(LONGEST_NAME, blank=False, required=True)
    recipients = ma.fields.List(
        Text(LONGEST_ADDRESS, blank=False), required=True, validate=ma.validate.Length(1, MOST_RECIPIENTS)
    )
    grain = _grain(load_default=Grain.MONTH)


class Schedule(ma.Schema):
    """A schedule as it is answered. `notes` say what its cron expression does that one may not expect.

    next_runs: the next five; next_periods: what each of them will be about. Skipped ones are left out.
    """

    id = ma.fields.Integer()
    name = ma.fields.String()
    cron = ma.fields.String(allow_none=True)
    rule = ma.fields.Nested(Rule, allow_none=True)
    when = ma.fields.String(metadata={"description": "When it runs, in words."})
    holidays = ma.fields.String(allow_none=True)
    after_downtime = ma.fields.String()
    timezone = ma.fields.String()
    on_working_day = ma.fields.Boolean()
    grain = ma.fields.String()
    where = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    by = ma.fields.String(allow_none=True)
    recipients = ma.fields.List(ma.fields.String())
    unsubscribed = ma.fields.List(
        ma.fields.String(), metadata={"description": "Recipients who want no more of it, and get none."}
    )
    enabled = ma.fields.Boolean()
    owner = ma.fields.String(allow_none=True)
    gate = ma.fields.Nested(GateRule, allow_none=True)
    approval = ma.fields.Boolean()
    paused_until = ma.fields.Date(allow_none=True)
    language = ma.fields.String()
    page_size = ma.fields.String()
    next_runs = ma.fields.List(ma.fields.AwareDateTime())
    next_periods = ma.fields.List(ma.fields.String())
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


class PreviewQuery(ma.Schema):
    """Which scorecard of a schedule to look at."""

    period = Text(
        _LONGEST_KEY,
        load_default=None,
        metadata={"description": "The last complete period where it is left out.", "example": "2026-10"},
    )
    value = Text(
        _LONGEST_VALUE,
        load_default=None,
        metadata={"description": "Of the dimension `by`: whose scorecard; the first one where it is left out."},
    )
    language = language_field("The schedule's own if left out.", load_default=None)
    page_size = page_size_field("The schedule's own if left out.", load_default=None)


class TestRequest(RunRequest):
    """Whom to send a schedule to as a test."""

    to = Text(
        LONGEST_ADDRESS,
        blank=False,
        load_default=None,
        allow_none=True,
        metadata={"description": "The owner's address, or that of somebody who signs in. The owner's if left out."},
    )
