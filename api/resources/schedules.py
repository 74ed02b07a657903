"""`/schedules`: which scorecard goes to whom, and when."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy.orm import Session

from api.endpoint import Call, endpoint
from api.no_content import no_content
from api.pagination import PageParameters, page, read_cursor
from api.resources.runs import plain_run
from api.schemas.runs import Run as RunSchema
from api.schemas.runs import RunList
from api.schemas.schedules import NewSchedule, PreviewQuery, RunRequest, ScheduleChange, ScheduleList, TestRequest
from api.schemas.schedules import Schedule as ScheduleSchema
from lei.clock import instant_text
from lei.services.access.check_recipients import RecipientRules, recipient_rules
from lei.services.deliveries.decide_run import existing_run
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.deliveries.try_schedule import preview_schedule, send_test
from lei.services.schedules.calendar_words import when_in_words
from lei.services.schedules.due_runs import coming_runs, skip_next_run
from lei.services.schedules.manage_schedules import create_schedule, delete_schedule, existing_schedule, replace_plan
from lei.services.schedules.schedule_calendar import notes_on, period_of_run
from lei.services.scorecards.scorecard import file_name
from lei.storage.runs import list_runs
from lei.storage.schedules import Schedule, SchedulePlan, list_schedules
from lei.storage.unsubscriptions import unsubscribed_from

_PDF = "application/pdf"
_SHOWN_RUNS = 5


@endpoint("GET", "/schedules", scope="read", query=PageParameters(), answers={200: ScheduleList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the schedules, in the order of their making."""
    limit, now = call.query["limit"], call.context.clock.now()
    with call.context.database.reading() as session:
        found = list_schedules(session, read_cursor(call.query["cursor"]), limit + 1)
        return page(found, limit, lambda schedule: schedule.id, lambda schedule: _plain(session, schedule, now))


@endpoint("POST", "/schedules", scope="scorecards", body=NewSchedule(), answers={201: ScheduleSchema()})
def create(call: Call) -> tuple[dict[str, Any], int]:
    """Make a schedule. What is left out of `timezone`, `language` and `page_size` is as the installation has it."""
    now, settings = call.context.clock.now(), call.context.settings
    own = {"timezone": settings.timezone.key, "language": settings.language, "page_size": settings.page_size}
    plan = _plan({**own, "where": {}, **call.body})
    with call.context.database.writing() as session:
        return _plain(session, create_schedule(session, plan, now, _rules(call)), now), 201


@endpoint("GET", "/schedules/<int:schedule_id>", scope="read", answers={200: ScheduleSchema()})
def show(call: Call, schedule_id: int) -> dict[str, Any]:
    """Show one schedule and its next runs."""
    with call.context.database.reading() as session:
        return _plain(session, existing_schedule(session, schedule_id), call.context.clock.now())


@endpoint(
    "PATCH",
    "/schedules/<int:schedule_id>",
    scope="scorecards",
    body=ScheduleChange(),
    answers={200: ScheduleSchema()},
)
def change(call: Call, schedule_id: int) -> dict[str, Any]:
    """Change a schedule from now on; disabling it cancels what it has not sent yet."""
    now = call.context.clock.now()
    given = {**call.body, **({"recipients": tuple(call.body["recipients"])} if "recipients" in call.body else {})}
    if ("cron" in given) != ("rule" in given):
        given = {"cron": None, "rule": None, **given}
    with call.context.database.writing() as session:
        plan = replace(existing_schedule(session, schedule_id).plan, **given)
        return _plain(session, replace_plan(session, schedule_id, plan, now, _rules(call)), now)


@endpoint("DELETE", "/schedules/<int:schedule_id>", scope="scorecards", answers={204: ""})
def delete(call: Call, schedule_id: int) -> Response:
    """Delete a schedule and cancel what it has not sent yet; what it sent stays on record."""
    with call.context.database.writing() as session:
        delete_schedule(session, schedule_id, call.context.clock.now())
    return no_content()


@endpoint("POST", "/schedules/<int:schedule_id>/run", scope="scorecards", body=RunRequest(), answers={202: RunSchema()})
def run_now(call: Call, schedule_id: int) -> tuple[dict[str, Any], int]:
    """Run a schedule now, for a period of choice; the next worker that wakes up does it, within half a minute."""
    with call.context.database.writing() as session:
        now = call.context.clock.now()
        run_id = run_schedule_now(session, schedule_id, call.body["period"], now, call.caller.name)
        return plain_run(existing_run(session, run_id)), 202


@endpoint("GET", "/schedules/<int:schedule_id>/preview", scope="scorecards", query=PreviewQuery(), answers={200: _PDF})
def preview(call: Call, schedule_id: int) -> Response:
    """Fetch the PDF that a schedule would send, marked as a preview; it is stored nowhere."""
    asked, now, settings = (call.query["period"], call.query["value"]), call.context.clock.now(), call.context.settings
    look = {name: call.query[name] for name in ("language", "page_size") if call.query[name] is not None}
    with call.context.database.reading() as session:
        schedule = existing_schedule(session, schedule_id)
        schedule = replace(schedule, plan=replace(schedule.plan, **look))
        drawn = preview_schedule(
            session, schedule, asked, settings.min_group_size, now, documented=settings.documented_credit
        )
    answer = Response(drawn.pdf, content_type=_PDF)
    name = file_name(drawn.figures.period, drawn.figures.segment)
    answer.headers["Content-Disposition"] = f'inline; filename="preview-{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@endpoint(
    "POST", "/schedules/<int:schedule_id>/test", scope="scorecards", body=TestRequest(), answers={202: RunSchema()}
)
def test(call: Call, schedule_id: int) -> tuple[dict[str, Any], int]:
    """Send what a schedule makes to one address, as a test: marked as such, and no part of what was published."""
    asked, now = (call.body["to"], call.body["period"]), call.context.clock.now()
    with call.context.database.writing() as session:
        run_id = send_test(session, schedule_id, asked, call.caller.name, now, _rules(call))
        return plain_run(existing_run(session, run_id)), 202


@endpoint("POST", "/schedules/<int:schedule_id>/skip-next", scope="scorecards", answers={200: ScheduleSchema()})
def skip_next(call: Call, schedule_id: int) -> dict[str, Any]:
    """Leave the next run of a schedule out; it is recorded as skipped, and by whom."""
    now = call.context.clock.now()
    with call.context.database.writing() as session:
        schedule = existing_schedule(session, schedule_id, lock=True)
        skip_next_run(session, schedule, call.caller.name, now)
        return _plain(session, schedule, now)


@endpoint("GET", "/schedules/<int:schedule_id>/runs", scope="read", query=PageParameters(), answers={200: RunList()})
def runs(call: Call, schedule_id: int) -> dict[str, Any]:
    """List the runs of a schedule, the newest first: done, to do, failed or skipped, and why."""
    limit = call.query["limit"]
    with call.context.database.reading() as session:
        existing_schedule(session, schedule_id)
        found = list_runs(session, schedule_id, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda run: run.id, plain_run)


def _rules(call: Call) -> RecipientRules:
    return recipient_rules(call.context.settings)


def _plan(fields: dict[str, Any]) -> SchedulePlan:
    return SchedulePlan(**{"cron": None, **fields, "recipients": tuple(fields["recipients"])})


def _plain(session: Session, schedule: Schedule, now: datetime) -> dict[str, Any]:
    plan = schedule.plan
    following = coming_runs(session, schedule, now, _SHOWN_RUNS)
    zone = ZoneInfo(plan.timezone)
    return {
        "id": schedule.id,
        **asdict(plan),
        "grain": plan.grain.value,
        "recipients": list(plan.recipients),
        "unsubscribed": unsubscribed_from(session, schedule.id),
        "when": when_in_words(plan),
        "next_runs": [instant_text(instant) for instant in following],
        "next_periods": [str(period_of_run(instant, zone, plan.grain)) for instant in following],
        "notes": [] if plan.cron is None else list(notes_on(plan.cron)),
        "created_at": instant_text(schedule.created_at),
        "updated_at": instant_text(schedule.updated_at),
    }
